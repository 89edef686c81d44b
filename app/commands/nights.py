"""`ripple nights`: what each night learnt from, what it changed, and whether it was published."""

from __future__ import annotations

import json
from dataclasses import asdict

import click


@click.command()
@click.argument("night", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=14, show_default=True, help="Nights to show.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every figure.")
def nights(night: str | None, limit: int, as_json: bool) -> None:
    """Show the nights, newest first.

    Each with what it learnt from, its loss, and the figures without and with its adapter on decisions and
    commits that were held out. With NIGHT (how its name begins will do), all there is to tell of that one.
    The terminal app shows the same with curves: key N.
    """
    from app import night_table
    from engine import nights as records
    from engine.config import Settings

    found = records.nights(Settings.load().data_dir)
    if night is not None:
        found = [one for one in found if one.id.startswith(night)]
        if not found:
            raise click.UsageError(f"No night's name begins with `{night}`; `ripple nights` shows them.")
    found = found[:limit]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
    elif not found:
        click.echo("\n".join(night_table.NO_NIGHT), err=True)
    elif night is None:
        click.echo("\n".join(night_table.table(found)))
    else:
        click.echo("\n\n".join("\n".join([one.id, *night_table.details(one)]) for one in found))
