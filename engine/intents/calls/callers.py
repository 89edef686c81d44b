"""Where a function is called, and which methods are the same one in other classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice

from engine.intents.calls import fulfilled
from engine.intents.calls.changed import Changed, makes
from engine.intents.calls.difference import given
from engine.intents.calls.fulfilled import Relative
from engine.intents.carried import forth
from engine.intents.context import Context
from engine.syntax.document import Document
from engine.syntax.forms import Call, Class, Function, Parameter
from engine.syntax.linking.modules import module_name
from engine.syntax.names.found import CERTAIN, Reference, telling
from engine.syntax.names.references import References
from engine.syntax.names.resolve import Entity
from engine.types import NodeKind, Relation

SHOWN = 0.5
"""Calls of which it is less sure that they are of this function are not looked at."""
WORK = 20_000
"""What a search may cost beside the files that must be looked at, in microseconds of an idle core."""
MOST_FILES = 60
"""Files that are looked through for calls that do not resolve."""
MOST_CLASSES = 40
"""Subclasses whose calls are looked for."""
CALLED = ("(", "<", "::<", "[", " (", ",", "?.(", ".")
"""What stands behind a function's name where it is called, or handed on together with arguments."""
UPWARD = ("super", "this", "cls")
"""Words by which a class calls its own constructor, or the one above."""
_TAKER = re.compile(r"([^\W\d][\w$]*)\(\s*(?:[\w$]+\s*\.\s*)*\Z")
_OF_IT = re.compile(r"\s*\.\s*(\w+)\s*\(")
_LAST_WORD = re.compile(r"\w+")
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
    """Arguments in front that are the receiver, or the function itself."""
    partial: bool = False
    """Whether only some arguments are given here."""


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
                self._plain(self._context.references_before, self._changed.path, old.name_start, old.name)
            if document.grammar.structural and self._function.owner:
                self._fulfilled()
            self._unresolved()

    def _fulfilled(self) -> None:
        """The methods of types and interfaces that belong together without saying so, and their calls."""
        old = self._changed.differences[-1].old
        index, path = self._context.index, self._changed.path
        for one in fulfilled.relatives(self._references, index, path, self._function, old):
            self._found.relatives.append(one)
            self._plain(self._references, one.path, one.function.name_start, most=one.rule)

    def _overloads(self, document: Document) -> Iterator[tuple[Parameter, ...]]:
        name, owner = self._function.name, self._function.owner
        for defined, kind, start, _, container in self._context.index.facts(document.path)[0]:
            if defined == name and kind in {"function", "method"} and (not owner or container == owner):
                at = document.border.to_chars(start)
                other = document.shapes.function_at(at) if at != self._function.name_start else None
                if other is not None and other.owner == owner and not self._is_double(other):
                    yield given(other)

    # -- by name

    def _plain(self, references: References, path: str, at: int, name: str = "", most: float = 1.0) -> None:
        """Take what refers to the function whose name stands at a place, as at most so sure."""
        name = name or self._function.name
        wanted = partial(self._is_called_in, name)
        work = WORK * (3 if self._is_unique else 1)
        for entity in self._entities(references, path, at):
            for reference in self._present(references, references.find(entity, work, wanted)):
                self._take(reference, most)

    @cached_property
    def _is_unique(self) -> bool:
        """Whether the project defines the name once, and it is not one that libraries have too."""
        name, index = self._function.name, self._context.index
        document = index.document(self._changed.path)
        if document is None or document.grammar.is_familiar(name):
            return False
        defined = (
            item for path in index.files_with(name) for item in index.facts(path)[0] if item[0] == name
        )
        return sum(1 for _ in islice(defined, 2)) == 1

    def _sure(self, reference: Reference, most: float) -> float:
        """How sure a reference is; where the search ended early, the name's being the only one counts."""
        open_ = reference.relation is Relation.AMBIGUOUS and reference.rule == CERTAIN[Relation.AMBIGUOUS]
        return min(most, CERTAIN[Relation.UNIQUE] if open_ and self._is_unique else reference.rule)

    def _is_called_in(self, name: str, path: str) -> bool:
        """Whether a file may call or declare a function, by its bare text."""
        text = self._context.index.text_of(path) or ""
        return any(f"{name}{sign}" in text for sign in CALLED)

    def _entities(self, references: References, path: str, at: int) -> tuple[Entity, ...]:
        found = references.target(path, at)
        return found[1][:1] if found is not None else ()

    def _present(self, references: References, found: Iterable[Reference]) -> Iterator[Reference]:
        """References with their places in the texts as they are, where they were found in those before."""
        edit = self._context.edit
        for one in found:
            moves = references is not self._references and one.path == edit.path
            yield replace(one, start=forth(one.start, (edit,))) if moves else one

    def _take(self, reference: Reference, most: float) -> None:
        """A reference as a call or a relative, if it is one."""
        if reference.node in {NodeKind.COMMENT, NodeKind.DOCSTRING, NodeKind.STRING, NodeKind.IMPORT}:
            return
        path, start = reference.path, reference.start
        document = self._context.index.document(path)
        if document is None:
            return
        call = None if reference.defines else document.shapes.call_at(start)
        bound = (
            None if reference.defines or call is not None else _bound(document, start, self._function.name)
        )
        rule = self._sure(reference, most)
        if call is not None:
            self._add(document, call, reference.relation, rule)
        elif bound is not None and rule >= SHOWN:
            caller = Caller(path, document, bound, reference.relation, rule, skip=1, partial=True)
            self._found.callers.append(caller)
        elif rule >= SHOWN and (path, start) != (self._changed.path, self._function.name_start):
            other = document.shapes.function_at(start)
            if other is not None and other.owner and not self._is_overload(path, other):
                self._found.relatives.append(Relative(path, document, other, rule))

    def _is_overload(self, path: str, other: Function) -> bool:
        own = path == self._changed.path and other.owner == self._function.owner
        return own and not self._is_double(other)

    def _is_double(self, other: Function) -> bool:
        """Whether it took the same as the function did: one of the two is there, as the build has it."""
        before = [(one.name, one.type) for one in self._changed.differences[-1].before]
        return [(one.name, one.type) for one in given(other)] == before

    def _add(self, document: Document, call: Call, relation: Relation, rule: float) -> None:
        if rule < SHOWN:
            return
        key = (document.path, call.name_start)
        if key not in self._seen:
            self._seen.add(key)
            skip = skipped(self._function, call)
            self._found.callers.append(Caller(document.path, document, call, relation, rule, skip))

    def _unresolved(self) -> None:
        """Calls whose name nothing binds that can be read, where the project has only this one of it."""
        name, index, owner = self._function.name, self._context.index, self._function.owner
        unique = self._is_unique
        paths = index.files_with(name)
        for path in paths[:MOST_FILES] if unique or owner else ():
            if not self._is_called_in(name, path) or not (unique or owner in (index.text_of(path) or "")):
                continue
            document = index.document(path)
            for call in document.shapes.calls(name) if document is not None else ():
                known = document is None or (path, call.name_start) in self._seen
                if known or document is None or not self._may_be(document, call, unique):
                    continue
                if not self._entities(self._references, path, call.name_start):
                    self._add(document, call, Relation.UNIQUE, CERTAIN[Relation.UNIQUE])

    def _may_be(self, document: Document, call: Call, unique: bool) -> bool:
        """Whether a call that does not resolve is one of the function, by the words before its name."""
        owner = self._function.owner
        words = _LAST_WORD.findall(_before(call))[-1:]
        if owner:  # a method's receiver is known wherever the grammar sees one
            named = words == [owner]
            return named or ((call.is_loose or self._is_hidden) and unique and bool(words))
        if words:
            return unique and words == [module_name(self._changed.path)]
        return unique and (telling(call.name) or _brings(document, call.name))

    @cached_property
    def _is_hidden(self) -> bool:
        """Whether the function's own type cannot be read, as one that a macro writes."""
        return not self._entities(self._references, self._changed.path, self._function.name_start)

    # -- constructors

    def _constructor(self, document: Document) -> None:
        """Making an instance calls it, of subclasses without their own too; the others call it by `super`."""
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
        self._inside(document, own)
        seen: set[tuple[str, int]] = set()
        queue = [(document.path, own), *self._under_old_name(document)]
        while queue and len(seen) < MOST_CLASSES:
            path, made = queue.pop(0)
            if (path, made.name_start) in seen:
                continue
            seen.add((path, made.name_start))
            queue += self._made(path, made)

    def _under_old_name(self, document: Document) -> Iterator[tuple[str, Class]]:
        """Take the places that make a class under the name it had before this edit; subclasses come back."""
        old, before = self._changed.differences[0].old, self._context.shapes_before
        here = document.path == self._context.edit.path
        if not here or before is None or old.owner in {"", self._function.owner}:
            return
        for one in before.classes(old.name_start, old.name_start + 1):
            if one.name == old.owner:
                yield from self._made(document.path, one, self._context.references_before)

    def _made(
        self, path: str, made: Class, references: References | None = None
    ) -> Iterator[tuple[str, Class]]:
        """Take the places where a class is made; its subclasses that inherit the constructor come back."""
        known = references or self._references
        for entity in self._entities(known, path, made.name_start):
            for reference in self._present(known, known.find(entity, WORK)):
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
                self._inside(document, other)
                if not any(makes(document, one) for one in other.methods):
                    yield document.path, other

    def _inside(self, document: Document, made: Class) -> None:
        """The calls that a class makes of the constructor: of its own, or of the one above."""
        relation = Relation.SAME_CLASS
        own = made.name == self._function.owner and document.path == self._changed.path
        for word in (*UPWARD, *document.grammar.makers):
            for call in document.shapes.calls(word):
                if made.body_start <= call.start < made.body_end and self._is_of(call, own):
                    self._add(document, call, relation, CERTAIN[relation])

    def _is_of(self, call: Call, own: bool) -> bool:
        """Whether a call names the constructor: `this(..)`, `super(..)`, `super().x(..)`, `Base.x(..)`."""
        receiver = _before(call).rstrip(".")
        if call.callee == call.name:
            return (call.name != "super") == own
        return receiver == self._function.owner or (not own and receiver.startswith("super("))


