"""The parsed files that are kept at hand: those asked for last, up to so many bytes of text."""

from __future__ import annotations

from collections import OrderedDict

from engine.syntax.document import Document


class Shelf:
    """Documents by path, the one asked for longest ago goes first; the newest stays whatever its size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._held = 0

    def get(self, path: str) -> Document | None:
        """The document of a path, if it is there."""
        document = self._documents.get(path)
        if document is not None:
            self._documents.move_to_end(path)
        return document

    def put(self, document: Document) -> Document:
        """Keep a document in place of what its path had."""
        self.pop(document.path)
        self._documents[document.path] = document
        self._held += len(document.data)
        while self._held > self._most and len(self._documents) > 1:
            self.pop(next(iter(self._documents)))
        return document

    def pop(self, path: str) -> Document | None:
        """Let a document go; what it was."""
        document = self._documents.pop(path, None)
        if document is not None:
            self._held -= len(document.data)
        return document
