"""Lessons side by side: their rows, points and links under common numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from trainer.actionrl import Links
from trainer.lessons import Lesson
from trainer.packing import Ints, Packed, Points


def points_of(lessons: Sequence[Lesson]) -> Points:
    """The points of all lessons, in rows counted through."""
    rows = _starts(lessons, lambda one: len(one.rows))
    return Points(
        np.concatenate([one.points.row + start for one, start in zip(lessons, rows, strict=True)]),
        np.concatenate([one.points.at for one in lessons]),
        np.concatenate([one.points.token for one in lessons]),
        np.concatenate([one.points.other for one in lessons]),
    )


def links_of(lessons: Sequence[Lesson]) -> Links:
    """Which of those points belong to what, in pairs and accepted actions counted through."""
    points = _starts(lessons, lambda one: len(one.points))
    pairs = _starts(lessons, lambda one: len(one.owner))
    accepted = _starts(lessons, lambda one: len(one.share))

    def joined(index: Callable[[Lesson], Ints], to: Ints) -> torch.Tensor:
        shifted = [index(one) + np.stack([points[n], to[n]])[:, None] for n, one in enumerate(lessons)]
        return torch.from_numpy(np.concatenate(shifted, axis=1))

    return Links(
        plus=joined(lambda one: one.plus, pairs),
        minus=joined(lambda one: one.minus, pairs),
        owner=torch.from_numpy(np.concatenate([one.owner + accepted[n] for n, one in enumerate(lessons)])),
        share=torch.from_numpy(np.concatenate([one.share for one in lessons])),
        anchor=joined(lambda one: one.anchor, accepted),
        prefix=torch.from_numpy(np.concatenate([one.prefix + points[n] for n, one in enumerate(lessons)])),
    )


def _starts(lessons: Sequence[Lesson], count: Callable[[Lesson], int]) -> Ints:
    """[lessons]: how many there are before each."""
    return np.cumsum([0, *(count(one) for one in lessons[:-1])]).astype(np.int64)


def parcels(lessons: Sequence[Lesson], tokens: int) -> list[list[int]]:
    """Which lessons go into one pass, by number: of like length, and no more than `tokens` with padding.

    A lesson whose rows alone are more is a pass of its own.
    """
    longest = [max(len(row.ids) for row in one.rows) for one in lessons]
    out: list[list[int]] = []
    rows = 0
    for number in sorted(range(len(lessons)), key=longest.__getitem__):
        count = len(lessons[number].rows)
        if not out or (rows + count) * longest[number] > tokens:
            out.append([])
            rows = 0
        out[-1].append(number)
        rows += count
    return out


def rows_of(lessons: Sequence[Lesson]) -> list[Packed]:
    """The rows of all lessons."""
    return [row for one in lessons for row in one.rows]
