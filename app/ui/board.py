"""What the interface knows at a moment, as plain values: the open chain, the state, the last outcome."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from app.night_offer import Outlook
from app.night_process import Progress
from app.ui.wording import percent, short_name
from engine.types import (
    Action,
    Applied,
    Event,
    Failed,
    ModelChanged,
    ModelInfo,
    Ready,
    Refused,
    Rejected,
    Saved,
    Silence,
    Suggestion,
    Undone,
    Withdrawn,
)

RECENT = 4
"""How many edits the list of recent edits holds."""

BURST = "burst"
"""How the reason begins when many files changed at once: nothing stays open then."""

NO_ADAPTER = "The model decides without an adapter"


class Phase(StrEnum):
    """What the session is doing."""

    INDEXING = "indexing"
    READY = "ready"
    THINKING = "thinking"
    SILENT = "silent"
    PROBLEM = "problem"


@dataclass
class Board:
    """Follows a session's events; the widgets are drawn from it."""

    root: Path
    phase: Phase = Phase.INDEXING
    files: int = 0
    symbols: int = 0
    model: ModelInfo | None = None
    latency_ms: float | None = None
    reason: str = ""
    """Why the session is silent, or the title of the last problem."""
    outcome: str = ""
    """What the last decision did."""
    suggestion: Suggestion | None = None
    taken: set[int] = field(default_factory=set)
    """Numbers of the open suggestion's actions that were applied."""
    left_out: set[int] = field(default_factory=set)
    """Numbers of those that were rejected one by one."""
    refused: dict[int, str] = field(default_factory=dict)
    stale: bool = False
    """The person has saved a file that the open suggestion speaks of."""
    recent: deque[Saved] = field(default_factory=lambda: deque(maxlen=RECENT))
    undoable: int = 0
    """How many applied steps this run could take back."""
    night: str = ""
    """How far a night at work has come."""
    ours: bool = False
    """Whether that night was started here."""
    offered: int = 0
    """How many new decisions a night would learn from, where one is offered."""

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """The actions of the open suggestion that are still to be decided."""
        if self.suggestion is None:
            return ()
        closed = self.taken | self.left_out
        return tuple(action for action in self.suggestion.actions if action.n not in closed)

    def follow(self, event: Event) -> None:
        """Take an event in."""
        match event:
            case Ready(files=files, symbols=symbols, model=model):
                self.files, self.symbols, self.model = files, symbols, model
                self.phase = Phase.READY
            case Saved(path=path, by=by):
                self.recent.append(event)
                self.phase = Phase.THINKING
                self.stale |= by == "person" and any(action.path == path for action in self.open_actions)
            case Suggestion():
                self._open(event)
            case Silence():
                self._fall_silent(event)
            case Applied(suggestion=suggestion, actions=actions, paths=paths):
                self._apply(suggestion, actions, paths)
            case Refused(action=action, reason=reason):
                self.refused[action] = reason
            case Withdrawn(suggestion=suggestion, actions=actions, reason=reason):
                self._withdraw(suggestion, actions, reason)
            case Rejected(suggestion=suggestion, actions=actions):
                self._leave_out(suggestion, actions)
            case Undone(actions=actions, paths=paths):
                self.undoable = max(0, self.undoable - 1)
                self.outcome = f"Took back {_amount(actions, paths)}."
            case ModelChanged(model=model):
                self.outcome = _swapped(self.model, model)
                self.model = model
            case Failed(title=title):
                self.phase, self.reason = Phase.PROBLEM, title
            case _:
                pass

    def reject(self) -> None:
        """The person wants none of it."""
        self.close_chain()
        self.outcome = "Rejected."

    def follow_night(self, progress: Progress | None) -> None:
        """The night that was started here has begun, come further, or (None) ended."""
        self.ours, self.offered = progress is not None, 0
        if progress is None or progress.step:
            self.night = "" if progress is None else _progress(progress)

    def look(self, outlook: Outlook) -> None:
        """Take in what was seen of nights elsewhere."""
        if not self.ours:
            self.night, self.offered = outlook.at_work, outlook.offered

    def close_chain(self) -> None:
        """Nothing is open any more."""
        self.suggestion, self.stale = None, False
        self.taken.clear()
        self.left_out.clear()
        self.refused.clear()

    def _open(self, suggestion: Suggestion) -> None:
        if self.suggestion is None or self.suggestion.id != suggestion.id:
            self.close_chain()
            self.outcome = ""
        self.suggestion = suggestion
        self.latency_ms = suggestion.latency.total
        self.phase = Phase.READY if suggestion.final else Phase.THINKING

    def _fall_silent(self, silence: Silence) -> None:
        """A chain stays open beside saves of other files, and is closed where its own were saved."""
        if silence.reason == "superseded":
            return
        self.latency_ms = silence.latency.total or self.latency_ms
        ours = any(saved.edit == silence.edit and saved.by == "ripple" for saved in self.recent)
        reason = silence.reason.removeprefix(f"{BURST}: ")
        self.phase, self.reason = (Phase.READY, "") if ours else (Phase.SILENT, reason)
        if self.stale or silence.reason.startswith(BURST):
            self.close_chain()

    def _withdraw(self, suggestion: str, actions: tuple[int, ...], reason: str) -> None:
        """Actions go, and with the last open one the chain."""
        if self.suggestion is None or self.suggestion.id != suggestion:
            return
        self.suggestion = _without(self.suggestion, actions)
        if not self.open_actions:
            self.outcome = f"{reason}: so is what was suggested with it."
            self.close_chain()

    def _apply(self, suggestion: str, actions: tuple[int, ...], paths: tuple[str, ...]) -> None:
        self.undoable += 1
        self.outcome = f"Applied {_amount(actions, paths)}. u takes it back."
        if self.suggestion is None or self.suggestion.id != suggestion:
            return
        self.taken.update(actions)
        if not self.open_actions:
            self.close_chain()

    def _leave_out(self, suggestion: str, actions: tuple[int, ...]) -> None:
        if self.suggestion is None or self.suggestion.id != suggestion:
            return
        self.left_out.update(actions)
        if not self.open_actions:
            self.reject()


def _without(suggestion: Suggestion, actions: tuple[int, ...]) -> Suggestion:
    """A suggestion without some of its actions."""
    return replace(suggestion, actions=tuple(one for one in suggestion.actions if one.n not in actions))


def _swapped(before: ModelInfo | None, after: ModelInfo) -> str:
    """Which adapter decides now, and which did: `ripple model rollback --to` takes its name."""
    said = f"The adapter {short_name(after.adapter)} decides" if after.adapter else NO_ADAPTER
    was = f", in place of {short_name(before.adapter)}" if before is not None and before.adapter else ""
    return f"{said} now{was}."


def _progress(progress: Progress) -> str:
    return progress.step if progress.share is None else f"{progress.step} {percent(progress.share)}"


def _amount(actions: tuple[int, ...], paths: tuple[str, ...]) -> str:
    edits = "1 edit" if len(actions) == 1 else f"{len(actions)} edits"
    files = "1 file" if len(set(paths)) == 1 else f"{len(set(paths))} files"
    return f"{edits} in {files}"
