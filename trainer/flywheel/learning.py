"""A night without its clockwork, by the night's own parts: from tuples and outcomes to an adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.config import Settings
from engine.model.llama import LlamaPredictor
from engine.model.runtime import Runtime
from trainer import calibrator
from trainer.adapter import with_calibration
from trainer.align import align
from trainer.curriculum import AlignPlan
from trainer.flywheel.days import Day
from trainer.flywheel.week import Learn
from trainer.rehearsal import of_outcomes
from trainer.replay.run import Plan, chosen
from trainer.repositories import git_of
from trainer.self_replay import History, tuples
from trainer.stopping import Stop
from trainer.tuples import Outcome, Preference


def learner(base: Path, minutes: float, threads: int, seed: int, say: Callable[[str], None]) -> Learn:
    """What a week calls each night."""

    def learn(
        preferences: Sequence[Preference], outcomes: Sequence[Outcome], now: float, folder: Path
    ) -> Path:
        plan = AlignPlan(minutes=minutes, threads=threads, seed=seed, now=now, name=folder.name)
        trained = align(base, preferences, of_outcomes(outcomes), plan, folder, say, Stop())
        target = folder / "calibrated.gguf"
        calibration = calibrator.of_adapter(base, trained, outcomes, now, threads).calibration
        with_calibration(trained, target, calibration)
        return target

    return learn


def history(clone: Path, newest: int, base: Path, settings: Settings, threads: int) -> Day:
    """What the newest commits of a project tell, played by the base model."""
    day = Day()
    predictor = LlamaPredictor(Runtime(base, threads))
    git = git_of(clone) or clone
    try:
        commits = tuple(reversed(chosen(Plan(git, newest, settings, settings.data_dir))))
        for _, found in tuples(History(git, clone.name, commits, settings), predictor):
            day.preferences += [one for one in found if isinstance(one, Preference)]
            day.outcomes += [one for one in found if isinstance(one, Outcome)]
    finally:
        predictor.close()
    return day
