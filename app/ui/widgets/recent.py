"""The last edits on one line, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from app.ui.wording import short_path
from engine.types import Saved

WHO = {"person": "you", "ripple": "Ripple"}
NAME = 28
"""Cells for one path."""


def recent_text(saved: Iterable[Saved], width: int) -> Content:
    """As many of the last edits as fit, newest first; edits of one file in a row count once."""
    line = Content.styled(" Recent", "dim")
    last: tuple[str, str] | None = None
    for row in reversed(list(saved)):
        if (row.by, row.path) == last:
            continue
        last = (row.by, row.path)
        more = Content.assemble("  ", (f"{WHO[row.by]} ", "dim"), short_path(row.path, NAME))
        if line.cell_length + more.cell_length > width:
            break
        line += more
    return line


class RecentEdits(Static):
    """Who saved which file."""

    def __init__(self) -> None:
        super().__init__(id="recent", markup=False)
        self.rows: list[Saved] = []

    def show(self, saved: Iterable[Saved]) -> None:
        """Draw the line anew; there is none before the first edit."""
        self.rows = list(saved)
        self.display = bool(self.rows)
        self.update(recent_text(self.rows, self.app.size.width))

    def on_resize(self, event: Resize) -> None:
        """Another width holds more or fewer."""
        self.show(self.rows)
