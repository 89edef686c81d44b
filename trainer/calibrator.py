"""The night's calibration: when an action is shown, learnt from what became of those that were.

For each intent p = sigmoid(a * logit + b + c * odds(rule)) is fitted to outcomes, the logit being that of the
model with its new adapter. A bare rejection trains this and nothing else. Minimised is

    sum_i w_i CE(y_i, p_i)  +  PRIOR mean_j KL(p0_j || p_j)  +  PRIOR/2 ((a - a0)^2 + (c - c0)^2)

where p0 is the model's own calibration: it counts as much as PRIOR decisions, spread over the places that the
model was asked about, so few outcomes move little; the last term lets the level b move before the slopes.

Only what was shown has an outcome. Whether a place was shown depends on its logit and rule alone, and p is
conditional on these, so that choice does not bias the fit where there are outcomes; below the threshold,
where there are none, the prior and the histories hold, for in a history everything considered has its truth.
A guess was shown with a known chance, its propensity: it stands for the 1/propensity places like it that
were not, up to MOST. Histories together count as HISTORY decisions of an intent, or they would drown those.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.model import vocabulary as v
from engine.model.calibrate import KEY, Calibration, Sigmoid, parse
from engine.model.runtime import Runtime
from engine.types import IntentKind
from trainer.calibrate import odds
from trainer.measures import Floats, sigmoid
from trainer.self_replay import SIGNAL
from trainer.tuples import Outcome

PRIOR: Final = 8.0
"""Decisions of an intent that the model's own calibration counts as."""
HISTORY: Final = 8.0
"""Decisions of an intent that all histories together count as."""
ASKED: Final = 300
"""Outcomes of histories that the model is asked about, for each intent, or a few more."""
SPREAD: Final = 60
"""Logits of histories that tell how an adapter stretches and moves them."""
_EVEN: Final = 1e-6
MOST: Final = 4.0
"""For how many places like it a guess stands at the most."""
HALF_LIFE: Final = 7 * 86_400.0
"""Seconds after which a decision counts half."""
LEAST: Final = 3.0
"""Weight of a person's outcomes of an intent below which its calibration stays as it is."""
_RULE: Final = Sigmoid(0.0, 0.0, 1.0)
"""Believes a rule as it is."""


class Asker(Protocol):
    """The model, with the adapter that is to be calibrated (engine/model/runtime.py)."""

    def eval(self, ids: Sequence[int], logits_at: Sequence[int]) -> NDArray[np.float32]:
        """Logits of the token that follows each position: (positions, vocabulary)."""
        ...


