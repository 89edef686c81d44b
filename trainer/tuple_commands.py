"""`ripple train tuples`: what a person's decisions and what histories say, as the alignment reads it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from engine.errors import EngineError
from trainer.repositories import Split

if TYPE_CHECKING:
    from engine.config import Settings
    from trainer.preference.clones import Player

OUT = Path("runs/tuples")
DECISIONS = "decisions"
_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.option("--decisions", is_flag=True, help="From what was decided in this machine's Ripple.")
@click.option(
    "--days", type=click.FloatRange(0), default=30, show_default=True, help="How far back decisions count."
)
@click.option(
    "--clones",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="From git clones in this folder, named owner+name: the model plays their newest commits.",
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
def tuples(
    decisions: bool, days: float, clones: Path | None, split: Split, newest: int, by_chance: int | None,
    out: Path,
) -> None:  # fmt: skip
    """Make preference tuples and outcomes from decisions, or from git histories.

    A history is played by the present model against the simulated developer. What holds a secret is dropped.
    A run that was stopped goes on with the clones that are not done.
    """
    from engine.config import Settings

    if not decisions and clones is None:
        raise click.UsageError("Name --decisions, or a folder of --clones, or both.")
    settings = Settings.load()
    with _told(out), _player(settings) as player:
        if decisions:
            _from_decisions(settings, player, days, out)
        if clones is not None:
            _from_clones(settings, player, clones, split, (newest, by_chance), out)
        for why, count in player.scrubber.dropped.items():
            click.echo(f"dropped: {count} ({why})")


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="TUPLES..")
@click.option("--share", type=click.FloatRange(0, 1), default=0.2, show_default=True, help="To hold out.")
@click.option("--out", type=_FOLDER, required=True, help="Folder of the two sides.")
def split(files: tuple[Path, ...], share: float, out: Path) -> None:
    """Part tuple files, and the outcomes beside them, into what is learnt and what is judged by.

    Of each file the newest share is held out; no change of a file is on both sides.
    """
    from trainer import tuples as records
    from trainer.preference import clones
    from trainer.preference import split as parts

    learnt, held, told, unseen = [], [], [], []
    with _told(out):
        for path in files:
            found = parts.split(list(records.read(path)), share)
            beside = clones.outcomes_of(path)
            outcomes = list(records.read_outcomes(beside)) if beside.exists() else []
            learnt += found.learnt
            held += found.held
            told += parts.before(outcomes, found.since)
            unseen += [one for one in outcomes if one.at >= found.since]
        out.mkdir(parents=True, exist_ok=True)
        for name, tuples, beside_them in (("learnt", learnt, told), ("held", held, unseen)):
            records.write(out / f"{name}{clones.PREFERENCES}", tuples)
            records.write_outcomes(out / f"{name}{clones.OUTCOMES}", beside_them)
            click.echo(f"{name}: {len(tuples)} tuples, {len(beside_them)} outcomes")


@click.command()
@click.argument("adapter", type=_FILE)
@click.option(
    "--outcomes", type=_FILE, multiple=True, required=True, help="Outcomes to calibrate by; may be repeated."
)
@click.option("--held", type=_FILE, multiple=True, help="Other outcomes, to judge by.")
@click.option("--base", type=_FILE, default=None, help="The adapter's model, where it is not the settings'.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the adapter with it.")
def calibrate(
    adapter: Path, outcomes: tuple[Path, ...], held: tuple[Path, ...], base: Path | None, out: Path | None
) -> None:
    """Calibrate an adapter: read it on its model's scale, then by what a person took and turned down."""
    from engine.config import Settings
    from engine.model.calibrate import dump
    from engine.model.predictor import EMBEDDED
    from trainer.calibration_table import table
    from trainer.calibrator import of_adapter
    from trainer.tuples import read_outcomes

    settings = Settings.load()
    model = base or settings.model or EMBEDDED
    with _told(out or adapter):
        told = [one for path in outcomes for one in read_outcomes(path)]
        found = of_adapter(model, adapter, told, time.time(), settings.threads)
        click.echo(dump(found.calibration))
        for one in found.moved:
            click.echo(
                f"{one.intent}: {one.right} of {one.outcomes} were right, {one.before:.2f} to {one.after:.2f}"
            )
        if held:
            judges = [one for path in held for one in read_outcomes(path)]
            click.echo(table(model, adapter, found.calibration, judges, settings.threshold, settings.threads))
        if out is not None:
            from trainer.adapter import with_calibration

            with_calibration(adapter, out, found.calibration)
            click.echo(f"written: {out}")


def _from_decisions(settings: Settings, player: Player, days: float, out: Path) -> None:
    from trainer import preferences
    from trainer.preference.clones import PREFERENCES, outcomes_of
    from trainer.tuples import write, write_outcomes

    base = player.predictor.info.sha256
    found = preferences.decisions(settings.data_dir, base, days, time.time())
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{DECISIONS}{PREFERENCES}"
    write(path, player.scrubber.clean(found.preferences))
    write_outcomes(outcomes_of(path), player.scrubber.clean(found.outcomes))
    click.echo(f"{found.answers} answers\n{preferences.table(found)}")


def _from_clones(
    settings: Settings, player: Player, clones: Path, split: Split, which: tuple[int, int | None], out: Path
) -> None:
    from trainer import repositories
    from trainer.preference import clones as files

    jobs = [
        files.Job(git, name, which[0], settings, out, which[1])
        for name, git in repositories.clones(clones).items()
        if repositories.split_of(name) == split
    ]
    if not jobs:
        raise click.UsageError(f"--clones has no repository of the split {split}.")
    with click.progressbar(
        length=len(jobs), label="tuples", file=sys.stderr, item_show_func=lambda item: item
    ) as bar:
        made = files.run(jobs, player, lambda one: bar.update(1, one.name))
    click.echo(files.table(made))


@contextmanager
def _player(settings: Settings) -> Iterator[Player]:
    """The settings' model: tuples are its own answers. Raises ModelProblem."""
    from engine.model.opening import asking, chosen
    from engine.model.predictor import EMBEDDED
    from trainer.preference.clones import Player
    from trainer.secrets import Scrubber
    from trainer.stopping import stopping

    runtime = chosen(settings, EMBEDDED)
    try:
        with stopping() as stop:
            scrubber = Scrubber(runtime.decode, settings.ignore)
            yield Player(asking(runtime), scrubber, lambda: stop.asked)
    finally:
        runtime.close()


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """What ends the command is said in a sentence."""
    from trainer.self_replay import Ended

    try:
        yield
    except Ended as error:
        raise click.ClickException("Stopped; what is finished is kept: run this again.") from error
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"git cannot read a clone: {(error.stderr or '').strip()}") from error
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {out}: {error.strerror or error}") from error
