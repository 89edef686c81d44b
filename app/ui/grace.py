"""The moment after a suggestion appears in which no key decides anything."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds, from any start, never backwards."""


class Grace:
    """A key that was meant for the editor must not accept a suggestion that has just come up."""

    def __init__(self, milliseconds: int, clock: Clock) -> None:
        self.seconds = milliseconds / 1000
        self.clock = clock
        self.ends = clock()

    def start(self) -> None:
        """Begin the moment anew."""
        self.ends = self.clock() + self.seconds

    @property
    def active(self) -> bool:
        """Whether deciding keys are still asleep."""
        return self.clock() < self.ends
