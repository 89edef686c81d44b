"""The figures of a step of alignment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from torch import Tensor

from trainer.actionrl import Terms, gathered
from trainer.batches import links_of
from trainer.lessons import Lesson

TUPLE: Final = 0
REPLAY: Final = 1
QUIET: Final = 2
"""What a lesson is there for."""


@dataclass(slots=True)
class Tally:
    """Sums over a step; `figures` turns them into means."""

    loss: float = 0.0
    preference: float = 0.0
    anchor: float = 0.0
    replay: float = 0.0
    pairs: int = 0
    chosen: float = 0.0
    rejected: float = 0.0
    margin: float = 0.0
    right: int = 0
    ahead: int = 0
    gain: float = 0.0
    prefix: int = 0
    prefix_drift: float = 0.0
    prefix_kl: float = 0.0
    quiet: int = 0
    quiet_drift: float = 0.0
    quiet_kl: float = 0.0
    tokens: int = 0

    def count(self, role: int, found: Tensor, known: Tensor, lessons: Sequence[Lesson], made: Terms) -> None:
        """Take in a pass's lessons of one role: log-probabilities with and without the adapter, and terms."""
        if role == REPLAY:
            self.replay += float(made.anchor)
            return
        links = links_of(lessons)
        drift, kl = float((found - known)[links.prefix].abs().sum()), float(made.drift.sum())
        if role == QUIET:
            self.quiet += len(links.prefix)
            self.quiet_drift += drift
            self.quiet_kl += kl
            return
        self.prefix += len(links.prefix)
        self.prefix_drift += drift
        self.prefix_kl += kl
        self.preference += float(made.preference)
        self.anchor += float(made.anchor)
        count = len(links.owner)
        plus, minus = gathered(found, links.plus, count), gathered(found, links.minus, count)
        self.pairs += count
        self.chosen += float(plus.sum())
        self.rejected += float(minus.sum())
        self.margin += float((made.plus - made.minus).sum())
        self.right += int((made.plus > made.minus).sum())
        self.ahead += int((plus > minus).sum())
        self.gain += float(made.plus.sum())

    def figures(self) -> dict[str, float | None]:
        """Means by name; None for what this step had none of."""

        def mean(total: float, count: int) -> float | None:
            return round(total / count, 5) if count else None

        return {
            "loss": round(self.loss, 5),
            "preference": round(self.preference, 5),
            "anchor": round(self.anchor, 5),
            "replay": round(self.replay, 5),
            "pairs": self.pairs,
            "chosen_log_prob": mean(self.chosen, self.pairs),
            "rejected_log_prob": mean(self.rejected, self.pairs),
            "margin": mean(self.margin, self.pairs),
            "accuracy": mean(self.right, self.pairs),
            "ahead": mean(self.ahead, self.pairs),
            "chosen_gain": mean(self.gain, self.pairs),
            "prefix_drift": mean(self.prefix_drift, self.prefix),
            "prefix_kl": mean(self.prefix_kl, self.prefix),
            "quiet_drift": mean(self.quiet_drift, self.quiet),
            "quiet_kl": mean(self.quiet_kl, self.quiet),
            "tokens": self.tokens,
        }


def described(line: dict[str, float | None]) -> str:
    """A step's figures as a person reads them."""
    names = ("loss", "margin", "accuracy", "chosen_gain", "prefix_drift", "quiet_drift", "tokens_per_second")
    return ", ".join(f"{name.replace('_', ' ')} {line[name]}" for name in names if line[name] is not None)
