"""Which of several methods of one name in one class a place means. All offsets here are bytes."""

from __future__ import annotations

from tree_sitter import Node

from engine.syntax.document import Document, Mention
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.resolve import Entity
from engine.syntax.nodes import text_of

DOUBT = 0.4
"""How sure a call can be whose arguments fit another overload, too."""
_VARIADIC = "spread_parameter"
_LITERALS = {
    "string_literal": frozenset({"String", "CharSequence", "Object"}),
    "character_literal": frozenset({"char", "Character", "int"}),
    "decimal_integer_literal": frozenset({"int", "long", "short", "byte", "double", "float", "Integer"}),
    "decimal_floating_point_literal": frozenset({"double", "float", "Double"}),
    "true": frozenset({"boolean", "Boolean"}),
    "false": frozenset({"boolean", "Boolean"}),
}
"""The types that a literal may be given to, of those that tell overloads apart."""

_NUMBERS = frozenset({"int", "long", "short", "byte", "double", "float", "char"})
_PLAIN = _NUMBERS | {"boolean", "String"}


class Overloads:
    """The methods of one name in one class, and the one of them that was touched."""

    def __init__(self, meaning: Meaning, entity: Entity, touched: Mention) -> None:
        self._meaning = meaning
        definitions = [one for one in meaning.definitions(entity) if _parameters(one) is not None]
        self._all = {(one.path, one.start): _types(one) for one in definitions}
        own = self._all.get((touched.path, touched.start))
        arguments = _arguments(touched) if own is None else None
        self._own = own if own is not None else self._called(touched, arguments)

    def _called(self, touched: Mention, arguments: list[Node] | None) -> tuple[str, ...] | None:
        document = self._meaning.project.document(touched.path)
        if document is None or arguments is None:
            return None
        fitting = [types for types in self._all.values() if self._fits(document, types, arguments)]
        return fitting[0] if len(fitting) == 1 else None

    @property
    def several(self) -> bool:
        """Whether there is more than one, and it is known which is meant."""
        return len(self._all) > 1 and self._own is not None

    def trust(self, mention: Mention) -> float:
        """1 for a place that means the touched one, less for one that may, 0 for one that does not."""
        if self._own is None:
            return 1.0
        if _parameters(mention) is not None:
            return float(_types(mention) == self._own)
        document, arguments = self._meaning.project.document(mention.path), _arguments(mention)
        if document is None or arguments is None:
            return DOUBT
        if not self._fits(document, self._own, arguments):
            return 0.0
        others = [
            types
            for types in self._all.values()
            if types != self._own and self._fits(document, types, arguments)
        ]
        if _rest(self._own) and any(not _rest(types) for types in others):
            return 0.0  # what takes any number is the last choice
        return DOUBT if any(_rest(types) == _rest(self._own) for types in others) else 1.0

    def _fits(self, document: Document, types: tuple[str, ...], arguments: list[Node]) -> bool:
        if len(types) != len(arguments) and not (_rest(types) and len(arguments) >= len(types) - 1):
            return False
        return all(
            self._takes(document, type_, argument) for type_, argument in zip(types, arguments, strict=False)
        )

    def _takes(self, document: Document, type_: str, argument: Node) -> bool:
        """Whether an argument may be given to a parameter of this type; True where nothing is known."""
        bare = type_.partition("<")[0].removesuffix("...")
        known = _LITERALS.get(argument.type)
        if known is not None:
            return bare in known or len(bare) == 1
        declared = self._declared(document, argument)
        if declared in _PLAIN:
            return bare == "Object" or (declared in _NUMBERS and bare in _NUMBERS) or bare == declared
        values = self._meaning.inference.value(document, argument)
        names = {
            self._name(value.path, value.scope)
            for value in values
            if value.kind == "instance"
            for value in self._meaning.inference.family(value)
        }
        if not names:
            return True
        return bare in names or bare == "Object" or not self._meaning.project.files_with(bare)

    def _declared(self, document: Document, argument: Node) -> str:
        """The type with which a variable is declared that is an argument."""
        if argument.named_child_count:
            return ""
        start, end, name = argument.start_byte, argument.end_byte, text_of(argument)
        scopes = document.classify(start, end, name).scopes
        entity = self._meaning.resolver.named(document.path, scopes, name)
        defs = self._meaning.resolver.defs(entity) if isinstance(entity, Entity) else ()
        types = {text_of(node) for one in defs if (node := one.part("annotation")) is not None}
        return types.pop() if len(types) == 1 else ""

    def _name(self, path: str, scope: tuple[int, int]) -> str:
        document = self._meaning.project.document(path)
        held = document.scope(scope) if document is not None else None
        name = held.node.child_by_field_name("name") if held is not None else None
        return "" if name is None else text_of(name)


def _parameters(mention: Mention) -> Node | None:
    """The parameters of a method that is defined here."""
    if mention.role != "def.method" or mention.own is None:
        return None
    return mention.own.node.child_by_field_name("parameters")


def _rest(types: tuple[str, ...]) -> bool:
    """Whether the last parameter takes any number of arguments."""
    return bool(types) and types[-1].endswith("...")


def _types(mention: Mention) -> tuple[str, ...]:
    """The types of a method's parameters, as they are written."""
    held = _parameters(mention)
    found: list[str] = []
    for one in held.named_children if held is not None else ():
        if one.type == _VARIADIC:
            named = next((part for part in one.named_children if part.type != "modifiers"), None)
            found.append(("" if named is None else text_of(named)) + "...")
        else:
            type_ = one.child_by_field_name("type")
            found += ["".join(text_of(type_).split())] if type_ is not None else []
    return tuple(found)


def _arguments(mention: Mention) -> list[Node] | None:
    """The arguments of a call that stands here; None where it is none."""
    call = mention.node.parent if mention.node is not None else None
    held = call.child_by_field_name("arguments") if call is not None else None
    return None if held is None else [one for one in held.named_children if "comment" not in one.type]
