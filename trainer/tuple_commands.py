"""`ripple train tuples`: what a person's decisions and what histories say, as the alignment reads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import click

from engine.errors import EngineError
from trainer.repositories import Split

OUT = Path("runs/tuples")
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option(
    "--clones",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of git clones, named owner+name: the model plays their newest commits.",
)
@click.option(
    "--split", type=click.Choice(get_args(Split)), default="train", show_default=True, help="Whose clones."
)
@click.option("--newest", type=click.IntRange(1), default=60, show_default=True, help="Commits of each.")
@click.option(
    "--by-chance",
    type=int,
    default=None,
    metavar="SEED",
    help="Write the stretches of a commit in any order.",
)
@click.option("--out", type=_FOLDER, default=OUT, show_default=True, help="Folder of tuple files.")
def tuples(clones: Path, split: Split, newest: int, by_chance: int | None, out: Path) -> None:
    """Make preference tuples: the present model plays histories against the simulated developer.

    A run that was stopped goes on with the clones that are not done.
    """
    from engine.config import Settings
    from engine.model.predictor import STRUCTURE, open_predictor
    from trainer import repositories
    from trainer.preference import clones as files
    from trainer.self_replay import Ended
    from trainer.stopping import stopping

    settings = Settings.load()
    known = repositories.clones(clones)
    jobs = [
        files.Job(git, name, newest, settings, out, by_chance)
        for name, git in known.items()
        if repositories.split_of(name) == split
    ]
    if not jobs:
        raise click.UsageError(f"--clones has no repository of the split {split}.")
    predictor = open_predictor(settings, lambda why: click.echo(why, err=True))
    if predictor.info.name == STRUCTURE.name:
        raise click.ClickException(
            "Without a model there is nothing to be learnt: tuples are its own answers."
        )
    try:
        with (
            stopping() as stop,
            click.progressbar(
                length=len(jobs), label="tuples", file=sys.stderr, item_show_func=lambda item: item
            ) as bar,
        ):
            made = files.run(jobs, predictor, lambda: stop.asked, lambda one: bar.update(1, one.name))
    except Ended as error:
        raise click.ClickException("Stopped; what is finished is kept: run this again.") from error
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"git cannot read a clone: {(error.stderr or '').strip()}") from error
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {out}: {error.strerror or error}") from error
    finally:
        predictor.close()
    click.echo(files.table(made))
