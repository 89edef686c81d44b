"""A person's decisions as preference tuples and outcomes: read from the log, put in order, counted.

Tokens belong to a model: what another base model was asked is skipped. A row that cannot be read takes its
answer out, and no other. What is told twice counts once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from engine.model.vocabulary import ASK
from engine.records import Told, Unreadable
from engine.store import FILE, Store
from trainer.preference.chains import context, outcomes, preferences
from trainer.preference.context import chosen_between
from trainer.preference.decided import Stand, decided
from trainer.tables import aligned
from trainer.tuples import Outcome, Preference

OTHER_MODEL: Final = "another model"
NO_MODEL: Final = "no model was asked"
BROKEN: Final = "broken"
TWICE: Final = "told twice"
BARE: Final = "turned down with nothing known in its place"
"""What a model wrote by itself: its own chances are nowhere calibrated by that."""
DAY: Final = 86_400
"""Seconds within which the same chains are the same decision, told again after another save."""

One = TypeVar("One")


@dataclass(slots=True)
class Collected:
    """What the log tells, and what was left out."""

    preferences: list[Preference] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    answers: int = 0
    """Answers that were read."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Answers and tuples that were left out, by reason."""
    broken: list[tuple[str, str]] = field(default_factory=list)
    """Answers that cannot be read: the suggestion's id, and why."""


def collect(told: Iterable[Told | Unreadable], base: str, now: float) -> Collected:
    """All that the answers tell about the base model with this sha256.

    `now` (seconds since the epoch) says which days are over: that nothing follows is only known then.
    """
    found = Collected()
    for one in told:
        found.answers += 1
        if isinstance(one, Unreadable):
            _break(found, one.suggestion, one.why)
        elif not one.model.sha256:
            found.skipped[NO_MODEL] += 1
        elif one.model.sha256 != base:
            found.skipped[OTHER_MODEL] += 1
        elif wrong := _fault(one):
            _break(found, one.suggestion, wrong)
        else:
            made = preferences(one, now)
            if not any(each.rejected for each in made) and _bare(one):
                found.skipped[BARE] += 1
            found.preferences += made
            found.outcomes += outcomes(one)
    found.preferences = _once(found, found.preferences, _said)
    found.outcomes = _once(found, found.outcomes, _happened)
    return found


def decisions(data_dir: Path, base: str, days: float, now: float) -> Collected:
    """What the log in a data folder tells of the last days. Raises StoreProblem; no log tells nothing."""
    if not (data_dir / FILE).exists():
        return Collected()
    store = Store(data_dir / FILE)
    try:
        return collect(store.told(now - days * DAY), base, now)
    finally:
        store.close()


def table(found: Collected) -> str:
    """What was decided by signal, and what was left out and why."""
    rows = [("signal", "tuples", "outcomes", "right")]
    tuples = Counter(one.signal for one in found.preferences)
    seen = Counter(one.signal for one in found.outcomes)
    right = Counter(one.signal for one in found.outcomes if one.right)
    rows += [(name, str(tuples[name]), str(seen[name]), str(right[name])) for name in sorted(tuples | seen)]
    rows.append(("all", str(tuples.total()), str(seen.total()), str(right.total())))
    lines = [aligned(rows), *(f"left out: {count} ({why})" for why, count in found.skipped.items() if count)]
    return "\n".join([*lines, *(f"{name} cannot be read: {why}" for name, why in found.broken)])


def _break(found: Collected, suggestion: str, why: str) -> None:
    found.skipped[BROKEN] += 1
    found.broken.append((suggestion, why))


def _fault(told: Told) -> str:
    """What does not fit together in an answer that could be read; empty where all does."""
    if told.written and len(told.written) != len(told.prompts):
        return f"it has {len(told.prompts)} prompts, and what was written for {len(told.written)}"
    asks = [prompt.count(ASK) for prompt in told.prompts]
    for one in () if told.written else told.considered:
        if one.window is None or one.label is None:
            continue
        if not (0 <= one.window < len(asks) and 0 <= one.label < asks[one.window]):
            return f"its prompts have no window {one.window} with label {one.label}"
    places = range(len(told.considered))
    sites = [action.site for action in told.actions] + [fate.site for fate in told.fates]
    if any(site is not None and site not in places for site in sites):
        return f"an action stands for a place beyond the {len(places)} that were considered"
    return ""


def _bare(told: Told) -> bool:
    """Whether a text that a model wrote by itself was turned down."""
    about = context(told)
    refused = (one.action.site for one in decided(told) if one.stand is Stand.REFUSED)
    return any(site is not None and about.writes(site) for site in refused)


def _once(found: Collected, some: Sequence[One], key: Callable[[One], Hashable]) -> list[One]:
    """The last of those with the same key, in their order."""
    last = {key(one): number for number, one in enumerate(some)}
    found.skipped[TWICE] += len(some) - len(last)
    return [some[number] for number in sorted(last.values())]


def _said(one: Preference) -> Hashable:
    """What makes two tuples of a day the same: their chains, wherever in the files these stand by now."""
    return one.project, one.path, int(one.at // DAY), chosen_between(one)


def _happened(one: Outcome) -> Hashable:
    """What makes two outcomes of a day the same: what was shown where, and what became of it."""
    return one.project, one.place, one.new, one.right, int(one.at // DAY)
