"""Which complaints are new after an edit: what was there before and has only moved is none of its doing."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.diff import hunks
from engine.lsp.positions import Encoding, Positions
from engine.lsp.table import Check
from engine.lsp.wire import Complaint
from engine.types import Hunk

Said = tuple[str, tuple[Complaint, ...]]
"""A text and what the server complains of in it."""


@dataclass(frozen=True, slots=True)
class News:
    """What a server says of a text, and what it said of earlier ones."""

    before: Said
    """The text before the edit, or the last one of which it has said anything."""
    checked: Said | None
    """The last one that its slow check had looked at to the end."""
    now: Said
    check: Check | None

    def brought(self, encoding: Encoding) -> list[Complaint]:
        """The complaints that the edit has brought.

        What a slow check says is new against the last check that came to its end; before there is one, all
        that it says would be, and only what stands in the text that was just written is.
        """
        text, said = self.now
        new = Positions(text, encoding)
        slow = {id(one) for one in said if self.check is not None and one.source in self.check.sources}
        found = self._against(self.before, said, new, encoding)
        if not slow:
            return found
        late = [one for one in found if id(one) in slow]
        if self.checked is not None:
            late = self._against(self.checked, late, new, encoding)
        else:
            written = [(one.new_start, one.new_end) for one in hunks(self.before[0], text)]
            late = [
                one
                for one in late
                if any(
                    start <= new.offset(*one.span[2:]) and new.offset(*one.span[:2]) <= end
                    for start, end in written
                )
            ]
        kept = {id(one) for one in late}
        return [one for one in found if id(one) not in slow or id(one) in kept]

    def _against(
        self, before: Said, now: Sequence[Complaint], new: Positions, encoding: Encoding
    ) -> list[Complaint]:
        text, said = before
        return fresh(said, now, hunks(text, self.now[0]), Positions(text, encoding), new)


def fresh(
    before: Iterable[Complaint],
    after: Iterable[Complaint],
    hunks: Sequence[Hunk],
    old: Positions,
    new: Positions,
) -> list[Complaint]:
    """The complaints of `after` that `before` does not hold, seen through the hunks between their texts.

    One that stands where an old one must stand now is that old one; and so is one that says the same as one
    that is not there any more: what was cut and pasted, or is complained of in a line that was rewritten.
    """
    moved = _Moved(hunks)
    places: dict[tuple[int, str], list[str]] = {}
    for one in before:
        start = moved.of(old.offset(one.span[0], one.span[1]))
        places.setdefault((-1 if start is None else start, one.code), []).append(one.message)
    open_: list[Complaint] = []
    for one in after:
        here = places.get((new.offset(one.span[0], one.span[1]), one.code))
        if here:
            here.pop()
        else:
            open_.append(one)
    gone = Counter((code, message) for (_, code), messages in places.items() for message in messages)
    found: list[Complaint] = []
    for one in open_:
        gone[one.code, one.message] -= 1
        if gone[one.code, one.message] < 0:
            found.append(one)
    return found


class _Moved:
    """Offsets of the old text in the new one."""

    def __init__(self, hunks: Sequence[Hunk]) -> None:
        self._hunks = hunks
        self._starts = [hunk.start for hunk in hunks]

    def of(self, offset: int) -> int | None:
        """Where it stands now; None where it was rewritten."""
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return offset
        hunk = self._hunks[number]
        if offset < hunk.end:
            return None
        return offset + hunk.new_end - hunk.end
