"""llama.cpp's logits held against torch's, before a model is trained and before an adapter is handed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from transformers import PreTrainedModel

from engine.model.runtime import Logits, Runtime

TOP_ONE: Final = 0.98
"""The share of positions at which both must find the same most probable token."""
TIE: Final = 0.1
"""Two tokens whose logits differ by no more than this are equally probable: rounding decides between them."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How two sets of logits compare."""

    top_one: float
    """Share of positions where both find the same most probable token, or one that is as probable."""
    furthest: float
    """Largest absolute difference of a logit."""
    mean: float
    positions: int

    @property
    def holds(self) -> bool:
        """Whether both compute the same model."""
        return self.top_one >= TOP_ONE

    def __str__(self) -> str:
        return (
            f"same top token at {100 * self.top_one:.1f} % of {self.positions} positions, "
            f"logits within {self.furthest:.3f} (mean {self.mean:.4f})"
        )


def compared(one: Logits, two: Logits) -> Parity:
    """Two arrays of logits [positions, vocabulary]."""
    gap = np.abs(one - two)
    at = np.arange(len(one))
    behind = one.max(-1) - one[at, two.argmax(-1)]
    return Parity(float((behind <= TIE).mean()), float(gap.max()), float(gap.mean()), len(one))


def parity(runtime: Runtime, model: PreTrainedModel, prompts: Sequence[Sequence[int]]) -> Parity:
    """The logits behind every token of the prompts, by the engine and by torch; a prompt at a time.

    With a vocabulary of 150,000 tokens the logits of one prompt are gigabytes already.
    """
    found = []
    for ids in prompts:
        theirs = runtime.eval(list(ids), range(len(ids)))
        with torch.no_grad():
            ours = model(torch.tensor([list(ids)])).logits[0].float().numpy()
        found.append(compared(ours, theirs))
    positions = sum(one.positions for one in found)
    return Parity(
        sum(one.top_one * one.positions for one in found) / positions,
        max(one.furthest for one in found),
        sum(one.mean * one.positions for one in found) / positions,
        positions,
    )
