"""The selected action's new text, to be corrected before it is accepted."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from engine.types import Action


class NewTextEditor(TextArea):
    """Enter saves, Esc cancels, Ctrl+J begins a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "Save", id="edit-save", priority=True),
        Binding("escape", "cancel", "Cancel", id="edit-cancel", priority=True),
        Binding("ctrl+j", "new_line", "New line", id="edit-new-line"),
    ]

    class Saved(Message):
        """The person wants this text instead."""

        def __init__(self, number: int, text: str) -> None:
            super().__init__()
            self.number = number
            self.text = text

    class Cancelled(Message):
        """The person leaves the action as it is."""

    def __init__(self) -> None:
        super().__init__(
            id="editor", soft_wrap=True, compact=True, tab_behavior="indent", show_line_numbers=False
        )
        self.number = 0
        self.border_title = "New text"
        self.border_subtitle = "Enter accepts it · Esc leaves it"

    def open(self, action: Action) -> None:
        """Begin with what the action proposes."""
        self.number = action.n
        self.text = action.new
        self.move_cursor(self.document.end)
        self.display = True
        self.focus()

    def action_save(self) -> None:
        """Hand the text back."""
        self.display = False
        self.post_message(self.Saved(self.number, self.text))

    def action_cancel(self) -> None:
        """Close without a word."""
        self.display = False
        self.post_message(self.Cancelled())

    def action_new_line(self) -> None:
        """Enter is taken, so a line break has a key of its own."""
        self.insert("\n")
