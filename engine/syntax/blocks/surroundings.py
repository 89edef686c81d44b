"""The function right around a place, named or not: whether it can wait, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from engine.syntax.document import Document

_ASYNC = frozenset({"async", "async_block"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the innermost function around a place is like."""

    is_async: bool
    returns: str
    """Its return type as it is written, or nothing."""


def surroundings(document: Document, at: int) -> Surroundings:
    """The innermost function, closure or async block around a character offset."""
    start = document.border.to_bytes(at)
    functions = {one.key for one in document.scopes_at(start, start + 1) if one.kind == "function"}
    node = document.tree.root_node.descendant_for_byte_range(start, start + 1)
    while node is not None:
        if node.type in _ASYNC:
            return Surroundings(True, "")
        if (node.start_byte, node.end_byte) in functions and node.child_count:
            return Surroundings(_is_async(node), _returns(document, node))
        node = node.parent
    return Surroundings(False, "")


def _is_async(node: Node) -> bool:
    for child in node.children:
        if child.type == "async" or (
            child.type.endswith("modifiers") and b"async" in (child.text or b"").split()
        ):
            return True
    return False


def _returns(document: Document, node: Node) -> str:
    function = document.shapes.function(node)
    return "" if function is None else function.returns
