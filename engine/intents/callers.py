"""Where a function is called, and which methods are the same one in other classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.intents.carried import forth
from engine.intents.changed import Changed, makes
from engine.intents.context import Context
from engine.intents.difference import given
from engine.syntax.document import Document
from engine.syntax.forms import Call, Class, Function, Parameter
from engine.syntax.found import CERTAIN, Reference
from engine.syntax.references import References
from engine.syntax.resolve import Entity
from engine.types import NodeKind, Relation

MOST_CLASSES = 40
"""Subclasses whose calls are looked for."""
BASES = frozenset({NodeKind.TYPE, NodeKind.REFERENCE, NodeKind.ATTRIBUTE})


@dataclass(frozen=True, slots=True)
class Caller:
    """One call."""

    path: str
    document: Document
    call: Call
    relation: Relation
    rule: float
    skip: int
    """Arguments in front that are the receiver."""


@dataclass(frozen=True, slots=True)
class Relative:
    """The same method in a class above, below or beside."""

    path: str
    document: Document
    function: Function
    rule: float


@dataclass(slots=True)
class Searched:
    """What was found of one function."""

    callers: list[Caller] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)
    overloads: list[tuple[Parameter, ...]] = field(default_factory=list)
    """The parameters of other functions with the same name in the same class."""


def search(context: Context, one: Changed) -> Searched:
    """The calls and relatives of a changed function, by what its name refers to."""
    found = Searched()
    search = _Search(context, one, found)
    search.run()
    return found


class _Search:
    def __init__(self, context: Context, one: Changed, found: Searched) -> None:
        self._context = context
        self._changed = one
        self._function = one.function
        self._found = found
        self._references: References = context.references
        self._seen: set[tuple[str, int]] = set()

    def run(self) -> None:
        """Fill in what is found."""
        document = self._context.index.document(self._changed.path)
        if document is None:
            return
        self._found.overloads += self._overloads(document)
        if makes(document, self._function):
            self._constructor(document)
        else:
            self._plain(self._references, self._changed.path, self._function.name_start)
            old = self._changed.differences[0].old
            if old.name != self._function.name and self._changed.path == self._context.edit.path:
                self._plain(self._context.references_before, self._changed.path, old.name_start)

    def _overloads(self, document: Document) -> Iterator[tuple[Parameter, ...]]:
        name, owner = self._function.name, self._function.owner
        for defined, kind, start, _, container in self._context.index.facts(document.path)[0]:
            if defined == name and kind in {"function", "method"} and (not owner or container == owner):
                at = document.border.to_chars(start)
                other = document.shapes.function_at(at) if at != self._function.name_start else None
                if other is not None and other.owner == owner:
                    yield given(other)

    # -- by name

    def _plain(self, references: References, path: str, at: int) -> None:
        for entity in self._entities(references, path, at):
            for reference in references.find(entity):
                self._take(references, reference)

    def _entities(self, references: References, path: str, at: int) -> tuple[Entity, ...]:
        found = references.target(path, at)
        return found[1][:1] if found is not None else ()

    def _take(self, references: References, reference: Reference) -> None:
        """A reference as a call or a relative, if it is one."""
        if reference.node in {NodeKind.COMMENT, NodeKind.DOCSTRING, NodeKind.STRING, NodeKind.IMPORT}:
            return
        path, start = reference.path, reference.start
        if references is not self._references and path == self._context.edit.path:
            start = forth(start, (self._context.edit,))
        document = self._context.index.document(path)
        if document is None:
            return
        call = None if reference.defines else document.shapes.call_at(start)
        if call is not None:
            self._add(document, call, reference.relation, reference.rule)
        elif (path, start) != (self._changed.path, self._function.name_start):
            other = document.shapes.function_at(start)
            if other is not None and other.owner and not self._is_overload(path, other):
                self._found.relatives.append(Relative(path, document, other, reference.rule))

    def _is_overload(self, path: str, other: Function) -> bool:
        return path == self._changed.path and other.owner == self._function.owner

    def _add(self, document: Document, call: Call, relation: Relation, rule: float) -> None:
        key = (document.path, call.name_start)
        if key not in self._seen:
            self._seen.add(key)
            skip = self._skipped(document, call)
            self._found.callers.append(Caller(document.path, document, call, relation, rule, skip))

    def _skipped(self, document: Document, call: Call) -> int:
        """1 where a method is called on its class, with the receiver as the first argument."""
        function = self._function
        if not any(one.kind == "self" for one in function.parameters) or "classmethod" in function.modifiers:
            return 0
        receiver = call.callee[: -len(call.name)].rstrip(".:").rpartition(".")[2].rpartition(":")[2]
        return 1 if receiver and receiver == function.owner else 0

    # -- constructors

    def _constructor(self, document: Document) -> None:
        """Making an instance calls it, of subclasses without their own too; the others call it by `super`."""
        self._plain(self._references, self._changed.path, self._function.name_start)
        self._found.relatives.clear()  # a subclass may construct itself as it likes
        own = next(
            (
                one
                for one in document.shapes.classes(self._function.name_start, self._function.name_start + 1)
                if one.name == self._function.owner
            ),
            None,
        )
        if own is None:
            return
        self._inside(document, own, "this", own=True)
        seen: set[tuple[str, int]] = set()
        queue = [(document.path, own)]
        while queue and len(seen) < MOST_CLASSES:
            path, made = queue.pop(0)
            if (path, made.name_start) in seen:
                continue
            seen.add((path, made.name_start))
            queue += self._made(path, made)

    def _made(self, path: str, made: Class) -> Iterator[tuple[str, Class]]:
        """Take the places where a class is made; its subclasses that inherit the constructor come back."""
        for entity in self._entities(self._references, path, made.name_start):
            for reference in self._references.find(entity):
                document = self._context.index.document(reference.path)
                if (
                    document is None
                    or reference.defines
                    or reference.node in {NodeKind.COMMENT, NodeKind.DOCSTRING}
                ):
                    continue
                call = document.shapes.call_at(reference.start)
                if call is not None:
                    self._add(document, call, reference.relation, reference.rule)
                elif reference.node in BASES:
                    yield from self._below(document, reference)

    def _below(self, document: Document, reference: Reference) -> Iterator[tuple[str, Class]]:
        """The class whose head names another one as its base."""
        for other in document.shapes.classes(reference.start, reference.end):
            if other.name_start < reference.start < other.body_start:
                if any(makes(document, one) for one in other.methods):
                    self._inside(document, other, "super", own=False)
                else:
                    yield document.path, other

    def _inside(self, document: Document, made: Class, word: str, own: bool) -> None:
        """The calls of `super(..)` or `this(..)` in a class's constructors."""
        relation = Relation.SAME_CLASS
        for call in document.shapes.calls(word):
            if made.body_start <= call.start < made.body_end and call.callee == word:
                self._add(document, call, relation, CERTAIN[relation])
