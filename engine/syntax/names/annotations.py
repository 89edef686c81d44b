"""What a value is by its annotation, type parameters included. All offsets here are bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from tree_sitter import Node

from engine.syntax.document import Document, Mention, Scope
from engine.syntax.names.classes import FOREIGN, Bound, Classes, Value, Values
from engine.syntax.names.resolve import Entity, Project, Resolver
from engine.syntax.nodes import text_of
from engine.syntax.shape import Parts, shape_of

DEPTH = 14
"""How many steps an inference may take."""
FIRST_NAME = re.compile(r"[A-Za-z_][\w.]*")
NESTED = 3
"""How deep a type parameter may stand for what has type parameters itself."""


class Parameter:
    """A type parameter as it is declared."""

    __slots__ = ("default", "document", "name", "start")

    def __init__(self, document: Document, name: Node, default: Node | None) -> None:
        self.document = document
        self.name = text_of(name)
        self.start = name.start_byte
        self.default = default


class Annotations(Classes):
    """Reads annotations; what expressions are, the subclasses know."""

    def __init__(self, project: Project, resolver: Resolver) -> None:
        super().__init__(project, resolver)
        self.bound: Bound = ()
        """What type parameters stand for while something is looked at."""
        self.of_types = False
        """Whether names are looked at that must be those of types, not of values."""

    @contextmanager
    def under(self, bound: Bound) -> Iterator[None]:
        """Look at something with these type parameters standing for these values."""
        before, self.bound = self.bound, bound
        try:
            yield
        finally:
            self.bound = before

    @contextmanager
    def among(self, types: bool) -> Iterator[None]:
        """Look at names of types, or of values."""
        before, self.of_types = self.of_types, types
        try:
            yield
        finally:
            self.of_types = before

    def base(self, document: Document, node: Node, bound: Bound) -> Values:
        """The classes that a base's node names, where type parameters stand for what is bound."""
        with self.under(bound):
            shape, parts = shape_of(document, node, "type.")
            if shape == "type.generic":
                return self._applied(document, parts, DEPTH)
            beside = node.parent.child_by_field_name("type_arguments") if node.parent is not None else None
            if beside is not None:
                return self._applied(document, {"name": [node], "argument": beside.named_children}, DEPTH)
            return self.value(document, node)

    def all_types(self, document: Document, nodes: Iterable[Node], depth: int) -> Values:
        """What values with these annotations are."""
        return tuple(value for node in nodes for value in self.annotated(document, node, depth - 1))

    def annotated(self, document: Document, node: Node, depth: int = DEPTH) -> Values:
        """What a value is, whose annotation is this node."""
        if depth <= 0:
            return ()
        shape, parts = shape_of(document, node, "type.")
        match shape:
            case "type.same" | "type.union":
                return self.all_types(document, parts.get("inner", ()), depth)
            case "type.generic":
                return instances(self._applied(document, parts, depth), annotation=True)
            case "type.wrapper":
                return self.all_types(document, parts.get("argument", ()), depth)
            case "type.classof":
                found = self.all_types(document, parts.get("argument", ()), depth)
                return tuple(one.of("class") for one in found if one.kind == "instance")
            case "type.container" | "type.many":
                inside = [*parts.get("argument", ()), *parts.get("inner", ())]
                return many(self.all_types(document, inside, depth)) or FOREIGN
            case "type.value":
                with self.among(types=False):
                    return self.all(document, parts.get("inner", ()), depth)
            case "type.object" | "type.function":
                key = (node.start_byte, node.end_byte)
                document.scopes_at(*key)
                made = Value("instance", document.path, key, self.bound)
                return (made if shape == "type.object" else made.of("function"),)
            case "type.string":
                return self._forward(document, node, depth)
            case "type.none" | "type.any":
                return ()
        return self._derived(document, node, shape, parts, depth)

    def _derived(self, document: Document, node: Node, shape: str, parts: Parts, depth: int) -> Values:
        """An annotation that names no class by itself, or only a name."""
        match shape:
            case "type.self":
                return self.around_self(document, node)
            case "type.foreign":
                return FOREIGN
            case "type.lookup":
                held = self.all_types(document, parts["object"][:1], depth)
                return self.attribute(held, text_of(parts["member"][0]), depth - 1)
            case "type.returned":
                return self.calls(self.all_types(document, parts.get("argument", ()), depth), depth)
            case "type.made":
                return instances(self.all_types(document, parts.get("argument", ()), depth))
        with self.among(types=True):
            return instances(self.value(document, node, depth), annotation=True)

    def _forward(self, document: Document, node: Node, depth: int) -> Values:
        """An annotation inside a string: its dotted names, resolved where the string stands."""
        scopes = document.scopes_at(node.start_byte, node.end_byte)
        found: list[Value] = []
        for match in FIRST_NAME.finditer(text_of(node)):
            first, *rest = match.group().split(".")
            values = self.named(document, scopes, first, depth)
            for member in rest:
                values = self.attribute(values, member, depth)
            found += instances(values, annotation=True)
        return tuple(found)

    # -- type parameters

    def _applied(self, document: Document, parts: Parts, depth: int) -> Values:
        """A generic class or alias with its arguments."""
        name = parts["name"][0]
        parameters = self.parameters_of(document, name, depth)
        if not parameters:
            return self.all(document, [name], depth)
        arguments = [self.annotated(document, one, depth - 1) for one in parts.get("argument", ())]
        bound = self.bind(parameters, arguments, depth)
        with self.under(bound), self.among(types=True):
            found = self.all(document, [name], depth)
        return tuple(one._replace(bound=bound) if one.kind == "class" else one for one in found)

    def bind(self, parameters: Sequence[Parameter], arguments: Sequence[Values], depth: int) -> Bound:
        """Each parameter with its argument, or with its default."""
        found: list[tuple[str, int, Values]] = []
        for number, one in enumerate(parameters):
            values: Values = ()
            if number < len(arguments):
                values = arguments[number]
            elif one.default is not None:
                with self.under(tuple(found)):
                    values = self.annotated(one.document, one.default, depth - 1)
            found.append((one.document.path, one.start, tuple(map(_shallow, values))))
        return tuple(found)

    def parameters_of(self, document: Document, name: Node, depth: int) -> tuple[Parameter, ...]:
        """The type parameters of the class or alias that a type's name means."""
        for mention in self._declared(document, name, depth):
            found = declared_parameters(self.project.document(mention.path), mention.node)
            if found:
                return found
        return ()

    def _declared(self, document: Document, name: Node, depth: int) -> Iterator[Mention]:
        shape, parts = shape_of(document, name)
        if shape == "expr.member":
            held = self.all(document, parts["object"], depth)
            member = text_of(parts["member"][0])
            entities = [self.resolver.export(one.path, member) for one in held if one.kind == "module"]
        else:
            text = text_of(name)
            scopes = document.scopes_at(name.start_byte, name.end_byte)
            entities = [self.resolver.named(document.path, scopes, text)]
        for entity in entities:
            if isinstance(entity, Entity):
                yield from self.resolver.defs(entity)

    # -- what the subclasses know

    def all(self, document: Document, nodes: Iterable[Node], depth: int) -> Values:
        """What these expressions may be."""
        raise NotImplementedError

    def value(self, document: Document, node: Node, depth: int = DEPTH) -> Values:
        """What an expression may be; empty where nothing is known."""
        raise NotImplementedError

    def attribute(self, values: Values, name: str, depth: int = DEPTH) -> Values:
        """What a member of these may be."""
        raise NotImplementedError

    def calls(self, values: Values, depth: int) -> Values:
        """What calling these gives."""
        raise NotImplementedError

    def named(self, document: Document, scopes: Sequence[Scope], name: str, depth: int = DEPTH) -> Values:
        """What a bare name may be, seen from these scopes."""
        raise NotImplementedError

    def around_self(self, document: Document, node: Node) -> Values:
        """An instance of the class around a node."""
        raise NotImplementedError


