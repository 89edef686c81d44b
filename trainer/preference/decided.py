"""What became of each action that was shown, and how strongly that speaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.diff import carried
from engine.records import SiteFate, Told, ToldAction
from engine.types import Verdict

WEIGHTS: Final = {
    Verdict.ACCEPTED: 1.0,
    Verdict.CORRECTED: 1.0,
    Verdict.REJECTED: 1.0,
    Verdict.UNDONE: 1.0,
    Verdict.MADE_BY_HAND: 0.7,
    Verdict.IGNORED: 0.4,
}
"""How strong each signal is; the other verdicts say nothing."""
CORRECTED_LATER: Final = 0.7
"""A correction that was found from later saves."""
OWN_TEXT: Final = 160
"""Characters of the longest text of a person in a place: a longer one is other work."""
STANDS: Final = 0.5
"""Accepted text of which less stands five minutes later tells nothing."""
MINUTE: Final = 60.0
"""Seconds after a decision in which nothing may be written in the file, if the end is to be right."""


class Stand(StrEnum):
    """What became of an action, as far as it tells anything."""

    TAKEN = "taken"
    OWN = "own"  # the person put a text of their own there
    REFUSED = "refused"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decided:
    """An action with what became of it."""

    action: ToldAction
    stand: Stand
    verdict: Verdict
    weight: float
    """0 to 1."""
    own: str | None = None
    """The person's own text."""
    pointed: bool = False
    """Whether it was rejected by itself, with the rest of the chain left open: they looked at that place."""


def decided(told: Told) -> list[Decided]:
    """The shown actions with what became of them, in order."""
    fates = {fate.site: fate for fate in told.fates}
    found = [_stands(one, None if one.site is None else fates.get(one.site)) for one in told.actions]
    return [replace(one, pointed=_pointed(told, one)) for one in found]


def left_alone(told: Told, action: ToldAction, now: float) -> bool:
    """Whether nothing at all was right in an action's place.

    That is known once the day of the answer is over: the person wrote nothing more in the file until a minute
    after they had decided, and left the place alone for the rest of the day. `now`: seconds since the epoch.
    """
    outcome = action.outcome
    if outcome is None or outcome.verdict is Verdict.UNDONE or now < _midnight_after(told.at):
        return False
    edits = [edit for edit in told.later if edit.path == action.path]
    if any(edit.by == "person" and edit.at <= outcome.at + MINUTE for edit in edits):
        return False
    start = action.start - 1  # what touches the place counts as written there
    for edit in edits:
        moved = carried(start, start + len(action.old) + 2, edit.hunks)
        if moved is None:
            return False
        start = moved
    return True


def _stands(action: ToldAction, fate: SiteFate | None) -> Decided:
    outcome = action.outcome
    if outcome is None or outcome.verdict not in WEIGHTS:
        return Decided(action, Stand.NOTHING, Verdict.SUPERSEDED, 0.0)
    verdict, weight = outcome.verdict, WEIGHTS[outcome.verdict]
    if verdict in (Verdict.ACCEPTED, Verdict.MADE_BY_HAND):
        stands = min((kept.share for kept in action.kept if kept.horizon == "5m"), default=1.0)
        if stands < STANDS:
            return Decided(action, Stand.NOTHING, verdict, 0.0)
        return Decided(action, Stand.TAKEN, verdict, weight * stands)
    if verdict is Verdict.CORRECTED:
        own = _own(action, outcome.new)
        weight = CORRECTED_LATER if outcome.later else weight
        return Decided(action, Stand.NOTHING if own is None else Stand.OWN, verdict, weight, own)
    if fate is not None and fate.made:
        by_hand = Verdict.MADE_BY_HAND
        return Decided(action, Stand.TAKEN, by_hand, WEIGHTS[by_hand])
    own = None if fate is None else _own(action, fate.new)
    return Decided(action, Stand.REFUSED if own is None else Stand.OWN, verdict, weight, own)


def _pointed(told: Told, one: Decided) -> bool:
    """Whether an action was rejected while another one was, and stayed, undecided: Esc closes all at once."""
    outcome = one.action.outcome
    if one.verdict is not Verdict.REJECTED or outcome is None:
        return False
    first = [action.decisions[0].at if action.decisions else None for action in told.actions]
    return any(at is None or at > outcome.at for at in first)


def _own(action: ToldAction, text: str | None) -> str | None:
    """What a person put in an action's place, where it is a text of their own."""
    if text is None or text in (action.new, action.old) or len(text) > OWN_TEXT:
        return None
    return text


def _midnight_after(at: float) -> float:
    """When the local day of a time is over."""
    day = datetime.fromtimestamp(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=1)).timestamp()
