"""What a person wrote by themselves in a stretch that a model had written anew, otherwise than it had.

Places that the model had changed are followed as they are (engine/session/unwritten.py). This is about the
rest of the stretch: what the person's next save changed there is what they wanted to follow from their edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.diff import carried
from engine.records import BURST, Considered, Told, ToldEdit, Written
from engine.types import Hunk, IntentKind
from trainer.preference.decided import OWN_TEXT

SOON: Final = 600.0
"""Seconds after the answer within which the next save goes on from the same edit."""

Span = tuple[int, int]


def by_hand(told: Told) -> tuple[Considered, ...]:
    """What the next save changed in the window, as places of the text that the answer was about."""
    found: list[Considered] = []
    for number, written in enumerate(told.written):
        known = [one for one in told.considered if one.path == written.path]
        label = max((one.label for one in known if one.label is not None), default=-1) + 1
        taken = [(one.start, one.start + len(one.old)) for one in known]
        if written.path == told.edit.path:
            taken += [(hunk.new_start, hunk.new_end) for hunk in told.edit.hunks]
        for at, (start, hunk) in enumerate(_changes(told, written, taken)):
            found.append(
                Considered(
                    path=written.path,
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


def _changes(told: Told, written: Written, taken: Sequence[Span]) -> Iterator[tuple[int, Hunk]]:
    """Where the next save changed the window beside all that is spoken for, and how."""
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