def declared_parameters(document: Document | None, name: Node | None) -> tuple[Parameter, ...]:
    """The type parameters of what is declared under a name's node."""
    declaration = name.parent if name is not None else None
    held = declaration.child_by_field_name("type_parameters") if declaration is not None else None
    if document is None or held is None:
        return ()
    return parameters_in(document, held)


def parameters_in(document: Document, held: Node) -> tuple[Parameter, ...]:
    """The type parameters of a list of them."""
    found: list[Parameter] = []
    for one in held.named_children:
        names = one.children_by_field_name("name") or one.named_children[:1]
        default = one.child_by_field_name("value")
        inner = default.named_children[0] if default is not None and default.named_children else default
        found += [Parameter(document, name, inner) for name in names]
    return tuple(found)


def instances(values: Values, annotation: bool = False) -> Values:
    """Instances of these classes; in an annotation anything else of the project stays unknown."""
    kept = {"foreign", "instance", "many", "function"} if annotation else {"foreign", "instance"}
    return tuple(
        one.of("instance") if one.kind == "class" else one
        for one in values
        if one.kind == "class" or one.kind in kept
    )


def many(values: Values) -> Values:
    """What holds these instances."""
    return tuple(one.of("many") for one in values if one.kind == "instance")


def _shallow(value: Value, depth: int = NESTED) -> Value:
    """The same value with its type parameters cut off where they are nested too deep."""
    if not value.bound:
        return value
    if depth <= 0:
        return value._replace(bound=())
    return value._replace(
        bound=tuple(
            (path, start, tuple(_shallow(one, depth - 1) for one in held))
            for path, start, held in value.bound
        )
    )
