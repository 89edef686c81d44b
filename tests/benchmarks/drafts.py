"""How right the drafts of every scenario are on real commits, replayed hunk by hunk, in all languages.

A commit's files are cut into hunks of lines. Each hunk is saved in turn, with all earlier ones written and
the later ones not. What the engine then proposes with a rule of at least 0.5 counts as shown. A draft is
right if it lies on a shortest path to the committed file (token insert/delete distance); its place is touched
if the commit changes the line it stands on or the gap that it is written into. By intent and language.

--projects are NAME=GIT-FOLDER or folders; --limit is the number of commits by project; --scenario picks
intents; --show prints that many drafts that are not right.
"""

from __future__ import annotations

import difflib
import random
import time
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.diff import saved, token_distance
from engine.intents import propose
from engine.syntax.grammars import SPECS, language_of
from engine.syntax.index import Index
from engine.types import Edit, IntentKind, Site
from tests.benchmarks.common import percentile, share, table
from tests.benchmarks.quiet import MAX_FILE, REPOSITORIES, clone
from trainer.repository import Repository

SHOWN = 0.5
NEWEST = 2_500
MOST_FILES = 12
MOST_STEPS = 20
SETTLE = 40
HEAD = ("intent", "language", "saves", "shown", "right", "touched", "share right", "share touched")


@dataclass(frozen=True)
class Draft:
    """A draft that was shown, and what the commit says of it."""

    site: Site
    language: str
    right: bool
    touched: bool


def run(options: Namespace) -> dict[str, object]:
    """About `--limit` commits of every project."""
    drafts: list[tuple[int, Draft]] = []
    saves: Counter[str] = Counter()
    times: list[float] = []
    without = set(IntentKind) - set(options.scenario) if options.scenario else set()
    for one in options.projects or REPOSITORIES:
        name, _, origin = one.rpartition("=")
        where = Repository(clone(name, origin, options.work))
        replay = Replay(where, {str(kind) for kind in without})
        for language, ms, found in replay.run(options.limit, options.seed):
            saves[language] += 1
            times.append(ms)
            drafts += [(sum(saves.values()), draft) for draft in found]
        where.close()
    for _, draft in [item for item in drafts if not item[1].right][: options.show]:
        site = draft.site
        print(f"{site.path} {site.intent} {site.rule:.2f} {site.old!r} -> {site.draft!r}: {site.why}")
    rows = [_row(*key, group) for key, group in sorted(_groups(drafts, "language").items())]
    rules = [_row(*key, group) for key, group in sorted(_groups(drafts, "rule").items())]
    total = sum(saves.values())
    table("by rule", ("intent", "rule from", *HEAD[2:]), rules)
    table(f"drafts on {total} real saves ({dict(saves)})", HEAD, rows)
    print(f"  a save: p50 {percentile(times, 0.5)} ms, p95 {percentile(times, 0.95)} ms")
    return {"saves": saves, "rows": rows, "rules": rules}


def _groups(drafts: list[tuple[int, Draft]], by: str) -> dict[tuple[str, str], list[tuple[int, Draft]]]:
    groups: dict[tuple[str, str], list[tuple[int, Draft]]] = defaultdict(list)
    for save, draft in drafts:
        key = draft.language if by == "language" else f"{int(draft.site.rule * 10) / 10:.1f}"
        groups[str(draft.site.intent), key].append((save, draft))
    return groups


def _row(intent: str, key: str, group: list[tuple[int, Draft]]) -> tuple[object, ...]:
    right, touched = sum(draft.right for _, draft in group), sum(draft.touched for _, draft in group)
    saves = len({save for save, _ in group})
    return (
        intent,
        key,
        saves,
        len(group),
        right,
        touched,
        share(right, len(group)),
        share(touched, len(group)),
    )


