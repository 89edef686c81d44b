"""Imports removed one at a time from real files: how often the first offer puts the exact line back.

For each sample one imported name is taken out of a file: its statement, or its entry if others stand there
too. The line of its first use goes too; then that line is written again, which is the edit. The first site
that structure would show is applied, up to blank lines: *exact* is the file as it was; *line* has the lines
that it had, the new one at another place. `--projects` takes folders of sources; without them, three Python
projects are downloaded.
"""

from __future__ import annotations

import posixpath
import random
import re
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.diff import saved
from engine.intents import propose
from engine.syntax.grammars import SPECS, language_of
from engine.syntax.index import Index
from engine.syntax.linking.imports import Item, Statement, statements
from engine.syntax.linking.manifests import SAYING
from engine.syntax.names.resolve import Entity, Resolver
from engine.types import Site
from tests.benchmarks.common import percentile, sdist, share, table

PROJECTS = ("requests", "typer", "httpx")
MAX_FILE = 1_000_000
VERDICTS = ("exact", "line", "wrong", "silent")
"""Line and place are right, only the line is, nothing is, nothing was shown."""
PER_FILE = 6
"""Samples of one file at the most, so that no file outweighs the others."""


@dataclass(frozen=True)
class Sample:
    """One import that is missing."""

    path: str
    name: str
    language: str
    whole: str
    """The file as it was."""
    before: str
    after: str
    """Without the import, with the line that needs it."""


