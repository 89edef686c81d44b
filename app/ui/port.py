"""What the interface asks of a session; engine.session.Session is one, and tests have another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from engine.types import Event, Why

Emit = Callable[[Event], None]


class SessionPort(Protocol):
    """The calls, all synchronous; their outcome arrives as events."""

    def start(self) -> None:
        """Index the project, load the model, begin to watch."""

    def predict(self, should_stop: Callable[[], bool]) -> None:
        """Answer the newest edit with a suggestion or a silence."""

    def accept(self, suggestion_id: str, actions: Literal["all"] | Sequence[int]) -> None:
        """Apply all open actions, or those named."""

    def correct(self, suggestion_id: str, n: int, new: str) -> None:
        """Apply one action with another text."""

    def reject(self, suggestion_id: str, actions: Literal["all"] | Sequence[int] = "all") -> None:
        """Close a suggestion, or leave actions out of it."""

    def undo(self) -> None:
        """Take back what was applied last."""

    def undoable(self) -> int:
        """How much undo could take back, from earlier runs too."""

    @property
    def outdated(self) -> bool:
        """Whether another adapter is current than the one that decides; cheap."""

    def refresh(self) -> None:
        """Let the current adapter decide."""

    def roll_back(self) -> None:
        """Let the adapter before decide again, or none."""

    def why(self) -> Why:
        """Account for the last answer."""

    def snooze(self, minutes: float) -> None:
        """Stay silent for a while; 0 wakes."""

    def close(self) -> None:
        """Stop watching and let go of everything."""


OpenSession = Callable[[Emit], SessionPort]
"""Makes a session that tells its events to the function it is given."""
