"""Renames through the real engine, compared with what a language's own tool says."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.config import Settings
from engine.diff import saved
from engine.intents import propose
from engine.model.predictor import open_predictor
from engine.syntax.index import Index
from engine.types import Edit, NodeKind, Site
from engine.watch import Ignore
from tests.benchmarks.common import median, share, table

Place = tuple[str, int]
"""Path in the project and character offset in the text before the rename."""
SILENT = (NodeKind.COMMENT, NodeKind.DOCSTRING)
"""Left out of the comparison: the tools that serve as truth do not look into prose."""


@dataclass(frozen=True)
class Definition:
    """A name to be renamed where it is declared."""

    path: str
    start: int
    name: str
    kind: str


@dataclass
class Answer:
    """One definition with both answers."""

    definition: Definition
    ours: frozenset[Place]
    truth: frozenset[Place]
    ours_ms: float
    truth_ms: float
    context: dict[Place, str] = field(default_factory=dict)


class Renamer:
    """One project in memory, its index, and renames made in it and taken back."""

    def __init__(
        self, root: Path, suffixes: Iterable[str], threshold: float = 0.5, model: bool = False
    ) -> None:
        self.root = root
        self.threshold = threshold
        self.texts: dict[str, str] = {}
        for path in Ignore(root).walk():
            if Path(path).suffix in set(suffixes):
                try:
                    self.texts[path] = (root / path).read_bytes().decode("utf-8")
                except UnicodeDecodeError:
                    continue
        self.index = Index(root, self.texts.get)
        began = time.perf_counter()
        self.index.build(sorted(self.texts))
        self.build_ms = (time.perf_counter() - began) * 1000
        self.model = Model.get() if model else None

    def rename(self, definition: Definition) -> tuple[frozenset[Place], float, list[Site]]:
        """The places that follow (in offsets of the text before), milliseconds, and all sites."""
        before = self.texts[definition.path]
        new = definition.name + "_renamed"
        end = definition.start + len(definition.name)
        assert before[definition.start : end] == definition.name, definition
        after = before[: definition.start] + new + before[end:]
        edit = saved(definition.path, before, after)
        began = time.perf_counter()
        self.texts[definition.path] = after
        self.index.update(definition.path, after)
        sites = propose(edit, (), self.index)
        taken = self._decided(edit, sites)
        spent = (time.perf_counter() - began) * 1000
        self.texts[definition.path] = before
        self.index.update(definition.path, before)
        grown = len(new) - len(definition.name)
        places = set()
        for site in taken:
            if site.node in SILENT or site.old != definition.name:
                continue
            moved = site.path == definition.path and site.start > definition.start
            places.add((site.path, site.start - grown if moved else site.start))
        return frozenset(places), spent, list(sites)

    def _decided(self, edit: Edit, sites: Sequence[Site]) -> list[Site]:
        if self.model is None:
            return [site for site in sites if site.rule >= self.threshold]
        return [site for site, _ in self.model.shown(edit, sites, self.texts.get)]

    def line(self, place: Place) -> str:
        """The line around a place, for people who check."""
        path, start = place
        text = self.texts.get(path, "")
        low = text.rfind("\n", 0, start) + 1
        high = text.find("\n", start)
        return text[low : high if high >= 0 else len(text)].strip()[:160]


class Model:
    """The embedded model, opened once, with the threshold of the settings."""

    _opened: Model | None = None

    def __init__(self) -> None:
        settings = Settings.load()
        self.predictor = open_predictor(settings, print)
        self.threshold = settings.threshold

    @classmethod
    def get(cls) -> Model:
        """The one that is open."""
        cls._opened = cls._opened or cls()
        return cls._opened

    def shown(
        self, edit: Edit, sites: Sequence[Site], text_of: Callable[[str], str | None]
    ) -> list[tuple[Site, float]]:
        """The sites that the model would show, with their p."""
        decided = self.predictor.decide([edit], sites, text_of, lambda: False)
        found = [one for batch in decided for one in batch.candidates]
        return [(one.site, one.p) for one in found if one.p >= self.threshold]


def figures(answers: Sequence[Answer], label: str) -> dict[str, object]:
    """Recall, precision and times over all answers, and per kind; printed as a table."""
    kinds: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        kinds[answer.definition.kind].append(answer)
    rows = [_row(kind, kinds[kind]) for kind in sorted(kinds)] + [_row("all", answers)]
    head = ("kind", "names", "places", "recall", "precision", "exact", "ms", "tool ms")
    table(label, head, [[row[name] for name in head] for row in rows])
    total = rows[-1]
    ours, tool = total["ms"], total["tool ms"]
    ratio = round(tool / ours, 1) if isinstance(ours, float) and isinstance(tool, float) and ours else None
    ours_sum, tool_sum = sum(a.ours_ms for a in answers), sum(a.truth_ms for a in answers)
    whole = round(tool_sum / ours_sum, 1) if ours_sum else None
    print(f"  faster than the tool by a factor of {ratio} (medians), {whole} (sums)")
    return {"rows": rows, "speed_ratio": ratio, "speed_ratio_of_sums": whole}


def _row(kind: str, answers: Sequence[Answer]) -> dict[str, object]:
    right = sum(len(a.ours & a.truth) for a in answers)
    return {
        "kind": kind,
        "names": len(answers),
        "places": sum(len(a.truth) for a in answers),
        "recall": share(right, sum(len(a.truth) for a in answers)),
        "precision": share(right, sum(len(a.ours) for a in answers)),
        "exact": share(sum(a.ours == a.truth for a in answers), len(answers)),
        "ms": median([a.ours_ms for a in answers]),
        "tool ms": median([a.truth_ms for a in answers]),
    }


def disagreements(answers: Sequence[Answer], renamer: Renamer, limit: int = 1500) -> list[dict[str, object]]:
    """Places that only one side names, with their lines, worst names first."""
    found: list[dict[str, object]] = []
    for answer in sorted(answers, key=lambda a: -len(a.ours ^ a.truth)):
        for kind, places in (("missed", answer.truth - answer.ours), ("wrong", answer.ours - answer.truth)):
            for path, start in sorted(places)[:12]:
                line = renamer.texts.get(path, "").count("\n", 0, start) + 1
                found.append(
                    {
                        "kind": kind,
                        "what": answer.definition.kind,
                        "name": answer.definition.name,
                        "declared": f"{answer.definition.path}:{_line(renamer, answer.definition)}",
                        "place": f"{path}:{line}",
                        "text": renamer.line((path, start)),
                    }
                )
    return found[:limit]


def _line(renamer: Renamer, definition: Definition) -> int:
    return renamer.texts[definition.path].count("\n", 0, definition.start) + 1
