"""Rewriting the items of a list in parentheses (arguments, parameters) with as little changed as possible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_LAST_COMMENT = re.compile(r"\s*,?[^\S\n]*(?:#|//|/\*)[^\n]*(?=\n)")
_COMMENT = re.compile(r"#|//|/\*")
_ABOVE = re.compile(r"\n[^\S\n]*((?:(?:#|//)[^\n]*\n\s*|/\*(?:(?!\*/).)*\*/\s*)+)\Z", re.DOTALL)
_BESIDE = re.compile(r"((?:/\*[^*\n]*\*/[^\S\n]*)+)\Z")


class Replacement(NamedTuple):
    """Write `new` over `old` at `start`."""

    start: int
    old: str
    new: str


class Listed(NamedTuple):
    """A list inside its parentheses, cut into its items and what stands between them."""

    start: int
    lead: str
    items: tuple[str, ...]
    behind: tuple[str, ...]
    """What follows each item up to the next; what follows the last is the tail."""
    tail: str

    @property
    def units(self) -> list[str]:
        """Every piece in order."""
        return _units(self.lead, list(self.items), list(self.behind), self.tail)


def listed(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Listed:
    """Cut the stretch between two parentheses at its items; a comment above an item is part of it."""
    if not spans:
        return Listed(start, "", (), (), text[start:end])
    ends = [start, *(right for _, right in spans)]
    whole = [(_with_comment(text, low, left), right) for low, (left, right) in zip(ends, spans, strict=False)]
    items = tuple(text[left:right] for left, right in whole)
    behind = tuple(text[left[1] : right[0]] for left, right in pairwise(whole))
    return Listed(start, text[start : whole[0][0]], items, behind, text[whole[-1][1] : end])


def _with_comment(text: str, low: int, start: int) -> int:
    """Where an item begins with the comments above it or right before it, all of them behind `low`."""
    found = _ABOVE.search(text, low, start) or _BESIDE.search(text, low, start)
    return start if found is None else found.start(1)


def rewritten(held: Listed, wanted: Sequence[int | str]) -> Replacement | None:
    """The change after which the list holds these items: numbers are old ones, texts are new ones.

    An item keeps what follows it (a comment at its line's end); new gaps look like the list's own. None where
    nothing changes.
    """
    if list(wanted) == list(range(len(held.items))):
        return None
    if not held.items or not wanted:
        return _whole(held, [one for one in wanted if isinstance(one, str)])
    items = [held.items[one] if isinstance(one, int) else one for one in wanted]
    last = len(held.items) - 1
    gaps = [_gap(held, left, right) for left, right in pairwise(wanted)]
    tail = held.tail
    comment = _LAST_COMMENT.match(tail)
    end = wanted[-1]
    trails = tail.lstrip().startswith(",")
    if comment is not None and end != last and last in wanted:
        # the last item's comment stays with it
        tail = "," * trails + tail[comment.end() :]
        said = comment.group().replace(",", "", int(trails))
        gaps[list(wanted).index(last)] = "," + said + _break(held)
    elif isinstance(end, int) and end < last and _COMMENT.search(held.behind[end]):
        # the new last item's comment too; the old one's goes with it
        said = held.behind[end].rstrip()
        rest = tail[comment.end() :] if comment is not None else tail.lstrip().removeprefix(",")
        tail = (said if trails else said.replace(",", "", 1)) + rest
    return _smallest(held, _units(held.lead, items, gaps, tail))


def _whole(held: Listed, new: list[str]) -> Replacement | None:
    """A list that was empty, or becomes so."""
    old = "".join(held.units)
    text = ", ".join(new)
    if not held.items and "\n" not in old.strip(" "):
        return Replacement(held.start, "", text) if old.strip() == "" and text else None
    return Replacement(held.start, old, text)


def _gap(held: Listed, left: int | str, right: int | str) -> str:
    """What stands between two items of the new list."""
    if isinstance(left, int) and left < len(held.behind):
        own = held.behind[left]
        if right == left + 1 or _COMMENT.search(own):
            return own
    near = [one for one in held.behind if not _COMMENT.search(one)]
    if isinstance(right, int) and right > 0 and held.behind[right - 1] in near:
        return held.behind[right - 1]
    if isinstance(left, int) and left < len(held.behind) and held.behind[left] in near:
        return held.behind[left]
    if near:
        return near[-1]
    return "," + (_break(held) if "\n" in held.lead else " ")


def _break(held: Listed) -> str:
    """The line break and indentation before an item that has a line of its own, else a blank."""
    for one in (*held.behind, held.lead):
        if "\n" in one:
            return one[one.rindex("\n") - (1 if one[: one.rindex("\n")].endswith("\r") else 0) :]
    return " "


def _units(lead: str, items: Sequence[str], gaps: Sequence[str], tail: str) -> list[str]:
    units = [lead]
    for number, item in enumerate(items):
        units.append(item)
        units.append(gaps[number] if number < len(gaps) else tail)
    return units


def _smallest(held: Listed, new: list[str]) -> Replacement | None:
    """The change from the old pieces to the new ones without the pieces that both begin and end with."""
    old = held.units
    if old == new:
        return None
    first = next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
    most = min(len(old), len(new)) - first
    last = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    start = held.start + sum(map(len, old[:first]))
    gone, come = "".join(old[first : len(old) - last]), "".join(new[first : len(new) - last])
    if gone and come.endswith(gone):  # an item got something in front of it: its name
        return Replacement(start, "", come[: len(come) - len(gone)])
    return Replacement(start, gone, come)