def skipped(function: Function, call: Call) -> int:
    """1 where a method is called on its class, with the receiver as the first argument."""
    if not any(one.kind == "self" for one in function.parameters) or "classmethod" in function.modifiers:
        return 0
    receiver = _before(call).rstrip(".:").rpartition(".")[2].rpartition(":")[2]
    return 1 if receiver and receiver == function.owner else 0


def _before(call: Call) -> str:
    """What stands before the name in a callee."""
    return call.callee[: max(0, call.callee.rfind(call.name))]


def _bound(document: Document, start: int, name: str) -> Call | None:
    """The call that takes the function named at a place together with its first arguments."""
    text, binders = document.border.text, document.grammar.binders
    if not binders:
        return None
    before = _TAKER.search(text, max(0, start - 160), start)
    if before is not None and before.group(1) in binders:
        call = document.shapes.call_at(before.start(1))
        end = start + len(name)
        return call if call is not None and call.arguments and call.arguments[0].end == end else None
    behind = _OF_IT.match(text, start + len(name))
    if behind is not None and f".{behind.group(1)}" in binders:
        return document.shapes.call_at(behind.start(1))
    return None


def _brings(document: Document, name: str) -> bool:
    """Whether some import of a file, one of everything too, may bring in the name."""
    return bool(document.wildcards()) or any(
        one.role.startswith("import.") for one in document.mentions(name)
    )
