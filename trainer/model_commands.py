"""The commands that write and measure a trained model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.errors import EngineError
from trainer.chain_commands import DECISIONS
from trainer.repositories import Split

if TYPE_CHECKING:
    from trainer.rows import Row

RUN = Path("runs/first")
_FOLDER = click.Path(path_type=Path, file_okay=False)
_THERE = click.Path(path_type=Path, file_okay=False, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False)

data = click.option("--data", type=_FOLDER, default=DECISIONS, help="Folder of example files.")
run = click.option("--run", type=_FOLDER, default=RUN, help="Folder of the training run.")
trees = click.option(
    "--trees",
    type=_THERE,
    help="Folder of source trees, named owner+name, whose plain code is read as such.",
)
install = click.option("--install", is_flag=True, help="Make the file the embedded model.")
_split = click.option(
    "--split",
    type=click.Choice(["valid", "test"]),
    default="test",
    help="Whose histories: those that the model was calibrated on, or those it never met.",
)


@click.command()
@data
@run
@click.option(
    "--type",
    "kind",
    type=click.Choice(["bf16", "f16", "q8_0", "f32"]),
    default="bf16",
    help="How weights are stored.",
)
@click.option("--windows", "count", type=click.IntRange(1), default=3000, help="Windows to calibrate on.")
@install
def export(data: Path, run: Path, kind: str, count: int, install: bool) -> None:
    """Write the GGUF, calibrated as it stands, and refuse it where llama.cpp disagrees with torch.

    A chance is to hold for histories and for refactorings that are meant: it is fitted on both.
    """
    from engine.model.calibrate import Calibration
    from trainer import evaluate as arms
    from trainer import export as gguf
    from trainer import windows
    from trainer.calibrate import asked, fit_intents, table
    from trainer.pretrain import load

    rows = windows.held(data, run, "valid", click.echo, "")[:count]
    target = run / "ripple.gguf"
    bpe = windows.tokenizer(run)
    try:
        model, progress = load(run / "checkpoint.pt")
        notes = f"Trained from scratch on {progress.tokens / 1e6:.0f} M tokens of simulated and real edits."
        gguf.write_gguf(target, model, bpe, kind, Calibration(floor=None), notes)
        logits, _ = arms.exported(target, rows)
        decided = asked(rows, logits)
        calibration = fit_intents(decided)
        gguf.write_gguf(target, model, bpe, kind, calibration, notes)
    except EngineError as problem:
        raise _said(problem) from problem
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{target} cannot be written: {error}") from error
    click.echo(table(decided, calibration))
    texts = [bpe.decode([int(token) for token in row.ids]) for row in rows[:40]]
    parity, tokens = gguf.check(target, model, rows[:40]), gguf.check_tokens(target, bpe, texts)
    click.echo(f"{target}: {target.stat().st_size / 2**20:.1f} MB, tokens {tokens:.4f}, {parity}")
    if not parity.holds or tokens < 1.0:
        raise click.ClickException("llama.cpp and torch disagree: the file is not to be used.")
    if install:
        gguf.install(target)
        click.echo(f"installed as {gguf.ASSET.name}")


@click.command()
@data
@run
@_split
@click.option("--points", type=int, default=3000, help="Windows measured at most.")
@click.option("--model", type=_FILE, default=None, help="A GGUF other than the run's.")
def evaluate(data: Path, run: Path, split: Split, points: int, model: Path | None) -> None:
    """Hold the exported model against structure alone on held-out histories, as a whole and by intent."""
    from trainer import evaluate as arms
    from trainer import windows

    rows = windows.held(data, run, split, click.echo)[:points]
    try:
        logits, calibration = arms.exported(model or run / "ripple.gguf", rows)
    except EngineError as problem:
        raise _said(problem) from problem
    base = arms.structure(rows)
    decided = arms.decided_rows(rows, arms.calibrated(rows, logits, calibration))
    found = arms.report(base, decided)
    arms.save(run / f"evaluation-{split}.json", found)
    click.echo(arms.intents_table(base, decided, calibration) + "\n")
    click.echo(arms.table(arms.compare(base, decided)) + "\n")
    click.echo(arms.frontier_table(base, decided) + "\n")
    click.echo(json.dumps({name: found[name] for name in ("sites", "right", "auc")}, indent=1))


@click.command()
@data
@run
@_split
@click.option("--windows", "count", type=click.IntRange(1), default=600, help="Windows measured.")
def types(data: Path, run: Path, split: Split, count: int) -> None:
    """Measure the trained model in every way of storing weights: quality, latency and size; name the best."""
    from trainer import storage, windows
    from trainer.pretrain import load

    rows = windows.held(data, run, split, click.echo)[:count]
    try:
        model, _ = load(run / "checkpoint.pt")
        measured = storage.measure(model, windows.tokenizer(run), rows, run)
    except EngineError as problem:
        raise _said(problem) from problem
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {run}: {error.strerror or error}") from error
    click.echo(storage.table(measured))


@click.command()
@data
@run
@click.option(
    "--out", type=_FOLDER, default=Path("runs/compare"), show_default=True, help="Where results are kept."
)
@click.option("--tokens", type=float, default=2.5, show_default=True, help="Million tokens that each reads.")
@click.option(
    "--width",
    type=click.Choice(["128", "256", "384"]),
    default="256",
    show_default=True,
    help="Width of the models, where the size is not what varies.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this variant; may be given several times.")
@click.option(
    "--windows", "count", type=click.IntRange(1), default=2000, show_default=True, help="Windows measured on."
)
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="CPU threads.")
@trees
def compare(  # noqa: PLR0913 - one parameter for each option
    data: Path,
    run: Path,
    out: Path,
    tokens: float,
    width: str,
    only: tuple[str, ...],
    count: int,
    threads: int,
    trees: Path | None,
) -> None:
    """Train variants at equal tokens and tabulate what each is worth on held-out repositories.

    What is measured is kept in --out: a comparison that was stopped goes on. Variants with plain code need
    --trees.
    """
    from trainer import compare as measured
    from trainer import windows
    from trainer.compare_table import table
    from trainer.stopping import stopping

    wanted = measured.variants(int(width))
    if unknown := set(only) - {one.name for one in wanted}:
        names = ", ".join(one.name for one in wanted)
        raise click.UsageError(f"There is no variant {', '.join(sorted(unknown))}; there are: {names}.")
    held = windows.held(data, run, "valid", click.echo, "")[:count]
    terms = measured.Terms(round(1e6 * tokens), threads=threads)
    code: list[list[Row]] = []
    found = []
    with stopping() as stop:
        for one in wanted:
            if only and one.name not in only:
                continue
            outcome = measured.kept(out, one, terms, len(held))
            if outcome is None:
                if one.code and trees is None:
                    click.echo(f"{one.name} is left out: --trees names the source trees.")
                    continue
                if trees is not None and not code:
                    code = [windows.code(trees, run, *part, click.echo) for part in _code(terms.budget)]
                click.echo(f"{one.name}:")
                material = measured.Material(
                    windows.learnt(data, run, one.seed, click.echo), held, windows.tokenizer(run), *code
                )
                try:
                    outcome = measured.train(one, terms, material, out, click.echo, stop)
                    measured.keep(outcome, out)
                except EngineError as problem:
                    raise _said(problem) from problem
            found.append(outcome)
    material = measured.Material((), held, windows.tokenizer(run))
    click.echo(table(found, held, measured.latencies(found, material)))


def _code(budget: int) -> tuple[tuple[Split, float], ...]:
    """The plain code that is read: as much as any variant has room for, and what to measure on."""
    return ("train", 0.3 * budget), ("valid", 75_000)


def _said(problem: EngineError) -> click.ClickException:
    return click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip())
