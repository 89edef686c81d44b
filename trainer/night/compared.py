"""Figures without and with the night's adapter, and how surely they differ: a paired bootstrap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.nights import Bin, Compared
from trainer.night.replays import Pair
from trainer.replay.figures import DRAWS, INTERVAL, sums
from trainer.replay.points import Played

FIGURES: Final = ("acceptance", "generation", "activity", "reach", "quiet", "completion")
"""Those of the replay that a night's record has."""
BINS: Final = 10

Quotient = tuple[float, float]
"""A part and its whole."""


def compared(pairs: Sequence[tuple[Quotient, Quotient]], seed: int = 1) -> Compared | None:
    """A quotient of two sums over cases, before and after; None where a whole is nothing.

    Cases are drawn anew, each with both of its sides, so what varies from case to case alike cancels.
    """
    sides = np.asarray(pairs, dtype=np.float64).reshape(-1, 2, 2)
    parts, wholes = sides[:, :, 0], sides[:, :, 1]
    if not len(pairs) or not wholes.sum(axis=0).all():
        return None
    before, after = parts.sum(axis=0) / wholes.sum(axis=0)
    low, high = _interval(parts, wholes, seed)
    return Compared(float(before), float(after), low, high, round(float(wholes.sum(axis=0).max())))


def _interval(parts: NDArray[np.float64], wholes: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """Where 95 % of resamples have after - before. Both [N, 2]."""
    count = len(parts)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=DRAWS)
    top, bottom = drawn @ parts, drawn @ wholes
    some = bottom.all(axis=1)
    if not some.any():
        return 0.0, 0.0
    shares = top[some] / bottom[some]
    low, high = np.percentile(shares[:, 1] - shares[:, 0], INTERVAL)
    return float(low), float(high)


def replayed(pairs: Sequence[Pair]) -> dict[str, Compared]:
    """The figures of the replay that could be measured; cases are commits."""
    rows = [(sums(pair.before), sums(pair.after)) for pair in pairs]
    found = {name: compared([(one[name], two[name]) for one, two in rows]) for name in FIGURES}
    return {name: one for name, one in found.items() if one is not None}


def without(pairs: Sequence[Pair], intents: Collection[str]) -> list[Pair]:
    """The same as if nothing of these intents had been shown on either side."""

    def hidden(one: Played) -> Played:
        points = tuple(
            replace(
                point,
                weighed=tuple(
                    replace(action, shown=False) if action.intent in intents else action
                    for action in point.weighed
                ),
            )
            for point in one.points
        )
        return replace(one, points=points)

    return [Pair(hidden(pair.before), hidden(pair.after)) for pair in pairs] if intents else list(pairs)


def by_intent(pairs: Sequence[Pair]) -> dict[str, Compared]:
    """Acceptance by intent, of those that were shown on both sides."""
    rows = [(_accepted(pair.before), _accepted(pair.after)) for pair in pairs]
    names = sorted({name for row in rows for side in row for name in side})
    none: Quotient = (0.0, 0.0)
    found = {
        name: compared([(one.get(name, none), two.get(name, none)) for one, two in rows]) for name in names
    }
    return {name: one for name, one in found.items() if one is not None}


def _accepted(one: Played) -> Mapping[str, Quotient]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for point in one.points:
        for action in point.shown:
            counts[action.intent][0] += action.right
            counts[action.intent][1] += 1
    return {name: (float(right), float(shown)) for name, (right, shown) in counts.items()}


def bins(played: Sequence[Played]) -> tuple[Bin, ...]:
    """The confidence calibration: the considered actions in ten stretches of p, empty ones left out."""
    weighed = [action for one in played for point in one.points for action in point.weighed]
    if not weighed:
        return ()
    chances = np.array([action.p for action in weighed])
    rights = np.array([action.right for action in weighed], dtype=np.float64)
    place = np.minimum((chances * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            round(float(chances[place == n].mean()), 4),
            round(float(rights[place == n].mean()), 4),
            int((place == n).sum()),
        )
        for n in range(BINS)
        if (place == n).any()
    )
