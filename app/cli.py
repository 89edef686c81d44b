"""The command line: `ripple [PATH]` watches; other commands show, give back and delete what was recorded."""

from __future__ import annotations

import difflib
import os
import sys

import click

from app.commands.demo import demo
from app.commands.doctor import doctor
from app.commands.forget import forget
from app.commands.log import log
from app.commands.model import model
from app.commands.nightly import nightly
from app.commands.nights import nights
from app.commands.train import replay, train
from app.commands.watch import watch
from engine.errors import EngineError


class WatchByDefault(click.Group):
    """A group in which everything that names no command is meant for `watch`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `watch` in front where no command is named."""
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if not args or (args[0] not in self.commands and args[0] not in own):
            near = difflib.get_close_matches(args[0], self.commands, n=1) if args else []
            if near and len(args) == 1 and not os.path.lexists(args[0]):
                raise click.UsageError(
                    f"{args[0]!r} is neither a command nor a folder. Did you mean `{near[0]}`?"
                )
            args = ["watch", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of their use, not of the alphabet."""
        return list(self.commands)


@click.group(
    cls=WatchByDefault,
    options_metavar="",
    subcommand_metavar="[COMMAND] [PATH]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="ripple-next-edit", prog_name="ripple", help="Show the version.")
def cli() -> None:
    """You make the first edit. Ripple makes the rest.

    Runs beside any editor: `ripple PATH` watches the project at PATH (here, without PATH), predicts after
    each save what follows from it, and applies what you accept. Nothing leaves this machine.
    """


for command in (watch, log, forget, doctor, demo, model, nightly, nights, replay, train):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a problem is shown with its next step and ends with code 1."""
    try:
        cli.main(prog_name="ripple")
    except EngineError as problem:
        click.echo(f"{problem.title}: {problem.message}", err=True)
        if problem.hint:
            click.echo(problem.hint, err=True)
        sys.exit(1)
