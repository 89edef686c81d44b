"""What an edit does to a place in the same file: moves it, makes its change by hand, or removes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.types import Hunk


@dataclass(frozen=True, slots=True)
class Moved:
    """The place stands untouched at another offset of the text after."""

    start: int


@dataclass(frozen=True, slots=True)
class Made:
    """The edit did exactly what was offered for the place."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The edit changed the place into something else."""


Fate = Moved | Made | Gone


def fate(
    start: int, old: str, new: str, before: str, after: str, hunks: Sequence[Hunk], own: bool = False
) -> Fate:
    """What `hunks`, which turn `before` into `after`, do to the offer of `new` for `old` at `start`.

    Where the hunks are offers too (`own`), what is to be inserted right beside one is as wanted as before,
    and so is a neighbour that would read the same: the second of two equal lines that are to go.
    """
    end = start + len(old)
    touching = [hunk for hunk in hunks if _touches(hunk, start, end, own)]
    low = min(start, touching[0].start) if touching else start
    high = max(end, touching[-1].end) if touching else end
    beside = [hunk for hunk in hunks if hunk.start <= high and low <= hunk.end]
    groups = (touching,) if own else (touching, beside)
    if any(group and _makes(group, start, end, new, before, after) for group in groups):
        return Made()
    if touching:
        return Gone()
    return Moved(start + sum(len(h.new) - len(h.old) for h in hunks if h.end <= start))


def _makes(hunks: Sequence[Hunk], start: int, end: int, new: str, before: str, after: str) -> bool:
    """Whether these neighbouring hunks together write just what was offered for start..end."""
    low, high = min(start, hunks[0].start), max(end, hunks[-1].end)
    new_low = hunks[0].new_start - (hunks[0].start - low)
    new_high = hunks[-1].new_end + (high - hunks[-1].end)
    return after[new_low:new_high] == before[low:start] + new + before[end:high]


def _touches(hunk: Hunk, start: int, end: int, own: bool) -> bool:
    """Whether the hunk changes text of the place; what is written right beside it leaves it whole."""
    if start == end and own and hunk.start < hunk.end:
        return hunk.start < start < hunk.end
    if start == end:
        return hunk.start <= start <= hunk.end
    if hunk.start == hunk.end:
        return start < hunk.start < end
    return hunk.start < end and start < hunk.end
