"""Plain code as language modelling: source texts as rows, mixed into a run by their share of its tokens.

A row of plain code asks nothing; every token of it is predicted from those before it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from engine.model import vocabulary as v
from trainer.repositories import Split, split_of
from trainer.rows import Batch, Encoder, Row, batches
from trainer.simulate.tree import repository

LENGTH: Final = 512
"""Tokens of a row at most; longer texts are several."""
SHORTEST: Final = 64
"""Shorter ends of texts are left out."""
SCENARIO: Final = "code"


def trees(folder: Path, split: Split) -> list[Path]:
    """The source trees in a folder that belong to a split.

    owner+name is of the split of that repository, or of none; what was fetched from package indexes trains.
    """
    found = []
    for path in sorted(one for one in folder.iterdir() if one.is_dir()):
        name = repository(path)
        if (split_of(name) or ("train" if "/" not in name else None)) == split:
            found.append(path)
    return found


def rows(texts: Iterable[str], encoder: Encoder, tokens: float = math.inf) -> list[Row]:
    """The texts cut into rows, each behind <|text|>, until they hold so many tokens."""
    none = np.empty(0, dtype=np.int64)
    empty = none.astype(np.bool_), none.astype(np.float32), none
    found: list[Row] = []
    count = 0
    for text in texts:
        ids = encoder.encode(text)
        for at in range(0, len(ids), LENGTH - 1):
            piece = ids[at : at + LENGTH - 1]
            if len(piece) >= SHORTEST and count < tokens:
                whole = np.asarray([v.TEXT, *piece], dtype=np.uint16)
                found.append(Row(whole, 0, none, *empty, SCENARIO, "", "", "", False))
                count += len(whole)
    return found


def endless(code: Sequence[Row], tokens: int, seed: int) -> Iterator[Batch]:
    """Batches of about so many padded tokens, shuffled anew whenever all were given."""
    for epoch in itertools.count():
        yield from batches(code, tokens, seed + epoch)


def mixed(windows: Iterable[Batch], code: Iterator[Batch], share: float) -> Iterator[Batch]:
    """The windows' batches with those of plain code among them, which are `share` of all padded tokens."""
    due = 0.0
    for batch in windows:
        yield batch
        due += batch.ids.size * share / (1 - share)
        while due > 0:
            plain = next(code)
            due -= plain.ids.size
            yield plain


def first(windows: Iterable[Batch], code: Iterator[Batch], tokens: float) -> Iterator[Batch]:
    """So many padded tokens of plain code, then the windows."""
    read = 0
    while read < tokens:
        plain = next(code)
        read += plain.ids.size
        yield plain
    yield from windows
