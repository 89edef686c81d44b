"""A file that a server holds: its text, what was said of it, and what the next word is news against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.lsp.table import Check
from engine.types import Edit

if TYPE_CHECKING:  # it loads lsprotocol, which takes longer than a save may
    from engine.lsp.wire import Complaint

    Said = tuple[str, tuple[Complaint, ...]]


@dataclass(slots=True)
class Held:
    """A file that the server holds."""

    text: str
    version: int
    known: tuple[Complaint, ...] | None = None
    """What it says of this text, once it has."""
    base: Said | None = None
    """An earlier text, the last of which it has said anything, and what that was."""
    checked: Said | None = None
    """The same of the last text that its slow check has looked at to the end."""
    asked: Edit | None = None
    since: float = 0.0
    checking: int = 0
    """The version on disk when a slow check began."""
    complete: bool = False
    """Whether that check of this very text has ended."""

    def write(self, text: str, check: Check | None) -> None:
        """It has another text now; a server that has said nothing of the last one stands by its word.

        A slow check sees files on disk, where the first text stands no more: of that one it knows nothing.
        """
        if self.known is not None:
            unknown = check.sources if check is not None and self.version == 1 else frozenset[str]()
            self.base = (self.text, tuple(one for one in self.known if one.source not in unknown))
        if self.complete:
            self.checked = self.base
        self.text, self.version, self.known, self.complete = text, self.version + 1, None, False

    def check(self, ended: bool) -> None:
        """A slow check has begun or ended."""
        if not ended:
            self.checking, self.complete = self.version, False
        elif self.checking == self.version > 1:
            self.complete = True
