"""The status line: what is watched, by which model, how fast, and what is going on."""

from __future__ import annotations

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from app.foreign import safe
from app.ui.board import Board, Phase
from app.ui.wording import countdown, duration, fit, home_path, model_name, short_path

SEPARATOR = " · "


def state(board: Board, snoozed: float) -> str:
    """The state in words; `snoozed` is the time left in seconds, 0 when awake."""
    if snoozed > 0:
        return f"snoozed {countdown(snoozed)}"
    match board.phase:
        case Phase.INDEXING:
            return "indexing…"
        case Phase.THINKING:
            return "thinking…"
        case Phase.SILENT:
            return f"silent: {board.reason}"
        case Phase.PROBLEM:
            return f"problem: {board.reason}"
        case _:
            return "ready"


def night_words(board: Board) -> str:
    """The night at work, or the key that begins the one that is offered."""
    if board.night:
        return f"night: {safe(board.night)}"
    return "t trains a night" if board.offered else ""


def status_text(board: Board, snoozed: float, width: int) -> Content:
    """The line at a width in cells; what matters least is left out first, the state never."""
    now = state(board, snoozed)
    model = model_name(board.model) if board.model else ""
    speed = duration(board.latency_ms) if board.latency_ms is not None else ""
    full, name, night = safe(home_path(board.root)), safe(board.root.name), night_words(board)
    for where, which, fast in (
        (f"watching {full}", model, speed),
        (f"watching {short_path(full, 30)}", model, speed),
        (name, model, speed),
        (name, "", speed),
        (name, "", ""),
    ):
        parts = [part for part in (where, which, fast, night) if part]
        if Content(SEPARATOR.join([*parts, now])).cell_length <= width - 2:
            break
    else:
        parts = [short_path(name, 20), *([night] if night else [])]
    head = SEPARATOR.join(parts) + SEPARATOR
    room = width - 2 - Content(head).cell_length
    return Content.assemble(" ", (head, ""), (fit(now, room), "bold"), " ")


class StatusLine(Static):
    """One line at the top of the screen."""

    def __init__(self) -> None:
        super().__init__(id="status", markup=False)
        self.shown: tuple[Board, float] | None = None

    def show(self, board: Board, snoozed: float) -> None:
        """Draw the line anew."""
        self.shown = board, snoozed
        self.update(status_text(board, snoozed, self.app.size.width))

    def on_resize(self, event: Resize) -> None:
        """Another width has room for other things."""
        if self.shown is not None:
            self.show(*self.shown)
