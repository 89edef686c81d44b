"""The main screen: status line, guide, chain and diff, recent edits, keys."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen

from app.demo_guide import Guide
from app.ui.board import Board
from app.ui.widgets.chain import ChainList
from app.ui.widgets.diff import DiffView
from app.ui.widgets.editor import NewTextEditor
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.guide import GuideBanner
from app.ui.widgets.keybar import KeyBar
from app.ui.widgets.recent import RecentEdits
from app.ui.widgets.status import StatusLine
from app.ui.wording import chain_title
from engine.types import Action


class MainScreen(Screen[None], inherit_bindings=False):
    """Draws the board; Tab is not bound to the focus here, since it accepts."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual types it as an instance's

    class Composed(Message):
        """The widgets are there."""

    def __init__(self, guide: Guide | None) -> None:
        super().__init__()
        self.status, self.recent, self.empty = StatusLine(), RecentEdits(), EmptyState()
        self.banner = GuideBanner(guide) if guide is not None else None
        self.chain, self.diff, self.editor = ChainList(), DiffView(), NewTextEditor()

    def compose(self) -> ComposeResult:
        """Everything that is ever shown; the classes say what is."""
        yield self.status
        if self.banner is not None:
            yield self.banner
        yield Container(self.empty, id="nothing")
        with Container(id="suggestion"):
            yield self.chain
            yield Vertical(self.diff, self.editor, id="selected")
        yield self.recent
        yield KeyBar()

    def on_mount(self) -> None:
        """Tell the app that it may draw."""
        self.post_message(self.Composed())

    def show_board(self, board: Board, snoozed: float) -> None:
        """Draw all but the chain."""
        self.status.show(board, snoozed)
        self.recent.show(board.recent)
        self.empty.show(board, guided=self.banner is not None)
        if self.banner is not None:
            self.banner.show()
        self.set_class(board.suggestion is not None, "-open")

    def show_chain(self, board: Board, *, same: bool, fresh: bool) -> None:
        """Draw the open chain; `same` when it is the one that was shown before."""
        if board.suggestion is None:
            return
        actions = board.suggestion.actions
        self.chain.show(actions, done=board.taken, left_out=board.left_out, failed=board.refused, keep=same)
        self.chain.border_title = Content(
            chain_title(actions, len(board.left_out)) + ("" if board.suggestion.final else ", more coming…")
        )
        self.show_fresh(fresh)
        if not self.editor.display:
            self.chain.focus()

    def show_fresh(self, fresh: bool) -> None:
        """The sign that keys do not decide yet: a thin border and a word, and dim keys below."""
        self.chain.set_class(fresh, "-fresh")
        self.chain.border_subtitle = "just in" if fresh else ""

    def show_action(self, action: Action, total: int, text: str | None) -> None:
        """Draw the selected action."""
        self.diff.show(action, total, text)
