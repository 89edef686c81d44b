"""A session that plays what a test wants, and a clock that stands still."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from app.ui.port import Emit
from engine.diff import range_at
from engine.types import (
    Action,
    Applied,
    Event,
    IntentKind,
    Latency,
    ModelInfo,
    Ready,
    Saved,
    Silence,
    Suggestion,
    Undone,
    Why,
)

MODEL = ModelInfo("ripple-7m", "0" * 64)
READY = Ready(11, 42, 12.0, MODEL, 30.0)


@dataclass
class FakeClock:
    """Seconds that pass only when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeSession:
    """Answers each prediction with the next of `answers`; `calls` holds what the interface asked for."""

    emit: Emit
    answers: list[list[Event]] = field(default_factory=list)
    ready: Event | BaseException = READY
    explained: Why = Why(None, "Nothing was saved yet.")
    calls: list[tuple[object, ...]] = field(default_factory=list)
    failure: BaseException | None = None
    """Raised by the next decision."""
    hold: threading.Event | None = None
    """Decisions wait for it."""
    shown: Suggestion | None = None

    def start(self) -> None:
        if isinstance(self.ready, BaseException):
            raise self.ready
        self.emit(self.ready)

    def save(self, path: str = "library/fees.py", by: str = "person", edit: str = "e1") -> None:
        """What the watcher does when the person saves."""
        self.emit(Saved(edit, path, by))  # type: ignore[arg-type]

    def predict(self, should_stop) -> None:
        self.calls.append(("predict",))
        if not self.answers:
            return
        for event in self.answers.pop(0):
            if isinstance(event, Suggestion):
                self.shown = event
            self.emit(event)

    def _decide(self, *call: object) -> None:
        self.calls.append(call)
        if self.hold is not None:
            assert self.hold.wait(10)
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure

    def accept(self, suggestion_id, actions) -> None:
        self._decide("accept", suggestion_id, actions)
        numbers = [a.n for a in self.shown.actions] if actions == "all" else list(actions)
        self._apply(suggestion_id, numbers)

    def correct(self, suggestion_id, n, new) -> None:
        self._decide("correct", suggestion_id, n, new)
        self._apply(suggestion_id, [n])

    def _apply(self, suggestion_id: str, numbers: list[int]) -> None:
        paths = tuple(dict.fromkeys(a.path for a in self.shown.actions if a.n in numbers))
        self.emit(Applied(suggestion_id, tuple(numbers), paths))
        for path in paths:
            self.emit(Saved(f"r{path}", path, "ripple"))

    def reject(self, suggestion_id) -> None:
        self._decide("reject", suggestion_id)

    def undo(self) -> None:
        self._decide("undo")
        self.emit(Undone("s1", (1, 2), ("library/desk.py",)))

    def why(self) -> Why:
        self.calls.append(("why",))
        return self.explained

    def snooze(self, minutes) -> None:
        self.calls.append(("snooze", minutes))

    def close(self) -> None:
        self.calls.append(("close",))


def action(
    text: str, path: str, n: int, line: int, old: str, new: str, p: float = 0.97, why: str = ""
) -> Action:
    """An action on the first `old` at or after a line (from 1) of a file's text."""
    lines = text.splitlines(keepends=True)
    start = text.index(old, sum(map(len, lines[: line - 1])))
    why = why or f"call of `{old}`, renamed in library/fees.py"
    return Action(
        n, path, start, range_at(text, start, start + len(old)), old, new, IntentKind.RENAME, p, why
    )


def suggestion(
    *actions: Action, name: str = "s1", edit: str = "e1", final: bool = True, total: float = 87.0
) -> Suggestion:
    """A chain that took `total` milliseconds."""
    return Suggestion(name, edit, final, Latency(total=total), actions)


def silence(reason: str = "nothing follows", edit: str = "e1") -> Silence:
    return Silence(edit, reason, Latency(total=12.0))
