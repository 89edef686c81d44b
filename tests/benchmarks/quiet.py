"""How often Ripple stays silent where nothing follows: single hunks of real commits without a related one.

A hunk (lines, as difflib cuts them) of a Python file is taken alone: the file as it was before the commit,
with only this hunk written. "Nothing follows" where none of the identifiers that the hunk takes away or adds
occurs in any other changed line of the commit. Counted: the share of such edits after which nothing is shown,
with the structure alone and with the model, and what was shown by mistake (listed in the JSON).
"""

from __future__ import annotations

import difflib
import random
import re
import subprocess
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.diff import saved
from engine.intents import propose
from engine.syntax.index import Index
from engine.types import Site
from tests.benchmarks.common import median, percentile, share, table
from tests.benchmarks.renames import Model
from trainer.repository import Repository

REPOSITORIES = (
    "requests=https://github.com/psf/requests",
    "typer=https://github.com/fastapi/typer",
)
WORD = re.compile(r"[^\W\d]\w*")
MAX_FILE = 300_000


@dataclass(frozen=True)
class Quiet:
    """One edit after which nothing should be shown."""

    commit: str
    path: str
    before: str
    after: str


def run(options: Namespace) -> dict[str, object]:
    """About `--limit` edits over all repositories."""
    names = options.projects or REPOSITORIES
    rows: list[dict[str, Any]] = []
    for one in names:
        name, _, origin = one.partition("=")
        where = Repository(clone(name, origin or name, options.work))
        edits = _edits(where, options.seed, max(1, options.limit // len(names)))
        rows += [{"repository": name, **_measure(where, edit, options.model)} for edit in edits]
        where.close()
    figures = {name: _summary(rows, name) for name in ("structure", "model") if name in rows[0]}
    head = ("mode", "edits", "silent", "shown sites", "edits by intent", "ms p50", "ms p95")
    table("quiet where nothing follows", head, [[name, *row.values()] for name, row in figures.items()])
    loud = [row for row in rows if any(row.get(mode) for mode in ("structure", "model"))]
    return {"summary": figures, "edits": len(rows), "shown": loud}


def clone(name: str, origin: str, work: Path) -> Path:
    """The Git directory of a repository, cloned once where it is an address."""
    if "://" not in origin:
        return Path(origin)
    target = work / "bare" / name
    if not target.is_dir():
        subprocess.run(["git", "clone", "-q", "--bare", origin, str(target)], check=True)
    return target


# -- which edits


def _edits(where: Repository, seed: int, limit: int) -> list[Quiet]:
    words = ("--no-merges", "--min-parents=1", "--format=%H", "-n", "2500", "--", "*.py")
    commits = where.git("log", *words).split()
    chosen = random.Random(seed)
    chosen.shuffle(commits)
    found: list[Quiet] = []
    for commit in commits:
        candidates = list(_alone(where, commit))
        if candidates:
            found.append(chosen.choice(candidates))
        if len(found) >= limit:
            break
    return found


def _alone(where: Repository, commit: str) -> Iterator[Quiet]:
    """The hunks of a commit that share no changed identifier with any other hunk of it."""
    parts: list[tuple[str, str, str, frozenset[str]]] = []
    listed = where.git("diff", "--name-status", "--no-renames", f"{commit}~", commit).splitlines()
    if len(listed) > 20:
        return
    for status, _, path in (line.partition("\t") for line in listed):
        before = where.text(f"{commit}~", path) or "" if status in "MD" else ""
        after = where.text(commit, path) or "" if status in "MA" else ""
        if "\0" in before + after or max(len(before), len(after)) > MAX_FILE:
            continue
        parts += [(path, before, new, names) for new, names in _hunks(before, after)]
    for at, (path, before, after, names) in enumerate(parts):
        others = frozenset().union(*(part[3] for place, part in enumerate(parts) if place != at))
        if path.endswith(".py") and before and names and not names & others:
            yield Quiet(commit, path, before, after)


def _hunks(before: str, after: str) -> Iterator[tuple[str, frozenset[str]]]:
    """For each hunk: the text with it alone, and the identifiers that it takes away or adds."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for tag, low, high, new_low, new_high in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            text = "".join([*old[:low], *new[new_low:new_high], *old[high:]])
            gone = Counter(WORD.findall("".join(old[low:high])))
            come = Counter(WORD.findall("".join(new[new_low:new_high])))
            yield text, frozenset((gone - come) + (come - gone))


# -- what is shown


def _measure(where: Repository, quiet: Quiet, model: bool) -> dict[str, Any]:
    texts = _tree(where, f"{quiet.commit}~")
    index = Index(Path("/nowhere"), texts.get)
    index.build(sorted(texts))
    edit = saved(quiet.path, quiet.before, quiet.after)
    began = time.perf_counter()
    texts[quiet.path] = quiet.after
    index.update(quiet.path, quiet.after)
    sites = propose(edit, (), index)
    spent = (time.perf_counter() - began) * 1000
    row: dict[str, Any] = {
        "commit": quiet.commit[:12],
        "path": quiet.path,
        "hunk": [(one.old[:80], one.new[:80]) for one in edit.hunks[:4]],
        "ms": round(spent, 2),
        "sites": len(sites),
        "structure": [_shown(site, site.rule) for site in sites if site.rule >= 0.5],
    }
    if model:
        row["model"] = [_shown(site, p) for site, p in Model.get().shown(edit, sites, texts.get)]
    return row


def _tree(where: Repository, commit: str) -> dict[str, str]:
    """All Python files of a commit."""
    texts = ((path, where.text(commit, path)) for path in where.paths(commit) if path.endswith(".py"))
    return {path: text for path, text in texts if text is not None}


def _shown(site: Site, p: float) -> dict[str, object]:
    return {
        "path": site.path,
        "intent": site.intent.value,
        "trigger": site.trigger.value,
        "relation": site.relation.value,
        "node": site.node.value,
        "old": site.old,
        "new": site.draft,
        "p": round(p, 3),
    }


def _summary(rows: list[dict[str, Any]], mode: str) -> dict[str, object]:
    shown = [site for row in rows for site in row[mode]]
    times = [row["ms"] for row in rows]
    return {
        "edits": len(rows),
        "silent": share(sum(not row[mode] for row in rows), len(rows)),
        "shown": len(shown),
        "intents": dict(Counter(intent for row in rows for intent in {s["intent"] for s in row[mode]})),
        "p50": median(times),
        "p95": percentile(times, 0.95),
    }
