"""`ripple watch`: the terminal app, or with --json the front end for other programs."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.demo_guide import Guide
    from engine.config import Settings


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option(
    "--json", "as_json", is_flag=True, help="Speak JSON lines on stdin and stdout, for other programs."
)
@click.option(
    "--model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Decide with this GGUF file instead of the embedded model.",
)
@click.option("--structure-only", is_flag=True, help="Decide by rules alone, without a model.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Show what is at least this sure, 0 to 1.")
def watch(
    path: Path, as_json: bool, model: Path | None, structure_only: bool, threshold: float | None
) -> None:
    """Watch the project at PATH (the default command).

    After each save Ripple predicts what follows from it, in the terminal or for other programs.
    """
    settings = _settings(model, threshold)
    if as_json:
        from app.json_front import serve

        sys.exit(serve(path.resolve(), settings, structure_only))
    open_terminal(path.resolve(), settings, structure_only)


def _settings(model: Path | None, threshold: float | None) -> Settings:
    from engine.config import Settings

    named = {} if model is None else {"RIPPLE_MODEL": str(model.resolve())}
    settings = Settings.load({**os.environ, **named})
    if threshold is not None:
        settings = dataclasses.replace(settings, threshold=threshold, structure_threshold=threshold)
    return settings


def open_terminal(root: Path, settings: Settings, structure_only: bool, guide: Guide | None = None) -> None:
    """Open the terminal app on a project."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("The interface needs a terminal; use --json to drive Ripple from a program.")
    from app.ui.app import RippleApp
    from engine.session import Session

    app = RippleApp(
        root,
        settings,
        lambda emit: Session(root, settings, emit, structure_only=structure_only),
        guide=guide,
    )
    app.run()
    sys.exit(app.return_code or 0)
