"""What the model could do before, rehearsed while it is aligned: supervised replay, and the fixed quiet set.

Windows with their truth come from decision data, or from outcomes. A history tells the truth about everything
that was considered; of a person's own outcomes only what they took is rehearsed, for a bare rejection would
teach silence. Without these a night with many rejections and a short history, as a new project has it, makes
the model timid.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.model import vocabulary as v
from trainer.lessons import Lesson, joined
from trainer.packing import Builder
from trainer.rows import Row
from trainer.self_replay import SIGNAL
from trainer.tuples import Outcome

ANSWER: Final = 0.05
"""Weight of a chain's tokens against the decisions, as in training (trainer/pretrain.py)."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A window whose truth is known."""

    ids: tuple[int, ...]
    """The prompt, and the answer where there is one."""
    prompt: int
    """Length of the prompt; the answer begins there with <|answer|>."""
    labels: tuple[tuple[int, bool], ...]
    """The position of each <|ask|> whose truth is known, and whether yes is right."""

    @property
    def quiet(self) -> bool:
        """Whether nothing is right in it."""
        return not any(right for _, right in self.labels)


def of_rows(rows: Iterable[Row]) -> list[Rehearsed]:
    """Windows of decision data."""
    return [
        Rehearsed(
            tuple(row.ids.tolist()),
            row.prompt,
            tuple(zip(row.asks.tolist(), row.labels.tolist(), strict=True)),
        )
        for row in rows
    ]


def of_outcomes(outcomes: Iterable[Outcome]) -> list[Rehearsed]:
    """The windows that outcomes tell about, each once with all that is known of it."""
    known: dict[tuple[int, ...], dict[int, bool]] = {}
    for one in outcomes:
        if (one.right or one.signal == SIGNAL) and one.label is not None and one.prompt:
            known.setdefault(one.prompt, {})[one.label] = one.right
    found = []
    for ids, truths in known.items():
        asks = [at for at, token in enumerate(ids) if token == v.ASK]
        labels = tuple((asks[label], right) for label, right in sorted(truths.items()) if label < len(asks))
        if labels:
            found.append(Rehearsed(ids, len(ids), labels))
    return found


def replayed(one: Rehearsed, answers: bool = True) -> Lesson:
    """The window as supervised replay: its decisions, and if wanted its answer's tokens with less weight."""
    builder = Builder([list(one.ids[: one.prompt])])
    asks = [builder.point(0, at, *((v.YES, v.NO) if right else (v.NO, v.YES))) for at, right in one.labels]
    groups = [(tuple(asks), 1.0)]
    if answers and len(one.ids) > one.prompt:
        first = builder.grow(0, builder.ends[0], v.ANSWER)
        groups.append((builder.text(0, first, one.ids[one.prompt + 1 :]), ANSWER))
    return joined(builder, groups, ())


def quieted(one: Rehearsed) -> Lesson:
    """The window as part of the quiet set: that it says no where no is right is not to change."""
    builder = Builder([list(one.ids[: one.prompt])])
    return joined(builder, [], [builder.point(0, at, v.NO, v.YES) for at, right in one.labels if not right])


def quiet_set(windows: Sequence[Rehearsed], count: int, seed: int) -> list[Rehearsed]:
    """Some windows in which nothing is right, the same for a seed."""
    quiet = [one for one in windows if one.quiet]
    return random.Random(seed).sample(quiet, min(count, len(quiet)))


def fitting(windows: Iterable[Rehearsed], longest: int) -> list[Rehearsed]:
    """Those that are no longer than so many tokens."""
    return [one for one in windows if len(one.ids) <= longest]
