"""How fast the same pairs are trained on: our alignment against TRL's DPOTrainer, one thread, one epoch.

Each starts from the GGUF and ends with a trained adapter, references included. Processor time is what is
compared: the clock says as much of what else the machine does.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from trainer.ablation.arms import ARMS, Ground, Recipe
from trainer.ablation.arms import train as train_arm
from trainer.ablation.encoding import pairs
from trainer.actionrl import Weights
from trainer.align import AlignPlan, Kind, align
from trainer.rehearsal import of_rows
from trainer.stopping import Stop


@dataclass(frozen=True, slots=True)
class Speed:
    """One way of training."""

    name: str
    pairs: int
    processor: float
    """Seconds."""
    clock: float
    """Seconds."""

    def __str__(self) -> str:
        return f"| {self.name} | {self.pairs / self.processor:.2f} | {self.pairs / self.clock:.2f} |"


def measured(ground: Ground, recipe: Recipe, say: Callable[[str], None]) -> list[Speed]:
    """TRL as it comes, TRL with a pair's prompts run once, DPO on the one action, ActionRL with replay."""
    torch.set_num_threads(1)
    count = len(pairs(ground.material.preferences))
    steps = -(-count // recipe.tuples)
    dpo = next(arm for arm in ARMS if arm.kind == "dpo")

    def by_trl(twice: bool) -> Callable[[Path], object]:
        one = replace(recipe, steps=steps, twice=twice)
        return lambda folder: train_arm(dpo, 0.2, 1, ground, one, folder / "adapter.gguf")

    def by_us(kind: Kind) -> Callable[[Path], object]:
        masked = kind is Kind.SUFFIX_MASKED
        plan = AlignPlan(kind, Weights(replay=0.0 if masked else 1.0), steps=steps, epochs=1.0)
        plan = replace(plan, batch=recipe.tuples, rate=recipe.rate, quiet=0 if masked else plan.quiet)
        replay = [] if masked else of_rows(ground.replay[:200])
        return lambda folder: align(
            ground.base, ground.material.preferences, replay, plan, folder, say, Stop()
        )

    return [
        _timed("TRL's DPOTrainer", count, by_trl(twice=True)),
        _timed("TRL's DPOTrainer, prompts shared by the two sides", count, by_trl(twice=False)),
        _timed("suffix-masked DPO, `ripple train align`", count, by_us(Kind.SUFFIX_MASKED)),
        _timed("ActionRL with replay and quiet set, `ripple train align`", count, by_us(Kind.ACTION_RL)),
    ]


def table(speeds: list[Speed]) -> str:
    """Pairs a second, as Markdown."""
    return "\n".join(
        ("| | pairs a processor second | pairs a second by the clock |", "|---|---|---|", *map(str, speeds))
    )


def _timed(name: str, count: int, work: Callable[[Path], object]) -> Speed:
    with tempfile.TemporaryDirectory(prefix="ripple-speed-") as scratch:
        used, began = time.process_time(), time.monotonic()
        work(Path(scratch))
        return Speed(name, count, time.process_time() - used, time.monotonic() - began)
