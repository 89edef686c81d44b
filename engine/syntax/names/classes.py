"""Classes: their bases, their family and their members."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tree_sitter import Node, QueryCursor

from engine.syntax.document import Document, Key, Mention
from engine.syntax.names.resolve import SHARED, Entity, Project, Resolver

Kind = Literal[
    "class", "instance", "function", "module", "foreign", "vague", "many", "gives", "gives_many", "takes"
]


class Value(NamedTuple):
    """Something that an expression may be."""

    kind: Kind
    """many: something that holds instances of the class; vague: what a foreign function returned; gives,
    gives_many: a method of the library whose call gives an instance, or many; takes: one whose callback
    gets an instance."""
    path: str = ""
    scope: Key = (-1, -1)
    """The scope of the class or function."""
    bound: Bound = ()
    """What the type parameters that it was made with stand for."""

    @property
    def plain(self) -> Value:
        """The class alone, whatever its type parameters are."""
        return Value("class", self.path, self.scope)

    def of(self, kind: Kind) -> Value:
        """The same class as a value of another kind."""
        return self._replace(kind=kind)


Bound = tuple[tuple[str, int, tuple[Value, ...]], ...]
"""Type parameters (path and first byte of the declaration) with what they stand for."""
Values = tuple[Value, ...]
FOREIGN: Values = (Value("foreign"),)
IMPORTED: Values = (Value("foreign", "import"),)
VAGUE = Value("vague")
BODY = "class_body"
HOLDING = frozenset({"def.member", "def.paramfield", "def.outside"})
"""Definitions of members that stand outside of the class's own scope."""


class Classes:
    """What classes inherit and hold; what an expression is, the subclass knows."""

    def __init__(self, project: Project, resolver: Resolver) -> None:
        self.project = project
        self.resolver = resolver
        self._bases: dict[Value, Values] = {}
        """Bases with what their type parameters stand for, seen from a class with its own."""
        self._members: dict[tuple[Value, str], tuple[Mention, ...]] = {}
        self._own: dict[tuple[Value, str], tuple[Mention, ...]] = {}
        self._beside_names: dict[tuple[str, str], tuple[tuple[Document, Mention], ...]] = {}
        """Definitions that stand outside of their class, by the class's file and their name."""

    def value(self, document: Document, node: Node) -> Values:
        """What an expression may be; empty where nothing is known."""
        raise NotImplementedError

    def annotated(self, document: Document, node: Node) -> Values:
        """What a value is, whose annotation is this node."""
        raise NotImplementedError

    def base(self, document: Document, node: Node, bound: Bound) -> Values:
        """The classes that a base's node names, where type parameters stand for what is bound."""
        raise NotImplementedError

    def bases(self, value: Value) -> Values:
        """The direct bases of a class (or of an instance's class): classes, or foreign."""
        return tuple(
            dict.fromkeys(one.plain if one.kind == "class" else one for one in self.typed_bases(value.plain))
        )

    def typed_bases(self, value: Value) -> Values:
        """The same with what the type parameters of the bases stand for."""
        key = value.of("class")
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
                node = (
                    scope.node
                )  # of a class without a name the body alone, told apart by what it is made of
                node = node.parent if node.type == BODY and node.parent is not None else node
                nodes = [base for _, captures in cursor.matches(node) for base in captures.get("base", ())]
                found = tuple(
                    base if base.kind == "class" else FOREIGN[0]
                    for node in nodes
                    for base in self.base(document, node, value.bound) or FOREIGN
                )
        self._bases[key] = tuple(dict.fromkeys(found))
        return self._bases[key]

    def family(self, value: Value) -> tuple[Value, ...]:
        """The class and all its bases that are in the project, nearest first."""
        found = [value.plain]
        for one in found:
            found += [base for base in self.bases(one) if base.kind == "class" and base not in found]
            if len(found) > 60:
                break
        return tuple(found)

    def lineage(self, value: Value) -> tuple[Value, ...]:
        """The family with what the type parameters of each class stand for."""
        found = [value.of("class")]
        seen = {value.plain}
        for one in found:
            for base in self.typed_bases(one):
                if base.kind == "class" and base.plain not in seen:
                    seen.add(base.plain)
                    found.append(base)
            if len(found) > 60:
                break
        return tuple(found)

    def own_members(self, value: Value, name: str) -> tuple[Mention, ...]:
        """Where a class itself defines a member: in its body, on its own instances, or beside it."""
        own = value.plain
        key = (own, name)
        if key not in self._own:
            self._own[key] = tuple(self.resolver.defs(Entity(value.path, value.scope, name)))  # meanwhile
            self._own[key] = self._find_own(own, name)
        return self._own[key]

    def _find_own(self, own: Value, name: str) -> tuple[Mention, ...]:
        document = self.project.document(own.path)
        if document is None:
            return ()
        found = list(self.resolver.defs(Entity(own.path, own.scope, name)))
        for other, mention in self._holding(document, name):
            if self.holder(other, mention) == own:
                found.append(mention)
        return tuple(found)

    def _holding(self, document: Document, name: str) -> tuple[tuple[Document, Mention], ...]:
        key = (document.path, name)
        if key not in self._beside_names:
            self._beside_names[key] = tuple(
                (other, mention)
                for other in (document, *self._beside(document, name))
                for mention in other.mentions(name)
                if mention.role in HOLDING
            )
        return self._beside_names[key]

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
            return next((one.plain for one in values if one.kind == "instance"), None)
        node = mention.part("object")
        for one in self.value(document, node) if node is not None else ():
            own = one.kind in {"instance", "class"} and one.path == document.path
            if own and any(scope.key == one.scope for scope in mention.scopes):
                return one.plain
        return None

    def members(self, value: Value, name: str) -> tuple[Mention, ...]:
        """Where the nearest class of the family defines a member; empty if none does."""
        if value.kind not in {"class", "instance"}:
            return ()
        key = (value.plain, name)
        if key not in self._members:
            self._members[key] = ()
            self._members[key] = next(
                (found for one in self.family(value) if (found := self.own_members(one, name))), ()
            )
        return self._members[key]

    def runs(self, value: Value) -> tuple[Mention, ...]:
        """What a call of a class or of its instance runs, where a name of the language says so."""
        document = self.project.document(value.path) if value.kind in {"class", "instance"} else None
        if document is None:
            return ()
        known = document.grammar
        names = known.makers if value.kind == "class" else (known.runner,)
        return next((found for name in names if (found := self.members(value, name))), ())
