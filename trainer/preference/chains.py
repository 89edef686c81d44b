"""From one answer and its decisions to preference tuples, and to an outcome for each shown action.

The accepted chain holds what was taken, in the order it was shown, with corrections and the person's own
texts put in; then what they made by hand of what was considered. Each point at which they left the shown
chain gives a rejected one: what they had taken by then, and what was shown behind it. Each action that they
left out of a chain gives one, too: the accepted chain with that action in its place. That nothing follows is
accepted where they left the file and the place alone; it is rejected where they took as a guess, or made by
hand, what Ripple held back for its p. A rejection with nothing known in its place is an outcome and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.records import Told
from engine.types import Verdict
from trainer.preference.context import Context, Truth
from trainer.preference.decided import WEIGHTS, Decided, Stand, decided, left_alone
from trainer.preference.stretch import places
from trainer.tuples import END, Chain, Choice, Outcome, Preference

MISSED: Final = 3
"""Places that one answer missed of which each is a tuple; together they weigh as much as one."""
UNSEEN: Final = 0.25
"""The share of a rejection that holds for actions behind the first that it turned down all at once."""
WRONG_TEXT: Final = 0.3
"""The share of a correction that speaks against showing the action: its place was right."""
OVERTAKEN: Final = "superseded"
"""Why an answer was never given, though its places were considered."""


@dataclass(frozen=True, slots=True)
class Step:
    """An action that says something, as choices."""

    decided: Decided
    shown: Choice
    wanted: Choice
    """The same, or with the person's own text."""


@dataclass(slots=True)
class _Course:
    """The chains as they grow along the shown actions."""

    shown: Chain
    taken: list[Choice] = field(default_factory=list)
    rejected: list[Chain] = field(default_factory=list)
    left_out: list[tuple[int, Choice]] = field(default_factory=list)
    """Actions that were turned down by themselves, each with how many had been taken in front of it."""
    left: list[Decided] = field(default_factory=list)
    """The decisions by which the person left the shown chain."""

    def leave(self, by: Decided, instead: Chain) -> None:
        """They went on otherwise than `instead` behind what they had taken."""
        self.rejected.append((*self.taken, *instead))
        self.left.append(by)

    def turn_down(self, by: Decided, number: int) -> None:
        """They did not want a shown action, and went on."""
        if not by.pointed:
            self.leave(by, self.shown[number:])
            return
        self.left_out.append((len(self.taken), self.shown[number]))
        self.left.append(by)

    def against(self, accepted: Chain) -> tuple[Chain, ...]:
        """The rejected chains beside the accepted one."""
        with_it = [(*accepted[:at], one, *accepted[at:]) for at, one in self.left_out]
        return (*self.rejected, *with_it)


def context(told: Told) -> Context:
    """What the tuples of an answer share."""
    sha256 = told.model.sha256
    return Context(told.prompts, places(told), told.at, told.project, told.edit.path, sha256, told.written)


def preferences(told: Told, now: float) -> list[Preference]:
    """The tuples of an answer; `now` (seconds since the epoch) says which days are over."""
    about = context(told)
    steps = list(_steps(told, about))
    course = _Course(tuple(step.shown for step in steps))
    refused = _walk(course, steps)
    made = _made_by_hand(told)
    instead = about.chain(made)[:1]
    hand = () if instead else about.chain(range(len(told.considered), len(about.considered)))[:1]
    alone = all(left_alone(told, steps[number].decided.action, now) for number in refused)
    if refused and (instead or hand or alone):
        for number in refused:
            course.turn_down(steps[number].decided, number)
        one = _tuple(about, course, (*course.taken, *(instead or hand or (END,))))
        return [replace(one, weight=one.weight * _HAND) if hand else one]
    missed = about.chain([n for n in made if told.considered[n].p < told.threshold])[:MISSED]
    prefix = tuple(course.taken)
    found = [
        about.preference(
            ((*prefix, one),), ((*prefix, END),), _HAND / len(missed), Verdict.MADE_BY_HAND.value
        )
        for one in missed
    ]
    if course.left:
        found.append(_tuple(about, course, prefix))
    elif prefix and not missed:
        found.append(_anchor(about, steps, prefix))
    return found


