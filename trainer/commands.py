"""The commands that make the model. torch and the tokenizers are imported by the command that needs them."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trainer import chain_commands
from trainer.quantize_command import quantize
from trainer.replay.command import replay

if TYPE_CHECKING:
    from engine.model.calibrate import Calibration
    from trainer.export import Parity
    from trainer.rows import Row
    from trainer.tokenizer import CodeTokenizer

CORPUS = Path("runs/corpus")
DATA = Path("runs/data")
RUN = Path("runs/first")
CLONES = Path("runs/clones")
NEWEST = 4000
"""Commits of a history that are looked at."""
VARIED = 0.6
"""The share of examples in which names are swapped, anew in every epoch."""

_FOLDER = click.Path(path_type=Path)

_data = click.option("--data", type=_FOLDER, default=DATA, help="Folder of example files.")
_run = click.option("--run", type=_FOLDER, default=RUN, help="Folder of the training run.")
_corpus = click.option("--corpus", type=_FOLDER, default=CORPUS, help="Folder of the sources.")
_minutes = click.option("--minutes", type=float, default=60.0, help="How long to train.")
_device = click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="Where to train."
)
_threads = click.option("--threads", type=int, default=0, help="CPU threads; 0 leaves the choice to torch.")
_seed = click.option("--seed", type=int, default=1, help="Seed of everything random.")
_limit = click.option("--limit", type=int, default=60_000, help="Examples to simulate, about.")
_clones = click.option(
    "--clones", type=_FOLDER, default=CLONES, help="Folder of git clones, named owner+name, to replay."
)
_kind = click.option(
    "--type",
    "kind",
    type=click.Choice(["bf16", "f16", "q8_0", "f32"]),
    default="bf16",
    help="How weights are stored.",
)
_install = click.option("--install", is_flag=True, help="Make the file the embedded model.")


@click.group()
def main() -> None:
    """Make the model that decides: examples, tokenizer, training, GGUF, measures; and edit chains."""


main.add_command(chain_commands.simulate)
main.add_command(chain_commands.histories)
main.add_command(chain_commands.decisions)
main.add_command(chain_commands.echoes)
main.add_command(replay)
main.add_command(quantize)


@main.command()
@_corpus
@_data
@_seed
@_limit
@_clones
@click.option("--workers", type=int, default=1, help="Processes that simulate.")
def examples(corpus: Path, data: Path, seed: int, limit: int, clones: Path, workers: int) -> None:
    """Fetch the sources; simulated developers and real histories make the examples."""
    from trainer import corpus as sources
    from trainer import histories
    from trainer.simulate.dataset import build

    sources.fetch(corpus, None, click.echo)
    for name, count in build(corpus, data, seed, limit, workers, click.echo).items():
        click.echo(f"{name}: {count} examples")
    histories.write_splits(clones, data, NEWEST, seed, click.echo)


@main.command()
@_corpus
@_run
@_seed
@click.option("--megabytes", type=int, default=24, help="How much source text is read.")
@click.option("--size", type=int, default=8192, help="Tokens in the vocabulary.")
def tokenizer(corpus: Path, run: Path, seed: int, megabytes: int, size: int) -> None:
    """Learn the tokenizer from the sources that are trained on."""
    from trainer import tokenizer as bpe

    texts = _training_texts(corpus)
    random.Random(seed).shuffle(texts)
    made = bpe.train(bpe.take(texts, megabytes * 1_000_000), size)
    made.save(run / "tokenizer.json")
    click.echo(f"{len(made.tokens)} tokens, sha256 {made.sha256()[:12]}")


@main.command()
@_data
@_run
@_minutes
@_device
@_threads
@_seed
@click.option("--rate", type=float, default=2e-3, help="The highest learning rate.")
@click.option("--layers", type=int, default=4, help="Transformer blocks.")
@click.option("--width", type=int, default=256, help="Width of the hidden states; heads are 64 wide.")
@click.option("--answer-weight", type=float, default=0.05, help="Weight of the chain's loss.")
@click.option("--batch", type=int, default=4096, help="Padded tokens in a step.")
@click.option(
    "--compile/--no-compile", "compiled", default=True, help="Compile the blocks with torch.compile."
)
@click.option("--resume/--afresh", default=True, help="Go on from the run's checkpoint, where there is one.")
def pretrain(  # noqa: PLR0913 - one parameter for each option
    data: Path,
    run: Path,
    minutes: float,
    device: str,
    threads: int,
    seed: int,
    rate: float,
    layers: int,
    width: int,
    answer_weight: float,
    batch: int,
    compiled: bool,
    resume: bool,
) -> None:
    """Train the model on the examples; stops when its minutes are over."""
    from trainer.model import Shape
    from trainer.pretrain import Plan, Run

    heads = width // 64
    shape = Shape(_vocabulary(run), width, layers, 3 * width, heads, max(1, heads // 2))
    plan = Plan(
        minutes,
        rate=rate,
        tokens=batch,
        answer_weight=answer_weight,
        threads=threads,
        device=device,
        compiled=compiled,
        seed=seed,
    )
    training = Run(run, shape, plan, click.echo)
    if resume and training.resume():
        click.echo(f"resumed at {training.progress.seconds / 60:.1f} minutes")
    click.echo(f"{training.model.size() / 1e6:.2f} M parameters, {shape}")
    training.train(
        lambda: _varied(data, run, seed + training.progress.epoch),
        lambda: _shuffled(_rows(data, run, "valid"), 1),
    )


@main.command()
@_data
@_run
@_kind
@_install
def export(data: Path, run: Path, kind: str, install: bool) -> None:
    """Calibrate, write the GGUF, and refuse it where llama.cpp disagrees with torch."""
    from trainer import export as gguf

    rows = _shuffled(_rows(data, run, "valid"), 1)
    calibration = _calibrated(run, rows[:4000])
    target = run / "ripple.gguf"
    parity, tokens = _written(run, target, kind, calibration, rows[:40])
    click.echo(f"{target}: {target.stat().st_size / 2**20:.1f} MB, tokens {tokens:.4f}, {parity}")
    if not parity.holds or tokens < 1.0:
        raise click.ClickException("llama.cpp and torch disagree: the file is not to be used.")
    if install:
        gguf.install(target)
        click.echo(f"installed as {gguf.ASSET.name}")


@main.command()
@_data
@_run
@click.option(
    "--split", type=click.Choice(["valid", "test"]), default="test", help="Which projects are measured."
)
@click.option("--points", type=int, default=3000, help="Examples measured at most.")
@click.option("--model", type=_FOLDER, default=None, help="A GGUF other than the run's.")
def evaluate(data: Path, run: Path, split: str, points: int, model: Path | None) -> None:
    """Hold the exported model against structure alone on held-out projects."""
    from trainer import evaluate as arms

    rows = _rows(data, run, split)[:points]
    logits, calibration = arms.exported(model or run / "ripple.gguf", rows)
    base = arms.structure(rows)
    decided = arms.decided_rows(rows, arms.calibrated(rows, logits, calibration))
    found = arms.report(base, decided)
    arms.save(run / f"evaluation-{split}.json", found)
    click.echo(arms.table(arms.compare(base, decided)) + "\n")
    click.echo(arms.frontier_table(base, decided) + "\n")
    click.echo(
        json.dumps({name: found[name] for name in ("sites", "right", "auc", "calibration_error")}, indent=1)
    )


@main.command(name="all")
@_seed
@_limit
@_clones
@_minutes
@_threads
@_device
@_install
@click.pass_context
def everything(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    seed: int,
    limit: int,
    clones: Path,
    minutes: float,
    threads: int,
    device: str,
    install: bool,
) -> None:
    """Make the model from nothing: examples, tokenizer, pretrain, export, evaluate."""
    context.invoke(examples, seed=seed, limit=limit, clones=clones)
    context.invoke(tokenizer, seed=seed)
    context.invoke(pretrain, seed=seed, minutes=minutes, threads=threads, device=device)
    context.invoke(export, install=install)
    context.invoke(evaluate)


def _training_texts(corpus: Path) -> list[str]:
    """The texts of the projects that are trained on."""
    from trainer import corpus as sources

    return [
        text
        for project in sources.projects(corpus)
        if project.split == "train"
        for text in sources.texts(corpus, project).values()
    ]


def _rows(data: Path, run: Path, split: str) -> list[Row]:
    """The tokenised examples of a split."""
    from trainer.rows import read

    paths = sorted(data.glob(f"{split}*.jsonl.gz"))
    rows, left_out = read(paths, _tokenizer(run / "tokenizer.json"))
    click.echo(
        f"{split}: {len(rows)} examples, {sum(len(row.ids) for row in rows)} tokens, {left_out} left out"
    )
    if not rows:
        raise click.ClickException(f"There are no {split} examples in {data}; make them with `examples`.")
    return rows


@lru_cache(maxsize=1)
def _tokenizer(path: Path) -> CodeTokenizer:
    """The run's tokenizer, kept with all that it remembers."""
    from trainer.tokenizer import CodeTokenizer

    return CodeTokenizer.load(path)


