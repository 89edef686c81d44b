"""What a person says of a replacement counts for its other places, at once and for this session.

Unsure repeats are shown a few at a time, and the answer to them tells of the rest. On fifteen training
histories, played by a developer who turns down the action at which they stop, 232 repeats had a like that was
turned down before in the commit, and none that was taken: 27 % were right where 53 % had been said. Of 372
with likes of both kinds 24 % were right where 37 % had been said. The shifts are the likeliest ones for them
(`python -m tests.benchmarks likes --limit 40`). Renames of which a place was turned down are left alone: what
is turned down of them is a place, not the name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from engine.model.calibrate import Sigmoid, logit
from engine.types import Action, Candidate, IntentKind

UNWANTED: Final = -1.5
"""Nats by which the odds of a repeat fall where its like was turned down and none was taken."""
DISPUTED: Final = -0.7
"""The same, where some were taken."""

Like = tuple[str, str]
"""What is replaced by what, without the blanks around it."""


@dataclass(slots=True)
class Likes:
    """What was taken and turned down of each replacement."""

    _taken: Counter[Like] = field(default_factory=Counter)
    _refused: Counter[Like] = field(default_factory=Counter)

    def took(self, actions: Iterable[Action | Candidate]) -> None:
        """These were wanted."""
        self._taken.update(_likes(actions))

    def refused(self, actions: Iterable[Action | Candidate]) -> None:
        """These were turned down at once: one word, however many places it closes."""
        self._refused.update(set(_likes(actions)))

    def undone(self, actions: Iterable[Action | Candidate]) -> None:
        """These had been taken, and were not wanted after all."""
        back = _likes(actions)
        self._taken.subtract(back)
        self._refused.update(set(back))

    def against(self, one: Candidate) -> bool:
        """Whether something was said against a candidate's like."""
        like = _like(one)
        return like is not None and self._refused[like] > 0

    def weighed(self, one: Candidate) -> Candidate:
        """A candidate with its chance after what was said of its like."""
        like = _like(one)
        if like is None or self._refused[like] <= 0:
            return one
        shift = DISPUTED if self._taken[like] > 0 else UNWANTED
        return replace(one, p=Sigmoid(b=shift).apply(logit(one.p)))


def _likes(actions: Iterable[Action | Candidate]) -> list[Like]:
    return [like for one in actions if (like := _like(one)) is not None]


def _like(one: Action | Candidate) -> Like | None:
    """None for what is no repeat, which says nothing of other places."""
    about = one.site if isinstance(one, Candidate) else one
    return (about.old.strip(), one.new.strip()) if about.intent is IntentKind.REPEAT else None
