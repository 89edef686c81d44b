"""The commands that make edit chains out of source trees and histories."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from trainer.simulate.scenarios import available
from trainer.simulate.tree import LANGUAGES

OUT = Path("trajectories")
_FOLDER = click.Path(path_type=Path, file_okay=False)
_SOURCE = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("sources", nargs=-1, required=True, type=_SOURCE, metavar="SOURCE..")
@click.option("--out", type=_FOLDER, default=OUT, show_default=True, help="Folder of Parquet files.")
@click.option(
    "--scenario",
    "names",
    multiple=True,
    type=click.Choice(available()),
    help="Only this scenario; may be given several times. All without it.",
)
@click.option(
    "--language", multiple=True, type=click.Choice(LANGUAGES), help="Only this language; may be repeated."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of everything random.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Chains of one scenario from one source in one language.",
)
def simulate(
    sources: tuple[Path, ...],
    out: Path,
    names: tuple[str, ...],
    language: tuple[str, ...],
    seed: int,
    workers: int,
    limit: int,
) -> None:
    """Simulate edit chains on source trees; a run that was stopped goes on where it was.

    The chains are the same for a seed whatever the number of workers.
    """
    from trainer.simulate import run as simulation

    plan = simulation.Plan(sources, out, names or available(), seed, limit, workers, language)
    try:
        wanted = len(simulation.shards(plan))
        with click.progressbar(
            length=wanted, label="simulating", file=sys.stderr, item_show_func=lambda item: item
        ) as bar:
            made = simulation.run(
                plan, lambda one: bar.update(1, f"{one.repository} {one.language} {one.scenario}")
            )
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {out}: {error.strerror or error}") from error
    click.echo(simulation.table(made))
