"""`ripple log`: what was decided, as a table or as data."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.foreign import json_line, safe

if TYPE_CHECKING:
    from engine.records import LoggedDecision
    from engine.store import Store

PROJECT = click.option(
    "--project",
    type=click.Path(file_okay=False, path_type=Path),
    help="Only what belongs to the project at this path.",
)
WIDEST = 28
"""Characters of an old or new text in the table."""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of the table.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many, newest first."
)
@PROJECT
@click.pass_context
def log(ctx: click.Context, as_json: bool, limit: int, project: Path | None) -> None:
    """Show what was accepted, changed, rejected, undone."""
    if ctx.invoked_subcommand is not None:
        return
    with closing(opened()) as store:
        rows = store.log(root_of(project), limit)
    if as_json:
        for row in rows:
            click.echo(json_line(dataclasses.asdict(row)))
    elif rows:
        click.echo(table(rows))
    else:
        click.echo("Nothing was decided yet.", err=True)


@log.command()
@PROJECT
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of stdout.",
)
def export(project: Path | None, output: Path | None) -> None:
    """Write everything recorded as JSON lines.

    Edits, exact prompts, suggestions, actions, decisions and what later saves made of
    them, an object for each row.
    """
    from engine.errors import FileProblem

    with closing(opened()) as store:
        try:
            with click.open_file(output or "-", "w", encoding="utf-8") as file:
                for row in store.export(root_of(project)):
                    file.write(json_line(row) + "\n")
        except OSError as error:
            if output is None:
                raise  # a pipe that was closed: click ends quietly
            reason = f"{output} cannot be written: {error.strerror}."
            raise FileProblem(reason, "Name a file in a folder that is there.") from error


def opened() -> Store:
    """The person's database."""
    from engine.config import Settings
    from engine.store import FILE, Store

    return Store(Settings.load().data_dir / FILE)


def root_of(project: Path | None) -> str | None:
    """A project as the database names it; it need not exist any more."""
    return None if project is None else str(project.resolve())


def table(rows: tuple[LoggedDecision, ...]) -> str:
    """The decisions in columns, as wide as they need to be."""
    cells = [("when", "verdict", "where", "change", "p", "intent")]
    cells += [_cells(row) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _cells(row: LoggedDecision) -> tuple[str, str, str, str, str, str]:
    when = datetime.fromtimestamp(row.at).strftime("%Y-%m-%d %H:%M")
    new = row.new if row.corrected_to is None else row.corrected_to
    where = safe(f"{Path(row.project).name}/{row.path}:{row.line}")
    change = safe(f"{_short(row.old)} → {_short(new)}")
    verdict = row.verdict.value.replace("_", " ") + (" later" if row.later else "")
    intent = f"{row.intent}, a guess" if row.guess else row.intent
    return when, verdict, where, change, f"{row.p:.2f}", intent


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= WIDEST else flat[: WIDEST - 1] + "…"
