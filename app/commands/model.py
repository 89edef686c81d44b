"""`ripple model`: which models there are, and which of them decides."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.rollback import rollback
from app.extras import install
from engine.errors import ModelProblem
from engine.types import PromptFormat

if TYPE_CHECKING:
    from engine.config import Settings
    from engine.model.library import Known, Library

EMBEDDED = "embedded"

_WINNING = ("RIPPLE_MODEL", "RIPPLE_MODEL_FORMAT")
"""Variables of the environment that go before the settings file."""

_name = click.option("--name", default="", help="The name to give it; made of the file's where left out.")
_format = click.option(
    "--format",
    "told",
    type=click.Choice([one.value for one in PromptFormat]),
    help="How it is asked, if its own names do not tell.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def model() -> None:
    """Choose the model that decides.

    Ripple comes with one, `embedded`. Others are GGUF files of your own, or open next-edit models that
    `pull` fetches: never at the start, never by itself, only when you give that command.
    """


@model.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with paths, sources and full checksums.")
def list_(as_json: bool) -> None:
    """Show the models, and which is in use, with which adapter.

    The one in use has a star, and below are the adapters that training made for it. A file that is gone or
    has another size than when it was added is marked.
    """
    from app.adapter_table import lines
    from app.model_table import adapters_in_use, as_rows, table
    from engine.model.library import PART

    settings, library = _opened()
    rows = as_rows(settings, library)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo("\n".join(table(rows)))
        if adapters := adapters_in_use(settings, rows):
            click.echo("\nadapters\n" + "\n".join(lines(adapters)))
    if parts := library.unfinished():
        size = sum(part.stat().st_size for part in parts) / 2**20
        click.echo(
            f"{len(parts)} unfinished in {library.folder} (*{PART}), {size:,.1f} MB: `pull` goes on.",
            err=True,
        )


@model.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_name
@_format
@click.option("--copy", is_flag=True, help="Copy the file into the data folder instead of pointing at it.")
def add(file: Path, name: str, told: str | None, copy: bool) -> None:
    """Add a GGUF file of your own.

    Its header and vocabulary are checked, its weights are not loaded. The file stays where it is and stays
    yours; with --copy, a copy in Ripple's data folder is used, which `remove` deletes.
    """
    _, library = _opened()
    _tell(library.add(file, name, told or "", copy))


@model.command(epilog="Names: sweep-0.5b, sweep-1.5b, zeta, zeta-2; or owner/repository:file.gguf.")
@click.argument("published", metavar="NAME")
@_name
@_format
def pull(published: str, name: str, told: str | None) -> None:
    """Fetch a published model from the Hugging Face hub.

    Size and licence are told first. A download that breaks off goes on where it ended when the command is
    given again; what does not have the checksum that the hub states is refused and deleted. Needs the extra
    `models`. HF_ENDPOINT names another hub.
    """
    from app.hub import pull as fetch

    _, library = _opened()
    _tell(fetch(published, library, lambda line: click.echo(line, err=True), name, told or ""))


@model.command()
@click.argument("name")
def use(name: str) -> None:
    """Decide with this model from the next start on.

    Writes `model` and `model_format` into the settings file, where they can also be set by hand: there is
    one place that says which model decides. Comments and other settings stay. `ripple model use embedded`
    goes back. RIPPLE_MODEL in the environment and --model still win.
    """
    settings, library = _opened()
    if name != EMBEDDED:
        known = library.get(name)
        if known.state:
            raise ModelProblem(
                f"{known.path} is {known.state}.",
                f"Add it again: `ripple model add {known.path} --name {name}`, or remove `{name}`.",
                "The model cannot be used",
            )
        _choose(settings, known)
    else:
        _choose(settings, None)


@model.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask before a file is deleted.")
def remove(name: str, yes: bool) -> None:
    """Forget a model.

    Files that Ripple copied or fetched are deleted with their last name, after asking; files of your own
    stay. If the model is in use, the embedded one is from the next start on.
    """
    from engine.model.library import decides

    if name == EMBEDDED:
        raise click.UsageError("The embedded model comes with Ripple and stays.")
    settings, library = _opened()
    known = library.get(name)
    others, last, written = library.others(known), library.is_last(known), _written()
    if last and not yes:
        click.confirm(f"Delete {known.path} ({known.size / 2**20:,.1f} MB)?", abort=True, err=True)
    heir = next((one.name for one in others if decides(written, one)), "")
    in_use = decides(written, known) if others else written.model == known.path
    if in_use and not heir:
        _choose(settings, None)
    library.take(known)
    became = "its file was deleted" if last else f"{known.path} stays"
    if others:
        became += f", as {', '.join(f'`{one.name}`' for one in others)}"
    click.echo(f"Removed {name}; {became}.", err=True)
    if in_use and heir:
        click.echo(f"`{heir}` is the same model asked alike, and still decides.", err=True)


@model.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--type",
    "kind",
    type=click.Choice(["q8_0", "bf16", "f16"]),
    required=True,
    help="How weights are stored.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; beside FILE if left out.",
)
@click.option("--force", is_flag=True, help="Replace the file to be written if it is there.")
def quantize(file: Path, kind: str, output: Path | None, force: bool) -> None:
    """Write a GGUF anew with weights of another type.

    The new file lies beside it, as NAME.TYPE.gguf; its path is printed. All that the file says of itself is
    kept, so it is asked as before; adapters belong to the file that they were trained on. Needs the extra
    `models`.
    """
    if importlib.util.find_spec("gguf") is None:
        raise ModelProblem(
            "This needs the package gguf, which is not installed.", f"Install it with: {install('models')}"
        )
    arguments = ["quantize", str(file.absolute()), "--type", kind, *(["--force"] if force else [])]
    arguments += ["--output", str(output.absolute())] if output else []
    sys.exit(subprocess.run([sys.executable, "-P", "-m", "trainer", *arguments], check=False).returncode)


model.add_command(rollback)


def _opened() -> tuple[Settings, Library]:
    from engine.config import Settings
    from engine.model.library import Library

    settings = Settings.load()
    return settings, Library(settings.data_dir)


def _written() -> Settings:
    """The settings as the file alone has them."""
    from engine.config import Settings

    return Settings.load({name: value for name, value in os.environ.items() if name not in _WINNING})


def _tell(known: Known) -> None:
    """What was added, on stdout; what to do with it, on stderr."""
    size = f"{known.size / 2**20:,.1f} MB"
    click.echo(f"{known.name}  {size}  asked as {known.format}  sha256 {known.sha256}  {known.path}")
    click.echo(f"`ripple model use {known.name}` takes it from the next start on.", err=True)


def _choose(settings: Settings, known: Known | None) -> None:
    """Write the choice, and say what became of it."""
    from engine.model.library import OWN
    from engine.settings_file import change

    format_ = known.format if known and known.format != OWN else ""
    change(settings.config_file, {"model": str(known.path) if known else "", "model_format": format_})
    name = known.name if known else EMBEDDED
    click.echo(f"From the next start on, `{name}` decides (written in {settings.config_file}).", err=True)
    for variable in _WINNING:
        if variable in os.environ:
            click.echo(f"{variable} is set and wins until it is unset.", err=True)
