"""The labelled windows of a run: which files they are read from, and what is said of damaged ones."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

import click

from trainer import plain
from trainer.decision_data import files
from trainer.repositories import Split
from trainer.rows import Found, Row, read, read_varied
from trainer.tokenizer import CodeTokenizer, balanced

DATA: Final = Path("runs/decisions")
RUN: Final = Path("runs/first")
TOKENIZER: Final = "tokenizer.json"
VARIED: Final = 0.6
"""The share of examples in which names are swapped, anew in every epoch."""

_CHARACTERS: Final = 5
"""Of a token of code, at most: it has 3 to 4."""

Say = Callable[[str], None]


def learnt(data: Path, run: Path, seed: int, say: Say) -> list[Row]:
    """The training windows of one epoch, names swapped in some. Raises ClickException where there is none."""
    paths = files(data, "train")
    found = read_varied(paths, tokenizer(run), seed, VARIED)
    _tell(found, f"train: {len(paths)} files", say)
    return _some(found, data, "training")


def held(data: Path, run: Path, split: Split, say: Say, kind: str = "history") -> list[Row]:
    """The windows of held-out repositories, shuffled: of their histories, or of their chains, too (kind "").

    Raises ClickException where there is none.
    """
    found = read(files(data, split, kind), tokenizer(run))
    _tell(found, split, say)
    rows = _some(found, data, f"{split} {kind}".strip())
    random.Random(1).shuffle(rows)
    return rows


def code(trees: Path, run: Path, split: Split, tokens: float, say: Say) -> list[Row]:
    """Rows of plain code of about so many tokens, of the source trees in a folder that belong to the split.

    Raises ClickException where there is none.
    """
    chosen = plain.trees(trees, split)
    texts = balanced(chosen, round(_CHARACTERS * tokens), 1)
    rows = plain.rows(texts, tokenizer(run), tokens)
    say(f"{split} code: {len(chosen)} trees, {sum(len(row.ids) for row in rows) / 1e6:.2f} M tokens")
    if not rows:
        raise click.ClickException(f"There is no source tree of the {split} set in {trees}.")
    return rows


@lru_cache(maxsize=1)
def _loaded(path: Path) -> CodeTokenizer:
    """Kept with all that it remembers."""
    return CodeTokenizer.load(path)


def tokenizer(run: Path) -> CodeTokenizer:
    """The run's tokenizer. Raises ClickException where it cannot be read."""
    try:
        return _loaded(run / TOKENIZER)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(
            f"{run / TOKENIZER} cannot be read: {error}. `ripple train tokenizer` makes one."
        ) from error


def _tell(found: Found, what: str, say: Say) -> None:
    tokens = sum(len(row.ids) for row in found.rows)
    say(f"{what}: {len(found.rows)} windows, {tokens / 1e6:.2f} M tokens, {found.left_out} left out")
    for fault in found.faults:
        say(f"{fault.path.name} is damaged: read up to window {fault.read} ({fault.what})")


def _some(found: Found, data: Path, what: str) -> list[Row]:
    if not found.rows:
        raise click.ClickException(
            f"There are no {what} windows in {data}: `ripple train decisions` makes them."
        )
    return found.rows
