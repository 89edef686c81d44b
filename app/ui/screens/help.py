"""All keys, read from the bindings that are in force (the person may have mapped them anew)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from app.ui.keys import KEYS


def key_table(bindings: Iterable[ActiveBinding], display: Callable[[Binding], str]) -> list[tuple[str, str]]:
    """One row an action: its keys, and what they do; first the app's own, in their order."""
    keys: dict[str, list[str]] = {}
    what: dict[str, str] = {}
    for active in bindings:
        binding = active.binding
        if binding.system or not binding.description:
            continue
        shown = display(binding)
        if shown not in keys.setdefault(binding.action, []):
            keys[binding.action].append(shown)
        what[binding.action] = active.tooltip or binding.description
    order = [binding.action for binding in KEYS if isinstance(binding, Binding)]
    ranked = sorted(keys, key=lambda action: order.index(action) if action in order else len(order))
    return [(" ".join(keys[action]), what[action]) for action in ranked]


class HelpScreen(ModalScreen[None]):
    """A panel with every key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close", id="help-close"),
    ]

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        """The table, scrolling where it is long."""
        width = max(len(keys) for keys, _ in self.rows)
        table = [
            Content.assemble((f"{keys:<{width}}", "bold $text-accent"), f"  {what}")
            for keys, what in self.rows
        ]
        with VerticalScroll(classes="panel") as panel:
            panel.border_title = "Keys"
            panel.border_subtitle = "Esc closes"
            yield Static(Content("\n").join(table), markup=False)