def run(options: Namespace) -> dict[str, object]:
    """About `--limit` samples over all projects."""
    folders = [Path(one) for one in options.projects or ()] or [sdist(one, options.work) for one in PROJECTS]
    rows: list[dict[str, Any]] = []
    for folder in folders:
        files = sources(folder)
        index = Index(folder, files.get)
        index.build(sorted(files))
        found = chosen(files, index, random.Random(options.seed), max(1, options.limit // len(folders)))
        rows += [{"project": folder.name, **measured(sample, files, index)} for sample in found]
    head = ("project", "language", "imports", *VERDICTS, "exact line", "and place", "ms p50", "ms p95")
    groups = sorted({(row["project"], row["language"]) for row in rows})
    lines = [
        [*group, *_figures([row for row in rows if (row["project"], row["language"]) == group])]
        for group in groups
    ]
    table("imports removed one at a time", head, [*lines, ["all", "", *_figures(rows)]])
    line, exact = _shares(Counter(row["verdict"] for row in rows), len(rows))
    return {
        "imports": len(rows),
        "line": line,
        "exact": exact,
        "missed": [row for row in rows if row["verdict"] != "exact"],
    }


def _figures(rows: list[dict[str, Any]]) -> list[object]:
    counts = Counter(row["verdict"] for row in rows)
    times = [row["ms"] for row in rows]
    return [
        len(rows),
        *(counts[one] for one in VERDICTS),
        *_shares(counts, len(rows)),
        percentile(times, 0.5),
        percentile(times, 0.95),
    ]


def _shares(counts: Counter[str], total: int) -> tuple[float | None, float | None]:
    """How often the line was exact, and how often its place was, too."""
    return share(counts["exact"] + counts["line"], total), share(counts["exact"], total)


def sources(folder: Path) -> dict[str, str]:
    """The texts of a source tree, and the files that say what its modules are called."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        wanted = language_of(path.name) in SPECS or path.name in SAYING
        if wanted and path.is_file() and path.stat().st_size < MAX_FILE:
            found[path.relative_to(folder).as_posix()] = path.read_bytes().decode("utf-8", "replace")
    return found


def chosen(files: dict[str, str], index: Index, rng: random.Random, limit: int) -> list[Sample]:
    """Samples from all over the project."""
    found: list[Sample] = []
    paths = [path for path in files if language_of(path) in SPECS]
    rng.shuffle(paths)
    for path in paths:
        mine = list(samples(path, files[path], index))
        found += rng.sample(mine, min(PER_FILE, len(mine)))
    rng.shuffle(found)
    return found[:limit]


def samples(path: str, text: str, index: Index) -> Iterator[Sample]:
    """Every import of a file that can be taken out."""
    document = index.document(path)
    if document is None or document.errors():
        return
    own = statements(document)
    spans = [(one.start, one.end) for one in own]
    for statement in own:
        for item in statement.items:
            if item.kind in {"all", "effect"} or item.module == "__future__" or statement.public:
                continue
            use = first_use(text, item.local, spans, index, path)
            cut = without(text, statement, item)
            if use is None or cut is None:
                continue
            start, end = cut[0], cut[0] + len(cut[1])
            after = text[:start] + cut[2] + text[end:]
            moved = use + (len(cut[2]) - len(cut[1]) if use >= end else 0)
            line, stop = after.rfind("\n", 0, moved) + 1, after.find("\n", moved)
            before = after[:line] + after[stop + 1 if stop >= 0 else len(after) :]
            yield Sample(path, item.local, language_of(path) or "", text, before, after)


def first_use(text: str, name: str, spans: list[tuple[int, int]], index: Index, path: str) -> int | None:
    """The first place in code, outside of imports, where the name stands as a plain use."""
    for one in index.occurrences(path, name):
        if any(start <= one.start < end for start, end in spans) or text[one.start - 1 : one.start] == ".":
            continue
        if one.node.value in {"reference", "call", "type"} and _is_imported(
            index, path, name, one.start, spans
        ):
            return one.start
    return None


def _is_imported(index: Index, path: str, name: str, start: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a use means the import, and no parameter or local of the same name."""
    document = index.document(path)
    if document is None:
        return False
    at = document.border.to_bytes(start)
    mention = document.classify(at, at + len(name.encode()), name)
    resolver = Resolver(index)
    scope = resolver.scope_of(mention)
    defined = [] if scope is None else resolver.defs(Entity(path, scope, name))
    places = [document.border.to_chars(one.start) for one in defined]
    return scope is None or any(low <= at < high for at in places for low, high in spans)


def without(text: str, statement: Statement, item: Item) -> tuple[int, str, str] | None:
    """What is cut for one item: (start, old, new); None where the rest would not stand."""
    if len(statement.items) == 1:
        start = text.rfind("\n", 0, statement.start) + 1
        end = text.find("\n", statement.end) + 1 or len(text)
        if text[start : statement.start].strip() or text[statement.end : end].strip(" \t\r\n;"):
            return None
        if (
            statement.block != (-1, -1)
            and not (text[statement.block[0] : start] + text[end : statement.block[1]]).strip()
        ):
            return None
        if statement.holder != (-1, -1) and not (
            text[statement.holder[0] : start] + text[end : statement.holder[1]]
        ).strip("{} \n"):
            return None
        return start, text[start:end], ""
    inner = next((one for one in statement.lists if (item.start, item.end) in one.members), None)
    if inner is None and (statement.lists or item.kind != "name"):
        return None
    members = list(inner.members) if inner is not None else [(one.start, one.end) for one in statement.items]
    if len(members) == 1:
        return None
    at = members.index((item.start, item.end))
    if at + 1 < len(members):
        start, end = members[at][0], members[at + 1][0]
    else:
        start, end = members[at - 1][1], members[at][1]
    if inner is not None and len(members) == 2 and statement.text.startswith("use"):
        kept = members[1 - at]
        return inner.start - 1, text[inner.start - 1 : inner.end + 1], text[kept[0] : kept[1]]
    return start, text[start:end], ""


def measured(sample: Sample, files: dict[str, str], index: Index) -> dict[str, Any]:
    """What the first offer makes of the file."""
    files[sample.path] = sample.before
    index.update(sample.path, sample.before)
    files[sample.path] = sample.after
    index.update(sample.path, sample.after)
    edit = saved(sample.path, sample.before, sample.after)
    began = time.perf_counter()
    sites = [site for site in propose(edit, (), index) if site.rule >= 0.5 and site.draft is not None]
    took = (time.perf_counter() - began) * 1000
    verdict = applied(sample, sites[0]) if sites else "silent"
    files[sample.path] = sample.whole
    index.update(sample.path, sample.whole)
    offer = "" if not sites else f"{sites[0].path}:{sites[0].start} {sites[0].old!r} -> {sites[0].draft!r}"
    return {
        "path": sample.path, "name": sample.name, "language": sample.language, "verdict": verdict,
        "offer": offer, "wanted": wanted(sample), "ms": took,
    }  # fmt: skip


def applied(sample: Sample, site: Site) -> str:
    """Whether a site makes the file what it was, or gives it the lines that it had in another order."""
    if site.path != sample.path or site.draft is None:
        return "wrong"
    made = _bare(sample.after[: site.start] + site.draft + sample.after[site.end :])
    whole = _bare(sample.whole)
    return "exact" if made == whole else "line" if Counter(made) == Counter(whole) else "wrong"


def _bare(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def wanted(sample: Sample) -> str:
    """The lines that were taken out, for the list of misses."""
    kept = Counter(_bare(sample.after))
    gone = [line for line in _bare(sample.whole) if not kept[line]]
    return posixpath.basename(sample.path) + ": " + re.sub(r"\s+", " ", " | ".join(gone))[:200]
