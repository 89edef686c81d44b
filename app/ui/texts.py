"""The files that an open suggestion speaks of, as they stood when it was first shown."""

from __future__ import annotations

from pathlib import Path

from engine.errors import FileProblem
from engine.files import read


class Texts:
    """Reads a file once for each suggestion, so that moving through a chain reads nothing twice."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: dict[str, str | None] = {}

    def of(self, path: str) -> str | None:
        """The file's text, None where it cannot be read."""
        if path not in self.known:
            try:
                self.known[path] = read(self.root / path).text
            except FileProblem:
                self.known[path] = None
        return self.known[path]

    def forget(self) -> None:
        """Another suggestion is open."""
        self.known.clear()
