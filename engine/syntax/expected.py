"""What is expected of a literal: the type of the variable, parameter or property that it is given to."""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node, QueryCursor

from engine.syntax.classes import Value, Values
from engine.syntax.document import Document
from engine.syntax.infer import Inference

STEPS = 8
"""How far outward a literal's place is followed."""


class _Around(NamedTuple):
    shape: str
    parts: dict[str, list[Node]]


class Expectations:
    """Looks outward from a literal."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._known: dict[tuple[str, int, int], Values] = {}

    def of(self, document: Document, node: Node, steps: int = STEPS) -> Values:
        """The classes or interfaces whose shape a literal must have; empty where that is unknown."""
        key = (document.path, node.start_byte, node.end_byte)
        if key not in self._known:
            self._known[key] = ()
            self._known[key] = self._of(document, node, steps)
        return self._known[key]

    def _around(self, document: Document, node: Node, parent: Node) -> _Around:
        query = document.grammar.types
        found = _Around("", {})
        if query is None:
            return found
        cursor = QueryCursor(query)
        cursor.set_max_start_depth(0)
        for _, captures in cursor.matches(parent):
            if node in captures.get("held", ()):
                shape = next(name for name in captures if name.startswith("context."))
                found = _Around(shape, captures)
        return found

    def _of(self, document: Document, node: Node, steps: int) -> Values:
        parent = node.parent
        if parent is None or steps <= 0:
            return ()
        around = self._around(document, node, parent)
        parts = around.parts
        match around.shape:
            case "context.same":
                return self.of(document, parent, steps - 1)
            case "context.typed":
                return self._inference.annotated(document, parts["annotation"][0])
            case "context.value":
                return self._inference.value(document, parts["target"][0])
            case "context.element":
                found = self.of(document, parent, steps - 1)
                return tuple(Value("instance", *one[1:]) for one in found if one.kind == "many")
            case "context.member":
                outer = self.of(document, parent.parent, steps - 1) if parent.parent is not None else ()
                return self._inference.attribute(outer, (parts["member"][0].text or b"").decode())
            case "context.argument":
                return self._argument(document, node, parent)
            case "context.return":
                return self._returned(document, node)
        return ()

    def _argument(self, document: Document, node: Node, arguments: Node) -> Values:
        call = arguments.parent
        around = self._around(document, arguments, call) if call is not None else _Around("", {})
        if around.shape != "context.callee":
            return ()
        number = sum(1 for one in arguments.named_children if one.start_byte < node.start_byte)
        found: list[Value] = []
        for value in self._inference.value(document, around.parts["callee"][0]):
            found += self._parameter(value, number)
        return tuple(found)

    def _parameter(self, value: Value, number: int) -> Values:
        """The type of the n-th parameter of a function, or of a class's constructor."""
        if value.kind == "class":
            for mention in self._inference.members(value, "constructor"):
                if mention.own is not None:
                    return self._parameter(Value("function", mention.path, mention.own.key), number)
            return ()
        document = self._inference.project.document(value.path) if value.kind == "function" else None
        scope = document.scope(value.scope) if document is not None else None
        parameters = scope.node.child_by_field_name("parameters") if scope is not None else None
        if document is None or parameters is None or number >= parameters.named_child_count:
            return ()
        annotation = parameters.named_children[number].child_by_field_name("type")
        return () if annotation is None else self._inference.annotated(document, annotation)

    def _returned(self, document: Document, node: Node) -> Values:
        for scope in document.scopes_at(node.start_byte, node.end_byte):
            if scope.kind == "function":
                return self._inference.returns(Value("function", document.path, scope.key))
        return ()
