"""A simulated developer at work: a rewritten project, edits made one by one, and what is still to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.diff import saved
from engine.types import Edit
from trainer.simulate.source import Change, Moved, Source, apply


@dataclass(frozen=True)
class Case:
    """One decision point: the project after an edit, and what the developer will still change."""

    scenario: str
    recent: tuple[Edit, ...]
    edit: Edit
    present: Mapping[str, str]
    """The text of every file that differs from the project as it is."""
    remaining: Mapping[str, tuple[Change, ...]]
    """What is still to be done, in the present texts; empty where nothing follows."""
    unclear: Mapping[str, tuple[tuple[int, int], ...]]
    """Stretches of the present texts of which the truth is not known."""


class Story:
    """Builds a Case: first the rewriting of the project, then the plan, then the edits."""

    def __init__(self, source: Source, rewriting: Mapping[str, Sequence[Change]] | None = None) -> None:
        self._source = source
        self._moved: dict[str, Moved] = {}
        self._edits: list[Edit] = []
        self._remaining: dict[str, list[Change]] = defaultdict(list)
        self._unclear: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.present: dict[str, str] = {}
        for path, changes in (rewriting or {}).items():
            self.present[path] = apply(source.texts[path], changes)
            self._moved[path] = Moved(changes)

    def text(self, path: str) -> str:
        """The present text of a file."""
        return self.present.get(path, self._source.texts[path])

    def at(self, path: str, offset: int) -> int:
        """Where an offset of the project as it is stands after the rewriting; only before the first edit."""
        return self._moved[path](offset) if path in self._moved else offset

    def plan(self, path: str, change: Change) -> None:
        """Something that the developer will do, in present offsets."""
        self._remaining[path].append(change)

    def doubt(self, path: str, start: int, end: int) -> None:
        """A stretch of which the truth is not known, in present offsets."""
        self._unclear[path].append((start, end))

    def planned(self, path: str) -> list[Change]:
        """What is still to be done in a file, in present offsets and in order."""
        return sorted(self._remaining[path])

    def do(self, path: str, changes: Iterable[Change]) -> None:
        """The developer makes some changes of one file in one save; planned ones among them are done."""
        made = sorted(changes)
        before = self.text(path)
        after = apply(before, made)
        moved = Moved(made)
        left = [item for item in self._remaining[path] if item not in made]
        self._remaining[path] = [Change(moved(item.start), item.old, item.new) for item in left]
        self._unclear[path] = [
            (moved(start), moved(start) + end - start) for start, end in self._unclear[path]
        ]
        self.present[path] = after
        self._edits.append(saved(path, before, after, len(self._edits) + 1))

    def case(self, scenario: str) -> Case:
        """The decision point after the last edit."""
        return Case(
            scenario,
            tuple(self._edits[-4:-1]),
            self._edits[-1],
            dict(self.present),
            {path: tuple(sorted(items)) for path, items in self._remaining.items() if items},
            {path: tuple(items) for path, items in self._unclear.items() if items},
        )
