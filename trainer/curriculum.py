"""What an alignment learns from, and how: the plan, the tuples by age and strength, replay and quiet set."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from trainer import rehearsal
from trainer.actionrl import Weights
from trainer.lessons import AskForm, Encode, Lesson, lesson, taught
from trainer.packing import FULL
from trainer.rehearsal import Rehearsed
from trainer.rewriting import Speak, WindowForm, imitation
from trainer.self_replay import SIGNAL
from trainer.tuples import Preference

DAY: Final = 86_400.0
LEAST: Final = 0.01
"""The weight below which a tuple is not worth its time."""


class Kind(StrEnum):
    """Which loss aligns; nothing else differs."""

    ACTION_RL = "actionrl"
    SUFFIX_MASKED = "suffix_masked"
    """ActionRL without anchor and protection: DPO on the action at t*."""
    SFT = "sft"
    """Imitation of the accepted chains."""


@dataclass(frozen=True, slots=True)
class AlignPlan:
    """How a run trains."""

    kind: Kind = Kind.ACTION_RL
    weights: Weights = field(default_factory=Weights)
    rate: float = 5e-4
    """The highest learning rate."""
    constant: bool = False
    """The rate stays; else it falls along a cosine to 0."""
    warmup: int = 5
    minutes: float = 20.0
    steps: int = 300
    epochs: float = 4.0
    """How often each tuple is seen; whichever of the three is reached first ends the run."""
    batch: int = 16
    """Tuples in a step."""
    replay_batch: int = 8
    """Windows of supervised replay in a step."""
    quiet: int = 64
    """Windows of the quiet set, of which `quiet_batch` are looked at in a step."""
    quiet_batch: int = 2
    tokens: int = 1024
    """Padded tokens in a pass; less where memory is short, but no less than the longest row."""
    days: float = 30.0
    """What was decided longer ago is left out; what histories say does not age."""
    half_life: float = 7.0
    """Days after which a decision counts half."""
    now: float = 0.0
    """Seconds since the epoch; 0 stands for the newest tuple's time."""
    threads: int = 1
    memory: int | None = None
    """Bytes that the run may take; None is what is free."""
    exact: bool = False
    """float32 throughout, also where bfloat16 is faster."""
    seed: int = 1
    checkpoint_seconds: float = 30.0
    name: str = "adapter"
    """What the adapter calls itself."""

    @property
    def weighed(self) -> Weights:
        """The weights of the loss's terms, for the kind."""
        w = self.weights
        match self.kind:
            case Kind.SUFFIX_MASKED:
                return Weights(w.beta, alpha=0.0, protect=0.0, hold=0.0, replay=w.replay)
            case Kind.SFT:
                return Weights(w.beta, alpha=1.0, protect=0.0, hold=0.0, replay=w.replay, preference=0.0)
            case Kind.ACTION_RL:
                return w

    def length(self, tuples: int) -> int:
        """Steps of a run over so many tuples."""
        return max(1, min(self.steps, round(self.epochs * tuples / self.batch)))


@dataclass(frozen=True, slots=True)
class Material:
    """What a run learns from."""

    tuples: tuple[Lesson, ...]
    replay: tuple[Lesson, ...]
    quiet: tuple[Lesson, ...]
    left_out: Counter[str]
    """Tuples that are not learnt from, by reason."""

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """All of it."""
        return (*self.tuples, *self.replay, *self.quiet)

    @property
    def longest(self) -> int:
        """Tokens of all rows of the longest lesson, padded."""
        return max(len(one.rows) * max(len(row.ids) for row in one.rows) for one in self.lessons)

    @property
    def written(self) -> int:
        """Points of a lesson, at the most, that are predicted over all words."""
        return max(int((one.points.other == FULL).sum()) for one in self.lessons)

    @property
    def sha256(self) -> str:
        """The same for the same lessons in the same order."""
        found = hashlib.sha256()
        for one in self.lessons:
            for row in one.rows:
                found.update(row.ids.tobytes())
            for index in (one.points.at, one.points.token, one.plus, one.minus, one.anchor, one.prefix):
                found.update(index.tobytes())
            found.update(one.share.tobytes())
        return found.hexdigest()

    def __str__(self) -> str:
        pairs = sum(len(one.owner) for one in self.tuples)
        left = "".join(f", {count} left out: {reason}" for reason, count in sorted(self.left_out.items()))
        return (
            f"{len(self.tuples)} tuples with {pairs} pairs{left}; "
            f"{len(self.replay)} windows of replay, {len(self.quiet)} quiet"
        )


def material(
    preferences: Sequence[Preference],
    replay: Sequence[Rehearsed],
    plan: AlignPlan,
    model: str,
    encode: Encode | None,
    longest: int,
    speak: Speak | None = None,
) -> Material:
    """Lessons of the tuples that belong to the model with this sha256 and fit into `longest` tokens.

    `encode` is None for a model whose own texts are not read; `speak` is for one that writes windows anew, of
    which the accepted answers are replay.
    """
    now = plan.now or max((one.at for one in preferences), default=0.0)
    left_out: Counter[str] = Counter()
    tuples: list[Lesson] = []
    imitated: list[Lesson] = []
    for one in preferences:
        weight = strength(one, plan, now)
        made = _lessons(one, weight, plan.kind, model, encode, speak)
        if not isinstance(made, str) and max(len(row.ids) for part in made for row in part.rows) > longest:
            made = "too long"
        if isinstance(made, str):
            left_out[made] += 1
        else:
            tuples.append(made[0])
            imitated += made[1:]
    windows = rehearsal.fitting(replay, longest)
    quiet = rehearsal.quiet_set(windows, plan.quiet, plan.seed)
    held = {one.ids for one in quiet}
    return Material(
        tuple(tuples),
        (
            *(rehearsal.replayed(one, encode is not None) for one in windows if one.ids not in held),
            *imitated,
        ),
        tuple(rehearsal.quieted(one) for one in quiet),
        left_out,
    )


def strength(one: Preference, plan: AlignPlan, now: float) -> float:
    """How much a tuple counts: its signal's weight, halved with each half-life; 0 beyond the days."""
    if one.signal == SIGNAL:
        return one.weight
    age = max(0.0, now - one.at) / DAY
    return one.weight * 0.5 ** (age / plan.half_life) if age <= plan.days else 0.0


def _lessons(
    one: Preference, weight: float, kind: Kind, model: str, encode: Encode | None, speak: Speak | None
) -> tuple[Lesson, ...] | str:
    """The lesson of a tuple with what is replayed of it, or why there is none."""
    if one.model != model:
        return "another model"
    if weight < LEAST:
        return "too old or too weak"
    try:
        form = WindowForm.of(one, speak) if speak and one.windows else AskForm.of(one, encode)
        made = (taught if kind is Kind.SFT else lesson)(one, form, weight)
        if made is None:
            return "nothing to choose between"
        beside = imitation(one, form, weight) if isinstance(form, WindowForm) else None
        return (made,) if beside is None else (made, beside)
    except (ValueError, IndexError):
        return "broken"
