"""The commands that make the model. torch and the tokenizers are imported by the command that needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from engine.errors import EngineError
from trainer import (
    align_commands,
    card_commands,
    chain_commands,
    model_commands,
    night_commands,
    tuple_commands,
)
from trainer.ablation.command import ablation
from trainer.flywheel.command import flywheel
from trainer.quantize_command import quantize
from trainer.replay.command import replay

CORPUS = Path("runs/corpus")
CODE = 4e6
"""Tokens of plain code that a run reads again and again."""
_FOLDER = click.Path(path_type=Path, file_okay=False)

_corpus = click.option("--corpus", type=_FOLDER, default=CORPUS, help="Folder of the fetched sources.")
_minutes = click.option("--minutes", type=float, default=60.0, help="How long to train.")
_device = click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="Where to train."
)
_threads = click.option("--threads", type=int, default=0, help="CPU threads; 0 leaves the choice to torch.")
_seed = click.option("--seed", type=int, default=1, help="Seed of everything random.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make the model that decides: examples, tokenizer, training, GGUF, measures; and edit chains."""


main.add_command(chain_commands.simulate)
main.add_command(chain_commands.histories)
main.add_command(chain_commands.decisions)
main.add_command(card_commands.echoes)
main.add_command(card_commands.siblings)
main.add_command(align_commands.align)
main.add_command(model_commands.export)
main.add_command(model_commands.evaluate)
main.add_command(model_commands.types)
main.add_command(model_commands.compare)
main.add_command(ablation)
main.add_command(replay)
main.add_command(tuple_commands.tuples)
main.add_command(tuple_commands.split)
main.add_command(tuple_commands.calibrate)
main.add_command(night_commands.nightly)
main.add_command(quantize)
main.add_command(flywheel)


@main.command()
@_corpus
@click.option("--clones", type=_FOLDER, help="Folder of git clones that are listed as well.")
@click.option(
    "--from",
    "origins",
    multiple=True,
    type=click.Choice(["python", "npm", "debian"]),
    help="Only what comes from there; may be given several times. Everything without it.",
)
@click.option("--mirror", help="Debian mirror, http(s) or file; deb.debian.org without it.")
@click.option("--suite", help="Debian release by its name; the one that CORPUS.md lists without it.")
def corpus(
    corpus: Path, clones: Path | None, origins: tuple[str, ...], mirror: str | None, suite: str | None
) -> None:
    """Fetch source trees from the package indexes, and print what CORPUS.md says of all that is read.

    What is there already is kept: a run that was stopped goes on.
    """
    from trainer import repositories
    from trainer.corpus import debian, fetching, ledger

    names = [name for origin in origins or fetching.ALL for name in fetching.ALL[origin]]
    with _told(corpus):
        made = fetching.fetch(
            corpus,
            names,
            lambda what: click.echo(what, err=True),
            mirror or debian.MIRROR,
            suite or debian.SUITE,
        )
        click.echo(ledger.describe(made) + (repositories.describe(clones) if clones else ""), nl=False)


@main.command()
@click.argument("trees", nargs=-1, type=_FOLDER, metavar="TREE..")
@_corpus
@model_commands.run
@_seed
@click.option("--megabytes", type=int, default=24, help="How much source text is read.")
@click.option("--size", type=int, default=8192, help="Tokens in the vocabulary.")
def tokenizer(trees: tuple[Path, ...], corpus: Path, run: Path, seed: int, megabytes: int, size: int) -> None:
    """Learn the tokenizer from source trees, as much of each language; without any, from the fetched ones."""
    from trainer import tokenizer as bpe
    from trainer.windows import TOKENIZER

    texts = bpe.mixed(trees or _fetched(corpus), megabytes * 1_000_000, seed)
    if not texts:
        raise click.UsageError("Name source trees, or fetch some with `ripple train corpus`.")
    made = bpe.train(texts, size)
    with _told(run):
        made.save(run / TOKENIZER)
    click.echo(f"{len(made.tokens)} tokens, sha256 {made.sha256()[:12]}")


