"""The chain as a list: where, what, how sure, why."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.ui.wording import bar, fit, kind, percent, place
from engine.types import Action

BAR = 5
WHY_LEAST = 9
"""Cells below which a row has no room for the reason; the diff's pane shows it in any case."""


class ChainList(OptionList, inherit_bindings=False):
    """The actions of the open suggestion; a line at the left says how far Space would take them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "first", "First", show=False, id="first", tooltip="Select the first edit"),
        Binding("end", "last", "Last", show=False, id="last", tooltip="Select the last edit"),
        Binding("pageup", "page_up", "Page up", show=False, id="page-up", tooltip="Go up a page"),
        Binding("pagedown", "page_down", "Page down", show=False, id="page-down", tooltip="Go down a page"),
    ]

    class Selected(Message):
        """Another action was selected."""

        def __init__(self, action: Action) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__(id="chain", markup=False)
        self.actions: tuple[Action, ...] = ()
        self.done: Collection[int] = ()
        self.left_out: Collection[int] = ()
        self.failed: Collection[int] = ()

    @property
    def selected(self) -> Action | None:
        """The action that the diff shows."""
        if self.highlighted is None or self.highlighted >= len(self.actions):
            return None
        return self.actions[self.highlighted]

    def show(
        self,
        actions: tuple[Action, ...],
        *,
        done: Collection[int] = (),
        left_out: Collection[int] = (),
        failed: Collection[int] = (),
        keep: bool,
    ) -> None:
        """Show a chain; `keep` leaves the selection (the same suggestion, grown or partly decided)."""
        selected = self.highlighted if keep else None
        self.actions = actions
        self.done, self.left_out, self.failed = frozenset(done), frozenset(left_out), frozenset(failed)
        with self.prevent(OptionList.OptionHighlighted):
            if not keep or len(actions) < self.option_count:
                self.clear_options()
            self.add_options(Option("") for _ in actions[self.option_count :])
            if actions:
                self.highlighted = min(selected or 0, len(actions) - 1)
                self.highlighted = self._open_from(self.highlighted)
        self._draw()
        if self.selected is not None:
            self.post_message(self.Selected(self.selected))

    def move(self, step: int) -> None:
        """Select the next or the previous action; the ends are ends."""
        if self.actions:
            self.highlighted = max(0, min(len(self.actions) - 1, (self.highlighted or 0) + step))

    def up_to_selected(self) -> list[int]:
        """The numbers of the open actions up to and including the selected one."""
        upto = self.highlighted if self.highlighted is not None else -1
        return [action.n for action in self.actions[: upto + 1] if not self._decided(action)]

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Redraw the marks and tell who shows the diff."""
        event.stop()
        self._draw()
        if self.selected is not None:
            self.post_message(self.Selected(self.selected))

    def on_resize(self, event: Resize) -> None:
        """Columns depend on the width."""
        self._draw()

    def _decided(self, action: Action) -> bool:
        return action.n in self.done or action.n in self.left_out

    def _open_from(self, index: int) -> int:
        """The open action there or next behind, else the last one before."""
        still = [at for at, action in enumerate(self.actions) if not self._decided(action)]
        return next((at for at in still if at >= index), still[-1] if still else index)

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if not self.actions or width <= 0:
            return
        columns = Columns(self.actions, width)
        for index, action in enumerate(self.actions):
            row = columns.row(
                action,
                self._mark(index),
                faded=self._decided(action),
                struck=action.n in self.left_out,
            )
            if self.get_option_at_index(index).prompt != row:
                self.replace_option_prompt_at_index(index, row)

    def _mark(self, index: int) -> str:
        """The sign before a row: taken, left out, refused, selected, or taken along by Space."""
        action = self.actions[index]
        if action.n in self.done:
            return "✓"
        if action.n in self.left_out:
            return "✗"
        if index == self.highlighted:
            return "❯"
        if action.n in self.failed:
            return "!"
        return "│" if index < (self.highlighted or 0) else " "


class Columns:
    """How wide each column of a chain is; the reason and then the intent go where there is no room."""

    def __init__(self, actions: tuple[Action, ...], width: int) -> None:
        self.width = width
        self.number = len(str(actions[-1].n))
        self.intent = max(len(kind(action)) for action in actions)
        widest = max(Content(place(action, 1000)).cell_length for action in actions)
        fixed = 2 + self.number + 1 + 2 + 4 + 1 + BAR
        if width - fixed - self.intent - 2 < min(widest, 20):
            self.intent = 0
        room = width - fixed - (self.intent + 2 if self.intent else 0)
        self.place = max(8, min(widest, room))
        if self.place > 28:
            self.place = max(28, min(self.place, room - WHY_LEAST - 2))
        self.why = room - self.place - 2
        if self.why < WHY_LEAST:
            self.why = 0
            self.place = max(8, min(widest, room))

    def row(self, action: Action, mark: str, *, faded: bool, struck: bool = False) -> Content:
        """One action as one line; what is left out is struck through where the terminal can."""
        where = place(action, self.place)
        full, empty = bar(action.p, BAR)
        parts: list[tuple[str, str]] = [
            (f"{mark} ", "bold $text-accent"),
            (f"{action.n:>{self.number}} ", "dim"),
            (where, "strike" if struck else ""),
            (" " * (self.place - Content(where).cell_length), ""),
        ]
        if self.intent:
            parts.append((f"  {kind(action):<{self.intent}}", "$text-secondary"))
        parts += [(f"  {percent(action.p):>4} ", "bold"), (full, "$text-success"), (empty, "dim")]
        if self.why:
            parts.append(("  " + fit(action.why.partition(",")[0], self.why), "dim"))
        row = Content.assemble(*parts)
        return row.stylize("dim") if faded else row
