"""`ripple model rollback`: the adapter before, at once."""

from __future__ import annotations

import click

NONE = "none"


@click.command()
@click.option(
    "--to", metavar="NAME", help="Take this one of those kept (how its name begins will do), or `none`."
)
def rollback(to: str | None) -> None:
    """Go back to the adapter before, or to the model as it is.

    Adapters are what a night's training makes of your decisions; `ripple model list` shows those kept. A
    running Ripple takes the change up within two seconds, between two predictions.
    """
    from app.adapter_table import adapters_of, base_of
    from engine.config import Settings
    from engine.model.library import Library

    settings = Settings.load()
    base = base_of(settings, Library(settings.data_dir))
    adapters = adapters_of(settings, base)
    path = adapters.rollback() if to is None else adapters.use(None if to == NONE else to)
    click.echo(path.stem if path else NONE)
    now = f"the adapter {path.stem} decides" if path else "it decides without an adapter"
    click.echo(f"{base.name}: {now} from now on.", err=True)
