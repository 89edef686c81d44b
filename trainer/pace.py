"""The progress line of a run: running means since the last one."""

from __future__ import annotations

import time

from trainer.measures import Floats
from trainer.rows import Batch


class Pace:
    """Counts the steps since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._tokens = self._right = self._asks = 0
        self._decisions: list[float] = []
        self._chains: list[float] = []
        self._code: list[float] = []

    def add(self, decision: float, chain: float, logits: Floats, batch: Batch) -> None:
        """Count one step; `logits` [A] are those of its asks."""
        self._tokens += batch.ids.size
        if batch.is_code:
            self._code.append(chain)
            return
        self._decisions.append(decision)
        self._chains.append(chain)
        self._right += int(((logits > 0) == batch.labels.astype(bool)).sum())
        self._asks += len(batch.labels)

    def line(self) -> str:
        """Tokens a second and the mean losses, in nats."""
        speed = self._tokens / max(1e-9, time.monotonic() - self._began)
        code = f"code {_mean(self._code):.4f}  " if self._code else ""
        losses = f"decision {_mean(self._decisions):.4f}  chain {_mean(self._chains):.4f}  {code}"
        return f"{speed:.0f} tok/s  {losses}ask accuracy {self._right / max(1, self._asks):.4f}"


def _mean(values: list[float]) -> float:
    return sum(values) / max(1, len(values))