@main.command()
@model_commands.data
@model_commands.run
@_minutes
@click.option("--tokens", type=float, default=0.0, help="Train on so many million tokens; 0: by --minutes.")
@_device
@_threads
@_seed
@click.option("--rate", type=float, default=1e-3, help="The highest learning rate.")
@click.option("--layers", type=int, default=4, help="Transformer blocks.")
@click.option("--width", type=int, default=256, help="Width of the hidden states; heads are 64 wide.")
@click.option("--answer-weight", type=float, default=0.05, help="Weight of the chain's loss.")
@model_commands.trees
@click.option(
    "--code",
    type=click.FloatRange(0, 0.9),
    default=0.0,
    show_default=True,
    help="Share of the tokens that is plain code of --trees.",
)
@click.option("--batch", type=int, default=4096, help="Padded tokens in a step.")
@click.option(
    "--compile/--no-compile", "compiled", default=True, help="Compile the blocks with torch.compile."
)
@click.option("--resume/--afresh", default=True, help="Go on from the run's checkpoint, where there is one.")
def pretrain(  # noqa: PLR0913 - one parameter for each option
    data: Path,
    run: Path,
    minutes: float,
    tokens: float,
    device: str,
    threads: int,
    seed: int,
    rate: float,
    layers: int,
    width: int,
    answer_weight: float,
    trees: Path | None,
    code: float,
    batch: int,
    compiled: bool,
    resume: bool,
) -> None:
    """Train the model on the windows that `decisions` made; stops when its minutes or its tokens are used up.

    Ctrl-C saves and ends the run; the same command goes on.
    """
    from trainer import windows
    from trainer.model import Shape
    from trainer.pretrain import Plan, Run
    from trainer.stopping import stopping

    if code and trees is None:
        raise click.UsageError("--code reads the source trees that --trees names.")
    heads = width // 64
    shape = Shape(len(windows.tokenizer(run).tokens), width, layers, 3 * width, heads, max(1, heads // 2))
    plan = Plan(
        minutes,
        budget=round(1e6 * tokens),
        rate=rate,
        tokens=batch,
        answer_weight=answer_weight,
        code=code,
        threads=threads,
        device=device,
        compiled=compiled,
        seed=seed,
    )
    held = windows.held(data, run, "valid", click.echo)
    plain = windows.code(trees, run, "train", CODE, click.echo) if code and trees else []
    with _told(run), stopping() as stop:
        training = Run(run, shape, plan, click.echo)
        if resume and training.resume():
            click.echo(f"resumed at {training.progress.seconds / 60:.1f} minutes")
        click.echo(f"{training.model.size() / 1e6:.2f} M parameters, {shape}")
        training.train(
            lambda: windows.learnt(data, run, seed + training.progress.epoch, click.echo),
            lambda: held,
            stop,
            plain,
        )


@main.command(name="all")
@click.argument("trees", nargs=-1, type=_FOLDER, metavar="TREE..")
@click.option(
    "--clones", type=_FOLDER, required=True, help="Folder of git clones, named owner+name: their histories."
)
@_corpus
@model_commands.data
@model_commands.run
@_seed
@_minutes
@_threads
@_device
@click.option("--workers", type=click.IntRange(1), default=1, help="Processes that make windows.")
@model_commands.install
@click.pass_context
def everything(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    trees: tuple[Path, ...],
    clones: Path,
    corpus: Path,
    data: Path,
    run: Path,
    seed: int,
    minutes: float,
    threads: int,
    device: str,
    workers: int,
    install: bool,
) -> None:
    """Make the model from nothing: decisions, tokenizer, pretrain, export, evaluate.

    TREE are source trees; without any, those that `ripple train corpus` has fetched. Among the clones are
    some that are held out to calibrate the model, and some to measure it (trainer/repositories.py).
    """
    trees = trees or _fetched(corpus)
    context.invoke(
        chain_commands.decisions, sources=trees, clones=clones, out=data, seed=seed, workers=workers
    )
    context.invoke(tokenizer, trees=trees, run=run, seed=seed)
    context.invoke(pretrain, data=data, run=run, seed=seed, minutes=minutes, threads=threads, device=device)
    context.invoke(model_commands.export, data=data, run=run, install=install)
    context.invoke(model_commands.evaluate, data=data, run=run)


def _fetched(corpus: Path) -> tuple[Path, ...]:
    """The source trees that were fetched before."""
    folder = corpus / "src"
    return tuple(path for path in sorted(folder.iterdir()) if path.is_dir()) if folder.is_dir() else ()


@contextmanager
def _told(where: Path) -> Iterator[None]:
    """What ends a command is said in a sentence, with what can be done."""
    try:
        yield
    except EngineError as problem:
        raise click.ClickException(f"{problem.title}: {problem.message} {problem.hint}".strip()) from problem
    except OSError as error:
        raise click.ClickException(f"Nothing can be written to {where}: {error.strerror or error}") from error
