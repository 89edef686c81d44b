"""What can hold a value: bindings, and what functions return. Outward all offsets are characters."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from tree_sitter import Node

from engine.syntax.document import Document, Mention
from engine.syntax.forms import Call, Function, Parameter
from engine.syntax.holding.slots import Slot, matches, slot_of
from engine.syntax.names.classes import Value
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.resolve import Entity

TEXTS = frozenset({"comment", "docstring", "string", "word"})
"""Roles of mentions that are no code."""
MOST_BYTES = 400_000
"""Of all files that are looked at beside the edited one."""


class Thing(NamedTuple):
    """A binding, or what the function returns whose name stands at a byte of a file."""

    entity: Entity
    path: str = ""
    at: int = -1

    @property
    def is_return(self) -> bool:
        """Whether it is what a function returns."""
        return self.at >= 0


class Things:
    """Says what names and written types stand for."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self._alone: dict[str, bool] = {}
        """Names with whether the project defines them once."""
        self._seen: set[str] = set()
        self._spent = 0

    def affordable(self, paths: Iterable[str], home: str, most: int) -> Iterator[Document]:
        """The documents of a few files, the nearest first; in all no more than can be read in time."""
        folder = posixpath.dirname(home)

        def far(path: str) -> tuple[bool, bool, str]:
            return path != home, posixpath.dirname(path) != folder, path

        for path in sorted(paths, key=far)[:most]:
            if path not in self._seen and path != home and self._spent > MOST_BYTES:
                continue
            document = self.meaning.project.document(path)
            if document is not None:
                self._spent += len(document.data) if path not in self._seen and path != home else 0
                self._seen.add(path)
                yield document

    def things(self, document: Document, start: int, end: int) -> tuple[Thing, ...]:
        """What the name at these bytes stands for, as far as it can hold a value."""
        name = document.data[start:end].decode("utf-8", "replace")
        mention = document.classify(start, end, name)
        if mention.role in TEXTS:
            return ()
        found: list[Thing] = []
        for entity in self.entities(document, mention):
            found += self._thing(mention, entity)
        return tuple(dict.fromkeys(found))

    def slot_things(self, slot: Slot) -> tuple[Thing, ...]:
        """What has this written type."""
        document = self.meaning.project.document(slot.path)
        if document is None:
            return ()
        start = document.border.to_bytes(slot.name_start)
        end = document.border.to_bytes(slot.name_start + len(slot.name))
        if slot.kind != "return":
            return self.things(document, start, end)
        mention = document.classify(start, end, slot.name)
        return tuple(Thing(entity, slot.path, start) for entity in self.entities(document, mention)[:1])

    def _thing(self, mention: Mention, entity: Entity) -> Iterator[Thing]:
        """A binding as the mention uses it: itself, or what a call of it gives."""
        called = is_called(mention)
        definitions = self.meaning.definitions(entity)
        makers = [one for one in definitions if one.own is not None]
        if not called and (not makers or len(makers) < len(definitions)):
            yield Thing(entity)
            return
        given = [one for one in (makers or definitions) if self._returns(one)]
        if len(given) == 1:
            yield Thing(entity, given[0].path, given[0].start)

    def _returns(self, mention: Mention) -> Slot | None:
        """The written return type of the function whose name this is."""
        document = self.meaning.project.document(mention.path)
        if document is None:
            return None
        for captures in matches(document, mention.start, mention.end):
            slot = slot_of(document, captures)
            if slot is not None and slot.kind == "return" and captures["name"][0].start_byte == mention.start:
                return slot
        return None

    def entities(self, document: Document, mention: Mention) -> tuple[Entity, ...]:
        """The bindings that a mention may refer to, the field that a key of a literal names among them."""
        if mention.role == "keyword.field":
            node = mention.part("owner")
            return () if node is None else tuple(self.member(document, node, mention.name))
        return self.meaning.entities(document, mention)

    def member(self, document: Document, owner: Node, name: str) -> Iterator[Entity]:
        """The member of this name of the class that a literal makes."""
        for value in self.meaning.inference.value(document, owner):
            held = self.meaning.owner(value, name)
            if held is not None:
                yield Entity(held.path, held.scope, name)

    def parameter(self, thing: Thing) -> tuple[Document, Function, Parameter] | None:
        """The parameter that a thing is, with its function; None for anything else."""
        document = self.meaning.project.document(thing.entity.path)
        at = -1 if thing.is_return else self.name_of(document, thing.entity)
        if document is None or at < 0:
            return None
        function = document.shapes.function_at(document.border.to_chars(at))
        if function is None:
            return None
        found = next((one for one in function.parameters if one.name == thing.entity.name), None)
        return None if found is None else (document, function, found)

    def calls(
        self, document: Document, call: Call, home: Document, function: Function, made: bool
    ) -> Literal["sure", "guessed", ""]:
        """Whether a call is of a function of `home`, or makes an instance of the class that it stands in."""
        at = home.border.to_bytes(function.name_start)
        method = home.classify(at, at + len(function.name.encode("utf-8", "surrogatepass")), function.name)
        start = document.border.to_bytes(call.name_start)
        end = start + len(call.name.encode("utf-8", "surrogatepass"))
        mention = document.classify(start, end, call.name)
        entities = self.entities(document, mention)
        if made:
            classes = [Value("class", home.path, scope.key) for scope in method.scopes if scope.is_class][:1]
            values = [value for entity in entities for value in self.meaning.inference.entity(entity)]
            return "sure" if any(value in classes for value in values) else ""
        meant = self.entities(home, method)
        if any(one in entities for one in meant):
            return "sure"
        return (
            "guessed" if not entities and any(self.may_mean(document, mention, one) for one in meant) else ""
        )

    def may_mean(self, document: Document, mention: Mention, entity: Entity, called: bool = False) -> bool:
        """Whether a call of something unknown is most likely of this function: nothing else has its name."""
        name = entity.name
        if not (called or is_called(mention)) or mention.is_def or document.grammar.is_familiar(name):
            return False
        if name not in self._alone:
            project = self.meaning.project
            defined = [item for path in project.files_with(name) for item in project.facts(path)[0]]
            self._alone[name] = sum(item[0] == name for item in defined) == 1
        return self._alone[name] and not self.meaning.receiver(document, mention)

    def name_of(self, document: Document | None, entity: Entity) -> int:
        """Where the name of the function stands that a parameter belongs to; -1 for anything else."""
        scope = None if document is None else document.scope(entity.scope)
        if document is None or scope is None or scope.kind != "function":
            return -1
        parent = scope.node.parent  # an arrow function has its name around it
        function = document.shapes.function(scope.node)
        if function is None and parent is not None:
            function = document.shapes.function(parent)
        return -1 if function is None else document.border.to_bytes(function.name_start)


def is_called(mention: Mention) -> bool:
    """Whether what a mention names is called there."""
    return mention.role == "ref.call" or "use.call" in mention.uses
