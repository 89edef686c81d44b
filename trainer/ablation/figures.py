"""The figures of one arm at fixed points, and the interval of the difference of two.

Chains are judged as in a replay: the developer takes a chain up to its first wrong action.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.ablation.answers import Answered
from trainer.ablation.points import Asking, Course, Place
from trainer.measures import Floats

STEPS: Final = 50
"""Thresholds of a curve."""
DRAWS: Final = 1000
Arm = Sequence[Sequence[Answered]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Quotients over all points, at one threshold."""

    first: float
    """Chains whose first action is right."""
    activity: float
    """Saves after which something is shown."""
    acceptance: float
    """Right actions among those shown."""
    recall: float
    """Right places that are shown."""
    generation: float
    """Tokens that accepted actions write, of all that the commits change after their first stretch.

    A right place that comes up again at a later point counts each time: real replays have the true share.
    """
    completion: float
    """Chains begun right that are right to the end."""
    quiet: float
    """Points after which nothing follows at which nothing is shown."""
    prefix: float
    """Mean log-probability of the actions that the developer had accepted of the prototype's chains."""
    actions: float
    """Shown per save."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Counts by commit [C, T] along thresholds that rise."""

    thresholds: Floats
    active: NDArray[np.int64]
    shown: NDArray[np.int64]
    right: NDArray[np.int64]
    saves: NDArray[np.int64]
    """[C]"""

    def at(self, activity: float, weights: NDArray[np.int64] | None = None) -> Floats:
        """Acceptance at an activity, for each draw of commits: weights [B, C] count each in each."""
        drawn = np.ones((1, len(self.saves)), dtype=np.int64) if weights is None else weights
        share = (drawn @ self.active) / np.maximum(drawn @ self.saves, 1)[:, None]
        accepted = (drawn @ self.right) / np.maximum(drawn @ self.shown, 1)
        some = (drawn @ self.shown) > 0
        return np.array(
            [
                np.interp(activity, one[mask][::-1], two[mask][::-1])
                for one, two, mask in zip(share, accepted, some, strict=True)
            ]
        )


def threshold_at(one: Curve, activity: float) -> float:
    """The threshold at which a curve's activity is nearest to what is wanted."""
    share = one.active.sum(axis=0) / max(1, int(one.saves.sum()))
    return float(one.thresholds[int(np.abs(share - activity).argmin())])


def figures(courses: Sequence[Course], arm: Arm, threshold: float, by_rule: float) -> Figures:
    """What is shown at a threshold, and what of it is right."""
    count: dict[str, float] = defaultdict(float)
    for course, questions in zip(courses, arm, strict=True):
        count["total"] += course.tokens
        for one in questions:
            shown = [one.asking.places[n] for n in one.shown(threshold, by_rule)]
            _count(count, one.asking, shown)
            _prefix(count, one)
    return _shares(count)


def played(courses: Sequence[Course]) -> Figures:
    """The figures of what the model that played the courses showed itself; the prefix is not looked at."""
    count: dict[str, float] = defaultdict(float)
    for course in courses:
        count["total"] += course.tokens
        for asking in course.questions:
            _count(count, asking, [place for place in asking.places if place.shown])
    return _shares(count)


def _shares(count: Mapping[str, float]) -> Figures:
    def share(part: str, whole: str) -> float:
        return count.get(part, 0.0) / count[whole] if count.get(whole) else float("nan")

    return Figures(
        first=share("begun", "chains"),
        activity=share("active", "saves"),
        acceptance=share("right", "shown"),
        recall=share("right", "true"),
        generation=share("written", "total"),
        completion=share("complete", "begun"),
        quiet=share("silent", "quiet"),
        prefix=share("prefix", "prefixes"),
        actions=share("shown", "saves"),
    )


def _count(count: dict[str, float], asking: Asking, shown: Sequence[Place]) -> None:
    count["saves"] += asking.by == "person"
    count["active"] += bool(shown) and asking.by == "person"
    count["shown"] += len(shown)
    count["right"] += sum(place.right for place in shown)
    count["true"] += sum(place.right and not place.refused for place in asking.places)
    count["quiet"] += not asking.follows
    count["silent"] += not asking.follows and not shown
    if shown:
        count["chains"] += 1
        count["begun"] += shown[0].right
        count["complete"] += all(place.right for place in shown)
    for place in shown:
        if not place.right:
            break
        count["written"] += place.tokens


def _prefix(count: dict[str, float], one: Answered) -> None:
    """The log-probability of what the developer had accepted."""
    for place, logit in zip(one.asking.places, one.logits, strict=True):
        if place.taken and not np.isnan(logit):
            count["prefixes"] += 1
            count["prefix"] -= float(np.logaddexp(0, -logit))


def coverage(arm: Arm, threshold: float, by_rule: float) -> dict[str, float]:
    """By intent: right places that are shown, among all right ones."""
    true: dict[str, int] = defaultdict(int)
    found: dict[str, int] = defaultdict(int)
    for one in (one for questions in arm for one in questions):
        shown = set(one.shown(threshold, by_rule))
        for number, place in enumerate(one.asking.places):
            if place.right and not place.refused:
                true[place.intent] += 1
                found[place.intent] += number in shown
    return {name: found[name] / count for name, count in sorted(true.items())}


def curve(arm: Arm) -> Curve:
    """The counts of an arm along its own thresholds; what rules decide is shown from the same chance on."""
    every = [p for questions in arm for one in questions if one.asking.by == "person" for p in one.chances]
    thresholds = np.unique(np.quantile(every, np.linspace(0, 1, STEPS))) if every else np.zeros(1)
    counts = np.zeros((3, len(arm), len(thresholds)), dtype=np.int64)
    saves = np.zeros(len(arm), dtype=np.int64)
    for number, questions in enumerate(arm):
        for one in questions:
            if one.asking.by != "person":
                continue
            saves[number] += 1
            for at, threshold in enumerate(thresholds):
                shown = one.shown(float(threshold), float(threshold))
                if not shown:
                    break
                right = sum(one.asking.places[n].right for n in shown)
                counts[:, number, at] += (1, len(shown), right)
    return Curve(thresholds, counts[0], counts[1], counts[2], saves)


def draws(commits: int, seed: int = 1) -> NDArray[np.int64]:
    """[B, C]: how often each commit is in each draw of as many commits."""
    return np.random.default_rng(seed).multinomial(commits, np.full(commits, 1 / commits), size=DRAWS)


def difference(ones: Sequence[Curve], others: Sequence[Curve], activity: float) -> tuple[float, float, float]:
    """How much more acceptance the first arm has at an activity, on average over seeds, and its interval.

    The interval holds 95 of 100 draws of commits, the same ones for both arms.
    """
    weights = draws(len(ones[0].saves))

    def mean(arms: Sequence[Curve], drawn: NDArray[np.int64] | None) -> Floats:
        return np.asarray(np.mean([one.at(activity, drawn) for one in arms], axis=0))

    spread = mean(ones, weights) - mean(others, weights)
    low, high = np.quantile(spread, (0.025, 0.975))
    return float((mean(ones, None) - mean(others, None))[0]), float(low), float(high)