class Replay:
    """One repository, its index moved from commit to commit."""

    def __init__(self, where: Repository, without: set[str]) -> None:
        self._where = where
        self._without = without
        self._texts: dict[str, str] = {}
        self._index = Index(Path("/nowhere"), self._texts.get)
        self._commit = ""
        self._written: set[str] = set()
        """Files that the replay has changed since it moved."""
        self._updates = 0

    def run(self, limit: int, seed: int) -> Iterator[tuple[str, float, list[Draft]]]:
        """Language, milliseconds and drafts of every save of some commits, oldest first."""
        suffixes = [f"*{suffix}" for spec in SPECS.values() for suffix in spec.extensions]
        words = ("log", "--no-merges", "--min-parents=1", "--format=%H", "-n", str(NEWEST), "--", *suffixes)
        commits = self._where.git(*words).split()
        chosen = set(random.Random(seed).sample(commits, min(limit, len(commits))))
        for commit in reversed([one for one in commits if one in chosen]):
            yield from self._replayed(commit)

    def _replayed(self, commit: str) -> Iterator[tuple[str, float, list[Draft]]]:
        listed = self._where.git("diff", "--name-only", "--no-renames", f"{commit}~", commit).splitlines()
        paths = [path for path in listed if language_of(path) in SPECS]
        if not paths or len(paths) > MOST_FILES:
            return
        self._move(f"{commit}~")
        final = {path: self._read(commit, path) for path in paths}
        if any(text is None or path not in self._texts for path, text in final.items()):
            return
        recent: list[Edit] = []
        for path in paths:
            for text in _steps(self._texts[path], final[path] or "")[:MOST_STEPS]:
                before = self._texts[path]
                edit = saved(path, before, text, len(recent))
                began = time.perf_counter()
                self._write(path, text)
                sites = propose(edit, recent[-4:], self._index, self._without)
                ms = (time.perf_counter() - began) * 1000
                shown = [site for site in sites if site.rule >= SHOWN and site.draft is not None]
                yield str(language_of(path)), ms, [self._judged(site, final) for site in shown]
                recent.append(edit)

    def _judged(self, site: Site, final: dict[str, str | None]) -> Draft:
        language, text = str(language_of(site.path)), self._texts[site.path]
        end = final.get(site.path)
        if end is None or end == text:
            return Draft(site, language, False, False)
        changed = text[: site.start] + (site.draft or "") + text[site.end :]
        made = token_distance(site.old, site.draft or "")
        right = token_distance(changed, end) == token_distance(text, end) - made
        return Draft(site, language, right, right or _touches(text, end, site))

    def _read(self, commit: str, path: str) -> str | None:
        """A file of a commit; None where it is missing, binary or huge."""
        text = self._where.text(commit, path)
        return text if text is not None and len(text) <= MAX_FILE and "\0" not in text else None

    def _move(self, commit: str) -> None:
        """Bring texts and index to a commit: all its files the first time, later what differs."""
        if not self._commit:
            listed = self._where.paths(commit)
        else:
            listed = self._where.git("diff", "--name-only", "--no-renames", self._commit, commit).splitlines()
        for path in {*listed, *self._written}:
            if language_of(path) in SPECS or PurePosixPath(path).name == "go.mod":
                text = self._read(commit, path)
                if text is not None:
                    self._write(path, text)
                elif self._texts.pop(path, None) is not None:
                    self._index.update(path, None)
        if not self._commit:
            self._index.build(sorted(self._texts))
        self._commit = commit
        self._written.clear()

    def _write(self, path: str, text: str) -> None:
        self._texts[path] = text
        if self._commit:
            self._index.update(path, text)
            self._written.add(path)
            self._updates += 1
            if self._updates % SETTLE == 0:
                self._index.save()


def _touches(text: str, final: str, site: Site) -> bool:
    """Whether the commit changes a line that the site stands on, or writes into the gap beside it."""
    first, last = text.count("\n", 0, site.start), text.count("\n", 0, site.end)
    matcher = difflib.SequenceMatcher(None, text.splitlines(), final.splitlines(), autojunk=False)
    return any(
        low <= last + 1 and first <= max(high - 1, low)
        for tag, low, high, _, _ in matcher.get_opcodes()
        if tag != "equal"
    )


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
