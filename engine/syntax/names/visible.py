"""What can be named at a place of a function: its locals, parameters, and the members of its class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache

from tree_sitter import QueryCursor

from engine.syntax.document import MODULE, Document, Mention, Scope
from engine.syntax.forms import Function, Parameter
from engine.syntax.names.classes import Value
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.resolve import Entity
from engine.syntax.names.words import naming, words_of
from engine.syntax.nodes import text_of

CALLABLE = frozenset({"def.function", "def.method", "def.outside", "def.class", "def.alias", "def.typeparam"})
MOST_RECEIVERS = 12


class Visible:
    """The names at one place of a file; offsets are characters."""

    def __init__(self, meaning: Meaning, document: Document, at: int) -> None:
        self._meaning = meaning
        self._document = document
        self._words = words_of(document.grammar.name)
        self._at = document.border.to_bytes(at)
        self._scopes: tuple[Scope, ...] = document.scopes_at(self._at, self._at + 1)
        self.functions: tuple[Function, ...] = document.shapes.around(at)
        """The functions around the place that have names, from the innermost outward."""

    def local(self, name: str) -> bool:
        """Whether a variable or parameter of a function around the place has this name."""
        found = self._bound(name)
        if found is not None and found[0] != MODULE and self._is_value(found[1]):
            return True
        made = naming(self._words.made, name)
        return bool(self._quoted) and re.search(made, self._quoted) is not None

    @cached_property
    def _quoted(self) -> str:
        """What stands before the place in the function around it, where a macro holds both as mere words."""
        node = self._document.tree.root_node.descendant_for_byte_range(self._at, self._at)
        outer = None
        while node is not None:
            outer = node if node.type == self._words.macro else outer
            node = node.parent
        if outer is None:
            return ""
        text = self._document.data[outer.start_byte : self._at].decode("utf-8", "replace")
        heads = list(self._words.head.finditer(text))
        return text[heads[-1].start() :] if heads else text

    def of_module(self, name: str) -> bool:
        """Whether a variable of the file, or something that it imports, has this name."""
        found = self._bound(name)
        return found is not None and found[0] == MODULE and self._is_value(found[1])

    def _bound(self, name: str) -> tuple[tuple[int, int], list[Mention]] | None:
        resolver = self._meaning.resolver
        key = resolver.lookup(self._document, self._scopes, name)
        if key is None:
            return None
        scope = self._document.scope(key)
        if scope is not None and scope.is_class:
            return None
        defs = resolver.defs(Entity(self._document.path, key, name))
        own = bool(self._scopes) and any(one.key == key for one in self._scopes)
        # what a comprehension goes through is bound before what it gives, which is written first
        early = own and not (scope is not None and scope.kind == "block" and self._words.backward)
        return key, [one for one in defs if not early or (one.end <= self._at and not self._makes(one))]

    def _makes(self, definition: Mention) -> bool:
        """Whether the place is inside of what a variable is made from: it is not there yet."""
        value = definition.part("value") if definition.role == "def.variable" else None
        return value is not None and value.start_byte <= self._at < value.end_byte

    def _is_value(self, defs: list[Mention]) -> bool:
        return bool(defs) and not any(one.role in CALLABLE for one in defs)

    def typed(self, type_: str) -> tuple[str, ...]:
        """The locals and parameters that are declared with this type."""
        wanted = "".join(type_.split())
        return tuple(
            dict.fromkeys(name for name, text in self._declared() if "".join(text.split()) == wanted)
        )

    def _declared(self) -> Iterator[tuple[str, str]]:
        """Names with their declared types: parameters of the functions around, and locals before it."""
        for function in self.functions:
            for parameter in function.parameters:
                if (
                    parameter.name
                    and parameter.type
                    and parameter.kind == "plain"
                    and self.local(parameter.name)
                ):
                    yield parameter.name, parameter.type
        query = self._document.grammar.locals
        if query is None or not self.functions:
            return
        cursor = QueryCursor(query)
        cursor.set_byte_range(self._document.border.to_bytes(self.functions[0].body_start), self._at)
        for _, captures in cursor.matches(self._document.tree.root_node):
            if "annotation" in captures and "def.variable" in captures:
                name, type_ = captures["def.variable"][0], captures["annotation"][0]
                text = text_of(name)
                if name.end_byte <= self._at and self.local(text):
                    yield text, text_of(type_)

    # -- members

    def receiver(self) -> str:
        """The word for the instance that the function around the place is called on, or nothing."""
        for function in self.functions:
            own = next((one for one in function.parameters if one.kind == "self"), None)
            if own is not None:
                return own.name or self._words.instance
            if function.receiver:
                return function.receiver
            if function.owner:
                unbound = self._words.unbound.intersection(" ".join(function.modifiers).split())
                return "" if unbound else self._document.grammar.this
        return ""

    def member(self, name: str) -> bool:
        """Whether the instance around the place has a field of this name."""
        return any(self._holds(value, name) for value in self._instance())

    def is_bare(self, name: str) -> bool:
        """Whether a field can be named here without its instance."""
        key = self._meaning.resolver.lookup(self._document, self._scopes, name)
        scope = None if key in {None, MODULE} else self._document.scope(key) if key is not None else None
        if scope is None or scope.kind != "open" or key is None:
            return False
        return self._is_value(self._meaning.resolver.defs(Entity(self._document.path, key, name)))

    def _instance(self) -> tuple[Value, ...]:
        word = self.receiver()
        if not word:
            return ()
        if any(scope.is_class for scope in self._scopes):
            node = self._document.tree.root_node.descendant_for_byte_range(self._at, self._at)
            return () if node is None else self._meaning.inference.around_self(self._document, node)
        return self._meaning.inference.named(self._document, self._scopes, word)

    def _holds(self, value: Value, name: str) -> bool:
        if value.kind not in {"class", "instance"}:
            return False
        return self._is_value(list(self._meaning.inference.members(value, name)))

    def holders(self, name: str) -> tuple[str, ...]:
        """The parameters of the function around the place whose objects have a field of this name."""
        found: list[str] = []
        for parameter in self._receivers():
            values = self._meaning.inference.named(self._document, self._scopes, parameter.name)
            if any(self._holds(value, name) for value in values):
                found.append(parameter.name)
        return tuple(found)

    def _receivers(self) -> list[Parameter]:
        plain = [one for function in self.functions[:1] for one in function.parameters if one.kind == "plain"]
        return [one for one in plain if one.name][:MOST_RECEIVERS]

    def written(self, name: str, near: bool) -> tuple[str, ...]:
        """The fields `x.name` that the innermost function (or the file) reads, if `x` can be named here."""
        text = self._document.border.text
        start, end = (self.functions[0].start, self.functions[0].end) if self.functions else (0, 0)
        found = _fields(text, name, *((start, end) if near else (0, len(text))))
        own = self.receiver() if found else ""
        seen = sorted(
            pair for pair in found if pair[0] == own or self.local(pair[0]) or self.of_module(pair[0])
        )
        return tuple(f"{one}{rest}.{name}" for one, rest in seen)


@lru_cache(maxsize=64)
def _fields(text: str, name: str, start: int, end: int) -> frozenset[tuple[str, str]]:
    """The `x.y` of all `x.y.name` that stand in a stretch of a text, x apart from what follows it."""
    part = text[start:end]
    if f".{name}" not in part:
        return frozenset()
    pattern = rf"(?<![\w.)\]])([A-Za-z_]\w*)((?:\.\w+){{0,2}})\.{re.escape(name)}\b(?!\s*\()"
    return frozenset((match[1], match[2]) for match in re.finditer(pattern, part))
