"""What a call gives, and what type parameters stand for in it. All offsets here are bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tree_sitter import Node, QueryCursor

from engine.syntax.document import Document, Scope
from engine.syntax.names.annotations import DEPTH, Annotations, Parameter, instances, parameters_in
from engine.syntax.names.classes import FOREIGN, IMPORTED, VAGUE, Bound, Value, Values
from engine.syntax.nodes import text_of
from engine.syntax.shape import shape_of

LONGEST = 20_000
"""Bytes of a function in which what it returns is looked for."""


class Calls(Annotations):
    """Follows values through calls."""

    def calls(
        self, values: Values, depth: int, document: Document | None = None, call: Node | None = None
    ) -> Values:
        """What calling these gives; with the call itself, type parameters are known from its arguments."""
        found: list[Value] = []
        for value in values:
            match value.kind:
                case "class":
                    found.append(self._made(value, document, call, depth))
                case "function":
                    found += self._returned(value, depth, document, call)
                case "gives":
                    found.append(value.of("instance"))
                case "gives_many":
                    found.append(value.of("many"))
                case "takes":
                    found += FOREIGN
                case "instance":
                    found += self._signed(value, depth)
                case "foreign" | "vague":
                    found.append(value)
        return tuple(found)

    def called(self, document: Document, call: Node, callee: Node, values: Values, depth: int) -> Values:
        """What a call gives; of foreign things, only a class tells what it gives."""
        if IMPORTED[0] in values and not text_of(callee).rpartition(".")[2][:1].isupper():
            values = tuple(VAGUE if value == IMPORTED[0] else value for value in values)
        else:
            values = tuple(FOREIGN[0] if value == IMPORTED[0] else value for value in values)
        return self.calls(values, depth, document, call)

    def returns(self, value: Value) -> Values:
        """What a function says that it returns; empty without an annotation."""
        document, scope = self._function(value)
        if document is None or scope is None:
            return ()
        with self.under(value.bound):
            _, parts = shape_of(document, scope.node, "shape.")
            return self.all_types(document, parts.get("annotation", ()), DEPTH)

    def _function(self, value: Value) -> tuple[Document | None, Scope | None]:
        document = self.project.document(value.path)
        return document, document.scope(value.scope) if document is not None else None

    def _made(self, value: Value, document: Document | None, call: Node | None, depth: int) -> Value:
        """An instance of a class, with the type arguments of the call if it has any."""
        given = call.child_by_field_name("type_arguments") if call is not None else None
        own, scope = self._function(value)
        held = scope.node.child_by_field_name("type_parameters") if scope is not None else None
        if document is None or own is None or given is None or held is None:
            return value.of("instance")
        arguments = [self.annotated(document, one, depth - 1) for one in given.named_children]
        bound = self.bind(parameters_in(own, held), arguments, depth)
        return Value("instance", value.path, value.scope, bound)

    def _signed(self, value: Value, depth: int) -> Values:
        """What an instance gives whose interface says that it can be called or constructed."""
        return self._said(value, "shape.call", depth)

    def indexed(self, value: Value, depth: int) -> Values:
        """What an instance holds whose interface says that it can be indexed."""
        return self._said(value, "shape.index", depth)

    def _said(self, value: Value, wanted: str, depth: int) -> Values:
        document, scope = self._function(value)
        if document is None or scope is None or depth <= 0:
            return ()
        shape, parts = shape_of(document, scope.node, wanted)
        if shape != wanted:
            return ()
        with self.under(value.bound):
            return self.all_types(document, parts.get("annotation", ()), depth - 1)

    def _returned(self, value: Value, depth: int, caller: Document | None, call: Node | None) -> Values:
        document, scope = self._function(value)
        if document is None or scope is None or depth <= 0:
            return ()
        _, parts = shape_of(document, scope.node, "shape.")
        if "annotation" in parts:
            bound = value.bound
            if caller is not None and call is not None:
                bound = self.bound_by(value, caller, call, depth)
            with self.under(bound):
                return self.all_types(document, parts["annotation"], depth - 1)
        with self.under(value.bound):
            found = [
                one
                for node in _returns(document, scope.node)
                for one in self._local(document, node, scope, depth)
            ]
        return tuple(dict.fromkeys(found))

    def _local(self, document: Document, node: Node, function: Scope, depth: int) -> Values:
        scopes = document.scopes_at(node.start_byte, node.end_byte)
        inner = next((scope for scope in scopes if scope.kind == "function"), None)
        return (
            self.value(document, node, depth - 2) if inner is not None and inner.key == function.key else ()
        )

    # -- type parameters

    def bound_by(
        self, function: Value, caller: Document, call: Node, depth: int, skip: Node | None = None
    ) -> Bound:
        """What a function's type parameters stand for in a call: as written, or by its arguments and place.

        `skip` is an argument that is itself asked about.
        """
        document, scope = self._function(function)
        held = scope.node.child_by_field_name("type_parameters") if scope is not None else None
        if document is None or scope is None or held is None or depth <= 2:
            return function.bound
        parameters = parameters_in(document, held)
        given = call.child_by_field_name("type_arguments")
        if given is not None:
            written = [self.annotated(caller, one, depth - 1) for one in given.named_children]
            return (*self.bind(parameters, written, depth), *function.bound)
        found: dict[str, Values] = {}
        takes = scope.node.child_by_field_name("parameters")
        gives = call.child_by_field_name("arguments")
        names = {one.name for one in parameters}
        for one, argument in zip(_named(takes), _named(gives), strict=False):
            annotation = one.child_by_field_name("type")
            if annotation is not None and argument != skip and _mentions(annotation, names):
                value = self._lazily(caller, argument, depth)
                self._unify(document, annotation, value, names, found, depth)
        if len(found) < len(parameters):
            annotation = scope.node.child_by_field_name("return_type")
            if annotation is not None and _mentions(annotation, names - found.keys()):
                self._unify(
                    document,
                    annotation,
                    lambda: self.expected(caller, call),
                    names - found.keys(),
                    found,
                    depth,
                )
        return (*self._finished(parameters, found, depth), *function.bound)

    def _lazily(self, document: Document, node: Node, depth: int) -> Callable[[], Values]:
        return lambda: self.value(document, node, depth - 2)

    def _finished(self, parameters: Sequence[Parameter], found: dict[str, Values], depth: int) -> Bound:
        bound: list[tuple[str, int, Values]] = []
        for one in parameters:
            values = found.get(one.name, ())
            if not values and one.default is not None:
                with self.under(tuple(bound)):
                    values = self.annotated(one.document, one.default, depth - 2)
            if values:
                bound.append((one.document.path, one.start, tuple(dict.fromkeys(values))))
        return tuple(bound)

    def _unify(
        self,
        document: Document,
        node: Node,
        values: Callable[[], Values],
        names: set[str],
        found: dict[str, Values],
        depth: int,
    ) -> None:
        """Fill in what type parameters stand for if something of this annotation has these values."""
        if depth <= 0:
            return
        text = text_of(node)
        if text in names:
            known = instances(values(), annotation=True)
            found[text] = (*found.get(text, ()), *(one for one in known if one.kind != "foreign"))
            return
        shape, parts = shape_of(document, node, "type.")
        inside = [*parts.get("inner", ()), *parts.get("argument", ())]
        inside = [one for one in inside if _mentions(one, names)]
        if shape in {"type.same", "type.union", "type.wrapper"}:
            for one in inside:
                self._unify(document, one, values, names, found, depth - 1)
        elif shape in {"type.many", "type.container"}:
            held = tuple(one.of("instance") for one in values() if one.kind == "many") if inside else ()
            for one in inside:
                self._unify(document, one, lambda: held, names, found, depth - 1)
        elif shape == "type.function":
            result = node.child_by_field_name("return_type")
            if result is not None and _mentions(result, names):
                given = values()
                self._unify(document, result, lambda: self.calls(given, depth - 2), names, found, depth - 1)
        elif shape == "type.generic" and inside:
            parameters = self.parameters_of(document, parts["name"][0], depth)
            known = values()
            for one, argument in zip(parameters, parts.get("argument", ()), strict=False):
                key = (one.document.path, one.start)
                held = tuple(
                    item
                    for value in known
                    for path, start, its in value.bound
                    if (path, start) == key
                    for item in its
                )
                if held and _mentions(argument, names):
                    self._unify(document, argument, lambda held=held: held, names, found, depth - 1)  # type: ignore[misc]  # bound at once

    def expected(self, document: Document, node: Node) -> Values:
        """What is expected of an expression by its place."""
        raise NotImplementedError


def _named(node: Node | None) -> list[Node]:
    return [] if node is None else [one for one in node.named_children if one.type != "comment"]


def _mentions(node: Node, names: set[str]) -> bool:
    text = text_of(node)
    return any(name in text for name in names)


def _returns(document: Document, function: Node) -> list[Node]:
    query = document.grammar.types
    if query is None or function.end_byte - function.start_byte > LONGEST:
        return []
    return QueryCursor(query).captures(function).get("returned", [])[:8]
