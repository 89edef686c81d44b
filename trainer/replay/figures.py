"""The figures of a replay and their bootstrap intervals; each is a quotient of two sums over commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trainer.replay.points import Played, Point, Weighed

DRAWS: Final = 2000
INTERVAL: Final = (2.5, 97.5)
"""Per cent of the draws."""

Sums = dict[str, tuple[float, float]]
"""A figure to its part and its whole."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A quotient, the interval in which 95 % of resampled repositories' commits have it, and its whole."""

    value: float
    low: float
    high: float
    of: float


NAMES: Final = {
    "acceptance": "right actions among the shown",
    "generation": "changed tokens after the first stretch that accepted actions wrote",
    "activity": "points with something shown",
    "quiet": "points after which nothing follows that stayed silent",
    "completion": "chains begun right that were right to the end",
    "first": "chains whose first action was right",
    "saved": "stretches after the first that nobody had to write",
    "reach": "points after which something follows at which something is shown",
    "recall": "points after which something follows at which a right action was considered",
    "places": "points after which something follows at which a place that changes was considered",
    "reversal": "tokens shown that take back what the person had just done",
    "chrf": "deltaChrF of what was shown",
}
"""Every figure and what it is."""


def sums(one: Played, wanted: Callable[[Point], bool] = lambda point: True) -> Sums:
    """The parts and wholes of one commit, of the points that are wanted."""
    points = [point for point in one.points if wanted(point)]
    saves = [point for point in points if point.by == "person"]
    shown = [action for point in points for action in point.shown]
    chains = [point.shown for point in points if point.shown]
    begun = [chain for chain in chains if chain[0].right]
    quiet = [point for point in points if not point.follows]
    loud = [point for point in points if point.follows]
    whole = len(points) == len(one.points)
    written = sum(action.tokens for action in shown if action.accepted)
    scores = [point.chrf for point in points if point.chrf is not None]
    return {
        "acceptance": (sum(action.right for action in shown), len(shown)),
        "generation": (written, one.tokens if whole else one.tokens * _part(points, one)),
        "activity": (sum(bool(point.shown) for point in saves), len(saves)),
        "quiet": (sum(not point.shown for point in quiet), len(quiet)),
        "completion": (sum(all(action.right for action in chain) for chain in begun), len(begun)),
        "first": (len(begun), len(chains)),
        "saved": (one.stretches - one.by_hand, one.stretches) if whole else (0.0, 0.0),
        "reach": (sum(bool(point.shown) for point in loud), len(loud)),
        "recall": (sum(any(action.right for action in point.weighed) for point in loud), len(loud)),
        "places": (sum(any(action.place for action in point.weighed) for point in loud), len(loud)),
        "reversal": (sum(action.back for action in shown), sum(action.tokens for action in shown)),
        "chrf": (sum(scores), len(scores)),
    }


def figures(rows: Sequence[Sums], seed: int = 1) -> dict[str, Figure]:
    """Each figure over all commits; intervals by resampling the commits."""
    if not rows:
        return {}
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(rows), size=(DRAWS, len(rows)))
    found = {}
    for name in rows[0]:
        parts = np.array([row[name] for row in rows], dtype=np.float64)
        part, whole = parts.sum(axis=0)
        drawn = parts[draws].sum(axis=1)
        some = drawn[:, 1] > 0
        spread = drawn[some, 0] / drawn[some, 1]
        low, high = np.percentile(spread, INTERVAL) if len(spread) else (0.0, 0.0)
        found[name] = Figure(
            float(part / whole) if whole else float("nan"), float(low), float(high), float(whole)
        )
    return found


def by_language(played: Iterable[Played]) -> dict[str, dict[str, Figure]]:
    """The figures of each language's points."""
    many = list(played)
    names = sorted({point.language for one in many for point in one.points})
    return {
        name: figures([sums(one, lambda point, name=name: point.language == name) for one in many])  # type: ignore[misc]
        for name in names
    }


def by_intent(played: Iterable[Played]) -> dict[str, Figure]:
    """Acceptance of each intent."""
    rows: list[Mapping[str, list[Weighed]]] = []
    for one in played:
        shown: dict[str, list[Weighed]] = defaultdict(list)
        for point in one.points:
            for action in point.shown:
                shown[action.intent].append(action)
        rows.append(shown)
    names = sorted({name for row in rows for name in row})
    counted: list[Sums] = [
        {name: (sum(action.right for action in row.get(name, ())), len(row.get(name, ()))) for name in names}
        for row in rows
    ]
    return figures(counted)


def latency(played: Iterable[Played]) -> tuple[float, float]:
    """Milliseconds from save to final answer, p50 and p95 (NaN of nothing)."""
    times = [point.ms for one in played for point in one.points]
    if not times:
        return float("nan"), float("nan")
    return float(np.percentile(times, 50)), float(np.percentile(times, 95))


def curve(played: Iterable[Played], steps: int = 40) -> list[tuple[float, float, float]]:
    """(threshold, activity, acceptance) along the thresholds, each action of a save judged by itself.

    The developer's course is the one that was played: another threshold would lead to other saves.
    """
    saves = [point for one in played for point in one.points if point.by == "person"]
    chances = np.array([action.p for point in saves for action in point.weighed])
    if not len(chances):
        return []
    found = []
    for threshold in np.unique(np.round(np.quantile(chances, np.linspace(0, 1, steps)), 3)):
        shown = [[action for action in point.weighed if action.p >= threshold] for point in saves]
        count = sum(map(len, shown))
        if count:
            right = sum(action.right for point in shown for action in point)
            found.append((float(threshold), sum(map(bool, shown)) / len(saves), right / count))
    return found


def at_activity(points: Sequence[tuple[float, float, float]], wanted: float) -> float:
    """The acceptance that a curve has at an activity, between its neighbours in a straight line."""
    known = sorted((activity, acceptance) for _, activity, acceptance in points)
    if not known:
        return float("nan")
    return float(np.interp(wanted, [one for one, _ in known], [other for _, other in known]))


def _part(points: Sequence[Point], one: Played) -> float:
    """The share of a commit's saves that these points are."""
    return len(points) / len(one.points) if one.points else 0.0
