"""`ripple train ablation`: all arms on the same tuples and points, resumable, and the tables of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from engine.errors import EngineError
from trainer.repositories import Split

if TYPE_CHECKING:
    from engine.config import Settings
    from engine.model.predictor import Predictor
    from engine.model.runtime import Runtime
    from trainer.ablation.arms import Ground
    from trainer.ablation.points import Points

OUT: Final = Path("runs/ablation")
TUNED: Final = 2
"""Every so manyth commit of the validation repositories is tuned on."""
REPLAY: Final = 2000
"""Labelled windows that the arms with a replay draw from."""
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_KEPT = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--tuples", type=_FOLDER, required=True, help="Folder of tuples of training histories.")
@click.option("--clones", type=_FOLDER, required=True, help="Folder of git clones, named owner+name.")
@click.option("--data", type=_FOLDER, required=True, help="Folder of labelled windows, to rehearse.")
@click.option("--out", type=_KEPT, default=OUT, show_default=True, help="Where everything is kept.")
@click.option("--count", type=click.IntRange(16), default=240, show_default=True, help="Tuples trained on.")
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="Seeds of every arm.")
@click.option("--newest", type=click.IntRange(1), default=60, show_default=True, help="Commits of a clone.")
@click.option("--final", is_flag=True, help="Measure on the repositories that nothing was ever tuned on.")
def ablation(  # noqa: PLR0913 - one parameter for each option
    tuples: Path, clones: Path, data: Path, out: Path, count: int, seeds: int, newest: int, final: bool
) -> None:
    """Hold ActionRL against its alternatives: same tuples, same points, several seeds.

    Every arm's beta is tuned on the validation repositories; what is done is kept, and a run that was
    stopped goes on. Needs the extra `ablation`.
    """
    from engine.config import Settings
    from engine.model.predictor import EMBEDDED, open_predictor
    from engine.model.runtime import Runtime

    settings = Settings.load()
    base = settings.model or EMBEDDED
    say = partial(click.echo, err=True)
    try:
        predictor = open_predictor(settings, say)
        runtime = Runtime(base, threads=1)
        ground = _ground(tuples, data, base, runtime, settings.threshold, count)

        histories = _Histories(clones, out, newest, settings, predictor)
        points = partial(_points, histories, runtime, say)
        click.echo(_tables(ground, points, out, runtime, seeds, final, say))
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {out}: {error.strerror or error}") from error


def _ground(tuples: Path, data: Path, base: Path, runtime: Runtime, threshold: float, count: int) -> Ground:
    """The tuples, the bare rejections and the windows that are rehearsed, drawn by fixed seeds."""
    from engine.model import calibrate
    from trainer import rows
    from trainer.ablation import material as drawing
    from trainer.ablation.arms import Ground
    from trainer.decision_data import files

    found = drawing.tuples_in(tuples)
    preferences = drawing.drawn(found, count)
    if len(preferences) < count:
        raise click.ClickException(f"{tuples} has {len(preferences)} tuples that can be used, not {count}.")
    outcomes = drawing.outcomes_in(tuples)
    random.Random(1).shuffle(outcomes)
    calibration = calibrate.parse(runtime.metadata(calibrate.KEY))
    bare = drawing.bare_rejections(outcomes, found, runtime, threshold, calibration, count)
    faults: list[rows.Fault] = []
    every = [one for path in files(data, "train") for one in rows.examples(path, faults)]
    replay, _ = rows.tokenised(random.Random(1).sample(every, min(REPLAY, len(every))), runtime)
    return Ground(
        base,
        runtime.info.sha256,
        drawing.Material(tuple(preferences), tuple(bare)),
        replay,
        lambda text: list(runtime.encode(text)),
    )


@dataclass(frozen=True, slots=True)
class _Histories:
    """Where fixed points come from, and where they are kept."""

    clones: Path
    out: Path
    newest: int
    settings: Settings
    predictor: Predictor


def _points(histories: _Histories, runtime: Runtime, say: Callable[[str], None], split: Split) -> Points:
    """The fixed points of a split, made where they are missing."""
    from engine.model import calibrate
    from trainer import repositories
    from trainer.ablation import points

    found: list[points.Course] = []
    newest, settings, predictor = histories.newest, histories.settings, histories.predictor
    for name, git in repositories.clones(histories.clones).items():
        if repositories.split_of(name) != split:
            continue
        job = partial(points.of_clone, git, name, newest, settings, predictor)
        path = histories.out / "points" / split / f"{name.replace('/', '+')}.jsonl.gz"
        made = points.made(job, path, points.key_of(git, newest, settings, predictor))
        say(f"{split} {name}: {len(made)} commits, {sum(len(one.questions) for one in made)} points")
        found += made
    if not found:
        raise click.ClickException(f"{histories.clones} has no clone of the split {split}.")
    calibration = calibrate.parse(runtime.metadata(calibrate.KEY))
    return points.Points(split, found, calibration, settings.threshold, settings.structure_threshold)


def _tables(
    ground: Ground,
    points: Callable[[Split], Points],
    out: Path,
    runtime: Runtime,
    seeds: int,
    final: bool,
    say: Callable[[str], None],
) -> str:
    """Tune every arm, train its seeds, ask them, and write the tables."""
    from trainer.ablation.arms import ARMS, PROTOTYPE, Recipe
    from trainer.ablation.cells import Bench, Cell, activity_of, tuned
    from trainer.ablation.report import report

    bench = Bench(out, ground, Recipe(), runtime, say)
    valid = points("valid")
    half = replace(valid, courses=valid.courses[::TUNED])
    activity = activity_of(bench, half)
    betas = {arm.kind: tuned(bench, arm, half, activity) for arm in ARMS if arm.like is None}
    betas |= {arm.kind: betas[arm.like] for arm in ARMS if arm.like is not None}
    measured = points("test") if final else half
    found = {PROTOTYPE: [bench.answered(Cell(PROTOTYPE), measured)], **{arm.title: [] for arm in ARMS}}
    for seed in range(1, seeds + 1):
        for arm in ARMS:
            found[arm.title].append(bench.answered(Cell(arm.kind, betas[arm.kind], seed), measured))
    return report(found, measured, {arm.title: betas[arm.kind] for arm in ARMS}, "ActionRL")
