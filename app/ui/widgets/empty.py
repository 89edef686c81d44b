"""What is shown while there is nothing to decide."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from app.foreign import safe
from app.ui.board import Board, Phase
from app.ui.wording import count

OFFER = "{count} to learn from: t trains a night now."


class EmptyState(Static):
    """Says what to do, and what came of the last save."""

    def __init__(self) -> None:
        super().__init__(id="empty", markup=False)

    def show(self, board: Board, *, guided: bool) -> None:
        """Draw it anew; on the sample project the guide says what to do."""
        lines: list[Content] = [Content.styled(safe(board.root.name), "bold $text-accent")]
        if board.phase is Phase.INDEXING:
            lines.append(Content("Reading the project…"))
        else:
            found = f"{count(board.files, 'file')}, {count(board.symbols, 'name')}"
            lines.append(Content.styled(found if board.files else "no file in it yet", "dim"))
        if not guided:
            lines += [
                Content(""),
                Content("Edit a file in your editor and save it."),
                Content("Ripple shows what follows."),
            ]
        elif board.phase is Phase.READY and not board.outcome:
            lines += [Content(""), Content("Waiting for the first edit.")]
        if board.outcome:
            lines += [Content(""), Content.styled(safe(board.outcome), "bold")]
        elif board.phase is Phase.SILENT:
            last = f"Silent after the last save: {safe(board.reason)}."
            lines += [Content(""), Content(last), Content.styled("w says more", "dim")]
        if board.offered:
            lines += [Content(""), Content(OFFER.format(count=count(board.offered, "new decision")))]
        self.update(Content("\n").join(lines))
