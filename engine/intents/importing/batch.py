"""Several changes of one text, each made in what the ones before it left, as changes of the text itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.syntax.names.unresolved import Missing


@dataclass(slots=True)
class Change:
    """One replacement in the text as it stands, and whose it is."""

    start: int
    old: str
    new: str
    marks: tuple[int, ...] = ()


@dataclass(slots=True)
class Batch:
    """Changes that touch are one, so that no two of them collide."""

    original: str
    text: str = ""
    """With all changes made."""
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = self.original

    def carried(self, wanted: Missing) -> Missing:
        """A name that is missing in the original, where the changed text has it."""

        def now(at: int) -> int:
            before = (one for one in self.changes if one.start + len(one.old) <= at)
            return at + sum(len(one.new) - len(one.old) for one in before)

        def spans(given: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
            return tuple((now(start), now(end)) for start, end in given)

        return replace(
            wanted,
            start=now(wanted.start),
            end=now(wanted.end),
            blocks=spans(wanted.blocks),
            functions=spans(wanted.functions),
        )

    def add(self, start: int, old: str, new: str, mark: int) -> None:
        """Replace `old` at `start` of the changed text; raises ValueError where it does not stand."""
        if not self.text.startswith(old, start):
            raise ValueError(f"{old!r} does not stand at {start}")
        low, high = start, start + len(old)
        shift = 0
        kept: list[Change] = []
        merged: list[Change] = []
        before = 0
        for one in self.changes:
            begin = one.start + shift
            end = begin + len(one.new)
            touches = begin <= high and low <= end
            (merged if touches else kept).append(one)
            if touches:
                low, high = min(low, begin), max(high, end)
            elif end < low:
                before += len(one.new) - len(one.old)
            shift += len(one.new) - len(one.old)
        first = low - before
        size = high - low - sum(len(one.new) - len(one.old) for one in merged)
        text = self.text[:start] + new + self.text[start + len(old) :]
        made = text[low : high + len(new) - len(old)]
        marks = (*(other for one in merged for other in one.marks), mark)
        kept.append(Change(first, self.original[first : first + size], made, marks))
        self.changes = sorted(kept, key=lambda one: one.start)
        self.text = text
