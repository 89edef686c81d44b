"""Measures of yes/no decisions, as pure functions of arrays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.diff import hunks

Floats = NDArray[np.float64]
ORDERS: Final = range(1, 7)
BETA: Final = 2.0
_BLANK = re.compile(r"\s+")


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


def log_loss(chances: ArrayLike, labels: ArrayLike) -> float:
    """Mean negative log-likelihood of the labels; chances are kept a thousandth off 0 and 1."""
    values = np.clip(np.asarray(chances, dtype=np.float64), 1e-3, 1 - 1e-3)
    truth = np.asarray(labels, dtype=bool)
    return float(-np.mean(np.log(np.where(truth, values, 1 - values)))) if len(values) else float("nan")


def precision_at(scores: ArrayLike, labels: ArrayLike, recall: float) -> float:
    """The share of right ones among the highest scores that hold `recall` of all right ones; NaN for none."""
    truth = np.asarray(labels, dtype=bool)[np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")]
    if not truth.any():
        return float("nan")
    right = np.cumsum(truth)
    at = int(np.searchsorted(right, recall * right[-1]))
    return float(right[at] / (at + 1))


def sigmoid(x: ArrayLike) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    values = np.clip(np.asarray(x, dtype=np.float64), -60.0, 60.0)
    return np.asarray(1.0 / (1.0 + np.exp(-values)))


def delta_chrf(predicted: Iterable[tuple[str, str]], expected: Iterable[tuple[str, str]]) -> float:
    """chrF over what changes, 0 to 1: how near (base, predicted) texts come to (base, expected) ones.

    For each order from 1 to 6 the counts of character n-grams (blanks aside) that each change adds and takes
    away are compared: hits are the smaller of two counts of one sign. Precision and recall are averaged over
    the orders and joined as F with beta 2, as Zed's evaluation does it; 1 where neither changes anything.
    """
    precisions, recalls = [], []
    made, wanted = list(predicted), list(expected)
    for order in ORDERS:
        one, two = _grams(made, order), _grams(wanted, order)
        hits = sum(min(abs(count), abs(two[gram])) for gram, count in one.items() if count * two[gram] > 0)
        all_made, all_wanted = sum(map(abs, one.values())), sum(map(abs, two.values()))
        if all_made or all_wanted:
            precisions.append(hits / all_made if all_made else 0.0)
            recalls.append(hits / all_wanted if all_wanted else 0.0)
    if not precisions:
        return 1.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    if not precision + recall:
        return 0.0
    return (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def _grams(pairs: Iterable[tuple[str, str]], order: int) -> Counter[str]:
    """How often each n-gram stands in the second texts more than in the first ones; negative where less."""
    found: Counter[str] = Counter()
    for before, after in pairs:
        for hunk in hunks(before, after):
            # what stands beside a change is the same in both: a few characters of it make the n-grams across
            low, high = hunk.start - 4 * order, hunk.end + 4 * order
            left, right = before[max(low, 0) : hunk.start], before[hunk.end : high]
            for sign, middle in ((1, hunk.new), (-1, hunk.old)):
                text = _BLANK.sub("", left)[1 - order :] * (order > 1) + _BLANK.sub("", middle)
                text += _BLANK.sub("", right)[: order - 1]
                for at in range(len(text) - order + 1):
                    found[text[at : at + order]] += sign
    return found
