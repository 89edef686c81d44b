"""`ripple demo`: the sample project with a guided first edit; without a terminal, the same in one go."""

from __future__ import annotations

import sys
from pathlib import Path

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
        try:
            open_terminal(root, settings, structure_only=False, guide=Guide(root))
        finally:
            _tidy_up(root)
    from app.headless_demo import play

    sys.exit(play(root, click.echo))


def _tidy_up(root: Path) -> None:
    """Leave nothing of the sample: what was decided there is nobody's taste, and no night is to learn it."""
    import shutil

    from app.commands.forget import forget_records

    forget_records(root)
    shutil.rmtree(root.parent, ignore_errors=True)
    click.echo("The sample is gone, and what was logged of it; `ripple log` shows what you decide elsewhere.")
