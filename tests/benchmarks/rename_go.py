"""Renames in Go modules against gopls (textDocument/rename).

gopls is the truth. Comments and places inside string literals are left out on both sides; a rename that gopls
refuses (a conflict, a method that a foreign interface asks for) is left out, too. The projects are
Git repositories: `--projects name=git-directory@commit` names others.
"""

from __future__ import annotations

import json
import random
import subprocess
import time
from argparse import Namespace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from engine.intents.lexer import Zones
from tests.benchmarks.common import checkout
from tests.benchmarks.renames import Answer, Definition, Place, Renamer, disagreements, figures

PROJECTS = (
    "testify=https://github.com/stretchr/testify@v1.11.1",
    "pflag=https://github.com/spf13/pflag@v1.0.10",
)
KINDS = ("function", "type", "method", "field", "parameter", "local", "variable")


def run(options: Namespace) -> dict[str, object]:
    """All modules; micro averages over all names."""
    answers: list[Answer] = []
    projects: dict[str, object] = {}
    lists: list[dict[str, object]] = []
    names = options.projects or PROJECTS
    for project in names:
        name, _, origin = project.partition("=")
        root = checkout(name, *origin.rsplit("@", 1), options.work).resolve()
        renamer = Renamer(root, (".go", ".mod"), model=options.model)
        found = compare(renamer, options.seed, options.limit // len(names))
        projects[name] = figures(found, f"{name}: {len(renamer.texts)} files")
        lists += disagreements(found, renamer)
        answers += found
    version = subprocess.run(["gopls", "version"], capture_output=True, text=True, check=False).stdout
    return {
        "truth": f"gopls rename: {version.strip()}",
        "projects": projects,
        "all": figures(answers, "all modules, micro average"),
        "disagreements": lists,
    }


class Gopls:
    """The language server, spoken to over its standard streams."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.process = subprocess.Popen(
            ["gopls", "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
        )
        self.count = 0
        self.open: set[str] = set()
        folder = {"uri": self.uri(""), "name": root.name}
        self.call("initialize", {"rootUri": self.uri(""), "workspaceFolders": [folder], "capabilities": {}})
        self.send({"method": "initialized", "params": {}})

    def uri(self, path: str) -> str:
        """The address of a file of the project."""
        return "file://" + quote(str(self.root / path) if path else str(self.root))

    def send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """Read one message."""
        assert self.process.stdout is not None
        size = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        return json.loads(self.process.stdout.read(size))

    def call(self, method: str, params: dict[str, Any]) -> Any:
        """One request, answered; None where the server refuses it."""
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == self.count and "method" not in message:
                return message.get("result")
            if "id" in message:  # a request of the server: settings, progress
                asked = message.get("params", {}).get("items")
                self.send({"id": message["id"], "result": [None] * len(asked) if asked else None})

    def rename(self, path: str, text: str, start: int, new: str) -> tuple[frozenset[Place] | None, float]:
        """The places that a rename changes (None where it is refused), and milliseconds."""
        if path not in self.open:
            self.open.add(path)
            item = {"uri": self.uri(path), "languageId": "go", "version": 1, "text": text}
            self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        line = text.count("\n", 0, start)
        column = start - (text.rfind("\n", 0, start) + 1)
        position = {"line": line, "character": column}
        params = {"textDocument": {"uri": self.uri(path)}, "position": position, "newName": new}
        began = time.perf_counter()
        result = self.call("textDocument/rename", params)
        spent = (time.perf_counter() - began) * 1000
        return (None if result is None else frozenset(self._places(result))), spent

    def _places(self, result: dict[str, Any]) -> list[Place]:
        edits = {one["textDocument"]["uri"]: one["edits"] for one in result.get("documentChanges") or []}
        edits = edits or result.get("changes") or {}
        found: list[Place] = []
        for uri, changes in edits.items():
            path = Path(unquote(uri.removeprefix("file://"))).relative_to(self.root).as_posix()
            text = (self.root / path).read_text("utf-8")
            starts = [0]
            for line in text.split("\n"):
                starts.append(starts[-1] + len(line) + 1)
            found += [
                (path, starts[c["range"]["start"]["line"]] + c["range"]["start"]["character"])
                for c in changes
            ]
        return found

    def close(self) -> None:
        """End the server."""
        self.call("shutdown", {})
        self.send({"method": "exit"})
        self.process.wait(10)


def compare(renamer: Renamer, seed: int, limit: int) -> list[Answer]:
    """Both answers for a sample of about `limit` declarations."""
    gopls = Gopls(renamer.root)
    answers: list[Answer] = []
    for definition in _sample(renamer, seed, limit):
        text = renamer.texts[definition.path]
        places, took = gopls.rename(definition.path, text, definition.start, definition.name + "Renamed")
        own = (definition.path, definition.start)
        if places is None or own not in places:
            continue
        truth = frozenset(place for place in places if place[0] in renamer.texts and _in_code(renamer, place))
        ours, spent, _ = renamer.rename(definition)
        ours = frozenset(place for place in ours if _in_code(renamer, place))
        answers.append(Answer(definition, ours, truth - {own}, spent, took))
    gopls.close()
    return answers


def _sample(renamer: Renamer, seed: int, limit: int) -> list[Definition]:
    side = Path(__file__).with_name("go_side")
    listed = subprocess.run(
        ["go", "run", ".", renamer.root], cwd=side, capture_output=True, text=True, check=True
    )
    by_kind: dict[str, list[Definition]] = {kind: [] for kind in KINDS}
    for line in listed.stdout.splitlines():
        path, at, name, kind = json.loads(line)
        if path in renamer.texts and not path.endswith("_test.go"):
            start = len(renamer.texts[path].encode()[:at].decode())
            by_kind[kind].append(Definition(path, start, name, kind))
    chosen = random.Random(seed)
    share = max(1, limit // len(KINDS))
    return [one for pool in by_kind.values() for one in chosen.sample(pool, min(share, len(pool)))]


def _in_code(renamer: Renamer, place: Place) -> bool:
    return Zones(renamer.texts[place[0]], "go").kind(place[1]) is None
