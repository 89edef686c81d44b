"""`python -m trainer quantize`, which `ripple model quantize` hands over to; it needs gguf, but no torch."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.errors import EngineError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--type",
    "kind",
    type=click.Choice(["q8_0", "bf16", "f16"]),
    required=True,
    help="How weights are stored.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--force", is_flag=True, help="Replace the file to be written if it is there.")
def quantize(file: Path, kind: str, output: Path | None, force: bool) -> None:
    """Write a GGUF anew with weights of another type."""
    from trainer.quantize import beside, total
    from trainer.quantize import quantize as write

    target = output or beside(file, kind)
    try:
        with click.progressbar(length=total(file), label=target.name, file=sys.stderr) as bar:
            size = write(file, target, kind, force, lambda count: bar.update(count))
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message}\n{problem.hint}".strip()) from problem
    click.echo(f"{file.stat().st_size / 2**20:,.1f} MB became {size / 2**20:,.1f} MB.", err=True)
    click.echo(str(target))
