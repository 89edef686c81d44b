"""The comparison of training variants as Markdown tables: as a whole, and by intent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.model.vocabulary import INTENTS
from trainer import evaluate
from trainer.calibrate import EVERY, Asked, asked, left_out
from trainer.compare import Outcome, is_simulated
from trainer.measures import Floats, auc, log_loss
from trainer.paired import interval
from trainer.rows import Row

ACTIVITY = 0.2
"""The share of decision points at which something is shown, where acceptance is compared."""
LEAST = 100
"""Asks of an intent below which it has no column."""


def chances(found: Asked) -> Floats:
    """The chance of every ask by the sigmoid of its intent, fitted on the other repositories."""
    out = np.empty(len(found.labels))
    for intent in np.unique(found.intents):
        mine = found.intents == intent
        out[mine] = left_out(found.part(mine))
    return out


def table(outcomes: Sequence[Outcome], rows: Sequence[Row], milliseconds: Mapping[int, float]) -> str:
    """Both tables. The rule alone is the first row; differences are to the first outcome, last weights.

    A window's milliseconds are given by width.
    """
    truth = asked(rows, [row.rules.astype(np.float64) for row in rows])
    sizes = [len(row.asks) for row in rows]
    simulated = np.repeat(np.asarray([is_simulated(row) for row in rows]), sizes)
    groups = np.repeat(_groups(rows), sizes)
    first = chances(asked(rows, outcomes[0].raw))
    arms = [("structure's rule", "", "", truth.rules)]
    writing = {one.variant.name: one for one in outcomes}
    for one in outcomes:
        about = f"{one.parameters / 1e6:.2f} | {one.tokens / 1e6:.2f}"
        pace = f"{milliseconds[one.variant.width]:.1f} ms"
        arms.append((one.variant.name, about, pace, chances(asked(rows, one.raw))))
        arms.append((f"{one.variant.name}, averaged", about, "", chances(asked(rows, one.averaged))))
    lines = [
        "| | M parameters | M tokens | log loss | to the first (95 %) | AUC | histories | simulated | "
        f"acceptance at activity {ACTIVITY} | a window | code, bits a byte | answers' texts exact |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, about, pace, chance in arms:
        off = interval(_losses(chance, truth.labels) - _losses(first, truth.labels), groups)
        difference = f"{off.mean:+.4f} ({off.low:+.4f} to {off.high:+.4f})"
        parts = (f"{log_loss(chance[mine], truth.labels[mine]):.4f}" for mine in (~simulated, simulated))
        decided = evaluate.decided_rows(rows, _split(chance, sizes))
        at = evaluate.threshold_for(decided, ACTIVITY, lambda one: one.activity)
        lines.append(
            f"| {name} | {about or ' | '} | {log_loss(chance, truth.labels):.4f} | {difference} | "
            f"{auc(chance, truth.labels):.4f} | {' | '.join(parts)} | "
            f"{evaluate.figures(decided, at).acceptance:.3f} | {pace} | {_written(writing.get(name))} |"
        )
    return "\n".join([*lines, "", *_intents(arms, truth)])


def _written(outcome: Outcome | None) -> str:
    """How well the last weights write, as two cells."""
    if outcome is None:
        return " | "
    code = "" if outcome.code is None else f"{outcome.code:.2f}"
    return f"{code} | {'' if outcome.exact is None else f'{outcome.exact:.3f}'}"


def _intents(arms: Sequence[tuple[str, str, str, Floats]], truth: Asked) -> list[str]:
    """Log loss and AUC by intent, of the intents that were asked about often enough."""
    parts = {EVERY: np.ones(len(truth.labels), dtype=np.bool_)}
    parts |= {str(kind): truth.intents == token for kind, token in INTENTS.items()}
    parts = {name: mine for name, mine in parts.items() if mine.sum() >= LEAST}
    lines = [
        "| log loss, AUC | " + " | ".join(f"{name} ({mine.sum()})" for name, mine in parts.items()) + " |",
        "|---" * (1 + len(parts)) + "|",
    ]
    for name, _, _, chance in arms:
        cells = [
            f"{log_loss(chance[mine], truth.labels[mine]):.3f}, {auc(chance[mine], truth.labels[mine]):.3f}"
            for mine in parts.values()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _losses(chance: Floats, labels: NDArray[np.bool_]) -> Floats:
    held = np.clip(chance, 1e-3, 1 - 1e-3)
    return -np.log(np.where(labels, held, 1 - held))


def _groups(rows: Sequence[Row]) -> NDArray[np.int64]:
    """The commit, or the simulated chain, of every row, numbered."""
    numbers: dict[str, int] = {}
    names = (
        row.point.rpartition(":")[0] if is_simulated(row) else row.source + row.point.split(":")[0]
        for row in rows
    )
    return np.asarray([numbers.setdefault(name, len(numbers)) for name in names])


def _split(values: Floats, sizes: Sequence[int]) -> list[Floats]:
    return np.split(values, np.cumsum(sizes)[:-1])
