"""Example files to token rows, and rows to padded batches.

An example is one JSON line: pieces (text, or the id of a control token; the summary of the sites is put in
here, so that files do not depend on it), a label for each <|ask|>, the chain
of the answer, the rule's confidence for each ask, and where it comes from.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.model import vocabulary as v
from engine.model.prompt import answer_pieces, flatten, summed
from trainer.variation import pool_of, vary

Ids = NDArray[np.uint16]
Places = NDArray[np.int64]

LONGEST: Final = 1024
"""Tokens of the longest row; longer examples are left out (they are counted)."""
LENGTHS: Final = (128, 256, 384, 512, 704, 1024)
"""Rows are padded to one of these: few shapes, so that a compiled model is compiled few times."""
_FACTS_BACK: Final = 7
"""Where a site's facts begin, counted back from its <|ask|>: six facts and the label."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A file of examples that could not be read to its end."""

    path: Path
    read: int
    """Examples in front of the damage."""
    what: str


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
class Found:
    """What files of examples hold."""

    rows: list[Row]
    left_out: int
    """Examples that were too long, or asked nothing."""
    faults: tuple[Fault, ...]


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

    @property
    def is_code(self) -> bool:
        """Whether it is plain code, all of which is to be predicted: nothing is asked."""
        return not len(self.asks)


def read(paths: Iterable[Path], encoder: Encoder, longest: int = LONGEST) -> Found:
    """The rows of all files."""
    faults: list[Fault] = []
    rows, left_out = tokenised(_all(paths, faults), encoder, longest)
    return Found(rows, left_out, tuple(faults))


def read_varied(paths: Iterable[Path], encoder: Encoder, seed: int, share: float) -> Found:
    """The same, with names swapped in a share of the examples; another seed swaps others."""
    rng = random.Random(seed)
    faults: list[Fault] = []
    found = list(_all(paths, faults))
    pool = pool_of(rng.sample(found, min(len(found), 2000)))
    rows, left_out = tokenised(
        (vary(example, pool, rng) if rng.random() < share else example for example in found), encoder
    )
    return Found(rows, left_out, tuple(faults))


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


def examples(path: Path, faults: list[Fault]) -> Iterator[dict[str, object]]:
    """The examples of one gzip file of JSON lines, as far as it can be read; where it ends early is noted."""
    count = 0
    try:
        with gzip.open(path, "rb") as lines:  # bytes: a text reader decodes ahead, past whole lines
            for line in lines:
                yield _checked(json.loads(line.decode("utf-8")))
                count += 1
    except (OSError, EOFError, zlib.error, ValueError) as error:
        faults.append(Fault(path, count, str(error) or type(error).__name__))


def _all(paths: Iterable[Path], faults: list[Fault]) -> Iterator[dict[str, object]]:
    return (example for path in paths for example in examples(path, faults))


def _checked(example: object) -> dict[str, object]:
    """The example, if it is one. Raises ValueError."""
    if not isinstance(example, dict):
        raise ValueError("an example is an object")
    pieces, labels, answer = (example.get(name) for name in ("pieces", "labels", "answer"))
    if not isinstance(pieces, list) or not all(
        isinstance(piece, str) or (type(piece) is int and 0 <= piece < len(v.SPECIALS)) for piece in pieces
    ):
        raise ValueError("an example's pieces are texts and control tokens")
    if not isinstance(labels, list) or len(labels) != pieces.count(v.ASK):
        raise ValueError("an example has one label for each <|ask|>")
    if len(_rules(example.get("rules")) or labels) != len(labels):
        raise ValueError("an example has one rule's confidence for each <|ask|>")
    if any(not 0 <= label < len(labels) for label, _ in _chain(answer)):
        raise ValueError("an answer speaks of sites that are there")
    return example


def to_row(example: dict[str, object], encoder: Encoder) -> Row:
    """Tokenise one example. Raises ValueError when labels and asks do not match."""
    pieces = _pieces(example["pieces"])
    labels = np.asarray(example["labels"], dtype=np.bool_)
    rules = _rules(example.get("rules")) or [0.0] * len(labels)
    ids, asks = flatten(summed(pieces, rules) if rules else pieces, encoder.encode)
    if len(labels) != len(asks):
        raise ValueError(f"{len(labels)} labels for {len(asks)} asks")
    chain = _chain(example.get("answer"))
    whole = ids + flatten(answer_pieces(chain), encoder.encode)[0] if chain else ids
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


def _rules(value: object) -> list[float]:
    if not value:
        return []
    if not isinstance(value, list) or not all(isinstance(rule, int | float) for rule in value):
        raise ValueError("an example's rules are numbers")
    return [float(rule) for rule in value]


def _chain(value: object) -> list[tuple[int, str]]:
    if not value:
        return []
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise ValueError("an example's answer is a list of labels and texts")
    return [(int(pair[0]), str(pair[1])) for pair in value]
