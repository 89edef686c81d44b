"""Guesses: now and then a place a little under the threshold is shown, to learn what the person says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.session.log import Log
from engine.session.outside import Outside
from engine.types import Candidate

WITHIN: Final = 0.1
"""How far below the threshold a guess may be."""
LAST: Final = 20
"""Decided actions whose acceptance must not be falling."""
TRIED: Final = 8
"""Candidates for one guess that are verified, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Explorer:
    """Draws whether a guess is shown where Ripple would be silent, with probability `share`.

    Only there: who takes a whole chain with one key must not write a guess along with it.
    """

    share: float
    chance: Callable[[], float]
    taken: Callable[[int], Sequence[bool]]
    """For each of so many last decisions whether the action was taken, oldest first."""

    @classmethod
    def of(cls, share: float, outside: Outside, log: Log) -> Explorer:
        """The explorer of a session."""
        return cls(share, outside.chance, log.taken)

    def draws(self) -> bool:
        """Whether to show a guess now."""
        return self.chance() < self.share and not falling(self.taken(LAST))

    def near(self, left_out: Sequence[Candidate], least: Callable[[Candidate], float]) -> Iterator[Candidate]:
        """The candidates a little under their threshold `least`, the likeliest first."""
        close = [one for one in left_out if least(one) - WITHIN <= one.p < least(one)]
        yield from sorted(close, key=lambda one: -one.p)[:TRIED]


def falling(taken: Sequence[bool]) -> bool:
    """Whether the newer half was taken less often than the older."""
    half = len(taken) // 2
    if not half:
        return False
    return sum(taken[-half:]) / half < sum(taken[:-half]) / (len(taken) - half)
