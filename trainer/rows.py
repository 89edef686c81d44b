"""Example files to token rows, and rows to padded batches.

An example is one JSON line: pieces (text, or the id of a control token), a label for each <|ask|>, the chain
of the answer, the rule's confidence for each ask, and where it comes from.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.model import vocabulary as v
from engine.model.prompt import answer_pieces, flatten
from trainer.variation import pool_of, vary

Ids = NDArray[np.uint16]
Places = NDArray[np.int64]

LONGEST: Final = 1024
"""Tokens of the longest row; longer examples are left out (they are counted)."""
LENGTHS: Final = (128, 256, 384, 512, 704, 1024)
"""Rows are padded to one of these: few shapes, so that a compiled model is compiled few times."""
_FACTS_BACK: Final = 7
"""Where a site's facts begin, counted back from its <|ask|>: six facts and the label."""


class Encoder(Protocol):
    """What rows need of a tokenizer."""

    def encode(self, text: str) -> list[int]:
        """The ids of a text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One example, tokenised."""

    ids: Ids
    """The prompt, and the answer where there is one."""
    prompt: int
    """Length of the prompt; the answer begins there with <|answer|>."""
    asks: Places
    labels: NDArray[np.bool_]
    rules: NDArray[np.float32]
    intents: NDArray[np.int64]
    """The intent token of each ask."""
    scenario: str
    language: str
    source: str
    point: str
    """The decision point that this window belongs to; empty where none is named."""
    quiet: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one padded length."""

    ids: NDArray[np.int64]
    """[B, T]"""
    asks: Places
    """[A], positions in the flattened B * T."""
    labels: NDArray[np.int64]
    """[A], 1 for yes."""
    writes: Places
    """[W], flattened positions whose next token is to be predicted."""
    written: NDArray[np.int64]
    """[W], those next tokens."""


def read(paths: Iterable[Path], encoder: Encoder, longest: int = LONGEST) -> tuple[list[Row], int]:
    """All rows of the files, and how many examples were too long or had no question."""
    return tokenised((example for path in paths for example in examples(path)), encoder, longest)


def read_varied(paths: Iterable[Path], encoder: Encoder, seed: int, share: float) -> tuple[list[Row], int]:
    """The same, with names swapped in a share of the examples; another seed swaps others."""
    rng = random.Random(seed)
    found = [example for path in paths for example in examples(path)]
    pool = pool_of(rng.sample(found, min(len(found), 2000)))
    return tokenised(
        (vary(example, pool, rng) if rng.random() < share else example for example in found), encoder
    )


def tokenised(
    found: Iterable[dict[str, object]], encoder: Encoder, longest: int = LONGEST
) -> tuple[list[Row], int]:
    """Rows of examples, and how many were too long or had no question."""
    rows: list[Row] = []
    left_out = 0
    for example in found:
        row = to_row(example, encoder)
        if len(row.ids) <= longest and len(row.asks):
            rows.append(row)
        else:
            left_out += 1
    return rows, left_out


def examples(path: Path) -> Iterator[dict[str, object]]:
    """The examples of one gzip file of JSON lines; a file cut short ends early."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        try:
            for line in lines:
                yield json.loads(line)
        except (EOFError, json.JSONDecodeError):
            return


def to_row(example: dict[str, object], encoder: Encoder) -> Row:
    """Tokenise one example. Raises ValueError when labels and asks do not match."""
    pieces = _pieces(example["pieces"])
    ids, asks = flatten(pieces, encoder.encode)
    labels = np.asarray(example["labels"], dtype=np.bool_)
    if len(labels) != len(asks):
        raise ValueError(f"{len(labels)} labels for {len(asks)} asks")
    chain = _chain(example.get("answer"))
    whole = ids + flatten(answer_pieces(chain), encoder.encode)[0] if chain else ids
    rules = example.get("rules") or [0.0] * len(asks)
    return Row(
        ids=np.asarray(whole, dtype=np.uint16),
        prompt=len(ids),
        asks=np.asarray(asks, dtype=np.int64),
        labels=labels,
        rules=np.asarray(rules, dtype=np.float32),
        intents=np.asarray([ids[ask - _FACTS_BACK] for ask in asks], dtype=np.int64),
        scenario=str(example.get("scenario", "")),
        language=str(example.get("language", "")),
        source=str(example.get("source", "")),
        point=str(example.get("point", "")),
        quiet=bool(example.get("quiet", False)),
    )


def batches(rows: Sequence[Row], tokens: int, seed: int | None) -> list[Batch]:
    """Cut the rows into batches of about `tokens` padded tokens; in their order where the seed is None.

    Shuffled batches are full ones, so that a compiled model meets few shapes; what is left over waits for the
    next shuffle.
    """
    order = list(range(len(rows)))
    chance = random.Random(seed)
    if seed is not None:
        chance.shuffle(order)
    waiting: dict[int, list[Row]] = {length: [] for length in LENGTHS}
    out: list[Batch] = []
    for index in order:
        row = rows[index]
        length = padded_length(len(row.ids))
        waiting[length].append(row)
        if len(waiting[length]) >= max(1, tokens // length):
            out.append(collate(waiting[length], length))
            waiting[length] = []
    if seed is None or not out:
        out += [collate(rest, length) for length, rest in waiting.items() if rest]
    if seed is not None:
        chance.shuffle(out)
    return out


def padded_length(length: int) -> int:
    """The smallest of LENGTHS that holds the row."""
    return next(limit for limit in LENGTHS if length <= limit)


def collate(rows: Sequence[Row], length: int) -> Batch:
    """Pad the rows on the right and gather where loss is taken."""
    ids = np.full((len(rows), length), v.PAD, dtype=np.int64)
    asks, labels, writes, written = [], [], [], []
    for n, row in enumerate(rows):
        ids[n, : len(row.ids)] = row.ids
        asks.append(row.asks + n * length)
        labels.append(row.labels.astype(np.int64))
        chain = np.arange(row.prompt, len(row.ids) - 1)
        writes.append(chain + n * length)
        written.append(row.ids[row.prompt + 1 :].astype(np.int64))
    return Batch(
        ids, np.concatenate(asks), np.concatenate(labels), np.concatenate(writes), np.concatenate(written)
    )


def _pieces(value: object) -> list[str | int]:
    if not isinstance(value, list):
        raise ValueError("an example's pieces are a list")
    return value


def _chain(value: object) -> list[tuple[int, str]]:
    if not value:
        return []
    if not isinstance(value, list):
        raise ValueError("an example's answer is a list")
    return [(int(pair[0]), str(pair[1])) for pair in value]
