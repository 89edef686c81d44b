"""What is expected of an expression: the type of the variable, parameter or property that it is given to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from engine.syntax.document import Document
from engine.syntax.names.annotations import DEPTH
from engine.syntax.names.classes import Value, Values
from engine.syntax.nodes import text_of
from engine.syntax.shape import around

if TYPE_CHECKING:
    from engine.syntax.names.infer import Inference

STEPS = 8
"""How far outward an expression's place is followed."""
GIVING = frozenset({"gives", "gives_many", "takes"})


class Expectations:
    """Looks outward from a literal, a function or a call."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._known: dict[tuple[str, int, int], Values] = {}

    def of(self, document: Document, node: Node, steps: int = STEPS) -> Values:
        """The classes or interfaces whose shape a literal must have, the type of a function that is handed
        on; empty where that is unknown."""
        key = (document.path, node.start_byte, node.end_byte)
        if key not in self._known:
            self._known[key] = ()
            self._known[key] = self._of(document, node, steps)
        return self._known[key]

    def handed(self, document: Document, function: Node, number: int) -> Values:
        """What a function that stands where a function is expected gets as its n-th argument."""
        found: list[Value] = []
        for value in self.of(document, function):
            if value.kind == "function":
                found += self.parameter(value, number)
            elif value.kind in GIVING and number == 0:
                found.append(value.of("instance"))
        return tuple(dict.fromkeys(found))

    def _of(self, document: Document, node: Node, steps: int) -> Values:
        parent = node.parent
        if parent is None or steps <= 0:
            return ()
        shape, parts = around(document, node, "context.")
        inference = self._inference
        match shape:
            case "context.same":
                return self.of(document, parent, steps - 1)
            case "context.typed":
                return inference.annotated(document, parts["annotation"][0])
            case "context.value":
                return inference.value(document, parts["target"][0])
            case "context.element":
                found = self.of(document, parent, steps - 1)
                return tuple(one.of("instance") for one in found if one.kind == "many")
            case "context.member":
                outer = self.of(document, parent.parent, steps - 1) if parent.parent is not None else ()
                return self._inside(outer, text_of(parts["member"][0]))
            case "context.method":
                outer = self.of(document, parent, steps - 1)
                return self._inside(outer, text_of(parts["member"][0]))
            case "context.argument":
                return self._argument(document, node, parent)
            case "context.return":
                return self._returned(document, node)
        return ()

    def _inside(self, outer: Values, name: str) -> Values:
        """What is expected under a key of a literal."""
        held = tuple(one.of("instance") for one in outer if one.kind == "many")
        return held or self._inference.attribute(outer, name)

    def _argument(self, document: Document, node: Node, arguments: Node) -> Values:
        call = arguments.parent
        shape, parts = around(document, arguments, "context.") if call is not None else ("", {})
        inference = self._inference
        if call is None or shape != "context.callee":
            return ()
        if "callee" in parts:
            callees = inference.value(document, parts["callee"][0])
        else:
            held = inference.value(document, parts["object"][0])
            callees = inference.attribute(held, text_of(parts["member"][0]))
        number = sum(1 for one in arguments.named_children if one.start_byte < node.start_byte)
        found: list[Value] = []
        for value in callees:
            if value.kind in GIVING:
                found.append(value.of("takes"))
            elif value.kind == "function":
                bound = inference.bound_by(value, document, call, DEPTH - 2, skip=node)
                found += self.parameter(value._replace(bound=bound), number)
            elif value.kind == "class":
                for mention in inference.runs(value):
                    if mention.own is not None:
                        made = Value("function", mention.path, mention.own.key, value.bound)
                        found += self.parameter(made, number)
        return tuple(found)

    def parameter(self, value: Value, number: int) -> Values:
        """The type of the n-th parameter of a function."""
        document = self._inference.project.document(value.path)
        scope = document.scope(value.scope) if document is not None else None
        parameters = scope.node.child_by_field_name("parameters") if scope is not None else None
        if document is None or parameters is None or number >= parameters.named_child_count:
            return ()
        annotation = parameters.named_children[number].child_by_field_name("type")
        if annotation is None:
            return ()
        with self._inference.under(value.bound):
            return self._inference.annotated(document, annotation)

    def _returned(self, document: Document, node: Node) -> Values:
        for scope in document.scopes_at(node.start_byte, node.end_byte):
            if scope.kind == "function" and scope.key != (node.start_byte, node.end_byte):
                value = Value("function", document.path, scope.key)
                found = self._inference.returns(value)
                if found:
                    return found
                expected = self.of(document, scope.node)
                return tuple(
                    result
                    for one in expected
                    if one.kind == "function"
                    for result in self._inference.returns(one)
                )
        return ()
