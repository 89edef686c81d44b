"""`ripple train` and `ripple replay`: both hand over to the trainer, which is a program of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import click

from app.extras import install


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def train(arguments: tuple[str, ...]) -> None:
    """Train models and adapters on this machine.

    Needs the extra `train`. ARGUMENTS go to the trainer; without any it says what it can do.
    """
    if importlib.util.find_spec("torch") is None:
        needs = "The trainer needs torch, which is not installed. Install it with:"
        click.echo(f"{needs} {install('train')}", err=True)
        sys.exit(1)
    _hand_over(*(arguments or ("--help",)))


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[REPO] [OPTIONS]")
def replay(arguments: tuple[str, ...]) -> None:
    """Tell what Ripple would have written of a project's last commits.

    Its commits are played as edits by a simulated developer; `ripple replay --help` has the options.
    """
    _hand_over("replay", *arguments)


def _hand_over(*arguments: str) -> None:
    sys.exit(subprocess.run([sys.executable, "-P", "-m", "trainer", *arguments], check=False).returncode)
