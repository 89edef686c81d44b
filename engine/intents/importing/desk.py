"""What is needed to import names into one file, put together once."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import islice

from engine.intents.importing.origins import Source
from engine.intents.importing.place import Placer
from engine.intents.importing.sources import sources
from engine.intents.importing.style import Style
from engine.syntax.document import Document
from engine.syntax.index import Index
from engine.syntax.linking.imports import Statement, statements
from engine.syntax.linking.library import Imports
from engine.syntax.linking.spelling import Speller
from engine.syntax.names.unresolved import Missing

BESIDE = 8
"""Files of the same folder whose style is asked where the file shows none."""
MOST_NEAR = 60
"""Files of the folders around it that are tried for that."""


class Desk:
    """What is needed to import names into one file."""

    def __init__(self, document: Document, index: Index, known: Imports) -> None:
        self.document = document
        self.index = index
        self.known = known
        self.own = statements(document)
        self.speller = Speller(index, document.path, self.own)

    @cached_property
    def others(self) -> list[tuple[str, tuple[Statement, ...]]]:
        """Imports of files beside this one, which show a style where the file has none."""
        return self._beside()

    @cached_property
    def placer(self) -> Placer:
        """For the file as it is."""
        return self._placer(self.document, self.own)

    def _placer(self, document: Document, own: Sequence[Statement]) -> Placer:
        style = Style(document, self.known, self.speller, own, [one for _, one in self.others])
        return Placer(style, self.index)

    def after(self, text: str) -> Placer:
        """For the same file with some imports in it already."""
        document = Document(self.document.path, text, self.document.grammar, self.document)
        return self._placer(document, statements(document))

    def _beside(self) -> list[tuple[str, tuple[Statement, ...]]]:
        """Imports of files near by."""
        modules, suffix = self.index.modules, posixpath.splitext(self.document.path)[1]
        folder = posixpath.dirname(self.document.path)
        found = self._read(modules.files_in(folder), suffix)
        while len(found) < BESIDE // 2 and folder:
            folder = posixpath.dirname(folder)
            near = (path for one in (folder, *modules.folders_in(folder)) for path in modules.files_in(one))
            found = self._read(islice(near, MOST_NEAR), suffix)
        return found[:BESIDE]

    def _read(self, paths: Iterable[str], suffix: str) -> list[tuple[str, tuple[Statement, ...]]]:
        """The imports of the first of some files that have any."""
        own = self.document.path
        read = ((path, self.index.imports(path)) for path in paths if path.endswith(suffix) and path != own)
        return list(islice(((path, one) for path, one in read if one), BESIDE))

    def sources(self, wanted: Missing) -> list[Source]:
        """Where a name can come from."""
        folder = posixpath.dirname(self.document.path)
        beside = [
            statement for path, one in self.others if posixpath.dirname(path) == folder for statement in one
        ]
        return sources(wanted, self.index, self.document, self.known, self.speller, self.own, beside)
