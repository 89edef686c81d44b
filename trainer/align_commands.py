"""The command that aligns the model with preference tuples."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.errors import EngineError
from engine.model.predictor import EMBEDDED
from engine.model.runtime import Runtime

if TYPE_CHECKING:
    from trainer.rehearsal import Rehearsed

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option(
    "--tuples",
    type=_FILE,
    multiple=True,
    required=True,
    help="Preference tuples; may be given several times.",
)
@click.option(
    "--outcomes",
    type=_FILE,
    multiple=True,
    help="Outcomes of histories: replay and quiet set come from them.",
)
@click.option(
    "--windows", type=_FILE, multiple=True, help="Labelled windows of `ripple train decisions`, for the same."
)
@click.option("--base", type=_FILE, default=EMBEDDED, help="The GGUF that is aligned.")
@click.option("--run", type=_FOLDER, default=Path("runs/align"), help="Folder of the run.")
@click.option(
    "--kind",
    type=click.Choice(["actionrl", "suffix_masked", "sft"]),
    default="actionrl",
    help="The loss: all of it, the preference alone, or imitation of what was accepted.",
)
@click.option("--beta", type=float, default=0.2, help="Inverse temperature of the preference.")
@click.option("--alpha", type=float, default=0.2, help="Weight of the accepted action's own likelihood.")
@click.option("--protect", type=float, default=0.05, help="Weight of what is not to change.")
@click.option("--hold", type=float, default=5.0, help="Weight of what chains have in common not falling.")
@click.option("--replay", type=float, default=1.0, help="Weight of supervised replay.")
@click.option("--rate", type=float, default=5e-4, help="The highest learning rate.")
@click.option("--minutes", type=float, default=20.0, help="How long to train at the most.")
@click.option("--steps", type=click.IntRange(1), default=300, help="Steps at the most.")
@click.option("--epochs", type=float, default=4.0, help="How often each tuple is seen at the most.")
@click.option("--batch", type=click.IntRange(1), default=16, help="Tuples in a step.")
@click.option("--tokens", type=click.IntRange(1), default=1024, help="Padded tokens in a pass.")
@click.option("--threads", type=click.IntRange(1), default=1, help="CPU threads.")
@click.option("--memory", type=float, default=None, help="GB that may be taken; else what is free.")
@click.option("--nice", type=click.IntRange(0, 19), default=0, help="How far to stand back for others.")
@click.option("--exact", is_flag=True, help="Compute in float32 even where bfloat16 is faster.")
@click.option("--seed", type=int, default=1, help="Seed of everything random.")
def align(  # noqa: PLR0913 - one parameter for each option
    tuples: tuple[Path, ...],
    outcomes: tuple[Path, ...],
    windows: tuple[Path, ...],
    base: Path,
    run: Path,
    kind: str,
    beta: float,
    alpha: float,
    protect: float,
    hold: float,
    replay: float,
    rate: float,
    minutes: float,
    steps: int,
    epochs: float,
    batch: int,
    tokens: int,
    threads: int,
    memory: float | None,
    nice: int,
    exact: bool,
    seed: int,
) -> None:
    """Align the model with preference tuples by ActionRL; writes adapter.gguf into the run's folder.

    Ctrl-C saves and ends the run; the same command goes on.
    """
    from trainer import align as alignment
    from trainer.actionrl import Weights
    from trainer.stopping import stopping
    from trainer.tuples import read

    os.nice(nice)
    plan = alignment.AlignPlan(
        kind=alignment.Kind(kind),
        weights=Weights(beta, alpha, protect, hold, replay),
        rate=rate,
        minutes=minutes,
        steps=steps,
        epochs=epochs,
        batch=batch,
        tokens=tokens,
        threads=threads,
        memory=None if memory is None else int(memory * 1e9),
        exact=exact,
        seed=seed,
        name=run.name,
    )
    try:
        preferences = [one for path in tuples for one in read(path)]
        rehearsed = _rehearsed(outcomes, windows, base)
        with stopping() as stop:
            target = alignment.align(
                base, preferences, rehearsed, plan, run, lambda what: click.echo(what, err=True), stop
            )
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    click.echo(target)


def _rehearsed(outcomes: Iterable[Path], windows: Iterable[Path], base: Path) -> list[Rehearsed]:
    """The windows whose truth is known. Raises FileProblem, ModelProblem."""
    from trainer import rehearsal, rows
    from trainer.tuples import read_outcomes

    found = rehearsal.of_outcomes(one for path in outcomes for one in read_outcomes(path))
    paths = list(windows)
    if paths:
        runtime = Runtime(base, threads=1)
        read = rows.read(paths, runtime)
        runtime.close()
        for fault in read.faults:
            click.echo(
                f"{fault.path.name} is damaged: read up to window {fault.read} ({fault.what})", err=True
            )
        found += rehearsal.of_rows(read.rows)
    return found