@dataclass(frozen=True, slots=True)
class Moved:
    """How the calibration of one intent moved."""

    intent: IntentKind
    outcomes: int
    right: int
    """Of a person's outcomes, not of histories."""
    weight: float
    before: float
    """The mean chance of the places that were shown, by the model's own calibration."""
    after: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """The new calibration, and what moved."""

    calibration: Calibration
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcomes of one intent as arrays, one entry each."""

    logits: Floats
    rules: Floats
    right: NDArray[np.bool_]
    weights: Floats
    own: NDArray[np.bool_]
    """Whether a person decided, and no history."""


def of_adapter(
    base: Path,
    adapter: Path,
    outcomes: Sequence[Outcome],
    now: float,
    threads: int = 1,
    should_stop: Callable[[], bool] = bool,
) -> Fitted:
    """The calibration of an adapter; `now` is in seconds since the epoch. Raises ModelProblem.

    Stopped, the logits are not complete: what is fitted then is of no use.
    """
    some = sampled(outcomes)
    runtime = Runtime(base, threads)
    try:
        own = parse(runtime.metadata(KEY))
        off = logits(some, runtime, should_stop)
        runtime.set_adapter(adapter)
        on = logits(some, runtime, should_stop)
    finally:
        runtime.close()
    return fit(some, on, levelled(some, off, on, own), now)


def sampled(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """All that a person told, and of what histories tell some windows of all times, for each intent.

    More of these would cost minutes and change nothing.
    """
    kept = [one for one in outcomes if one.signal != SIGNAL]
    windows: dict[str, dict[tuple[int, ...], list[Outcome]]] = {}
    for one in outcomes:
        if one.signal == SIGNAL:
            windows.setdefault(one.intent, {}).setdefault(one.prompt, []).append(one)
    rng = random.Random(len(outcomes))
    for intent in sorted(windows):
        found = list(windows[intent].values())
        rng.shuffle(found)
        count = 0
        for some in found:
            if count < ASKED:
                kept += some
                count += len(some)
    return kept


def levelled(outcomes: Sequence[Outcome], off: Floats, on: Floats, base: Calibration) -> Calibration:
    """The model's own calibration for the logits that it has with the adapter (`on`), not without (`off`).

    Preference tuples are contrasts, not a sample of what happens: an adapter that learnt from them says yes
    more often, and more surely, as a whole. What it has learnt is which places stand above which. So its
    logits are brought to the base's scale, l = s l' + t, by which their sorted values meet best: as much is
    shown as before, and what of it, the adapter decides. No truth is looked at: the adapter knows that of
    its own tuples by heart. Intents that histories say too little about are read as all of them together.
    """
    mine = [n for n, one in enumerate(outcomes) if one.signal == SIGNAL and np.isfinite(off[n] + on[n])]
    if len(mine) < SPREAD:
        return base
    kinds = np.array([outcomes[number].intent for number in mine])
    together = _scale(off[mine], on[mine])
    taught = {}
    for kind, own in base.by_intent.items():
        some = np.array(mine)[kinds == kind.value]
        scale, shift = _scale(off[some], on[some]) if len(some) >= SPREAD else together
        taught[kind] = Sigmoid(round(own.a * scale, 5), round(own.b + own.a * shift, 5), own.c)
    return Calibration(taught, base.default, base.floor)


def _scale(off: Floats, on: Floats) -> tuple[float, float]:
    """Scale and shift by which the sorted `on` come nearest to the sorted `off`, by least squares."""
    one, other = np.sort(on), np.sort(off)
    spread = float(one.std())
    if spread < _EVEN:
        return 1.0, float(other.mean() - one.mean())
    scale = float(((one - one.mean()) * (other - other.mean())).mean()) / spread**2
    return scale, float(other.mean() - scale * one.mean())


def logits(outcomes: Sequence[Outcome], model: Asker, should_stop: Callable[[], bool] = bool) -> Floats:
    """How far <|yes|> stands above <|no|> for each outcome; NaN where no model was asked, or it was stopped.

    Prompts that begin alike follow each other, so that what they share is evaluated once.
    """
    found = np.full(len(outcomes), np.nan)
    places: dict[tuple[int, ...], list[int]] = {}
    for number, one in enumerate(outcomes):
        if one.label is not None:
            places.setdefault(one.prompt, []).append(number)
    for prompt in sorted(places):
        if should_stop():
            break
        asks = [at for at, token in enumerate(prompt) if token == v.ASK]
        labels = sorted({int(outcomes[number].label or 0) for number in places[prompt]})
        rows = model.eval(prompt, [asks[label] for label in labels])
        scores = {label: float(row[v.YES] - row[v.NO]) for label, row in zip(labels, rows, strict=True)}
        for number in places[prompt]:
            found[number] = scores[int(outcomes[number].label or 0)]
    return found


def fit(outcomes: Sequence[Outcome], scores: Floats, base: Calibration, now: float) -> Fitted:
    """The calibration after these outcomes; `scores` are their logits, `now` is in seconds since the epoch.

    An intent without enough outcomes of the person keeps the model's own calibration.
    """
    taught = dict(base.by_intent) or dict.fromkeys(IntentKind, base.default)
    moved = []
    for kind in IntentKind:
        start = taught.get(kind, _RULE)
        found = _evidence(outcomes, scores, kind, ruled=start.a == 0, now=now)
        own = float(found.weights[found.own].sum())
        if own < LEAST:
            continue
        after = fitted(found, start)
        taught[kind] = after
        mine = found.own
        moved.append(
            Moved(
                kind,
                int(mine.sum()),
                int(found.right[mine].sum()),
                own,
                float(_chances(found, start)[mine].mean()),
                float(_chances(found, after)[mine].mean()),
            )
        )
    calibration = Calibration(taught if moved else base.by_intent, base.default, base.floor)
    return Fitted(calibration, tuple(moved))


def fitted(found: Evidence, start: Sigmoid, rounds: int = 60) -> Sigmoid:
    """The sigmoid of one intent, by Newton's method; a stays 0 where it is 0, and never falls below.

    An action is not less likely for a higher logit: where that would fit better, the level moves alone.
    """
    heard = np.array([start.a != 0, True, True])
    theta = _newton(found, start, heard, rounds)
    if theta[0] < 0 or (theta[2] < 0 <= start.c):
        theta = _newton(found, start, np.array([False, True, False]), rounds)
    return Sigmoid(*(round(float(value), 5) for value in theta))


def _newton(found: Evidence, start: Sigmoid, free: NDArray[np.bool_], rounds: int) -> Floats:
    """The minimum over the free ones of (a, b, c); the others stay where they start."""
    design = np.stack([found.logits, np.ones_like(found.logits), odds(found.rules)], axis=1)
    origin = np.array([start.a, start.b, start.c])
    believed = sigmoid(design @ origin)
    spread = PRIOR / len(found.weights)
    stiff = PRIOR * np.array([1.0, 0.0, 1.0])
    theta = origin.copy()
    for _ in range(rounds):
        p = sigmoid(design @ theta)
        slope = design.T @ (found.weights * (p - found.right) + spread * (p - believed))
        slope += stiff * (theta - origin)
        bend = (design * ((found.weights + spread) * p * (1 - p))[:, None]).T @ design + np.diag(stiff)
        bend += 1e-6 * np.eye(3)
        move = np.zeros(3)
        move[free] = np.clip(np.linalg.solve(bend[np.ix_(free, free)], slope[free]), -1.0, 1.0)
        theta = theta - move
        if float(np.abs(move).max()) < 1e-8:
            break
    return theta


def _evidence(
    outcomes: Sequence[Outcome], scores: Floats, kind: IntentKind, *, ruled: bool, now: float
) -> Evidence:
    """The outcomes of an intent; those without a logit only where nothing but the rule is heard."""
    numbers = [
        number
        for number, one in enumerate(outcomes)
        if one.intent == kind.value and (ruled or np.isfinite(scores[number]))
    ]
    some = [outcomes[number] for number in numbers]
    own = np.array([one.signal != SIGNAL for one in some], dtype=np.bool_)
    weights = np.array([_weight(one, now) for one in some], dtype=np.float64)
    told = float(weights[~own].sum())
    if told > HISTORY:
        weights[~own] *= HISTORY / told
    return Evidence(
        np.zeros(len(some)) if ruled else np.asarray(scores[numbers], dtype=np.float64),
        np.array([one.rule for one in some], dtype=np.float64),
        np.array([one.right for one in some], dtype=np.bool_),
        weights,
        own,
    )


def _weight(one: Outcome, now: float) -> float:
    """How much an outcome counts: a person's by its age and propensity; what a history says does not age."""
    if one.signal == SIGNAL:
        return one.weight
    age = max(0.0, now - one.at)
    like_it = min(MOST, 1 / one.propensity) if one.propensity > 0 else MOST
    return float(one.weight * 0.5 ** (age / HALF_LIFE) * like_it)


def _chances(found: Evidence, one: Sigmoid) -> Floats:
    return sigmoid(one.a * found.logits + one.b + one.c * odds(found.rules))
