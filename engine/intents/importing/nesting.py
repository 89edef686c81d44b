"""An import that joins a path with lists inside (`a::{b::C, d}`): every path of a statement is a branch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.align import shared
from engine.intents.importing.merging import ROOT, SAME, SELF, WORDS, Merging
from engine.intents.importing.order import LIBRARY, module_kind
from engine.intents.importing.origins import Source
from engine.intents.importing.style import Style
from engine.syntax.linking.imports import Item, List, Statement

_START = re.compile(r"\buse\s+(?:::)?")
ITSELF = "self"


class Branch(NamedTuple):
    """Where a new path leaves the tree of a statement."""

    depth: int
    """How many of its words stand there already."""
    list: List | None
    """The list that it joins, or else the path that it opens:"""
    start: int = -1
    """After the last word that both have."""
    end: int = -1

    @property
    def key(self) -> tuple[int, bool]:
        """The deepest is the best, and a list before a path."""
        return self.depth, self.list is not None


class Nester:
    """Finds the place of a path in the statements of one file."""

    def __init__(self, style: Style, merging: Merging) -> None:
        self.style = style
        self.text = style.text
        self.merging = merging

    def branch(self, source: Source, own: Sequence[Statement]) -> tuple[Branch, list[str]] | None:
        """Where the path joins one of these statements, with the words that are left of it."""
        words = [*source.module.split("::"), source.name] if source.module else [source.name]
        related = [(one, self._relation(source, one)) for one in own]
        for relations in ((SAME, WORDS), (SELF,), (ROOT,)):
            fit = [
                one
                for one, relation in related
                if relation in relations and self._wanted(relation, source, one)
            ]
            ways = [(way, len(one.items)) for one in fit for way in self._branches(one, words)]
            found, _ = max(ways, key=lambda pair: (*pair[0].key, pair[1]), default=(None, 0))
            if found is not None and found.depth:
                return found, words[found.depth :] or [ITSELF]
        return None

    def _wanted(self, relation: str, source: Source, statement: Statement) -> bool:
        wanted = self.merging.wants(relation, source, statement)
        if wanted is not None:
            return wanted
        if relation == WORDS:
            kind = module_kind(self.style.speller, self.style.known, source.module)
            return kind != LIBRARY or "::" in source.module
        return relation != ROOT

    def _relation(self, source: Source, statement: Statement) -> str:
        """How a statement is related to an import; empty for not at all."""
        same = [item for item in statement.items if item.kind == "name" and item.module == source.module]
        if same and source.module:
            return WORDS if source.name.islower() and all(one.name.islower() for one in same) else SAME
        path = f"{source.module}::{source.name}"
        if any(item.module == path or _path(item) == source.module for item in statement.items):
            return SELF
        root = source.module.split("::")[0]
        return ROOT if any(item.module.split("::")[0] == root for item in statement.items if root) else ""

    def _branches(self, statement: Statement, words: Sequence[str]) -> Iterator[Branch]:
        """All places of a statement at which a path could leave it."""
        begin = _START.search(self.text, statement.start)
        if begin is None or begin.end() >= statement.end:
            return
        end = self.text.rfind(";", begin.end(), statement.end + 1)
        whole = (begin.end(), end if end >= 0 else statement.end)
        yield from self._leaving([], [whole], words)
        for inner in statement.lists:
            prefix = inner.module.split("::") if inner.module else []
            if list(words[: len(prefix)]) != prefix:
                continue
            yield Branch(len(prefix), inner)
            yield from self._leaving(prefix, inner.members, words)

    def _leaving(
        self, prefix: Sequence[str], members: Sequence[tuple[int, int]], words: Sequence[str]
    ) -> Iterator[Branch]:
        """The same for the members of one list."""
        rest = words[len(prefix) :]
        for start, end in members:
            text = self.text[start:end]
            lead = re.split(r"\{|\s+as\s", text)[0].removesuffix("::").split("::")
            alike = shared(lead, rest)
            same = alike == len(lead) and (alike == len(rest) or "{" in text)
            if not alike or same or " as " in text or "\n" in text or ("{" in text and not prefix):
                continue
            yield Branch(len(prefix) + alike, None, start + len("::".join(lead[:alike])), end)


def _path(item: Item) -> str:
    return f"{item.module}::{item.name}" if item.module else item.name
