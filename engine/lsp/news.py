"""Which complaints are new after an edit: what was there before and has only moved is none of its doing."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from engine.lsp.positions import Positions
from engine.lsp.wire import Complaint
from engine.types import Hunk


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
