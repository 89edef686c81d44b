"""What a name holds that is bound by a pattern: a part of what is destructured, or a callback's parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from engine.syntax.document import Document
from engine.syntax.names.classes import Values
from engine.syntax.nodes import text_of
from engine.syntax.shape import around

if TYPE_CHECKING:
    from engine.syntax.names.infer import Inference


class Patterns:
    """Looks outward from a pattern, or from a name in one."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._busy: set[tuple[str, int, int]] = set()

    def of(self, document: Document, node: Node, depth: int) -> Values:
        """What is given to a pattern or name; empty where that is unknown."""
        key = (document.path, node.start_byte, node.end_byte)
        if depth <= 0 or key in self._busy or node.parent is None:
            return ()
        self._busy.add(key)
        try:
            return self._of(document, node, node.parent, depth - 1)
        finally:
            self._busy.discard(key)

    def _of(self, document: Document, node: Node, parent: Node, depth: int) -> Values:
        shape, parts = around(document, node, "pattern.")
        inference = self._inference
        match shape:
            case "pattern.typed":
                return inference.annotated(document, parts["annotation"][0], depth)
            case "pattern.value":
                return inference.value(document, parts["value"][0], depth)
            case "pattern.iterated":
                return inference.element(inference.value(document, parts["value"][0], depth), depth)
            case "pattern.same":
                return self.of(document, parent, depth)
            case "pattern.element":
                return inference.element(self.of(document, parent, depth), depth)
            case "pattern.short":
                return inference.attribute(self.of(document, parent, depth), text_of(node), depth)
            case "pattern.member" | "pattern.default":
                outer = parent.parent
                if outer is None:
                    return ()
                name = text_of(parts["member"][0] if "member" in parts else node)
                return inference.attribute(self.of(document, outer, depth), name, depth)
            case "pattern.parameter":
                return self._parameter(document, node)
        return ()

    def _parameter(self, document: Document, node: Node) -> Values:
        """What a function without annotations gets where it stands."""
        scopes = document.scopes_at(node.start_byte, node.end_byte)
        function = next((scope.node for scope in scopes if scope.kind == "function"), None)
        if function is None or not function.start_byte <= node.start_byte < function.end_byte:
            return ()
        held = function.child_by_field_name("parameters")
        number = 0
        if held is not None and held != node:
            number = sum(1 for one in held.named_children if one.end_byte <= node.start_byte)
        return self._inference.expectations.handed(document, function, number)
