"""`ripple train nightly`: one night, now."""

from __future__ import annotations

import contextlib
import signal
import sys
import time
from pathlib import Path

import click

from engine.errors import EngineError
from trainer.stopping import Stop

_FOLDER = click.Path(path_type=Path, file_okay=False)
EVERY = 2.0
"""Seconds between two lines of progress where no terminal draws a bar."""


@click.command()
@click.option("--data-dir", type=_FOLDER, help="Where the database lies; by default where Ripple has it.")
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="At most; else the setting `nightly_minutes` (45).",
)
@click.option(
    "--memory",
    type=click.FloatRange(0, min_open=True),
    help="GB at most; else the setting `nightly_memory` (4).",
)
@click.option("--threads", type=click.IntRange(0), default=0, help="Threads; 0 leaves the choice to us.")
@click.option(
    "--learn", type=click.IntRange(0), default=300, show_default=True, help="Commits to learn from."
)
@click.option(
    "--hold", type=click.IntRange(1), default=80, show_default=True, help="Newest commits, for the gate."
)
@click.option("--seed", type=int, default=1, help="Seed of everything random.")
def nightly(
    data_dir: Path | None,
    minutes: float | None,
    memory: float | None,
    threads: int,
    learn: int,
    hold: int,
    seed: int,
) -> None:
    """Learn from the decisions of the last weeks; publish the adapter if it proves better.

    Ctrl-C or SIGTERM stops it within two seconds, and the next run goes on. Exit code 0: it came to an end,
    whether or not it published, or another one is at work; 1: it failed.
    """
    from dataclasses import replace

    from engine.config import Settings
    from trainer import nightly as nights
    from trainer.night import report, watch
    from trainer.night.desk import Plan
    from trainer.night.steps import STEPS
    from trainer.stopping import stopping

    nights.be_nice()
    try:
        settings = Settings.load()
        if data_dir is not None:
            settings = replace(settings, data_dir=data_dir.absolute())
        minutes, memory = minutes or settings.nightly_minutes, memory or settings.nightly_memory
        plan = Plan(settings, minutes, memory, threads, seed, learnt=learn, held=hold)
        with stopping() as stop:
            night = nights.run(plan, STEPS, Told(stop), stop)
    except nights.Busy:
        click.echo("Another night is at work.")
        return
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    with contextlib.suppress(BrokenPipeError):
        click.echo(report.text(night))
    watch.leave(night, stop)


class Told:
    """Shows progress on standard error: a bar where that is a terminal, else a line now and then.

    A program that reads it and is gone has left the night alone: that is a wish to stop.
    """

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._terminal = sys.stderr.isatty()
        self._step = ""
        self._at = 0.0

    def __call__(self, step: str, share: float | None, words: str) -> None:
        """Take in how far a step has come."""
        now = time.monotonic()
        over = share == 1.0 or step != self._step or share is None
        if not over and now - self._at < (0.1 if self._terminal else EVERY):
            return
        self._step, self._at = step, now
        try:
            self._show(step, share, words)
        except BrokenPipeError:
            self._stop.by = self._stop.by or signal.SIGTERM

    def _show(self, step: str, share: float | None, words: str) -> None:
        if not self._terminal:
            click.echo(f"{step}: {words}" if share is None else f"{step}: {share:.0%} {words}", err=True)
            return
        full = round(24 * (share or 0.0))
        bar = f"{step:>9} [{'#' * full}{'-' * (24 - full)}] {words}"[:100]
        click.echo(f"\r\x1b[K{bar}", nl=share == 1.0, err=True)
