"""The commands that measure the repeats on git histories."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from trainer.echoes import Job, Noted

_clones = click.option(
    "--clones",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of git clones, named owner+name.",
)
_newest = click.option(
    "--newest", type=click.IntRange(1), default=300, show_default=True, help="Commits looked at."
)
_workers = click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")


@click.command()
@_clones
@_newest
@_workers
@click.option("--install", is_flag=True, help="Write the card where the engine reads it.")
def echoes(clones: Path, newest: int, workers: int, install: bool) -> None:
    """Fit the score card of echoes: where the text that was replaced still stands, when does it go, too?

    Only clones of the training set are read.
    """
    from trainer import echoes as card

    rows = card.Rows(_noted("echoes", card.note, clones, newest, workers))
    click.echo(card.table(rows))
    if install:
        click.echo(f"written: {card.install(rows)}")


@click.command()
@_clones
@_newest
@_workers
def siblings(clones: Path, newest: int, workers: int) -> None:
    """Count by kind of place: where the neighbour of a new line is handled, how often is the new one, too?

    Only clones of the training set are read.
    """
    from trainer import siblings as card

    click.echo(card.table(_noted("siblings", card.note, clones, newest, workers)))


def _noted(what: str, note: Callable[[Job], Noted], clones: Path, newest: int, workers: int) -> list[Noted]:
    """What is noted of the training set's clones, by their names."""
    from concurrent.futures.process import BrokenProcessPool

    from trainer import repositories
    from trainer.echoes import Job
    from trainer.pool import ENDED, each

    jobs = [
        Job(git, name, newest)
        for name, git in repositories.clones(clones).items()
        if repositories.split_of(name) in ("train", "valid")
    ]
    if not jobs:
        raise click.UsageError("--clones has no repository of the training set.")
    noted = []
    try:
        with click.progressbar(length=len(jobs), label=what, file=sys.stderr) as bar:
            for one in each(note, jobs, workers):
                noted.append(one)
                bar.update(1)
    except BrokenProcessPool as error:
        raise click.ClickException(ENDED) from error
    return sorted(noted, key=lambda one: one.name)
