"""The interval of a difference between two arms that were measured on the same cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

SAMPLES: Final = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and where 95 of 100 resamples have it."""

    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether it leaves out 0."""
        return self.low > 0 or self.high < 0


def interval(values: ArrayLike, groups: NDArray[np.int64], seed: int = 1) -> Interval:
    """The mean of values, and its interval by a bootstrap that draws whole groups (commits, repositories).

    values [N] and groups [N], numbered from 0: cases of one group are no independent witnesses.
    """
    given = np.asarray(values, dtype=np.float64)
    sums, counts = np.bincount(groups, given), np.bincount(groups)
    drawn = np.random.default_rng(seed).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), size=SAMPLES
    )
    means = (drawn @ sums) / np.maximum(drawn @ counts, 1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Interval(float(given.mean()), float(low), float(high))
