"""Why nothing is shown (or why this is): the reason, and every place that was considered."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from app.foreign import safe
from engine.types import Why


class WhyScreen(ModalScreen[None]):
    """A panel with the session's own account of its last decision."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,w,q,enter", "dismiss", "Close", id="why-close"),
    ]

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why

    def compose(self) -> ComposeResult:
        """The reason, then one line a place."""
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "Why"
            panel.border_subtitle = "Esc closes"
            yield Static(safe(self.why.reason), markup=False, classes="reason")
            if self.why.details:
                yield Static("Considered:", markup=False, classes="heading")
            for detail in self.why.details:
                yield Static("• " + safe(detail), markup=False, classes="detail")
