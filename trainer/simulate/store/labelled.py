"""A chain of a history with what the engine's drafts were worth in it."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Draft:
    """What the engine proposed right after the trigger, and whether the person made it."""

    path: str
    change: Change
    intent: str
    rule: float
    made: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """A chain of a history with what the engine's drafts were worth in it."""

    chain: Trajectory
    steps: tuple[bool, ...]
    """Whether a draft proposed the step, for each step."""
    drafts: tuple[Draft, ...]
