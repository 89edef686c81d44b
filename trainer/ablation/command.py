"""`ripple train ablation`: all arms on the same tuples and points, resumable, and the tables of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
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
    from trainer.ablation.arms import Arm, Ground
    from trainer.ablation.cells import Bench
    from trainer.ablation.points import Course, Points
    from trainer.tuples import Preference

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
@click.option(
    "--replay",
    type=click.Choice(["prototype", "sft", "dpo", "dpo_anchor", "masked", "actionrl", "silence"]),
    multiple=True,
    help="Only play the final histories with this arm, at the prototype's activity; repeatable.",
)
@click.option(
    "--arm",
    "chosen",
    type=click.Choice(["sft", "dpo", "dpo_anchor", "masked", "actionrl", "silence", "no_anchor", "replay"]),
    multiple=True,
    help="Only this arm, beside the prototype and ActionRL; repeatable.",
)
@click.option("--turned-down", is_flag=True, help="Only tuples in which something that was shown was wrong.")
@click.option("--beta", type=float, default=None, help="For all arms; tuned without.")
@click.option("--speed", is_flag=True, help="Only measure how fast the pairs are trained on.")
def ablation(  # noqa: PLR0913 - one parameter for each option
    tuples: Path,
    clones: Path,
    data: Path,
    out: Path,
    count: int,
    seeds: int,
    newest: int,
    final: bool,
    replay: tuple[str, ...],
    chosen: tuple[str, ...],
    turned_down: bool,
    beta: float | None,
    speed: bool,
) -> None:
    """Hold ActionRL against its alternatives: same tuples, same points, several seeds.

    Every arm's beta is tuned on the validation repositories; what is done is kept, and a run that was
    stopped goes on. Needs the extra `ablation`.
    """
    from engine.config import Settings
    from engine.model.predictor import EMBEDDED, open_predictor
    from engine.model.runtime import Runtime
    from trainer.ablation.arms import Recipe
    from trainer.ablation.cells import Bench

    settings = Settings.load()
    base = settings.model or EMBEDDED
    say = partial(click.echo, err=True)
    try:
        predictor = open_predictor(settings, say)
        runtime = Runtime(base, threads=1)
        ground = _ground(_found(tuples, turned_down), tuples, data, runtime, settings, count)
        if speed:
            from trainer.ablation import speed as racing

            click.echo(racing.table(racing.measured(ground, Recipe(), say)))
            return

        histories = _Histories(clones, out, newest, settings, predictor, say, out / "points")
        points = partial(_points, histories, runtime)
        bench = Bench(out, ground, Recipe(), runtime, say)
        if replay:
            click.echo(_replays(bench, points, histories, replay, beta))
            return
        click.echo(_tables(bench, points, seeds, final, beta, chosen))
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {out}: {error.strerror or error}") from error


def _found(folder: Path, turned_down: bool) -> list[Preference]:
    """The tuples of a folder; without those in which the model was silent and should not have been."""
    from trainer.ablation.material import tuples_in
    from trainer.tuples import END

    found = tuples_in(folder)
    return [one for one in found if all(chain[-1] != END for chain in one.rejected)] if turned_down else found


def _ground(
    found: list[Preference], tuples: Path, data: Path, runtime: Runtime, settings: Settings, count: int
) -> Ground:
    """The tuples, the bare rejections and the windows that are rehearsed, drawn by fixed seeds."""
    from engine.model import calibrate
    from engine.model.predictor import EMBEDDED
    from trainer import rows
    from trainer.ablation import material as drawing
    from trainer.ablation.arms import Ground
    from trainer.decision_data import files

    base, threshold = settings.model or EMBEDDED, settings.threshold
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
    """Which histories are played, by whom, and where what comes of it is kept."""

    clones: Path
    out: Path
    newest: int
    settings: Settings
    predictor: Predictor
    say: Callable[[str], None]
    folder: Path


def _courses(histories: _Histories, split: Split) -> list[Course]:
    """The histories of a split, played where they are not kept."""
    from trainer import repositories
    from trainer.ablation import points

    found: list[points.Course] = []
    newest, settings, predictor = histories.newest, histories.settings, histories.predictor
    for name, git in repositories.clones(histories.clones).items():
        if repositories.split_of(name) != split:
            continue
        job = partial(points.of_clone, git, name, newest, settings, predictor)
        path = histories.folder / split / f"{name.replace('/', '+')}.jsonl.gz"
        made = points.made(job, path, points.key_of(git, newest, settings, predictor))
        histories.say(
            f"{split} {name}: {len(made)} commits, {sum(len(one.questions) for one in made)} points"
        )
        found += made
    if not found:
        raise click.ClickException(f"{histories.clones} has no clone of the split {split}.")
    return found


def _points(histories: _Histories, runtime: Runtime, split: Split) -> Points:
    """The fixed points of a split: what the prototype was asked."""
    from engine.model import calibrate
    from trainer.ablation.points import Points

    calibration = calibrate.parse(runtime.metadata(calibrate.KEY))
    settings = histories.settings
    found = _courses(histories, split)
    return Points(split, found, calibration, settings.threshold, settings.structure_threshold)


def _betas(
    bench: Bench, half: Points, beta: float | None, arms: Sequence[Arm]
) -> tuple[dict[str, float], float]:
    """The beta of every arm, tuned on the validation repositories, and the prototype's activity there."""
    from trainer.ablation.cells import activity_of, tuned

    activity = activity_of(bench, half)
    if beta is not None:
        return {arm.kind: beta for arm in arms}, activity
    betas: dict[str, float] = {
        arm.kind: tuned(bench, arm, half, activity) for arm in arms if arm.like is None
    }
    return betas | {arm.kind: betas[arm.like] for arm in arms if arm.like is not None}, activity


