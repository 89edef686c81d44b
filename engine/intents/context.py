"""An edit with what every scenario needs to know about it, worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from engine.diagnostics import Diagnostic
from engine.intents.heads import Renamed, renamed
from engine.intents.order import Distances
from engine.syntax.document import Document
from engine.syntax.index import Index
from engine.syntax.names.references import References
from engine.syntax.shapes import Shapes
from engine.types import Edit

NEWEST = 3
"""Edits before this one that most scenarios read."""


class Context:
    """One edit in its project; lives as long as one question. Texts are parsed when they are asked for."""

    def __init__(
        self, edit: Edit, recent: Sequence[Edit], index: Index, diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        self.edit = edit
        self.diagnostics = tuple(diagnostics)
        """What language servers say that the edit has brought."""
        self.recent = tuple(recent[-NEWEST:])
        self.earlier = tuple(recent)
        """All that is remembered of what was done before, where `recent` is the newest of it."""
        self.index = index
        self._befores: dict[int, Document | None] = {}

    @cached_property
    def after(self) -> Document | None:
        """The edited file as it is; None without a grammar for it."""
        return self.index.document(self.edit.path)

    @property
    def before(self) -> Document | None:
        """The edited file as it was, parsed on the tree of `after`."""
        return self.before_of(self.edit)

    def before_of(self, edit: Edit) -> Document | None:
        """A file before this edit or a recent one, parsed once on the tree of its present text."""
        if id(edit) not in self._befores:
            now = self.index.document(edit.path)
            self._befores[id(edit)] = (
                None if now is None else Document(edit.path, edit.before, now.grammar, now)
            )
        return self._befores[id(edit)]

    @cached_property
    def shapes_after(self) -> Shapes | None:
        """The functions, calls and classes of `after`."""
        return None if self.after is None else self.after.shapes

    @cached_property
    def shapes_before(self) -> Shapes | None:
        """The functions, calls and classes of `before`."""
        return None if self.before is None else self.before.shapes

    @cached_property
    def renamed(self) -> tuple[Renamed, ...]:
        """Functions of the edited file that have another name and another head than before."""
        after = self.shapes_after
        return () if after is None else renamed(self.edit, after, lambda: self.shapes_before)

    @cached_property
    def distances(self) -> Distances:
        """How far places are from the edit."""
        return Distances(self.edit)

    @cached_property
    def references(self) -> References:
        """What names refer to in the project as it is."""
        return References(self.index.view())

    @cached_property
    def references_before(self) -> References:
        """What names referred to before the edit."""
        return References(self.index.view({self.edit.path: self.edit.before}))
