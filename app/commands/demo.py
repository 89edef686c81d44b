"""`ripple demo`: the sample project with a guided first edit; without a terminal, the same in one go."""

from __future__ import annotations

import sys

import click


@click.command()
def demo() -> None:
    """Try Ripple on a copy of a small sample project."""
    from app.demo_guide import Guide, copy_sample

    root = copy_sample()
    if sys.stdin.isatty() and sys.stdout.isatty():
        from dataclasses import replace

        from app.commands.watch import open_terminal
        from engine.config import Settings

        settings = replace(Settings.load(), explore=0.0)  # the guide knows what follows
        open_terminal(root, settings, structure_only=False, guide=Guide(root))
        return
    from app.headless_demo import play

    sys.exit(play(root, click.echo))
