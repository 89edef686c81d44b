"""The commands that make edit chains out of source trees and histories."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer.simulate.scenarios import available
from trainer.simulate.tree import LANGUAGES

if TYPE_CHECKING:
    from trainer.simulate.store.shards import Shard

OUT = Path("trajectories")
DECISIONS = Path("runs/decisions")
_FOLDER = click.Path(path_type=Path, file_okay=False)
_SOURCE = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("sources", nargs=-1, required=True, type=_SOURCE, metavar="SOURCE..")
@click.option("--out", type=_FOLDER, default=OUT, show_default=True, help="Folder of Parquet files.")
@click.option(
    "--scenario",
    "names",
    multiple=True,
    type=click.Choice(available()),
    help="Only this scenario; may be given several times. All without it.",
)
@click.option(
    "--language", multiple=True, type=click.Choice(LANGUAGES), help="Only this language; may be repeated."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of everything random.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Chains of one scenario from one source in one language.",
)
@click.option(
    "--check",
    type=click.IntRange(0),
    default=0,
    help="Hold that many Python chains of every scenario against jedi, rope and basedpyright.",
)
def simulate(  # noqa: PLR0913 - one parameter for each option
    sources: tuple[Path, ...],
    out: Path,
    names: tuple[str, ...],
    language: tuple[str, ...],
    seed: int,
    workers: int,
    limit: int,
    check: int,
) -> None:
    """Simulate edit chains on source trees; a run that was stopped goes on where it was.

    The chains are the same for a seed whatever the number of workers.
    """
    from concurrent.futures.process import BrokenProcessPool

    from trainer.pool import ENDED
    from trainer.simulate.store import run as simulation

    plan = simulation.Plan(sources, out, names or available(), seed, limit, workers, language)
    if check:
        _need_judges()
    try:
        wanted = simulation.shards(plan)
        with click.progressbar(
            length=len(wanted), label="simulating", file=sys.stderr, item_show_func=lambda item: item
        ) as bar:
            made = simulation.run(
                plan, wanted, lambda one: bar.update(1, f"{one.repository} {one.language} {one.scenario}")
            )
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {out}: {error.strerror or error}") from error
    except BrokenProcessPool as error:
        raise click.ClickException(ENDED) from error
    click.echo(simulation.table(made))
    if check:
        _check(wanted, check, seed)


@click.command()
@click.argument("sources", nargs=-1, type=_SOURCE, metavar="SOURCE..")
@click.option(
    "--clones",
    type=_SOURCE,
    help="Folder of git clones, named owner+name: those of the training and validation sets are replayed.",
)
@click.option("--out", type=_FOLDER, default=DECISIONS, show_default=True, help="Folder of example files.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=150,
    show_default=True,
    help="Chains of one scenario from one tree in one language.",
)
@click.option("--newest", type=click.IntRange(1), default=1500, show_default=True, help="Commits looked at.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of everything random.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
def decisions(
    sources: tuple[Path, ...],
    clones: Path | None,
    out: Path,
    limit: int,
    newest: int,
    seed: int,
    workers: int,
) -> None:
    """Make the examples of every intent: what the engine drafts, and which of it the developer made.

    Chains are simulated on the SOURCE trees; a run that was stopped goes on where it was.
    """
    from concurrent.futures.process import BrokenProcessPool

    from trainer import decision_data, repositories
    from trainer.pool import ENDED

    known = repositories.clones(clones) if clones is not None else {}
    jobs = [
        *decision_data.histories(known, newest, seed, out),
        *decision_data.trees(sources, limit, seed, out),
    ]
    if not jobs:
        raise click.UsageError("Name source trees, or --clones with repositories of the training set.")
    try:
        with click.progressbar(
            length=len(jobs), label="decisions", file=sys.stderr, item_show_func=lambda item: item
        ) as bar:
            made = decision_data.run(jobs, workers, lambda one: bar.update(1, f"{one.name} {one.kind}"))
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {out}: {error.strerror or error}") from error
    except BrokenProcessPool as error:
        raise click.ClickException(ENDED) from error
    click.echo(decision_data.table(made))


def _need_judges() -> None:
    """Say which of the independent tools are not installed, before anything is simulated."""
    missing = [name for name in ("jedi", "rope", "basedpyright") if importlib.util.find_spec(name) is None]
    if missing:
        raise click.ClickException(
            f"The check needs {', '.join(missing)}: pip install 'ripple-next-edit[dev]'"
        )


def _check(shards: Sequence[Shard], count: int, seed: int) -> None:
    """Print how often independent tools agree with a sample."""
    from trainer.simulate.store import checking

    found = checking.check(shards, count, seed, lambda what: click.echo(what, err=True))
    click.echo(checking.table(found))


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="REPO..")
@click.option("--out", type=_FOLDER, default=OUT, show_default=True, help="Folder of Parquet files.")
@click.option("--newest", type=click.IntRange(1), default=2000, show_default=True, help="Commits looked at.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=2000,
    show_default=True,
    help="Chains of one repository in one language.",
)
@click.option("--releases", is_flag=True, help="REPO are names of PyPI packages: follow their releases.")
@click.option(
    "--count", type=click.IntRange(2), default=4, show_default=True, help="Releases of each package."
)
def histories(
    sources: tuple[str, ...], out: Path, newest: int, limit: int, releases: bool, count: int
) -> None:
    """Cut git histories into edit chains, labelled with what the engine would have proposed.

    REPO is a clone, bare or not; pip's own settings say where releases come from.
    """
    from trainer import real_edits
    from trainer.releases import NoRelease, consecutive

    found: list[real_edits.Found] = []
    with click.progressbar(
        sources, label="reading histories", file=sys.stderr, item_show_func=lambda item: item
    ) as bar:
        for source in bar:

            def said(what: str) -> None:
                bar.current_item = what
                bar.render_progress()

            try:
                out.mkdir(parents=True, exist_ok=True)
                if releases:
                    made = consecutive(source, count, out / "sdists")
                    found.append(real_edits.releases(made, out, limit, said))
                else:
                    found += real_edits.history(Path(source), out, newest, limit, said)
            except NoRelease as error:
                click.echo(f"left out: {error}", err=True)
            except subprocess.CalledProcessError as error:
                reason = (error.stderr or "").strip().splitlines()[-1:] or [str(error)]
                click.echo(f"left out {source}: {reason[0]}", err=True)
            except OSError as error:
                raise click.ClickException(
                    f"Nothing can be written to {out}: {error.strerror or error}"
                ) from error
    if not found:
        raise click.ClickException("There was no history to read.")
    click.echo(real_edits.table(found))
