"""`ripple nightly`: learn from the decisions of the day, now or every night."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.schedule.job import Clock
    from engine.nights import Night

_minutes = click.option(
    "--minutes",
    type=click.FloatRange(1, 24 * 60),
    help="The longest that it may take; else `nightly_minutes` (45).",
)


def _time_of_day(ctx: click.Context, param: click.Parameter, value: str) -> Clock:
    """A time like 02:30, on the clock of 24 hours."""
    from app.schedule.job import Clock

    hour, colon, minute = value.partition(":")
    if colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2:
        at = Clock(int(hour), int(minute))
        if at.hour < 24 and at.minute < 60:
            return at
    raise click.BadParameter(f"{value!r} is no time of day: write it like 02:30.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def nightly() -> None:
    """Learn from what you decided by day, on this machine.

    A night makes an adapter of your decisions and of your projects' histories. It is published only if it
    proves better on decisions and commits that were held out; `ripple nights` shows every night, and
    `ripple model rollback` goes back.
    """


@nightly.command()
@click.option(
    "--at",
    metavar="HH:MM",
    default="02:30",
    show_default=True,
    callback=_time_of_day,
    help="The time of day.",
)
@_minutes
def install(at: Clock, minutes: float | None) -> None:
    """Have every night begun by the system.

    Uses your own scheduler: a systemd user timer, launchd, or else cron. Shows what it wrote; giving the
    command again changes the time. Nothing needs an administrator.
    """
    from app.night_process import check_trainer
    from app.schedule import choice, job
    from engine.config import Settings

    check_trainer()
    settings = Settings.load()
    scheduler, written = choice.install(job.nightly(at, minutes, settings.data_dir), choice.schedulers())
    for one in written:
        click.echo(f"# {one.place}\n{one.text}")
    click.echo(f"{scheduler.name} begins a night every day at {at}.", err=True)
    click.echo(scheduler.note, err=True)


@nightly.command()
def uninstall() -> None:
    """Take the nights out of the scheduler again.

    Adapters and the record of the nights stay.
    """
    from app.schedule import choice

    found = choice.uninstall(choice.schedulers())
    names = ", ".join(one.name for one in found)
    click.echo(f"Taken out of {names}." if found else "No nights were scheduled.", err=True)


@nightly.command()
def status() -> None:
    """Say what is scheduled, and how the last night ended."""
    from app.schedule import choice
    from engine import nights
    from engine.config import Settings

    data_dir = Settings.load().data_dir
    scheduled = [(one.name, one.status()) for one in choice.schedulers()]
    for name, said in scheduled:
        if said is not None:
            click.echo(f"scheduled  {name}: {said}")
    if all(said is None for _, said in scheduled):
        click.echo("scheduled  no (`ripple nightly install`)")
    record = nights.nights(data_dir)
    click.echo(f"at work    {_at_work(record, nights.running(data_dir))}")
    over = next((one for one in record if one.ended is not None), None)
    click.echo(f"last       {_ended(over) if over else 'none yet'}")


@nightly.command()
@_minutes
def run(minutes: float | None) -> None:
    """Train now, here.

    Ctrl-C stops it within two seconds; the next night goes on where it ended. Needs the extra `train`.
    """
    from app.night_process import check_trainer
    from app.night_process import run as train
    from engine.config import Settings

    check_trainer()
    sys.exit(train(Settings.load().data_dir, minutes))


def _at_work(record: list[Night], running: bool) -> str:
    if not running:
        return "no"
    return f"yes, in step {record[0].step}" if record and record[0].step else "yes"


def _ended(night: Night) -> str:
    return f"{night.id}: {night.outcome}. {night.reason}".strip()
