"""Tuples to learn from and tuples to be judged by: the newest fifth, and nothing of it in the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trainer.preference.context import change
from trainer.tuples import END, Outcome, Preference

HELD: Final = 0.2
"""The share that is held out."""

Change = tuple[str, str, str, str]
"""Project, path, old and new text."""


@dataclass(frozen=True, slots=True)
class Split:
    """Both sides, each from the oldest to the newest."""

    learnt: list[Preference]
    held: list[Preference]
    dropped: int
    """Older tuples that choose about a change which the held ones choose about, too."""
    since: float
    """From when on tuples are held, in seconds since the epoch; infinity where none is."""


def split(preferences: Sequence[Preference], share: float = HELD) -> Split:
    """By time, then by what is changed where: no change of a file is chosen about on both sides.

    What was decided at the same time stays together, so the share is met as nearly as that allows.
    """
    ordered = sorted(preferences, key=lambda one: one.at)
    wanted = round(len(ordered) * share)
    if not wanted:
        return Split(ordered, [], 0, float("inf"))
    since = ordered[-wanted].at
    held = [one for one in ordered if one.at >= since]
    older = [one for one in ordered if one.at < since]
    known = {found for one in held for found in changes(one)}
    learnt = [one for one in older if known.isdisjoint(changes(one))]
    return Split(learnt, held, len(older) - len(learnt), since)


def before(outcomes: Sequence[Outcome], since: float) -> list[Outcome]:
    """The outcomes that are older than what is held out."""
    return [one for one in outcomes if one.at < since]


def changes(one: Preference) -> set[Change]:
    """Everything that a tuple chooses about."""
    chains = (*one.accepted, *one.rejected)
    return {(one.project, *change(one, choice)) for chain in chains for choice in chain if choice != END}
