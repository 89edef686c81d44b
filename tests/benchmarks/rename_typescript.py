"""Renames in TypeScript packages against findRenameLocations of the TypeScript language service.

The service is the truth. Places in comments and inside string literals are left out on both sides; a rename
that the service refuses, or for which it does not name the declaration itself, is left out, too.
"""

from __future__ import annotations

import json
import random
import subprocess
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from engine.intents.lexer import Zones
from tests.benchmarks.common import npm
from tests.benchmarks.renames import Answer, Definition, Place, Renamer, disagreements, figures

PROJECTS = ("redux", "immer", "rxjs", "reselect", "@tanstack/query-core", "zod")
SUFFIXES = (".ts", ".tsx", ".mts", ".cts")
KINDS = ("function", "class", "type", "method", "property", "parameter", "local", "variable")


def run(options: Namespace) -> dict[str, object]:
    """All packages; micro averages over all names."""
    tools = npm(["typescript@5"], options.work / "ts-tools").parent
    names = options.projects or PROJECTS
    answers: list[Answer] = []
    projects: dict[str, object] = {}
    lists: list[dict[str, object]] = []
    for name in names:
        root = _root(name, options.work)
        renamer = Renamer(root, SUFFIXES, model=options.model)
        found = compare(tools, renamer, options.seed, options.limit // len(names))
        projects[name] = figures(found, f"{name}: {len(renamer.texts)} files")
        lists += disagreements(found, renamer)
        answers += found
    return {
        "truth": "TypeScript 5 findRenameLocations",
        "projects": projects,
        "all": figures(answers, "all packages, micro average"),
        "disagreements": lists,
    }


def _root(name: str, work: Path) -> Path:
    """The sources of an npm package; a name that is a folder of this machine stands for itself."""
    if Path(name).is_dir():
        return Path(name).resolve()
    return (npm([f"{name}@latest"], work / "ts" / name) / name / "src").resolve()


def compare(tools: Path, renamer: Renamer, seed: int, limit: int) -> list[Answer]:
    """Both answers for a sample of about `limit` declarations."""
    side = Path(__file__).with_name("ts_side.mjs")
    process = subprocess.Popen(
        ["node", side, tools, renamer.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    answers: list[Answer] = []
    for definition in _sample(json.loads(process.stdout.readline()), renamer, seed, limit):
        unit = _units(renamer.texts[definition.path], definition.start)
        process.stdin.write(json.dumps([definition.path, unit]) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        places = _places(answer["places"], renamer, definition.name)
        own = (definition.path, definition.start)
        if own in places:
            ours, spent, _ = renamer.rename(definition)
            ours = frozenset(place for place in ours if place in places or _in_code(renamer, place))
            answers.append(Answer(definition, ours, places - {own}, spent, answer["ms"]))
    process.stdin.close()
    process.wait()
    return answers


def _sample(
    listed: Sequence[tuple[str, int, str, str]], renamer: Renamer, seed: int, limit: int
) -> list[Definition]:
    by_kind: dict[str, list[Definition]] = {kind: [] for kind in KINDS}
    for path, unit, name, kind in listed:
        if path in renamer.texts and not {"tests", "test", "__tests__", "benchmarks"} & set(Path(path).parts):
            by_kind[kind].append(Definition(path, _characters(renamer.texts[path], unit), name, kind))
    chosen = random.Random(seed)
    share = max(1, limit // len(KINDS))
    return [one for pool in by_kind.values() for one in chosen.sample(pool, min(share, len(pool)))]


def _places(places: Sequence[tuple[str, int, int]], renamer: Renamer, name: str) -> frozenset[Place]:
    known = [one for one in places if one[0] in renamer.texts]
    found = {(path, _characters(renamer.texts[path], unit)) for path, unit, _ in known}
    return frozenset((path, at) for path, at in found if _bare(renamer.texts[path], at, name))


def _bare(text: str, at: int, name: str) -> bool:
    """True for a place in code: neither in a comment nor the whole of a string literal."""
    quoted = text[at - 1 : at] in ("'", '"') and text[at + len(name) : at + len(name) + 1] in ("'", '"')
    return text.startswith(name, at) and not quoted and Zones(text, "web").kind(at) != "comment"


def _in_code(renamer: Renamer, place: Place) -> bool:
    return Zones(renamer.texts[place[0]], "web").kind(place[1]) is None


def _units(text: str, offset: int) -> int:
    """The offset in UTF-16 code units."""
    return offset if text.isascii() else len(text[:offset].encode("utf-16-le")) // 2


def _characters(text: str, unit: int) -> int:
    """The offset in characters, from one in UTF-16 code units."""
    if text.isascii():
        return unit
    return len(text.encode("utf-16-le", "surrogatepass")[: unit * 2].decode("utf-16-le", "surrogatepass"))
