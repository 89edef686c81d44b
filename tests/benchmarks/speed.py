"""How fast Ripple is on Django: `ready` cold and cached, memory, and the time from a save to its answer.

The real program is started as `ripple watch PATH --json`; files are saved as editors do (a temporary file
beside, then a rename). The clock runs from that rename to the final suggestion or silence as it is read from
the program. `--limit` is the number of saves. With --projects, the first name is another sdist to work on.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import psutil

from tests.benchmarks.common import percentile, sdist, table
from tests.benchmarks.rename_python import definitions
from tests.benchmarks.renames import Definition

START = "from app.cli import main; main()"
WAIT = 60.0
"""Seconds after which a save counts as unanswered."""
PAUSE = 0.5
"""Seconds between an answer and the next save, so that no two saves are merged or counted as a burst."""


def run(options: Namespace) -> dict[str, object]:
    """Start twice (cold, cached), then save; the program is ended by `quit`."""
    origin = sdist((options.projects or ["django"])[0], options.work)
    root = options.work / "speed" / "project"
    shutil.rmtree(root.parent, ignore_errors=True)
    shutil.copytree(origin, root)
    extra = [] if options.model else ["--structure-only"]
    cold = Program(root, extra)
    cold.close()
    program = Program(root, extra)
    saves = [
        program.measure(path, text, kind) for path, text, kind in _edits(root, options.seed, options.limit)
    ]
    memory = program.memory()
    program.close()
    figures = {
        "ready": {"cold": cold.ready, "cached": program.ready, "cold_s": cold.took, "cached_s": program.took},
        "resident_mb": {"cold": cold.resident, "after_saves": memory},
        "saves": saves,
        "latency": _latency(saves),
    }
    _print(figures)
    return figures


class Program:
    """`ripple watch --json` in a home of its own."""

    def __init__(self, root: Path, extra: list[str]) -> None:
        home = root.parent / "home"
        home.mkdir(exist_ok=True)
        kept = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE", "STATE")}
        environment = {**os.environ, "HOME": str(home), "RIPPLE_EXPLORE": "0", **kept}
        command = [sys.executable, "-c", START, "watch", str(root), "--json", *extra]
        began = time.monotonic()
        self.root = root
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(root.parent / "stderr.log").open("ab"),
            env=environment,
            cwd=Path(__file__).parents[2],
        )
        self.queue: SimpleQueue[dict[str, Any]] = SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        self.ready = self.wait({"ready"}) or {}
        self.took = round(time.monotonic() - began, 3)
        self.resident = self.memory()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.queue.put({**json.loads(line), "at": time.monotonic()})

    def wait(self, events: set[str]) -> dict[str, Any] | None:
        """The next of these events, or None when it does not come."""
        end = time.monotonic() + WAIT
        while (left := end - time.monotonic()) > 0:
            try:
                event = self.queue.get(timeout=left)
            except Empty:
                return None
            if event["event"] in events and event.get("final", True):
                return event
        return None

    def measure(self, path: str, text: str, kind: str) -> dict[str, object]:
        """Save a file; what was answered, and after how many milliseconds."""
        target = self.root / path
        beside = target.with_name("." + target.name + ".tmp~")
        beside.write_bytes(text.encode("utf-8"))
        began = time.monotonic()
        beside.replace(target)
        answer = self.wait({"suggestion", "silent"})
        time.sleep(PAUSE)
        if answer is None:
            return {"kind": kind, "path": path, "ms": None, "event": None}
        return {
            "kind": kind,
            "path": path,
            "ms": round((answer["at"] - began) * 1000, 1),
            "event": answer["event"],
            "actions": len(answer.get("actions", ())),
            "reason": answer.get("reason"),
            "stages": answer.get("latency_ms"),
        }

    def memory(self) -> float:
        """Resident memory in MB."""
        return round(psutil.Process(self.process.pid).memory_info().rss / 1e6, 1)

    def close(self) -> None:
        """End the program."""
        assert self.process.stdin is not None
        self.process.stdin.write(b'{"do":"quit"}\n')
        self.process.stdin.flush()
        self.process.wait(20)


def _edits(root: Path, seed: int, limit: int) -> Iterator[tuple[str, str, str]]:
    """Saves of mixed kinds, in files of the library: renames and edits from which nothing follows."""
    chosen = random.Random(seed)
    paths = sorted(path for path in root.glob("django/**/*.py") if 2_000 < path.stat().st_size < 120_000)
    makers = {
        "rename": _rename,
        "rename local": _rename,
        "new line": _new_line,
        "literal": _literal,
        "comment": _comment,
    }
    for number in range(limit):
        kind = list(makers)[number % len(makers)]
        for _ in range(50):
            path = chosen.choice(paths)
            relative = path.relative_to(root).as_posix()
            text = makers[kind](relative, path.read_bytes().decode("utf-8"), chosen, kind)
            if text is not None:
                yield relative, text, kind
                break


def _rename(path: str, text: str, chosen: random.Random, kind: str) -> str | None:
    wanted = (
        {"local", "parameter"} if kind == "rename local" else {"function", "class", "method", "attribute"}
    )
    found: list[Definition] = [one for one in definitions(path, text) if one.kind in wanted]
    if not found:
        return None
    one = chosen.choice(found)
    return text[: one.start] + one.name + "_renamed" + text[one.start + len(one.name) :]


def _new_line(path: str, text: str, chosen: random.Random, kind: str) -> str | None:
    lines = text.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if line.startswith("    return ")]
    if not places:
        return None
    place = chosen.choice(places)
    return "".join([*lines[:place], f"    trace_{chosen.randrange(999)} = None\n", *lines[place:]])


def _literal(path: str, text: str, chosen: random.Random, kind: str) -> str | None:
    places = [at for at in range(len(text)) if text.startswith(" = False", at)]
    if not places:
        return None
    place = chosen.choice(places)
    return text[:place] + " = True" + text[place + len(" = False") :]


def _comment(path: str, text: str, chosen: random.Random, kind: str) -> str | None:
    places = [at for at in range(len(text)) if text.startswith("    # ", at)]
    if not places:
        return None
    place = chosen.choice(places) + len("    # ")
    return text[:place] + "Note: " + text[place:]


def _latency(saves: list[dict[str, object]]) -> dict[str, dict[str, object]]:
    kinds = sorted({str(save["kind"]) for save in saves})
    result: dict[str, dict[str, object]] = {}
    for kind in [*kinds, "all"]:
        rows = [save for save in saves if kind in (save["kind"], "all")]
        times = [save["ms"] for save in rows if isinstance(save["ms"], float)]
        result[kind] = {
            "saves": len(rows),
            "answered": len(times),
            "shown": sum(save["event"] == "suggestion" for save in rows),
            "p50": percentile(times, 0.5),
            "p95": percentile(times, 0.95),
            "max": max(times, default=None),
        }
    return result


def _print(figures: dict[str, Any]) -> None:
    ready = figures["ready"]
    rows = [
        (name, ready[name].get("index_ms"), ready[name].get("model_ms"), ready[f"{name}_s"])
        for name in ("cold", "cached")
    ]
    table("ready", ("start", "index ms", "model ms", "process start to ready, s"), rows)
    print(f"  files {ready['cold'].get('files')}, model {ready['cold'].get('model')}")
    print(f"  resident MB: {figures['resident_mb']}")
    head = ("kind", "saves", "answered", "shown", "p50", "p95", "max")
    latency = figures["latency"]
    table(
        "save to final answer, ms", head, [[kind, *(latency[kind][h] for h in head[1:])] for kind in latency]
    )
