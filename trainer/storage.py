"""How the weights are best stored: every type measured on the same windows, for quality, latency and size."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from engine.model.calibrate import Calibration
from engine.model.runtime import Runtime
from trainer import evaluate, export
from trainer.calibrate import asked, left_out
from trainer.measures import auc, log_loss
from trainer.model import Ripple
from trainer.rows import Row
from trainer.tokenizer import CodeTokenizer

REFERENCE: Final = "f32"
WITHIN: Final = 0.01
"""How much AUC, and log loss in nats, a type may lose against REFERENCE."""
PLAIN: Final = Calibration(floor=None)
LARGEST: Final = 1 << 30
TIMED: Final = 15
"""Windows of median length that latency is measured on."""
ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """One way of storing the weights."""

    kind: str
    auc: float
    loss: float
    """Log loss by a sigmoid that was fitted on other repositories."""
    milliseconds: float
    """Median time of a window of median length, nothing cached, on one thread."""
    size: int
    """Of the file, in bytes."""


def measure(model: Ripple, tokenizer: CodeTokenizer, rows: Sequence[Row], folder: Path) -> list[Stored]:
    """Write the model in each type and measure it. Raises OSError, ModelProblem."""
    found = []
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        for kind in (REFERENCE, *(kind for kind in export.TYPES if kind != REFERENCE)):
            path = Path(scratch) / f"{kind}.gguf"
            size = export.write_gguf(path, model, tokenizer, kind, PLAIN, largest=LARGEST)
            logits, _ = evaluate.exported(path, rows)
            one = asked(rows, logits)
            score, loss = auc(one.logits, one.labels), log_loss(left_out(one), one.labels)
            found.append(Stored(kind, score, loss, latency(path, rows), size))
            path.unlink()
    return found


def best(found: Sequence[Stored]) -> Stored:
    """The fastest of those that are as good as REFERENCE; among those within a tenth of it the smallest."""
    first = found[0]
    good = [one for one in found if first.auc - one.auc <= WITHIN and one.loss - first.loss <= WITHIN]
    fastest = min(one.milliseconds for one in good)
    return min((one for one in good if one.milliseconds <= 1.1 * fastest), key=lambda one: one.size)


def table(found: Sequence[Stored]) -> str:
    """A Markdown table; the best is named under it."""
    lines = ["| weights | AUC | log loss | median window | file |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.kind} | {one.auc:.4f} | {one.loss:.4f} | {one.milliseconds:.1f} ms "
        f"| {one.size / 2**20:.1f} MB |"
        for one in found
    ]
    return "\n".join([*lines, "", f"Best: {best(found).kind}"])


def latency(path: Path, rows: Sequence[Row]) -> float:
    """Milliseconds of a window of median length: the median, nothing cached, on one thread."""
    middle = float(np.median([row.prompt for row in rows]))
    timed = sorted(rows, key=lambda row: abs(row.prompt - middle))[:TIMED]
    runtime = Runtime(path, threads=1)
    times = []
    try:
        for _ in range(ROUNDS):
            for row in timed:  # neighbours share no edits, so next to nothing is cached
                began = time.perf_counter()
                runtime.eval([int(token) for token in row.ids[: row.prompt]], [int(ask) for ask in row.asks])
                times.append(1000 * (time.perf_counter() - began))
    finally:
        runtime.close()
    return statistics.median(times)
