"""Considered places that Ripple did not write: what the person's own saves make of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.records import BURST, Answer, Considered, Decided, SiteFate, Told, ToldEdit
from engine.session.anchor import Made, Moved, fate
from engine.session.log import Log
from engine.session.written import LONGEST, SETTLED
from engine.trace import Shifts, Stretch, followed, narrowed
from engine.types import Edit, Verdict

ANSWERS: Final = 16
"""Answers whose places are watched; the oldest give way."""
PLACES: Final = 48
"""Places of one answer that are watched: the likeliest."""


@dataclass(slots=True, eq=False)
class Spot:
    """A considered place."""

    suggestion: str
    site: int
    n: int | None
    """The action's number, where it was shown."""
    path: str
    new: str
    place: Stretch
    old: str
    since: float | None = None
    """When the person began to change it."""

    def follow(self, edit: Edit) -> SiteFate | None:
        """Take a person's edit of its file in; what it did to the place, once that is clear."""
        if self.since is None:
            outcome = fate(self.place.start, self.old, self.new, edit.before, edit.after, edit.hunks)
            if isinstance(outcome, Moved):
                self.place = Stretch(outcome.start, self.old)
                return None
            if isinstance(outcome, Made):
                return SiteFate(self.site, True, self.new, edit.at)
        before = self.place.text
        self.place = narrowed(followed(self.place, edit.hunks), self.old)
        if self.place.text == self.new and not self.place.wide:
            return SiteFate(self.site, True, self.new, edit.at)
        if self.place.text == self.old and not self.place.wide:
            self.since = None
        elif self.place.text != before or self.since is None:
            self.since = edit.at
        return None

    def pushed(self, edit: Edit) -> bool:
        """Take an edit of Ripple's own in; whether the place is as it was."""
        before = self.place
        self.place = followed(before, edit.hunks)
        return self.place.text == before.text and self.place.wide == before.wide

    def caught_up(self, edits: Iterable[ToldEdit]) -> bool:
        """Take in the logged saves of its file; whether it is still to be watched."""
        for edit in edits:
            before = self.place
            self.place = narrowed(followed(before, edit.hunks), self.old)
            if (self.place.text, self.place.wide) == (before.text, before.wide):
                continue
            if edit.by == "ripple" or edit.id.startswith(BURST):
                return False
            self.since = edit.at if self.place.wide or self.place.text != self.old else None
        return True

    def settled(self, now: float) -> SiteFate | None:
        """The fate of a place that was changed and left alone since."""
        if self.since is None or now - self.since < SETTLED:
            return None
        if self.place.text == self.new and not self.place.wide:
            return SiteFate(self.site, True, self.new, self.since)
        known = not self.place.wide and len(self.place.text) <= LONGEST
        return SiteFate(self.site, False, self.place.text if known else None, self.since)

    def verdicts(self, found: SiteFate) -> tuple[Decided, ...]:
        """What its fate says of the action that was shown there, unless its chain has said so."""
        if not found.made or self.n is None:
            return ()
        return (Decided(self.n, Verdict.MADE_BY_HAND, later=True),)


class Unwritten:
    """The places of the last answers. Not thread-safe: the session's lock guards it."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._spots: dict[str, list[Spot]] = {}
        self._order: deque[str] = deque()

    def watch(self, answer: Answer) -> None:
        """Watch the places of an answer that is complete."""
        self._put(answer.id, list(_spots(answer)))

    def resume(self, told: Told, text_of: Callable[[str], str | None]) -> None:
        """Watch the places of an answer of an earlier run, where they still stand."""
        spots = [
            one
            for one in _resumed(told)
            if one.caught_up(edit for edit in told.later if edit.path == one.path)
            and (text_of(one.path) or "").startswith(one.place.text, one.place.start)
        ]
        self._put(told.suggestion, spots)

    def _put(self, suggestion: str, spots: list[Spot]) -> None:
        """An answer without places takes nobody's turn."""
        if not spots:
            return
        if suggestion not in self._spots:
            self._order.append(suggestion)
        self._spots[suggestion] = spots
        while len(self._order) > ANSWERS:
            del self._spots[self._order.popleft()]

    def follow(self, edit: Edit) -> None:
        """Take an edit in; a place that Ripple writes says nothing of what the person wants there."""
        shifts = Shifts(edit.hunks)
        for suggestion, spots in self._spots.items():
            self._spots[suggestion] = [one for one in spots if self._stays(one, edit, shifts)]

    def _stays(self, one: Spot, edit: Edit, shifts: Shifts) -> bool:
        """Follow an edit with one place; whether its fate is still open."""
        if one.path != (edit.moved_from or edit.path):
            return True
        if not edit.before.startswith(one.place.text, one.place.start):
            return False  # the file went, and came back much later as another
        one.path = edit.path
        shift = shifts.of(one.place)
        if shift is not None:
            one.place = replace(one.place, start=one.place.start + shift)
            return True
        return one.pushed(edit) if edit.by == "ripple" else not self._told(one, edit)

    def _told(self, one: Spot, edit: Edit) -> bool:
        """Follow a person's edit; whether the place's fate is known, and logged, by now."""
        found = one.follow(edit)
        if found is not None:
            self._log.note(one.suggestion, one.verdicts(found), fates=(found,))
        return found is not None

    def look(self, now: float, ending: bool = False) -> None:
        """Log the places that were changed and left alone since."""
        for suggestion, spots in self._spots.items():
            moment = now + SETTLED if ending else now  # what is not settled by then never will be
            found = [(one, one.settled(moment)) for one in spots]
            done = [(one, fate) for one, fate in found if fate is not None]
            said = [verdict for one, fate in done for verdict in one.verdicts(fate)]
            self._log.note(suggestion, said, fates=[fate for _, fate in done])
            self._spots[suggestion] = [one for one, fate in found if fate is None]

    @property
    def paths(self) -> frozenset[str]:
        """The files that places are watched in."""
        return frozenset(one.path for spots in self._spots.values() for one in spots)

    def forget(self, paths: Iterable[str]) -> None:
        """These files changed without an edit, or went."""
        gone = set(paths)
        for suggestion, spots in self._spots.items():
            self._spots[suggestion] = [one for one in spots if one.path not in gone]


def _spots(answer: Answer) -> Iterator[Spot]:
    shown = {site: action.n for site, action in zip(answer.sites, answer.actions, strict=True)}
    for number, one in _likeliest(answer.considered):
        place = Stretch(one.start, one.old)
        yield Spot(answer.id, number, shown.get(number), one.path, one.new, place, one.old)


def _resumed(told: Told) -> Iterator[Spot]:
    """The places of an answer of which nothing is known yet, where they stood when it was given."""
    shown = {action.site: action.n for action in told.actions}
    known = {fate.site for fate in told.fates} | {action.site for action in told.actions if action.written}
    for number, one in _likeliest(told.considered):
        if number not in known:
            place = Stretch(one.start, one.old)
            yield Spot(told.suggestion, number, shown.get(number), one.path, one.new, place, one.old)


def _likeliest(considered: Sequence[Considered]) -> list[tuple[int, Considered]]:
    sites = [(number, one) for number, one in enumerate(considered) if one.new != one.old]
    return sorted(sites, key=lambda pair: -pair[1].p)[:PLACES]
