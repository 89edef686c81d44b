"""`ripple forget`: delete what was recorded."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import click

from app.commands.log import opened, root_of

KINDS = {
    "edits": ("edit", "edits"),
    "suggestions": ("suggestion", "suggestions"),
    "actions": ("action", "actions"),
    "decisions": ("decision", "decisions"),
    "applied": ("change that could be undone", "changes that could be undone"),
    "kept": ("look at what was kept", "looks at what was kept"),
    "fates": ("place that was followed", "places that were followed"),
}
"""What the rows of each table are to a person: one, and more."""


@click.command()
@click.argument("path", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option(
    "--all", "everything", is_flag=True, help="Forget every project, and the models that were used."
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
def forget(path: Path | None, everything: bool, yes: bool) -> None:
    """Delete what was recorded, of one project or of all.

    Edits, suggestions, decisions, the copies kept for undo, the cached index and what the nights wrote
    down of code go; the project stays as it is. With --all the nights and the adapters go as well.
    """
    if (path is None) == (not everything):
        raise click.UsageError("Name the path of one project, or --all.")
    if not yes:
        what = "about every project" if path is None else f"about {path.resolve()}"
        click.confirm(f"Delete everything recorded {what}?", abort=True)
    _forget_nights(everything)
    counts = forget_records(path)
    found = [f"{count} {KINDS[name][count > 1]}" for name, count in counts.items() if count]
    click.echo(f"Forgotten: {', '.join(found)}." if found else "Nothing was recorded of it.")


def forget_records(path: Path | None) -> dict[str, int]:
    """Delete what was logged of a project, or of all, its journal and its index; how much of each kind."""
    with closing(opened()) as store:
        counts = store.forget(root_of(path))
    _forget_files(path)
    return counts


def _forget_files(path: Path | None) -> None:
    """Remove the journal and the cached index."""
    from engine.config import Settings
    from engine.session.places import Places

    settings = Settings.load()
    places = Places.of((path or Path.cwd()).resolve(), settings)
    for place in (places.journal, places.index):
        target = place.parent if path is None else place
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)


def _forget_nights(everything: bool) -> None:
    """Remove what the nights wrote down; all that they learnt, too, where everything is forgotten."""
    from engine import nights
    from engine.config import Settings
    from engine.model.adapters import FOLDER

    data_dir = Settings.load().data_dir
    nights.forget(data_dir, everything)
    if everything and (data_dir / FOLDER).is_dir():
        shutil.rmtree(data_dir / FOLDER)
