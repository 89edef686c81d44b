"""Which lines around the edit a model sees, and which of them it writes anew.

Zed's rule (zed-industries/zed, crates/zeta_prompt/src/excerpt_ranges.rs): from the cursor's row line by line
in both directions with three quarters of the budget, then to the syntax nodes around it that fit, then line
by line again, on the side that has grown least. A token counts three bytes, a line at least one token.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from engine.model.prompt import TextOf
from engine.syntax.around import around
from engine.types import Edit


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person is: behind what was written last."""

    path: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Offsets of the part that may change and of the context around it; both end before a newline."""

    start: int
    end: int
    first: int
    last: int


def tokens(text: str) -> int:
    """How many tokens Zed takes a text for."""
    return len(text.encode("utf-8", "replace")) // 3


def place_of(edits: Sequence[Edit], text_of: TextOf) -> Place | None:
    """The end of what the newest edit wrote last, which stands for the cursor; None where it is gone."""
    if not edits or not edits[-1].hunks:
        return None
    edit, hunk = edits[-1], edits[-1].hunks[-1]
    at = hunk.new_end - hunk.new.endswith("\n")
    return Place(edit.path, edit.after, at) if text_of(edit.path) == edit.after else None


def excerpt(place: Place, editable: int, context: int) -> Excerpt:
    """The lines around a place within two budgets of tokens."""
    rows = _Rows(place.text)
    spans = [(rows.row_of(a), rows.row_of(b)) for a, b in around(place.path, place.text, place.at)]
    row = rows.row_of(place.at)
    small = editable * 3 // 4
    first, last, left = rows.both_ways(row, row, small - rows.cost(row))
    upper, lower = first, last
    left += editable - small
    first, last, left, _ = rows.to_nodes(first, last, left, spans)
    up = upper - first <= last - lower
    first, last = rows.line_by_line(first, last, left, up)
    top, bottom, left, grown = rows.to_nodes(first, last, context, spans)
    if not grown:
        top, bottom = rows.line_by_line(first, last, context, True)
    return Excerpt(rows.starts[first], rows.end_of(last), rows.starts[top], rows.end_of(bottom))


class _Rows:
    """The rows of a text, and what they cost."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.starts = [0]
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)

    def row_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def end_of(self, row: int) -> int:
        return self.starts[row + 1] - 1 if row + 1 < len(self.starts) else len(self._text)

    def cost(self, row: int) -> int:
        return max(1, tokens(self._text[self.starts[row] : self.end_of(row)]))

    def both_ways(self, first: int, last: int, left: int) -> tuple[int, int, int]:
        """Down and up in turn, until a row does not fit."""
        left = max(0, left)
        while left > 0 and (first > 0 or last + 1 < len(self.starts)):
            for step in (1, -1):
                row = last + 1 if step > 0 else first - 1
                if left == 0 or not 0 <= row < len(self.starts):
                    continue
                if self.cost(row) > left:
                    return first, last, left
                left -= self.cost(row)
                first, last = min(first, row), max(last, row)
        return first, last, left

    def line_by_line(self, first: int, last: int, left: int, up: bool) -> tuple[int, int]:
        """Up and down in turn, as long as some row fits."""
        grown = True
        while grown and left > 0:
            grown = False
            for step in (-1, 1) if up else (1, -1):
                row = last + 1 if step > 0 else first - 1
                if left > 0 and 0 <= row < len(self.starts) and self.cost(row) <= left:
                    left -= self.cost(row)
                    first, last, grown = min(first, row), max(last, row), True
        return first, last

    def to_nodes(
        self, first: int, last: int, left: int, spans: Sequence[tuple[int, int]]
    ) -> tuple[int, int, int, bool]:
        """To the nodes that reach further, from the smallest, until one does not fit."""
        grown = False
        wider = [span for span in dict.fromkeys(spans) if span[0] < first or span[1] > last]
        for top, bottom in wider:
            need = sum(map(self.cost, (*range(top, first), *range(last + 1, bottom + 1))))
            if need > left:
                break
            first, last, left, grown = min(first, top), max(last, bottom), left - need, True
        return first, last, left, grown
