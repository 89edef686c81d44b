"""The night's calibration: when an action is shown, learnt from what became of those that were.

Each intent has a sigmoid of the logit that the model has with its new adapter, of the rule's odds, and of
what the site is (trainer/sigmoids.py). A bare rejection trains this and nothing else.

Only what was shown has an outcome. Whether a place was shown depends on its logit and rule alone, and p is
conditional on these, so that choice does not bias the fit where there are outcomes; below the threshold,
where there are none, the prior and the histories hold, for in a history everything considered has its truth.
A guess was shown with a known chance, its propensity: it stands for the 1/propensity places like it that
were not, up to MOST. Histories together count as HISTORY decisions of an intent, or they would drown those.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.model import vocabulary as v
from engine.model.calibrate import KEY, Calibration, Sigmoid, parse
from engine.model.runtime import Runtime
from engine.nights import Taste
from engine.types import IntentKind
from trainer.measures import Floats
from trainer.self_replay import SIGNAL
from trainer.sigmoids import PRIORS, Evidence, Priors, chances, fitted
from trainer.tuples import Outcome

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
CLEAR: Final = 0.5
"""Nats that a kind of place is to move by before it is told of."""
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
    places: tuple[Taste, ...]
    """In what kinds of places it is wanted less, or more."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The new calibration, and what moved."""

    calibration: Calibration
    moved: tuple[Moved, ...]


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


def fit(
    outcomes: Sequence[Outcome], scores: Floats, base: Calibration, now: float, priors: Priors = PRIORS
) -> Fitted:
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
        after = fitted(found, start, priors)
        taught[kind] = after
        mine = found.own
        moved.append(
            Moved(
                kind,
                int(mine.sum()),
                int(found.right[mine].sum()),
                own,
                float(chances(found, start)[mine].mean()),
                float(chances(found, after)[mine].mean()),
                tuple(_places(kind, found, start, after)),
            )
        )
    calibration = Calibration(taught if moved else base.by_intent, base.default, base.floor)
    return Fitted(calibration, tuple(moved))


def _places(kind: IntentKind, found: Evidence, start: Sigmoid, after: Sigmoid) -> Iterator[Taste]:
    """What a person's decisions moved in places of one kind, the largest shift first."""
    for fact, shift in sorted(after.shifts.items(), key=lambda one: -abs(one[1])):
        here = found.own & np.array([fact in facts for facts in found.facts], dtype=np.bool_)
        if abs(shift) >= CLEAR and here.any():
            some = found.only(here)
            before, then = (float(chances(some, one).mean()) for one in (start, after))
            yield Taste(kind.value, v.SPECIALS[fact].strip("<|>"), before, then, int(here.sum()))


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
        tuple(facts(one) for one in some),
        np.array([one.at for one in some], dtype=np.float64),
    )


def facts(one: Outcome) -> tuple[int, ...]:
    """The facts of the action's site, as its prompt asks about it; none where no model was asked."""
    if one.label is None:
        return ()
    asks = [at for at, token in enumerate(one.prompt) if token == v.ASK]
    return v.facts_at(one.prompt, asks[one.label])


def _weight(one: Outcome, now: float) -> float:
    """How much an outcome counts: a person's by its age and propensity; what a history says does not age."""
    if one.signal == SIGNAL:
        return one.weight
    age = max(0.0, now - one.at)
    like_it = min(MOST, 1 / one.propensity) if one.propensity > 0 else MOST
    return float(one.weight * 0.5 ** (age / HALF_LIFE) * like_it)
