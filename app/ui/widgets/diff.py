"""The selected action as a diff, under the sentence that says why."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from app.foreign import safe
from app.ui.diff_lines import DiffLine, diff_lines, layout
from app.ui.wording import kind, percent, place
from engine.types import Action


class DiffView(VerticalScroll, can_focus=False):
    """What the selected action removes and adds, with the code around it."""

    def __init__(self) -> None:
        super().__init__(id="diff")
        self.lines: list[DiffLine] = []
        self.action: Action | None = None
        self.why, self.code = Static(id="why", markup=False), Static(id="code", markup=False)

    def compose(self) -> ComposeResult:
        """The reason above, the code below."""
        yield self.why
        yield self.code

    def show(self, action: Action, total: int, text: str | None) -> None:
        """Show an action in the text of its file (None where it cannot be read)."""
        self.lines = diff_lines(text, action)
        self.border_title = Content(place(action, 200))
        self.border_subtitle = Content(f"{action.n} of {total}")
        sure = Content.assemble(
            (f"{kind(action)}, {percent(action.p)} sure", "bold"), f"  {safe(action.why)}"
        )
        self.why.update(sure)
        self._draw()
        if action != self.action:
            self.scroll_home(animate=False)
        self.action = action

    def on_resize(self, event: Resize) -> None:
        """Long lines wrap at the pane's width."""
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if self.lines and width > 0:
            self.code.update(layout(self.lines, width))
