"""From a decision's logit to an honest chance: p = sigmoid(a * logit + b), one pair (a, b) per intent.

The parameters are fitted here and applied by engine/model/calibrate.py.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.model.calibrate import Calibration, Sigmoid
from engine.model.vocabulary import INTENTS
from trainer.measures import Floats, calibration_error, sigmoid

LEAST: Final = 200
"""Decisions of an intent below which the fit over all intents stands in."""
EVERY: Final = "all"
"""The name of the figure over all intents."""
_PRIOR: Final = 1.0
"""Strength of the pull towards a = 1, b = 0, in decisions."""


def fit(logits: Floats, labels: NDArray[np.bool_], rounds: int = 50) -> Sigmoid:
    """Maximise the likelihood of labels under sigmoid(a * logit + b), by Newton's method."""
    theta = np.array([1.0, 0.0])
    start = theta.copy()
    design = np.stack([logits, np.ones_like(logits)], axis=1)
    for _ in range(rounds):
        p = sigmoid(design @ theta)
        slope = design.T @ (p - labels) + _PRIOR * (theta - start)
        bend = (design * (p * (1 - p))[:, None]).T @ design + _PRIOR * np.eye(2)
        move = np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
        theta = theta - move
        if float(np.abs(move).max()) < 1e-8:
            break
    return Sigmoid(round(float(theta[0]), 5), round(float(theta[1]), 5))


def fit_intents(
    logits: Floats, labels: NDArray[np.bool_], intents: NDArray[np.int64], floor: float | None = None
) -> Calibration:
    """A sigmoid per intent that has enough decisions, and one over all intents for the others."""
    by_intent = {
        kind: fit(logits[intents == token], labels[intents == token])
        for kind, token in INTENTS.items()
        if int((intents == token).sum()) >= LEAST
    }
    return Calibration(by_intent, fit(logits, labels), floor)


def chances(logits: Floats, intents: NDArray[np.int64], calibration: Calibration) -> Floats:
    """The calibrated chance of every decision."""
    out = sigmoid(calibration.default.a * logits + calibration.default.b)
    for kind, one in calibration.by_intent.items():
        mine = intents == INTENTS[kind]
        out[mine] = sigmoid(one.a * logits[mine] + one.b)
    return out


def errors(chance: Floats, labels: NDArray[np.bool_], intents: NDArray[np.int64]) -> dict[str, float]:
    """The expected calibration error, over all decisions and by intent."""
    out = {EVERY: calibration_error(chance, labels)}
    for kind, token in INTENTS.items():
        mine = intents == token
        if mine.any():
            out[str(kind)] = calibration_error(chance[mine], labels[mine])
    return out