def _shuffled(rows: list[Row], seed: int) -> list[Row]:
    random.Random(seed).shuffle(rows)
    return rows


def _varied(data: Path, run: Path, seed: int) -> list[Row]:
    """The training rows of one epoch: names are swapped in some, histories come twice."""
    from trainer.rows import read_varied

    paths = sorted([*data.glob("train*.jsonl.gz"), *data.glob("train-history*.jsonl.gz")])
    rows, left_out = read_varied(paths, _tokenizer(run / "tokenizer.json"), seed, VARIED)
    click.echo(f"train: {len(rows)} examples of {len(paths)} files, {left_out} left out")
    return rows


def _vocabulary(run: Path) -> int:
    return len(_tokenizer(run / "tokenizer.json").tokens)


def _calibrated(run: Path, rows: list[Row]) -> Calibration:
    """The calibration fitted on held-out rows, with its error."""
    import numpy as np
    import torch

    from trainer import calibrate
    from trainer.pretrain import decide, load

    model, _ = load(run / "checkpoint.pt")
    logits = np.concatenate(decide(model, rows, torch.device("cpu"))[0])
    labels = np.concatenate([row.labels for row in rows])
    intents = np.concatenate([row.intents for row in rows])
    fitted = calibrate.fit_intents(logits, labels, intents)
    error = calibrate.errors(calibrate.chances(logits, intents, fitted), labels, intents)
    click.echo(f"calibration {fitted}, error {error}")
    return fitted


def _written(
    run: Path, target: Path, kind: str, calibration: Calibration, rows: list[Row]
) -> tuple[Parity, float]:
    """Write the file; how it compares with torch, and the share of texts that it tokenises alike."""
    from trainer import export as gguf
    from trainer.pretrain import load
    from trainer.tokenizer import CodeTokenizer

    model, progress = load(run / "checkpoint.pt")
    bpe = CodeTokenizer.load(run / "tokenizer.json")
    notes = f"Trained from scratch on {progress.tokens / 1e6:.0f} M tokens of simulated and real edits."
    gguf.write_gguf(target, model, bpe, kind, calibration, notes)
    texts = [bpe.decode([int(token) for token in row.ids]) for row in rows]
    return gguf.check(target, model, rows), gguf.check_tokens(target, bpe, texts)