def outcomes(told: Told) -> list[Outcome]:
    """An outcome for each action that was decided about, but for those of a text that a model wrote.

    Nothing calibrates how sure a model is of its own text.
    """
    about = context(told)
    found: list[Outcome] = []
    turned_down: set[float] = set()
    for one in decided(told):
        last, site = one.action.outcome, one.action.site
        if one.stand is Stand.NOTHING or last is None or site is None or about.writes(site):
            continue
        right = one.stand is Stand.TAKEN
        weight = one.weight
        if one.verdict is Verdict.CORRECTED:
            weight *= WRONG_TEXT
        elif not right and not one.pointed:
            weight *= UNSEEN if last.at in turned_down else 1.0
            turned_down.add(last.at)
        truth = Truth(right, weight, one.verdict.value, one.action.propensity)
        found.append(about.outcome(site, truth))
    return shared_out(found)


def shared_out(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes of one answer: n places of an intent that were taken together weigh as sqrt(n) do.

    The places of a rename are right together or wrong together, so they are fewer witnesses than they are.
    """
    taken = Counter(one.intent for one in outcomes if one.right)
    return [
        replace(one, weight=one.weight / taken[one.intent] ** 0.5) if one.right else one for one in outcomes
    ]


_HAND: Final = WEIGHTS[Verdict.MADE_BY_HAND]


def _steps(told: Told, about: Context) -> Iterator[Step]:
    """The actions that say something and that the model was asked about.

    What a rule drafted in a window that a model wrote says nothing of the model: it is there if it was taken.
    """
    for one in decided(told):
        if one.stand is Stand.NOTHING or one.action.site is None:
            continue
        shown, wanted = about.choice(one.action.site), about.choice(one.action.site, one.own)
        if told.written and told.considered[one.action.site].label is None:
            if one.stand is Stand.REFUSED:
                continue
            one, shown = replace(one, stand=Stand.TAKEN, own=None), wanted
        if shown is not None and wanted is not None:
            yield Step(one, shown, wanted)


def _walk(course: _Course, steps: Sequence[Step]) -> list[int]:
    """Go along the actions; of those behind the last that was taken the ones that were turned down.

    These are each one that was turned down by itself, and the first of those that went together.
    """
    refused: list[int] = []
    for number, step in enumerate(steps):
        one = step.decided
        if one.stand is Stand.REFUSED:
            if one.pointed or all(steps[earlier].decided.pointed for earlier in refused):
                refused.append(number)
            continue
        for earlier in refused:
            course.turn_down(steps[earlier].decided, earlier)
        if one.stand is Stand.OWN:
            course.leave(one, course.shown[number:])
        elif one.action.guess:
            course.leave(one, (END,))
        course.taken.append(step.wanted)
        refused = []
    return refused


def _made_by_hand(told: Told) -> list[int]:
    """The considered places that were not shown and that the person wrote as they were considered."""
    if told.reason == OVERTAKEN:
        return []
    shown = {action.site for action in told.actions}
    return sorted(fate.site for fate in told.fates if fate.made and fate.site not in shown)


def _tuple(about: Context, course: _Course, accepted: Chain) -> Preference:
    """The tuple of the chains; it is as strong as the strongest of its decisions."""
    strongest = max(course.left, key=lambda one: one.weight)
    signal = strongest.verdict.value
    return about.preference((accepted,), course.against(accepted), strongest.weight, signal)


def _anchor(about: Context, steps: Sequence[Step], taken: Chain) -> Preference:
    """The tuple of a chain that was taken as it was shown."""
    strongest = max(
        (step.decided for step in steps if step.decided.stand is Stand.TAKEN), key=lambda one: one.weight
    )
    return about.preference((taken,), (), strongest.weight, strongest.verdict.value)