def _half(valid: Points) -> Points:
    return replace(valid, courses=valid.courses[::TUNED])


def _tables(
    bench: Bench,
    points: Callable[[Split], Points],
    seeds: int,
    final: bool,
    beta: float | None,
    chosen: Sequence[str],
) -> str:
    """Tune every arm, train its seeds, ask them, and write the tables."""
    from trainer.ablation.arms import ARMS, PROTOTYPE
    from trainer.ablation.cells import Cell
    from trainer.ablation.report import report

    arms = [arm for arm in ARMS if not chosen or arm.kind in (*chosen, "actionrl")]
    half = _half(points("valid"))
    betas, _ = _betas(bench, half, beta, arms)
    measured = points("test") if final else half
    found = {PROTOTYPE: [bench.answered(Cell(PROTOTYPE), measured)], **{arm.title: [] for arm in arms}}
    for seed in range(1, seeds + 1):
        for arm in arms:
            found[arm.title].append(bench.answered(Cell(arm.kind, betas[arm.kind], seed), measured))
    return report(found, measured, {arm.title: betas[arm.kind] for arm in arms}, "ActionRL")


def _replays(
    bench: Bench,
    points: Callable[[Split], Points],
    histories: _Histories,
    arms: tuple[str, ...],
    beta: float | None,
) -> str:
    """Play the final repositories with each arm's first seed; its threshold has the prototype's activity."""
    from engine.model.predictor import Adaptable
    from trainer.ablation import figures
    from trainer.ablation.arms import ARMS, PROTOTYPE
    from trainer.ablation.cells import Cell
    from trainer.ablation.report import played

    half = _half(points("valid"))
    betas, activity = _betas(bench, half, beta, ARMS)
    found = {}
    for arm in arms:
        cell = Cell(PROTOTYPE) if arm == PROTOTYPE else Cell(arm, betas[arm], 1)
        threshold = half.threshold
        if arm != PROTOTYPE:
            threshold = figures.threshold_at(figures.curve(bench.answered(cell, half)), activity)
        if not isinstance(histories.predictor, Adaptable):
            raise click.ClickException("This model takes no adapters.")
        histories.predictor.set_adapter(bench.adapter(cell))
        settings = replace(histories.settings, threshold=threshold)
        mine = replace(histories, settings=settings, folder=histories.out / "replays" / cell.name)
        found[f"{arm}, shown from {threshold:.3f} on"] = figures.played(_courses(mine, "test"))
    return played(found)
