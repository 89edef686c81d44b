"""Measures of yes/no decisions, as pure functions of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def auc(scores: ArrayLike, labels: ArrayLike) -> float:
    """The chance that a yes scores above a no (ties count half); NaN where one of the two is missing."""
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    yes, no = int(truth.sum()), int((~truth).sum())
    if not yes or not no:
        return float("nan")
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * no))


def precision_recall(chances: ArrayLike, labels: ArrayLike, threshold: float = 0.5) -> tuple[float, float]:
    """Right among the shown, and shown among the right, when chances at or above the threshold are shown."""
    shown, truth = np.asarray(chances) >= threshold, np.asarray(labels, dtype=bool)
    right = int((shown & truth).sum())
    return right / max(1, int(shown.sum())), right / max(1, int(truth.sum()))


def calibration_error(chances: ArrayLike, labels: ArrayLike, bins: int = 15) -> float:
    """Expected calibration error: mean distance of chance and frequency over equal-width bins, by size."""
    values, truth = np.asarray(chances, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    if not len(values):
        return float("nan")
    place = np.minimum((values * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins)
    gaps = np.abs(np.bincount(place, values, bins) - np.bincount(place, truth, bins))
    return float(gaps.sum() / counts.sum())


def sigmoid(x: ArrayLike) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    values = np.clip(np.asarray(x, dtype=np.float64), -60.0, 60.0)
    return np.asarray(1.0 / (1.0 + np.exp(-values)))
