"""How well a model writes: bits per byte of plain code, and answers' texts that are right to the last token.

All is read off the true text: greedy decoding writes a text exactly where the likeliest token is the true one
at each of its places.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from engine.model import vocabulary as v
from trainer.measures import Floats
from trainer.model import Ripple
from trainer.pretrain import alike, autocast
from trainer.rows import Row, collate, padded_length

Bools = NDArray[np.bool_]


def bits_per_byte(model: Ripple, code: Sequence[Row], tokens: Sequence[str]) -> float:
    """What a byte of plain code costs the model; NaN without any.

    `tokens` spell the vocabulary in byte-level BPE, where a character is a byte.
    """
    nats, size = 0.0, 0
    for row, losses, _ in _written(model, code):
        nats += float(losses.sum())
        size += sum(len(tokens[token]) for token in row.ids[row.prompt + 1 :].tolist())
    return nats / math.log(2) / size if size else math.nan


def exact_texts(model: Ripple, rows: Sequence[Row]) -> tuple[int, int]:
    """How many texts of the rows' answers greedy decoding would write exactly, and how many there are."""
    exact = count = 0
    for row, _, right in _written(model, rows):
        tokens = row.ids[row.prompt + 1 :].tolist()
        begin = 0
        for at, token in enumerate(tokens):
            if token in v.LABELS:
                begin = at + 1
            elif token == v.STOP:
                exact += bool(right[begin : at + 1].all())
                count += 1
    return exact, count


@torch.no_grad()
def _written(model: Ripple, rows: Sequence[Row]) -> Iterator[tuple[Row, Floats, Bools]]:
    """Of each row that has something to write: the losses of its tokens, and which were the likeliest."""
    device = next(model.parameters()).device
    some = [row for row in rows if len(row.ids) > row.prompt + 1]
    for numbers in alike(some):
        batch = collate([some[n] for n in numbers], padded_length(len(some[numbers[0]].ids)))
        with torch.compiler.set_stance("force_eager"), autocast(device):
            hidden = model(torch.from_numpy(batch.ids).to(device)).flatten(0, 1)
            logits = model.logits(hidden[torch.from_numpy(batch.writes).to(device)]).float()
        written = torch.from_numpy(batch.written).to(device)
        losses = F.cross_entropy(logits, written, reduction="none").double().cpu().numpy()
        right = (logits.argmax(-1) == written).cpu().numpy()
        ends = np.cumsum([len(some[n].ids) - 1 - some[n].prompt for n in numbers])[:-1]
        yield from zip((some[n] for n in numbers), np.split(losses, ends), np.split(right, ends), strict=True)
