"""Classes: their bases, their family and their members."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tree_sitter import Node, QueryCursor

from engine.syntax.document import Document, Key, Mention
from engine.syntax.resolve import SHARED, Entity, Project, Resolver


class Value(NamedTuple):
    """Something that an expression may be."""

    kind: Literal["class", "instance", "function", "module", "foreign", "vague", "many"]
    """many: something that holds instances of the class; vague: what a foreign function returned."""
    path: str = ""
    scope: Key = (-1, -1)
    """The scope of the class or function."""


Values = tuple[Value, ...]
FOREIGN: Values = (Value("foreign"),)
IMPORTED: Values = (Value("foreign", "import"),)
VAGUE = Value("vague")
HOLDING = frozenset({"def.member", "def.paramfield", "def.outside"})
"""Definitions of members that stand outside of the class's own scope."""


class Classes:
    """What classes inherit and hold; what an expression is, the subclass knows."""

    def __init__(self, project: Project, resolver: Resolver) -> None:
        self.project = project
        self.resolver = resolver
        self._bases: dict[Value, Values] = {}
        self._members: dict[tuple[Value, str], tuple[Mention, ...]] = {}

    def value(self, document: Document, node: Node) -> Values:
        """What an expression may be; empty where nothing is known."""
        raise NotImplementedError

    def annotated(self, document: Document, node: Node) -> Values:
        """What a value is, whose annotation is this node."""
        raise NotImplementedError

    def bases(self, value: Value) -> Values:
        """The direct bases of a class (or of an instance's class): classes, or foreign."""
        key = Value("class", value.path, value.scope)
        if key in self._bases:
            return self._bases[key]
        self._bases[key] = ()
        document = self.project.document(value.path)
        scope = document.scope(value.scope) if document is not None else None
        found: Values = ()
        if document is not None and scope is not None:
            cursor = QueryCursor(document.grammar.types) if document.grammar.types is not None else None
            if cursor is not None:
                cursor.set_max_start_depth(0)
                nodes = [
                    base for _, captures in cursor.matches(scope.node) for base in captures.get("base", ())
                ]
                found = tuple(
                    base if base.kind == "class" else FOREIGN[0]
                    for node in nodes
                    for base in self.value(document, node) or FOREIGN
                )
        self._bases[key] = tuple(dict.fromkeys(found))
        return self._bases[key]

    def family(self, value: Value) -> tuple[Value, ...]:
        """The class and all its bases that are in the project, nearest first."""
        start = Value("class", value.path, value.scope)
        found = [start]
        for one in found:
            found += [base for base in self.bases(one) if base.kind == "class" and base not in found]
            if len(found) > 60:
                break
        return tuple(found)

    def own_members(self, value: Value, name: str) -> tuple[Mention, ...]:
        """Where a class itself defines a member: in its body, on its own instances, or beside it."""
        document = self.project.document(value.path)
        if document is None:
            return ()
        own = Value("class", value.path, value.scope)
        found = list(self.resolver.defs(Entity(value.path, value.scope, name)))
        for other in (document, *self._beside(document, name)):
            for mention in other.mentions(name):
                if mention.role in HOLDING and self.holder(other, mention) == own:
                    found.append(mention)
        return tuple(found)

    def _beside(self, document: Document, name: str) -> Iterator[Document]:
        """Other files in which members of this file's classes may be defined."""
        if document.grammar.imports not in SHARED:
            return
        folder = posixpath.dirname(document.path)
        for path in self.project.files_with(name):
            other = self.project.document(path) if posixpath.dirname(path) == folder else None
            if other is not None and other is not document and other.grammar is document.grammar:
                yield other

    def holder(self, document: Document, mention: Mention) -> Value | None:
        """The class that a definition outside of its body belongs to, if it is known."""
        if mention.role == "def.paramfield":
            return Value("class", document.path, mention.scopes[1].key) if len(mention.scopes) > 1 else None
        if mention.role == "def.outside":
            node = mention.part("container")
            values = self.annotated(document, node) if node is not None else ()
            return next((Value("class", *one[1:]) for one in values if one.kind == "instance"), None)
        node = mention.part("object")
        for one in self.value(document, node) if node is not None else ():
            own = one.kind in {"instance", "class"} and one.path == document.path
            if own and any(scope.key == one.scope for scope in mention.scopes):
                return Value("class", one.path, one.scope)
        return None

    def members(self, value: Value, name: str) -> tuple[Mention, ...]:
        """Where the nearest class of the family defines a member; empty if none does."""
        if value.kind not in {"class", "instance"}:
            return ()
        key = (Value("class", value.path, value.scope), name)
        if key not in self._members:
            self._members[key] = ()
            self._members[key] = next(
                (found for one in self.family(value) if (found := self.own_members(one, name))), ()
            )
        return self._members[key]
