"""From a decision's logit to an honest chance: p = sigmoid(a * logit + b + c * odds(rule)), for each intent.

The parameters are fitted here and applied by engine/model/calibrate.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.model.calibrate import SUREST, Calibration, Sigmoid
from engine.model.vocabulary import INTENTS
from trainer.measures import Floats, calibration_error, log_loss, sigmoid
from trainer.rows import Row
from trainer.tables import aligned

LEAST: Final = 200
"""Decisions of an intent below which the fit over all intents stands in."""
EVERY: Final = "all"
"""The name of the figure over all intents."""
_PRIOR: Final = 1.0
"""Strength of the pull towards a = 1, b = 0, in decisions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Decisions of the model with their truth, one entry per site."""

    logits: Floats
    labels: NDArray[np.bool_]
    intents: NDArray[np.int64]
    rules: Floats
    sources: NDArray[np.str_]
    """The repository of each."""

    def part(self, mine: NDArray[np.bool_]) -> Asked:
        """Some of the sites."""
        return Asked(
            self.logits[mine], self.labels[mine], self.intents[mine], self.rules[mine], self.sources[mine]
        )


def asked(rows: Sequence[Row], logits: Sequence[Floats]) -> Asked:
    """The decisions of rows."""
    return Asked(
        np.concatenate([np.asarray(one, dtype=np.float64) for one in logits]),
        np.concatenate([row.labels for row in rows]),
        np.concatenate([row.intents for row in rows]),
        np.concatenate([row.rules for row in rows]).astype(np.float64),
        np.repeat(np.asarray([row.source for row in rows]), [len(row.asks) for row in rows]),
    )


def fit(logits: Floats, labels: NDArray[np.bool_], rules: Floats | None = None, rounds: int = 50) -> Sigmoid:
    """Maximise the likelihood of labels under sigmoid(a * logit + b + c * odds), by Newton's method.

    Without rules c is 0.
    """
    columns = [logits, np.ones_like(logits), *([] if rules is None else [odds(rules)])]
    design = np.stack(columns, axis=1)
    theta = np.array([1.0, 0.0, 0.0])[: len(columns)]
    start = theta.copy()
    for _ in range(rounds):
        p = sigmoid(design @ theta)
        slope = design.T @ (p - labels) + _PRIOR * (theta - start)
        bend = (design * (p * (1 - p))[:, None]).T @ design + _PRIOR * np.eye(len(theta))
        move = np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
        theta = theta - move
        if float(np.abs(move).max()) < 1e-8:
            break
    a, b, *rest = (round(float(value), 5) for value in theta)
    return Sigmoid(a, b, rest[0] if rest else 0.0)


def odds(rules: Floats) -> Floats:
    """The logarithms of the rules' odds, as engine/model/calibrate.py has them."""
    held = np.clip(rules, *SUREST)
    return np.asarray(np.log(held / (1 - held)))


def applied(one: Sigmoid, logits: Floats, rules: Floats) -> Floats:
    """The chances that a sigmoid gives."""
    return sigmoid(one.a * logits + one.b + one.c * odds(rules))


def fit_intents(asked: Asked, floor: float | None = None) -> Calibration:
    """A sigmoid per intent that the model is good enough for, and one over all intents.

    Good enough: there are LEAST decisions, and on repositories that its sigmoid was not fitted on the model's
    chances are nearer to the truth than the rule's. Else the rule decides (engine/model/llama.py).
    """
    by_intent = {}
    for kind, token in INTENTS.items():
        mine = asked.part(asked.intents == token)
        if len(mine.labels) < LEAST or len(set(mine.labels.tolist())) < 2:
            continue
        if log_loss(left_out(mine), mine.labels) < log_loss(mine.rules, mine.labels):
            by_intent[kind] = fit(mine.logits, mine.labels, mine.rules)
    return Calibration(by_intent, fit(asked.logits, asked.labels, asked.rules), floor)


def left_out(asked: Asked) -> Floats:
    """The chance of every decision by a sigmoid that was fitted on the other sources."""
    out = np.empty(len(asked.labels))
    for source in np.unique(asked.sources):
        mine = asked.sources == source
        rest = asked.part(~mine)
        one = fit(rest.logits, rest.labels, rest.rules) if len(rest.labels) else Sigmoid()
        out[mine] = applied(one, asked.logits[mine], asked.rules[mine])
    return out


def chances(asked: Asked, calibration: Calibration) -> Floats:
    """The calibrated chance of every decision; the rule's, where the calibration does not name the intent."""
    if not calibration.by_intent:
        return applied(calibration.default, asked.logits, asked.rules)
    out = asked.rules.astype(np.float64)
    for kind, one in calibration.by_intent.items():
        mine = asked.intents == INTENTS[kind]
        out[mine] = applied(one, asked.logits[mine], asked.rules[mine])
    return out


def errors(chance: Floats, labels: NDArray[np.bool_], intents: NDArray[np.int64]) -> dict[str, float]:
    """The expected calibration error, over all decisions and by intent."""
    out = {EVERY: calibration_error(chance, labels)}
    for kind, token in INTENTS.items():
        mine = intents == token
        if mine.any():
            out[str(kind)] = calibration_error(chance[mine], labels[mine])
    return out


def table(asked: Asked, calibration: Calibration) -> str:
    """What the calibration rests on, by intent: figures of sigmoids that were fitted on the other sources."""
    head = (
        "intent",
        "asks",
        "right",
        "decides",
        "a",
        "b",
        "c",
        "log loss",
        "of the rule",
        "error",
        "of the rule",
    )
    rows: list[tuple[str, ...]] = [head]
    parts = {EVERY: np.ones(len(asked.labels), dtype=np.bool_)}
    parts |= {str(kind): asked.intents == token for kind, token in INTENTS.items()}
    taught = {str(kind): one for kind, one in calibration.by_intent.items()}
    for name, mine in parts.items():
        some = asked.part(mine)
        if not len(some.labels):
            continue
        one = calibration.default if name == EVERY else taught.get(name)
        chance = left_out(some)
        measures = (
            measure(values, some.labels)
            for measure in (log_loss, calibration_error)
            for values in (chance, some.rules)
        )
        rows.append(
            (
                name,
                str(len(some.labels)),
                f"{some.labels.mean():.3f}",
                "model" if one else "rule",
                *((f"{one.a:.2f}", f"{one.b:.2f}", f"{one.c:.2f}") if one else ("-", "-", "-")),
                *(f"{value:.3f}" for value in measures),
            )
        )
    return aligned(rows)
