"""How soon decisions teach a taste, and what they do to somebody without one: histories told as decisions.

`--projects FOLDER` holds what `ripple train tuples` wrote (*.outcomes.gz). Of each history the first 60 % by
time are told as a person's decisions, as the session would log them: what was shown, down to the first wrong
action of an answer; the newest `--limit` of them. Judged are the decisions of the rest, and what of the rest
is still shown. A taste calls everything wrong in one kind of place. Compared are the model's own calibration,
one that counts as 8 decisions and knows no kinds of places, and the night's.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import numpy as np

from engine.model import vocabulary as v
from engine.model.calibrate import KEY, Calibration, parse
from engine.model.predictor import EMBEDDED
from engine.model.runtime import Runtime
from engine.types import Distance, IntentKind, NodeKind
from tests.benchmarks.common import table
from trainer import calibrator, sigmoids
from trainer.calibration_table import chances
from trainer.calibrator import facts
from trainer.measures import Floats, log_loss
from trainer.preference.chains import shared_out
from trainer.tuples import Outcome, read_outcomes

LEARNT = 0.6
SHOWN = 0.4
PAUSE = 1800.0
"""Seconds between two answers, as somebody who works all day would have them; histories take years."""
EACH = 3
"""Of every so many windows one is asked about."""
WORDS = {v.NODES[kind] for kind in (NodeKind.COMMENT, NodeKind.DOCSTRING, NodeKind.STRING)}
AWAY = {v.DISTANCES[kind] for kind in (Distance.SAME_FOLDER, Distance.FAR)}
TASTES: dict[str, Callable[[Outcome], bool]] = {
    "none": lambda one: False,
    "nothing in comments, docstrings, strings": lambda one: bool(WORDS & set(facts(one))),
    "nothing in other files": lambda one: bool(AWAY & set(facts(one))),
    "no repeats": lambda one: one.intent == IntentKind.REPEAT.value,
}
"""What somebody always turns down."""
PLAIN = sigmoids.Prior(8.0, 1e6)
PRIORS = {"8 decisions, no places": (PLAIN, PLAIN), "a night's": sigmoids.PRIORS}


@dataclass(frozen=True)
class History:
    """One history's outcomes by time, with the model's logits."""

    outcomes: list[Outcome]
    logits: Floats

    def tasted(self, against: Callable[[Outcome], bool]) -> History:
        """As somebody would decide who turns some of it down."""
        told = [replace(one, right=one.right and not against(one)) for one in self.outcomes]
        return History(told, self.logits)

    def part(self, numbers: Sequence[int]) -> History:
        """Some of it."""
        return History([self.outcomes[n] for n in numbers], self.logits[list(numbers)])


def run(options: Namespace) -> dict[str, object]:
    """A table for each taste."""
    runtime = Runtime(EMBEDDED, 1)
    base = parse(runtime.metadata(KEY))
    files = [path for folder in options.projects for path in sorted(Path(folder).glob("*.outcomes.gz"))]
    histories = [_history(path, runtime) for path in files]
    runtime.close()
    figures: dict[str, object] = {}
    for name, against in TASTES.items():
        rows = dict(_rows([one.tasted(against) for one in histories], histories, base, options.limit))
        head = ("calibration", "log loss of decisions", "shown", "right", "of the right ones")
        table(f"{name}: the newest {options.limit} decisions told", head, [(k, *r) for k, r in rows.items()])
        figures[name] = rows
    return figures


def _history(path: Path, runtime: Runtime) -> History:
    found = sorted((one for one in read_outcomes(path) if one.label is not None), key=lambda one: one.at)
    asked = set(list(dict.fromkeys(one.prompt for one in found))[::EACH])
    some = [one for one in found if one.prompt in asked]
    return History(some, calibrator.logits(some, runtime))


def _rows(
    people: Sequence[History], histories: Sequence[History], base: Calibration, limit: int
) -> Iterator[tuple[str, tuple[float, ...]]]:
    parts = [_split(one, base, limit) for one in people]
    yield "the model's own", _figures([(rest, base) for _, rest, _ in parts], base)
    for name, priors in PRIORS.items():
        taught = []
        for (told, rest, cut), history in zip(parts, histories, strict=True):
            past = history.part(range(cut))
            scores = np.concatenate([told.logits, past.logits])
            now = told.outcomes[-1].at if told.outcomes else 0.0
            fitted = calibrator.fit(told.outcomes + past.outcomes, scores, base, now, priors)
            taught.append((rest, fitted.calibration))
        yield name, _figures(taught, base)


def _split(one: History, base: Calibration, limit: int) -> tuple[History, History, int]:
    """What was decided first, the rest, and where that begins."""
    at = one.outcomes[int(len(one.outcomes) * LEARNT) - 1].at
    cut = sum(other.at <= at for other in one.outcomes)
    decided = one.part(_decided(one.part(range(cut)), base)[-limit:])
    told = [replace(some, signal="accepted", weight=1.0) for some in decided.outcomes]
    answers = [shared_out(list(answer)) for _, answer in groupby(told, key=_answer)]
    told = [replace(some, at=PAUSE * number) for number, answer in enumerate(answers) for some in answer]
    return History(told, decided.logits), one.part(range(cut, len(one.outcomes))), cut


def _answer(one: Outcome) -> tuple[float, tuple[int, ...]]:
    return one.at, one.prompt


def _decided(one: History, base: Calibration) -> list[int]:
    """What of it somebody decides: actions that are shown, down to an answer's first wrong one."""
    p = chances(one.outcomes, base, one.logits)
    out: list[int] = []
    for _, numbers in groupby(range(len(p)), key=lambda n: _answer(one.outcomes[n])):
        for number in sorted((n for n in numbers if p[n] >= SHOWN), key=lambda n: one.outcomes[n].label or 0):
            out.append(number)
            if not one.outcomes[number].right:
                break
    return out


def _figures(parts: Sequence[tuple[History, Calibration]], base: Calibration) -> tuple[float, ...]:
    """Log loss of the decisions, the number shown, how many are right, and how many right ones are left."""
    ps, rights = [], []
    shown = hits = before = 0
    for rest, calibration in parts:
        right = np.array([one.right for one in rest.outcomes], dtype=np.bool_)
        p = chances(rest.outcomes, calibration, rest.logits)
        decided = _decided(rest, base)
        ps.append(p[decided])
        rights.append(right[decided])
        shown += int((p >= SHOWN).sum())
        hits += int(right[p >= SHOWN].sum())
        before += int(right[chances(rest.outcomes, base, rest.logits) >= SHOWN].sum())
    loss = log_loss(np.concatenate(ps), np.concatenate(rights))
    return round(loss, 4), shown, round(hits / max(1, shown), 3), round(hits / max(1, before), 3)
