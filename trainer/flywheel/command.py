"""`ripple train flywheel`: simulated weeks of four people, and what the nights are worth to each."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from engine.errors import EngineError
from engine.files import write_atomic
from trainer.flywheel.personas import PERSONAS
from trainer.flywheel.week import Stand, Week, person
from trainer.tables import aligned

OUT = Path("runs/flywheel")
_TREE = click.Path(path_type=Path, exists=True, file_okay=False)
_SHOWN = ("acceptance", "generation", "activity", "quiet")


@click.command()
@click.argument("tree", type=_TREE)
@click.option(
    "--common",
    "commons",
    multiple=True,
    type=_TREE,
    required=True,
    help="Another tree, on which nothing may be forgotten; may be given several times.",
)
@click.option("--clone", type=_TREE, help="The tree's git clone: its newest commits are learnt from, too.")
@click.option("--newest", type=click.IntRange(1), default=40, show_default=True, help="Commits of it.")
@click.option("--persona", "names", multiple=True, type=click.Choice(tuple(PERSONAS)), help="All without it.")
@click.option("--language", default="python", show_default=True, help="The language they write.")
@click.option("--nights", type=click.IntRange(1), default=7, show_default=True)
@click.option("--minutes", type=float, default=3.0, show_default=True, help="Minutes of training a night.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of everything random.")
@click.option("--threads", type=int, default=1, show_default=True, help="CPU threads.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=OUT, show_default=True)
def flywheel(  # noqa: PLR0913 - one parameter for each option
    tree: Path,
    commons: tuple[Path, ...],
    clone: Path | None,
    newest: int,
    names: tuple[str, ...],
    language: str,
    nights: int,
    minutes: float,
    seed: int,
    threads: int,
    out: Path,
) -> None:
    """Let people with a taste work on TREE for some days, and learn from them each night.

    A week that is whole is not simulated again: its figures lie in the output folder.
    """
    from engine.config import Settings
    from engine.model.predictor import EMBEDDED
    from trainer.flywheel.days import Day
    from trainer.flywheel.learning import history, learner

    nowhere = out / "none"
    settings = Settings(nowhere, nowhere, nowhere)
    learn = learner(EMBEDDED, minutes, threads, seed, lambda line: None)
    past = history(clone, newest, EMBEDDED, settings, threads) if clone is not None else Day()
    for name in names or tuple(PERSONAS):
        file = out / f"{name}-{tree.name}-{seed}.json"
        if not file.exists():
            week = Week(
                person(tree, commons, language, PERSONAS[name], seed, past),
                EMBEDDED,
                settings,
                learn,
                out / name,
            )
            _lived(week, nights, file)
        click.echo(f"{name}: {PERSONAS[name].says}\n{table(json.loads(file.read_bytes()))}\n")


def _lived(week: Week, nights: int, file: Path) -> None:
    try:
        stands = week.run(nights, lambda one: click.echo(_said(one), err=True))
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    finally:
        week.close()
    write_atomic(file, json.dumps([asdict(one) for one in stands], indent=1).encode())


def _said(one: Stand) -> str:
    """How things stand, in a line."""
    own, common = one.own["acceptance"].value, one.common["acceptance"].value
    ran = "published" if one.published else one.reason or "begun"
    return f"night {one.night}: {one.tuples} tuples, acceptance {own:.3f}, common {common:.3f}, {ran}"


def table(stands: list[dict[str, Any]]) -> str:
    """A row a night: what the person's own chains show, what corrections alone do, and the common chains."""
    head = ("night", "tuples", *_SHOWN, "without adapter", "common: acceptance", "activity", "published")
    rows: list[tuple[str, ...]] = [head]
    for one in stands:
        own = (_figure(one["own"], name) for name in _SHOWN)
        common = (_figure(one["common"], name) for name in ("acceptance", "activity"))
        alone = _figure(one["remembered"], "acceptance")
        ran = "yes" if one["published"] else one["reason"] or "-"
        rows.append((str(one["night"]), str(one["tuples"]), *own, alone, *common, ran))
    return aligned(rows)


def _figure(found: dict[str, Any], name: str) -> str:
    return f"{found[name]['value']:.3f}" if name in found else "-"
