"""A session that plays what a test wants, and a clock that stands still."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from textual.pilot import Pilot

from app.demo_guide import FIRST_EDIT, Guide, copy_sample
from app.ui.app import RippleApp
from app.ui.port import Emit
from engine.config import Settings
from engine.diff import LineStarts
from engine.types import (
    Action,
    Applied,
    Event,
    IntentKind,
    Latency,
    ModelChanged,
    ModelInfo,
    Ready,
    Rejected,
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
    explained: Why | None = None
    calls: list[tuple[object, ...]] = field(default_factory=list)
    failure: BaseException | None = None
    """Raised by the next decision."""
    hold: threading.Event | None = None
    """Decisions wait for it."""
    shown: Suggestion | None = None
    closed: set[int] = field(default_factory=set)
    """Numbers that were decided, of what is shown."""
    left: int = 0
    """What an earlier run left to be taken back."""

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
                self.closed.clear()
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
        rest = [a.n for a in self.shown.actions if a.n not in self.closed]
        numbers = rest if actions == "all" else list(actions)
        self._apply(suggestion_id, numbers)

    def correct(self, suggestion_id, n, new) -> None:
        self._decide("correct", suggestion_id, n, new)
        self._apply(suggestion_id, [n])

    def _apply(self, suggestion_id: str, numbers: list[int]) -> None:
        self.closed.update(numbers)
        paths = tuple(dict.fromkeys(a.path for a in self.shown.actions if a.n in numbers))
        self.emit(Applied(suggestion_id, tuple(numbers), paths))
        for path in paths:
            self.emit(Saved(f"r{path}", path, "ripple"))

    def reject(self, suggestion_id, actions="all") -> None:
        if actions == "all":
            self._decide("reject", suggestion_id)
        else:
            self._decide("reject", suggestion_id, actions)
            self.closed.update(actions)
            self.emit(Rejected(suggestion_id, tuple(actions)))

    def undo(self) -> None:
        self._decide("undo")
        self.emit(Undone("s1", (1, 2), ("library/desk.py",)))

    def undoable(self) -> int:
        return self.left

    outdated: bool = False
    models: list[ModelInfo] = field(default_factory=list)
    """What each refresh finds."""

    def refresh(self) -> None:
        self.calls.append(("refresh",))
        self.outdated = False
        if self.models:
            self.emit(ModelChanged(self.models.pop(0)))

    def roll_back(self) -> None:
        self._decide("roll_back")
        self.emit(ModelChanged(MODEL))

    def why(self) -> Why:
        self.calls.append(("why",))
        return self.explained or Why(None, "Nothing was saved yet.")

    def snooze(self, minutes) -> None:
        self.calls.append(("snooze", minutes))

    def close(self) -> None:
        self.calls.append(("close",))


def action(text: str, path: str, n: int, line: int, old: str, new: str, p: float = 0.97) -> Action:
    """An action on the first `old` at or after a line (from 1) of a file's text."""
    lines = text.splitlines(keepends=True)
    start = text.index(old, sum(map(len, lines[: line - 1])))
    why = f"call of `{old}`, renamed in library/fees.py"
    return Action(
        n, path, start, LineStarts(text).range(start, start + len(old)), old, new, IntentKind.RENAME, p, why
    )


def suggestion(
    *actions: Action, name: str = "s1", edit: str = "e1", final: bool = True, total: float = 87.0
) -> Suggestion:
    """A chain that took `total` milliseconds."""
    return Suggestion(name, edit, final, Latency(total=total), actions)


def silence(reason: str = "nothing follows", edit: str = "e1") -> Silence:
    return Silence(edit, reason, Latency(total=12.0))


def settings(folder: Path, **changes: object) -> Settings:
    return Settings(data_dir=folder, cache_dir=folder, config_file=folder / "config.toml", **changes)


def sample_chain(root: Path, upto: int | None = None, **changes: object) -> Suggestion:
    """What follows from the guide's first edit, word for word (no engine)."""
    found: list[Action] = []
    for path in sorted(root.rglob("*.py")):
        text, rel = path.read_text(), path.relative_to(root).as_posix()
        for number, line in enumerate(text.splitlines(), start=1):
            if FIRST_EDIT.old in line and line != FIRST_EDIT.line and "receipt" not in rel + line:
                p = max(0.5, 0.99 - 0.03 * len(found))
                found.append(action(text, rel, len(found) + 1, number, FIRST_EDIT.old, FIRST_EDIT.new, p))
    return suggestion(*found[:upto], **changes)


@dataclass
class Stage:
    """The app on a copy of the sample project, with a session and a clock that the test moves."""

    root: Path
    clock: FakeClock
    app: RippleApp
    sessions: list[FakeSession]
    pilot: Pilot[None] | None = None

    @property
    def session(self) -> FakeSession:
        return self.sessions[0]

    async def until(self, true: Callable[[], object], what: str = "") -> None:
        """Wait for something that a thread brings about."""
        for _ in range(500):
            await self.pilot.pause()
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"never happened: {what or true}")

    async def answer(self, *events: Event, path: str = "library/fees.py", edit: str = "e1") -> None:
        """The person saves, and this is the session's answer."""
        self.session.answers.append(list(events))
        asked = self.session.calls.count(("predict",))
        self.session.save(path, edit=edit)
        await self.until(lambda: self.session.calls.count(("predict",)) > asked and not self.session.answers)
        await self.pilot.pause()

    async def open_chain(self, upto: int | None = None, **changes: object) -> Suggestion:
        """A chain is shown, and keys are awake."""
        shown = sample_chain(self.root, upto, **changes)
        await self.answer(shown)
        await self.until(lambda: self.app.main.chain.option_count == len(shown.actions))
        self.clock.now += 1
        self.app.refresh_bindings()
        return shown

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.until(lambda: not self.app.busy)

    def decided(self) -> list[tuple[object, ...]]:
        """What the interface asked the session to decide."""
        return [
            call
            for call in self.session.calls
            if call[0] not in ("predict", "close", "why", "snooze", "refresh")
        ]

    def seen(self) -> str:
        """All text on the screen."""
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())


def make_stage(
    folder: Path,
    *,
    guided: bool = False,
    ready: Event | BaseException = READY,
    left: int = 0,
    env: dict | None = None,
    **changes,
) -> Stage:
    root = copy_sample(folder)
    clock, sessions = FakeClock(), []

    def open_session(emit: Emit) -> FakeSession:
        sessions.append(FakeSession(emit, ready=ready, left=left))
        return sessions[0]

    app = RippleApp(
        root,
        settings(folder, **changes),
        open_session,
        guide=Guide(root) if guided else None,
        clock=clock,
        env=env or {},
    )
    app.animation_level = "none"
    return Stage(root, clock, app, sessions)


@asynccontextmanager
async def on_stage(folder: Path, size: tuple[int, int] = (140, 36), **changes) -> AsyncIterator[Stage]:
    """The running app, ready for the first save."""
    stage = make_stage(folder, **changes)
    async with stage.app.run_test(size=size, notifications=True) as stage.pilot:
        await stage.until(lambda: stage.app.board.model or stage.app.board.reason)
        yield stage
