"""The arms whose loss is our own, in the recipe that all arms share: the same tuples, steps and rates."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
import torch
from torch import Tensor

from engine.model.vocabulary import NO, YES
from trainer.actionrl import Weights, k3, terms
from trainer.batches import links_of, points_of
from trainer.lessons import AskForm, Encode, Form, Lesson, lesson, taught
from trainer.lora import Tuned
from trainer.packing import Packed, Points, linear
from trainer.policy import log_probs
from trainer.rows import Row
from trainer.tuples import Preference

QUIET: Final = 32
"""Windows in the fixed quiet set."""
BESIDE: Final = 4
"""Windows of the replay, and of the quiet set, in one step."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the tuples are trained on."""

    weights: Weights
    imitate: bool = False
    """Only the accepted chains, whatever was rejected."""
    rate: float = 1e-3
    warmup: int = 5
    steps: int = 50
    tuples: int = 16
    """In one step."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Known:
    """Points whose probability is known beforehand, or whose token is."""

    rows: tuple[Packed, ...]
    points: Points
    reference: Tensor


def train(
    tuned: Tuned, preferences: Sequence[Preference], replay: Sequence[Row], encode: Encode, terms_: Terms
) -> float:
    """Train the adapter in place; the seconds it took."""
    began = time.monotonic()
    make = taught if terms_.imitate else lesson
    forms = [cast(Form, AskForm.of(one, encode)) for one in preferences]
    found = (make(one, form, one.weight) for one, form in zip(preferences, forms, strict=True))
    lessons = [one for one in found if one is not None]
    references = [_reference(tuned, one.rows, one.points) for one in lessons]
    rng = random.Random(terms_.seed)
    quiet = [row for row in replay if row.quiet][:QUIET]
    held = [_known(tuned, [row]) for row in quiet] if terms_.weights.protect else []
    parameters = [one for one in tuned.peft.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=terms_.rate, weight_decay=0.0)
    drawn = _batches(len(lessons), terms_.tuples, rng)
    for step in range(terms_.steps):
        for group in optimizer.param_groups:
            group["lr"] = terms_.rate * _share(step, terms_)
        numbers = next(drawn)
        loss = _loss(tuned, [lessons[n] for n in numbers], [references[n] for n in numbers], terms_.weights)
        if terms_.weights.replay and replay:
            loss = loss + terms_.weights.replay * _replayed(tuned, rng.sample(list(replay), BESIDE))
        if held:
            loss = loss + terms_.weights.protect * _drift(tuned, rng.sample(held, min(BESIDE, len(held))))
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return time.monotonic() - began


def _share(step: int, terms_: Terms) -> float:
    """Of the highest rate: a warm-up, then a cosine to 0, as in the arms of TRL."""
    if step < terms_.warmup:
        return (step + 1) / terms_.warmup
    done = (step - terms_.warmup) / max(1, terms_.steps - terms_.warmup)
    return 0.5 * (1 + math.cos(math.pi * done))


def _batches(count: int, size: int, rng: random.Random) -> Iterator[list[int]]:
    while True:
        order = list(range(count))
        rng.shuffle(order)
        for at in range(0, count, size):
            yield order[at : at + size]


def _loss(tuned: Tuned, lessons: Sequence[Lesson], references: Sequence[Tensor], weights: Weights) -> Tensor:
    rows = [row for one in lessons for row in one.rows]
    values = _values(tuned, rows, points_of(lessons))
    found = terms(values, torch.cat(list(references)), links_of(lessons), weights, len(lessons))
    count = max(1, len(found.drift))
    guarded = (weights.protect * found.drift.sum() + weights.hold * found.fall.sum()) / count
    return weights.preference * found.preference + weights.alpha * found.anchor + guarded


def _replayed(tuned: Tuned, rows: Sequence[Row]) -> Tensor:
    """Mean negative log-likelihood of the truth at the rows' asks."""
    packed, points = _asked(rows, truth=True)
    return -_values(tuned, packed, points).mean()


def _drift(tuned: Tuned, held: Sequence[Known]) -> Tensor:
    rows = [row for one in held for row in one.rows]
    starts = np.cumsum([0, *(len(one.rows) for one in held[:-1])])
    points = Points(
        np.concatenate([one.points.row + start for one, start in zip(held, starts, strict=True)]),
        *(np.concatenate([getattr(one.points, name) for one in held]) for name in ("at", "token", "other")),
    )
    return k3(_values(tuned, rows, points), torch.cat([one.reference for one in held])).mean()


def _known(tuned: Tuned, rows: Sequence[Row]) -> Known:
    packed, points = _asked(rows, truth=False)
    return Known(packed, points, _reference(tuned, packed, points))


def _asked(rows: Sequence[Row], truth: bool) -> tuple[tuple[Packed, ...], Points]:
    """The asks of labelled windows; without their truth the token is <|no|> everywhere."""
    packed = tuple(linear([int(token) for token in row.ids[: row.prompt]]) for row in rows)
    sizes = [len(row.asks) for row in rows]
    yes = np.concatenate([row.labels & truth for row in rows])
    return packed, Points(
        np.repeat(np.arange(len(rows)), sizes),
        np.concatenate([row.asks for row in rows]),
        np.where(yes, YES, NO).astype(np.int64),
        np.where(yes, NO, YES).astype(np.int64),
    )


@torch.no_grad()
def _reference(tuned: Tuned, rows: Sequence[Packed], points: Points) -> Tensor:
    with tuned.peft.disable_adapter():
        return _values(tuned, rows, points)


def _values(tuned: Tuned, rows: Sequence[Packed], points: Points) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        return log_probs(tuned.model, rows, points).float()
