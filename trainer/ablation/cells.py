"""One cell of the table: an arm with a beta and a seed, trained once and asked once at each set of points."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from engine.files import write_atomic
from engine.model.runtime import Runtime
from trainer.ablation import answers, figures
from trainer.ablation.answers import Answered
from trainer.ablation.arms import ARMS, PROTOTYPE, Arm, Ground, Recipe, train
from trainer.ablation.points import Points
from trainer.measures import Floats

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cell:
    """Which adapter."""

    arm: str
    beta: float = 0.0
    seed: int = 0

    @property
    def name(self) -> str:
        """As files are named."""
        return self.arm if self.arm == PROTOTYPE else f"{self.arm}-{self.beta:g}-{self.seed}"


class Bench:
    """Trains and asks; what is done is kept in the folder and read again."""

    def __init__(self, folder: Path, ground: Ground, recipe: Recipe, runtime: Runtime, say: Say) -> None:
        self._folder = folder
        self._ground = ground
        self._recipe = recipe
        self._runtime = runtime
        self._say = say
        for name in ("adapters", "valid", "test"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def adapter(self, cell: Cell) -> Path | None:
        """The cell's adapter, trained where it is missing; None for the prototype."""
        if cell.arm == PROTOTYPE:
            return None
        path = self._folder / "adapters" / f"{cell.name}.gguf"
        if not path.is_file():
            arm = next(one for one in ARMS if one.kind == cell.arm)
            seconds = train(arm, cell.beta, cell.seed, self._ground, self._recipe, path)
            self._say(f"{cell.name}: trained in {seconds:.0f} s")
        return path

    def logits(self, cell: Cell, points: Points) -> Floats:
        """The cell's logits at all asks of the points."""
        path = self._folder / points.split / f"{cell.name}.npy"
        if path.is_file():
            return np.asarray(np.load(path), dtype=np.float64)
        self._runtime.set_adapter(self.adapter(cell))
        found = answers.logits(points.courses, self._runtime)
        whole = BytesIO()
        np.save(whole, found.astype(np.float32))
        write_atomic(path, whole.getvalue())
        shown = figures.figures(points.courses, self.answered(cell, points), points.threshold, points.by_rule)
        self._say(f"{cell.name} on {points.split}: {json.dumps(asdict(shown))}")
        return found

    def answered(self, cell: Cell, points: Points) -> list[list[Answered]]:
        """The cell's answers at the points."""
        return answers.answered(points.courses, self.logits(cell, points), points.calibration)


def tuned(bench: Bench, arm: Arm, points: Points, activity: float) -> float:
    """The beta with the highest acceptance at an activity on the validation repositories, by one seed."""
    if len(arm.betas) == 1:
        return arm.betas[0]
    reached = {}
    for beta in arm.betas:
        curve = figures.curve(bench.answered(Cell(arm.kind, beta, 1), points))
        reached[beta] = float(curve.at(activity)[0])
    return max(reached, key=lambda beta: reached[beta])


def activity_of(bench: Bench, points: Points) -> float:
    """The prototype's activity, where acceptances are compared."""
    arm = bench.answered(Cell(PROTOTYPE), points)
    return figures.figures(points.courses, arm, points.threshold, points.by_rule).activity
