"""The places of a stretch that a model wrote anew, beside those that it changed itself.

What rules drafted there was shown along with what the model wrote, and what was taken of it is part of the
text that was wanted. The places that were shown are followed as they are (engine/session/unwritten.py); what
else the person's next save changed in the stretch is what they wanted to follow from their edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.diff import carried
from engine.records import BURST, Considered, Told, ToldEdit, Written
from engine.types import Hunk, IntentKind
from trainer.preference.decided import OWN_TEXT

SOON: Final = 600.0
"""Seconds after the answer within which the next save goes on from the same edit."""

Span = tuple[int, int]


def places(told: Told) -> tuple[Considered, ...]:
    """What was considered, with what rules drafted in a window and what was written there as places of it."""
    if not told.written:
        return told.considered
    found = list(told.considered)
    for number, window in enumerate(told.written):
        _take_in(found, number, window)
        label = _next(found, number)
        for at, (start, hunk) in enumerate(_changes(told, window, found)):
            found.append(
                Considered(
                    path=window.path,
                    start=start,
                    old=hunk.old,
                    new=hunk.new,
                    intent=IntentKind.FREE.value,
                    p=0.0,
                    left_out="the person wrote it",
                    window=number,
                    label=label + at,
                )
            )
    return tuple(found)


def _take_in(found: list[Considered], number: int, window: Written) -> None:
    """Label what rules drafted in a window, where the model wrote nothing."""
    own = [_span(one) for one in found if one.window == number and one.label is not None]
    label = _next(found, number)
    for at, one in enumerate(found):
        start, end = _span(one)
        inside = one.path == window.path and window.start <= start and end <= window.start + len(window.old)
        if one.label is None and inside and not any(low <= end and start <= high for low, high in own):
            found[at] = replace(one, window=number, label=label)
            own.append((start, end))
            label += 1


def _next(found: Sequence[Considered], number: int) -> int:
    """The first label of a window that is free."""
    return 1 + max((one.label for one in found if one.window == number and one.label is not None), default=-1)


def _span(one: Considered) -> Span:
    return one.start, one.start + len(one.old)


def _changes(told: Told, written: Written, known: Sequence[Considered]) -> Iterator[tuple[int, Hunk]]:
    """Where the next save changed the window beside all that is spoken for, and how."""
    taken = [_span(one) for one in known if one.path == written.path]
    if written.path == told.edit.path:
        taken += [(hunk.new_start, hunk.new_end) for hunk in told.edit.hunks]
    edits = [edit for edit in told.later if edit.path == written.path]
    number = next((n for n, edit in enumerate(edits) if edit.by == "person"), None)
    if number is None or edits[number].at > told.at + SOON or edits[number].id.startswith(BURST):
        return
    for hunk in edits[number].hunks:
        start = _before(hunk, edits[:number])
        if start is None or max(len(hunk.old), len(hunk.new)) > OWN_TEXT:
            continue
        end, inside = start + len(hunk.old), start - written.start
        stands = inside >= 0 and written.old.startswith(hunk.old, inside)
        stands = stands and inside + len(hunk.old) <= len(written.old)
        free = not any(low <= end and start <= high for low, high in taken)
        if stands and free and (hunk.old + hunk.new).strip():
            yield start, hunk


def _before(hunk: Hunk, edits: Sequence[ToldEdit]) -> int | None:
    """Where a hunk's old text stood before these edits; None where they wrote it."""
    start = hunk.start
    for edit in reversed(edits):
        back = [Hunk(one.new_start, one.new, one.start, one.old) for one in edit.hunks]
        before = carried(start, start + len(hunk.old), back)
        if before is None:
            return None
        start = before
    return start
