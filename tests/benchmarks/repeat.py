"""How right the repeats are: real commits are replayed hunk by hunk and compared with what `repeat` offers.

A commit's Python files are cut into hunks of lines. Each hunk is saved in turn, with all earlier ones written
and the later ones not; every site that `repeat` then names is right if it lies on a shortest path to the
committed file (token insert/delete distance). Counted by rule, so that one sees whether the rules are honest.
"""

from __future__ import annotations

import difflib
import random
from argparse import Namespace
from collections import defaultdict
from pathlib import Path
from typing import Any

from engine.diff import hunks, token_distance
from engine.intents import repeat
from engine.syntax.index import Index
from engine.types import Edit
from tests.benchmarks.common import share, table
from tests.benchmarks.quiet import MAX_FILE, REPOSITORIES, git, repository, tree

SITES = 40
"""Sites of one save that are checked."""


def run(options: Namespace) -> dict[str, object]:
    """About `--limit` commits over all repositories."""
    names = options.projects or REPOSITORIES
    sites: list[dict[str, Any]] = []
    saves = 0
    for one in names:
        name, _, origin = one.partition("=")
        where = repository(name, origin, options.work)
        commits = git(
            where, "log", "--no-merges", "--min-parents=1", "--format=%H", "-n", "2500", "--", "*.py"
        ).split()
        random.Random(options.seed).shuffle(commits)
        for commit in commits[: max(1, options.limit // len(names))]:
            found, count = _replay(where, commit)
            sites += found
            saves += count
    groups: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for site in sites:
        low = int(site["rule"] * 10) / 10
        groups[site["trigger"], f"{low:.1f}"].append(site["right"])
    rows = [(*group, len(right), share(sum(right), len(right))) for group, right in sorted(groups.items())]
    table(f"repeats after {saves} saves", ("trigger", "rule from", "sites", "right"), rows)
    return {"saves": saves, "rows": rows, "sites": sites}


def _replay(where: Path, commit: str) -> tuple[list[dict[str, Any]], int]:
    listed = git(where, "diff", "--name-only", "--diff-filter=M", "--no-renames", f"{commit}~", commit)
    paths = [path for path in listed.splitlines() if path.endswith(".py")]
    if not paths or len(paths) > 12:
        return [], 0
    texts = tree(where, f"{commit}~")
    final = {path: git(where, "show", f"{commit}:{path}") for path in paths}
    if any(len(final[path]) > MAX_FILE or path not in texts for path in paths):
        return [], 0
    index = Index(Path("/nowhere"), texts.get)
    index.build(sorted(texts))
    found: list[dict[str, Any]] = []
    recent: list[Edit] = []
    for path in paths:
        for text in _steps(texts[path], final[path]):
            edit = Edit(f"e{len(recent)}", path, texts[path], text, hunks(texts[path], text), "person", 0.0)
            texts[path] = text
            index.update(path, text)
            for site in repeat.propose(edit, recent[-4:], index)[:SITES]:
                right = site.path in final and _right(
                    texts[site.path], site.start, site.old, site.draft or "", final[site.path]
                )
                found.append(
                    {
                        "commit": commit[:12],
                        "path": site.path,
                        "old": site.old,
                        "new": site.draft,
                        "rule": site.rule,
                        "trigger": site.trigger.value,
                        "right": right,
                    }
                )
            recent.append(edit)
    return found, len(recent)


def _steps(before: str, after: str) -> list[str]:
    """The texts after each hunk, one more written at a time, from the top."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes = [c for c in difflib.SequenceMatcher(None, old, new, False).get_opcodes() if c[0] != "equal"]
    steps: list[str] = []
    for number in range(len(codes)):
        lines: list[str] = []
        at = 0
        for _, low, high, new_low, new_high in codes[: number + 1]:
            lines += [*old[at:low], *new[new_low:new_high]]
            at = high
        steps.append("".join([*lines, *old[at:]]))
    return steps


def _right(text: str, start: int, old: str, new: str, final: str) -> bool:
    changed = text[:start] + new + text[start + len(old) :]
    return token_distance(changed, final) == token_distance(text, final) - token_distance(old, new)
