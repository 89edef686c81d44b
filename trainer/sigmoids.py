"""One intent's sigmoid after what a person decided: how likely an action is right, and in what kind of place.

p = sigmoid(a logit + b + c odds(rule) + sum of h over the site's facts) is fitted to outcomes. Minimised is

    sum_i w_i CE(y_i, p_i)  +  n mean_j KL(p0_j || p_j)  +  n/2 ((a - a0)^2 + (c - c0)^2)  +  t/2 |h|^2

where p0 is the model's own calibration: it counts as much as n decisions, spread over the places that the
model was asked about, so few outcomes move little; the third term lets the level b move before the slopes.
The shifts h are a taste by facts, such as "never in docstrings": one number, where weights would need many
pairs. What all places have in common moves the level, which costs nothing.

Most people are like the histories that the model was calibrated on: for them n must be large, or a week of
luck is taken for a taste. Some turn down all of a kind, and want to be understood in a day. So there are two
priors, and the loose one is taken where it foretells the person's decisions clearly better: each fifth of
them, by time, from the others. trainer/NOTES.md says on what n, t and the margin were chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.model import vocabulary as v
from engine.model.calibrate import Sigmoid
from trainer.calibrate import odds
from trainer.measures import Floats, sigmoid


@dataclass(frozen=True, slots=True)
class Prior:
    """How firmly the model's own calibration is held on to."""

    decisions: float
    """So many decisions it counts as, and so stiff are the slopes."""
    taste: float
    """How hard it is for a fact to matter: a shift of h costs taste/2 h^2 nats."""


FIRM: Final = Prior(128.0, 1.0)
LOOSE: Final = Prior(8.0, 0.5)
Priors = tuple[Prior, Prior]
"""For who is like the histories, and for who clearly is not."""
PRIORS: Final = (FIRM, LOOSE)
CLEAR: Final = 6.0
"""Nats by which the loose prior's log loss is to be lower."""
FOLDS: Final = 5
FEW: Final = 2.0
"""Weight of a person's outcomes below which a fact says nothing."""
SLIGHT: Final = 0.05
"""Shifts below this, in nats, are left out."""
ROUNDS: Final = 60
_EDGE: Final = 1e-3
_PLAIN: Final = 3
"""Parameters before the facts': a, b, c."""
_HEARD: Final = frozenset(
    fact for group in (v.TRIGGERS, v.NODES, v.RELATIONS, v.DISTANCES) for fact in group.values()
)
"""Facts that a taste may speak of: the intent has its own sigmoid, and the rule is heard by its odds."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcomes of one intent as arrays, one entry each."""

    logits: Floats
    rules: Floats
    right: NDArray[np.bool_]
    weights: Floats
    own: NDArray[np.bool_]
    """Whether a person decided, and no history."""
    facts: tuple[tuple[int, ...], ...]
    """The fact tokens of each site; empty where they are not known."""
    at: Floats
    """When each was decided: what is of one time is of one question."""

    def only(self, which: NDArray[np.bool_]) -> Evidence:
        """Some of them."""
        facts = tuple(one for one, chosen in zip(self.facts, which, strict=True) if chosen)
        return Evidence(
            self.logits[which],
            self.rules[which],
            self.right[which],
            self.weights[which],
            self.own[which],
            facts,
            self.at[which],
        )


def chances(found: Evidence, one: Sigmoid) -> Floats:
    """The chance of each outcome's action by a sigmoid."""
    shifts = [sum(one.shifts.get(fact, 0.0) for fact in facts) for facts in found.facts]
    return sigmoid(one.a * found.logits + one.b + one.c * odds(found.rules) + np.array(shifts))


def fitted(found: Evidence, start: Sigmoid, priors: Priors = PRIORS) -> Sigmoid:
    """The sigmoid of one intent: under the loose prior where the person clearly is not like the histories."""
    firm, loose = priors
    return under(loose if apart(found, start, priors) else firm, found, start)


def apart(found: Evidence, start: Sigmoid, priors: Priors = PRIORS) -> bool:
    """Whether a person's decisions clearly are not like the histories; a few questions never say so."""
    if len(np.unique(found.at[found.own])) < FOLDS:
        return False
    firm, loose = priors
    return surprise(found, start, firm) - surprise(found, start, loose) > CLEAR


def surprise(found: Evidence, start: Sigmoid, prior: Prior) -> float:
    """The log loss of a person's decisions, in nats, each stretch of time foretold from all others."""
    times = np.unique(found.at[found.own])
    whole = 0.0
    for some in np.array_split(times, FOLDS):
        asked = found.own & np.isin(found.at, some)
        told = found.only(asked)
        p = np.clip(chances(told, under(prior, found.only(~asked), start)), _EDGE, 1 - _EDGE)
        whole -= float((told.weights * np.log(np.where(told.right, p, 1 - p))).sum())
    return whole


def under(prior: Prior, found: Evidence, start: Sigmoid) -> Sigmoid:
    """The sigmoid under a prior, by Newton's method; a stays 0 where it is 0, and never falls below.

    An action is not less likely for a higher logit: where that would fit better, level and facts move alone.
    """
    told = _told(found)
    free = np.ones(_PLAIN + len(told), dtype=np.bool_)
    free[0] = start.a != 0
    theta = _newton(prior, found, start, told, free)
    if theta[0] < 0 or (theta[2] < 0 <= start.c):
        free[[0, 2]] = False
        theta = _newton(prior, found, start, told, free)
    a, b, c, *shifts = (round(float(value), 5) for value in theta)
    moved = {fact: shift for fact, shift in zip(told, shifts, strict=True) if abs(shift) >= SLIGHT}
    return Sigmoid(a, b, c, moved)


def _told(found: Evidence) -> list[int]:
    """The facts that a person's outcomes speak of, in order."""
    weight: dict[int, float] = {}
    for facts, own, one in zip(found.facts, found.own, found.weights, strict=True):
        if own:
            for fact in _HEARD.intersection(facts):
                weight[fact] = weight.get(fact, 0.0) + float(one)
    return sorted(fact for fact, whole in weight.items() if whole >= FEW)


def _newton(
    prior: Prior, found: Evidence, start: Sigmoid, told: list[int], free: NDArray[np.bool_]
) -> Floats:
    """The minimum over the free ones of (a, b, c, shifts); the others stay where they start."""
    columns = [[float(fact in facts) for facts in found.facts] for fact in told]
    design = np.stack([found.logits, np.ones_like(found.logits), odds(found.rules), *columns], axis=1)
    origin = np.array([start.a, start.b, start.c, *(0.0 for _ in told)])
    believed = sigmoid(design @ origin)
    spread = prior.decisions / len(found.weights)
    stiff = np.array([prior.decisions, 0.0, prior.decisions, *(prior.taste for _ in told)])
    theta = origin.copy()
    for _ in range(ROUNDS):
        p = sigmoid(design @ theta)
        slope = design.T @ (found.weights * (p - found.right) + spread * (p - believed))
        slope += stiff * (theta - origin)
        bend = (design * ((found.weights + spread) * p * (1 - p))[:, None]).T @ design + np.diag(stiff)
        bend += 1e-6 * np.eye(len(theta))
        move = np.zeros(len(theta))
        move[free] = np.clip(np.linalg.solve(bend[np.ix_(free, free)], slope[free]), -1.0, 1.0)
        theta = theta - move
        if float(np.abs(move).max()) < 1e-8:
            break
    return theta
