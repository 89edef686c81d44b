"""The types that have the members of a trait beside their own, by the blocks that implement it for them."""

from __future__ import annotations

import re
from functools import cached_property

from engine.syntax.grammars import language_of
from engine.syntax.names.classes import Value
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.words import naming, words_of

MOST_FILES = 80
"""Files in which implementations are looked for."""
_WORD = re.compile(r"[^\W\d]\w*")


class Takers:
    """What implements one trait; nothing where a class is no trait."""

    def __init__(self, meaning: Meaning, start: Value) -> None:
        self._meaning = meaning
        self._start = start
        self._words = words_of(language_of(start.path) or "")

    @cached_property
    def is_trait(self) -> bool:
        """Whether other types can take the members over."""
        document = self._meaning.project.document(self._start.path)
        scope = document.scope(self._start.scope) if document is not None else None
        return scope is not None and scope.node.type == self._words.trait

    def has(self, value: Value) -> bool:
        """Whether the trait is implemented for a class, or for whatever there is."""
        return self.is_trait and (None in self._names or self._name(value) in self._names)

    def is_named(self, text: str) -> bool:
        """Whether a trait that was not found is written like this one, whatever its path and arguments."""
        own = self._name(self._start) if self.is_trait else ""
        return bool(own) and re.split(r"[<(]", text)[0].strip().rpartition("::")[2] == own

    @cached_property
    def _names(self) -> frozenset[str | None]:
        """The types that implementations name; None where one is for a type parameter."""
        trait, project = self._name(self._start), self._meaning.project
        found: set[str | None] = set()
        pattern = re.compile(naming(self._words.implemented, trait).encode())
        for path in project.files_with(trait)[:MOST_FILES] if trait else ():
            document = project.document(path)
            for match in pattern.finditer(document.data) if document is not None else ():
                held = set(_WORD.findall(match["held"].decode("utf-8", "replace")))
                names = _WORD.findall(match["taker"].decode("utf-8", "replace"))
                found.update(None if len(names) == 1 and names[0] in held else name for name in names)
        return frozenset(found)

    def _name(self, value: Value) -> str:
        for name, kind, start, _, _ in self._meaning.project.facts(value.path)[0]:
            if kind == "class" and value.scope[0] <= start < value.scope[1]:
                return name
        return ""
