"""What a model would have shown at fixed points: its logits there, under the engine's rules of showing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.model.agreement import SURE, Agreement
from engine.model.calibrate import Calibration
from engine.model.runtime import Runtime
from engine.model.vocabulary import ASK, NO, YES
from engine.session.thinking import FEW
from engine.session.thinking import SURE as SURE_ENOUGH
from engine.types import IntentKind
from trainer.ablation.points import Asking, Course, Place
from trainer.measures import Floats

UNASKED: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with the chance that a model gives to each place."""

    asking: Asking
    chances: tuple[float, ...]
    logits: tuple[float, ...]
    """Of yes against no at each place; NaN where the rule decides."""

    def shown(self, threshold: float, by_rule: float) -> list[int]:
        """The places that are shown, in the order of the chain (engine/session/thinking.py)."""
        out: list[int] = []
        unsure = 0
        for number, (place, p) in enumerate(zip(self.asking.places, self.chances, strict=True)):
            if place.refused or p < (by_rule if place.window is None else threshold):
                continue
            doubted = p < SURE_ENOUGH.get(IntentKind(place.intent), 0.0)
            if doubted and unsure >= FEW:
                continue
            unsure += doubted
            out.append(number)
        return out


def logits(courses: Sequence[Course], runtime: Runtime) -> Floats:
    """The logits of all asks of all prompts, one behind the other."""
    found = [np.empty(0)]
    for course in courses:
        for asking in course.questions:
            for prompt in asking.prompts:
                asks = [at for at, token in enumerate(prompt) if token == ASK]
                rows = runtime.eval(list(prompt), asks).astype(np.float64)
                found.append(rows[:, YES] - rows[:, NO])
    return np.concatenate(found)


def answered(courses: Sequence[Course], values: Floats, calibration: Calibration) -> list[list[Answered]]:
    """The questions of every course, answered by the model whose logits these are."""
    at = 0
    out = []
    for course in courses:
        some = []
        for asking in course.questions:
            windows = []
            for prompt in asking.prompts:
                count = prompt.count(ASK)
                windows.append(values[at : at + count])
                at += count
            some.append(_answer(asking, windows, calibration))
        out.append(some)
    return out


def _answer(asking: Asking, windows: Sequence[Floats], calibration: Calibration) -> Answered:
    agreement = Agreement()
    chances = [place.p for place in asking.places]
    raw = [UNASKED] * len(asking.places)
    for window, numbers in _by_window(asking.places):
        places = [asking.places[n] for n in numbers]
        own = [float(windows[window][place.label]) for place in places]
        alone = [
            calibration.p(IntentKind(place.intent), logit, place.rule)
            for place, logit in zip(places, own, strict=True)
        ]
        settled = agreement.settle([_key(place) for place in places], alone)
        for n, p, logit in zip(numbers, settled, own, strict=True):
            chances[n], raw[n] = p, logit
    return Answered(asking, tuple(chances), tuple(raw))


def _by_window(places: Sequence[Place]) -> Iterator[tuple[int, list[int]]]:
    found: dict[int, list[int]] = {}
    for number, place in enumerate(places):
        if place.window is not None:
            found.setdefault(place.window, []).append(number)
    yield from sorted(found.items())


def _key(place: Place) -> str | None:
    """The sure places of a rename agree (engine/model/agreement.py); one save has one as good as always."""
    return "rename" if place.intent == IntentKind.RENAME.value and place.rule >= SURE else None
