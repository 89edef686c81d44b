"""Where a stretch of text stands after later edits of its file, and how much of a change is left of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from engine.align import lcs, tokenize
from engine.types import Hunk


@dataclass(frozen=True, slots=True)
class Stretch:
    """A place in a text, and what stands there."""

    start: int
    text: str
    wide: bool = False
    """Whether an edit across its border has drawn the text around it in."""

    @property
    def end(self) -> int:
        """The end of its text."""
        return self.start + len(self.text)


def followed(place: Stretch, hunks: Iterable[Hunk]) -> Stretch:
    """The stretch after an edit; what is written right beside it is no part of it, unless the two are one."""
    start, text, wide = place.start, place.text, place.wide
    shift = grown = 0
    for hunk in hunks:
        if hunk.end <= place.start and not _before(hunk, place):
            shift += len(hunk.new) - len(hunk.old)
        elif hunk.start >= place.end and not _behind(hunk, place):
            break
        else:
            low, high = max(hunk.start, place.start), min(hunk.end, place.end)
            at, until = low - place.start + grown, high - place.start + grown
            text = text[:at] + hunk.new + text[until:]
            grown += len(hunk.new) - (high - low)
            wide = wide or hunk.start < place.start or hunk.end > place.end
            start = min(start, hunk.start)
    return Stretch(start + shift, text, wide)


_QUALIFIES: Final = re.compile(r"[\w.]+[.=]")
_GIVES: Final = re.compile(r"=(?!=)[^\n]*")


def _before(hunk: Hunk, place: Stretch) -> bool:
    """Whether what was inserted before a stretch is of one piece with it: `self.` or `timeout=`."""
    if hunk.start != place.start or hunk.old:
        return False
    return not place.text or _QUALIFIES.fullmatch(hunk.new) is not None


def _behind(hunk: Hunk, place: Stretch) -> bool:
    """Whether what was inserted behind a stretch is of one piece with it: `=3`, or `tries=` seen from behind.

    The diff says that `=tries` came behind `, tries`; as well `tries=` came into it.
    """
    if hunk.start != place.end or hunk.old:
        return False
    if not place.text or _GIVES.fullmatch(hunk.new):
        return True
    suffix = ""
    for token in reversed(tokenize(place.text)[1:]):
        suffix = token + suffix
        if not hunk.new.endswith(suffix):
            return False
        if any(map(str.isalnum, suffix)):
            return "\n" not in hunk.new
    return False


class Shifts:
    """How far an edit moves what it does not touch: many look-ups in one edit of many hunks."""

    def __init__(self, hunks: Sequence[Hunk]) -> None:
        self._starts = [hunk.start for hunk in hunks]
        self._ends = [hunk.end for hunk in hunks]
        self._sums = [0, *accumulate(len(hunk.new) - len(hunk.old) for hunk in hunks)]

    def of(self, place: Stretch) -> int | None:
        """By how much a stretch moves; None where a hunk touches or adjoins it."""
        first = bisect_left(self._ends, place.start)
        if first < len(self._starts) and self._starts[first] <= place.end:
            return None
        return self._sums[first]


def narrowed(place: Stretch, text: str) -> Stretch:
    """A wide stretch in which `text` stands just once as just that text again; else as it was."""
    if not place.wide or not text:
        return place
    tokens, wanted = tokenize(place.text), tokenize(text)
    found = [at for at in range(len(tokens)) if tokens[at : at + len(wanted)] == wanted]
    if len(found) != 1:
        return place
    return Stretch(place.start + len("".join(tokens[: found[0]])), text)


def left_of(old: str, new: str, place: Stretch) -> float:
    """The share of the change from `old` to `new` that still stands, by tokens, blanks aside.

    What it wrote counts, or, where it only deleted, what has not come back. In a wide stretch all of the new
    text stands in one piece or none of it does.
    """
    was, wanted, now = _plain(old), _plain(new), _plain(place.text)
    common = lcs(was, wanted)
    if place.wide:
        return float(_within(wanted, now) if wanted else not _within(was, now))
    if len(wanted) > common:
        return max(0.0, 1 - (len(wanted) - lcs(wanted, now)) / (len(wanted) - common))
    if len(was) > common:
        return min(1.0, 1 - (lcs(was, now) - common) / (len(was) - common))
    return float(place.text == new)


def _within(part: list[str], whole: list[str]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def same(one: str, other: str) -> bool:
    """Whether two texts differ in blanks at most."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> list[str]:
    return [token for token in tokenize(text) if not token.isspace()]
