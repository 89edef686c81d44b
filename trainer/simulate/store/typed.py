"""basedpyright on the ends of chains: a complete refactoring adds no error that a type checker sees.

What the tree's own text has for an error counts for no chain: another type before may only have hidden it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

TIMEOUT: Final = 900
"""Seconds for all chains of one tree."""
MOST_FILES: Final = 12
"""Files of one chain that are checked: those that it touches, and others that speak of what it changes."""
_NAME = re.compile(r"[^\W\d]\w{2,}")
OWN: Final = "own"
"""The root of the tree's own texts, whose errors no chain brings."""
_ROOT = re.compile(r"\b(?:(?:before|saved|end)\d+|own)\.")
Fault = tuple[str, str, str]
"""Path, rule and message of an error."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the type checker says of one chain."""

    chain: Trajectory
    added: tuple[Fault, ...]
    """Errors that stand in its end, and neither in its beginning nor in the tree's own text."""
    by_steps: tuple[Fault, ...]
    """Those of them that the trigger alone does not bring: something is wrong with a step."""


class NoAnswer(Exception):
    """The type checker did not answer; the message says why."""


def check(chains: Sequence[Trajectory], tree: Tree, folder: Path) -> list[Typed]:
    """Look at all chains of one tree in one run. Raises NoAnswer."""
    roots = [OWN]
    wanted: list[str] = []
    _write(folder / OWN, tree.texts)
    for number, chain in enumerate(chains):
        files = concerned(chain, tree)
        for side, texts in (("before", chain.before), ("saved", chain.after()), ("end", chain.end())):
            root = f"{side}{number}"
            _write(folder / root, {**tree.texts, **texts})
            roots.append(root)
            wanted += [f"{root}/{path}" for path in files]
        wanted += [f"{OWN}/{path}" for path in files if path in tree.texts]
    _write(folder, {"pyrightconfig.json": json.dumps(_settings(roots, sorted(set(wanted)), tree))})
    faults = _run(folder)
    return [
        _typed(chain, faults[OWN], *(faults[f"{side}{number}"] for side in ("before", "saved", "end")))
        for number, chain in enumerate(chains)
    ]


def _typed(
    chain: Trajectory,
    own: Counter[Fault],
    before: Counter[Fault],
    saved: Counter[Fault],
    end: Counter[Fault],
) -> Typed:
    added = end - (before | own)
    return Typed(chain, tuple(added.elements()), tuple((added - saved).elements()))


def concerned(chain: Trajectory, tree: Tree) -> list[str]:
    """The files that a chain touches, and those that speak of what stands on its lines, rare names first."""
    found = dict.fromkeys(chain.changes())
    names: set[str] = set()
    for path, changes in chain.changes().items():
        text = chain.before[path]
        for change in changes:
            start, end = text.rfind("\n", 0, change.start) + 1, text.find("\n", change.end)
            line = text[start : change.start] + change.new + text[change.start : end if end >= 0 else None]
            names.update(_NAME.findall(line))
    files = (sorted({place.path for place in tree.words.get(name, ())}) for name in sorted(names))
    for some in sorted(files, key=len):
        if len(found) + len(some) <= MOST_FILES:
            found |= dict.fromkeys(some)
    return list(found)


def _settings(roots: Sequence[str], wanted: Sequence[str], tree: Tree) -> dict[str, object]:
    """Each chain's texts are a project of its own, with its `src` where it has one."""
    source = any(path.startswith("src/") for path in tree.texts)
    return {
        "include": list(wanted),
        "typeCheckingMode": "basic",
        "reportMissingImports": "none",
        "reportMissingModuleSource": "none",
        "executionEnvironments": [
            {"root": root, "extraPaths": [f"{root}/src"] if source else []} for root in roots
        ],
    }


def _run(folder: Path) -> dict[str, Counter[Fault]]:
    """The errors by root."""
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--project", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        said = json.loads(done.stdout)["generalDiagnostics"]
    except subprocess.TimeoutExpired as error:
        raise NoAnswer(f"basedpyright took longer than {TIMEOUT} s") from error
    except (ValueError, KeyError) as error:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NoAnswer(f"basedpyright said nothing that can be read: {last}") from error
    found: defaultdict[str, Counter[Fault]] = defaultdict(Counter)
    for one in said:
        path = Path(one["file"]).resolve().relative_to(folder.resolve()).as_posix()
        root, _, inner = path.partition("/")
        if one["severity"] == "error":
            message = _ROOT.sub("", one["message"])  # modules are called by their root where names clash
            found[root][inner, one.get("rule", ""), message] += 1
    return found


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
