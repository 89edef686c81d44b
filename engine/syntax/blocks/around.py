"""What stands around a leaf of a tree, in the words of its grammar: for who must not ask the queries."""

from __future__ import annotations

from typing import NamedTuple

from engine.syntax.document import Document


class Around(NamedTuple):
    """One node around a place, or the leaf itself; offsets are characters."""

    type: str
    field: str
    """Its field in the node around it, or nothing."""
    start: int
    end: int


def around(document: Document, start: int) -> tuple[Around, ...]:
    """The named nodes around a character offset, from the leaf outward."""
    at = document.border.to_bytes(start)
    to_chars = document.border.to_chars
    cursor = document.tree.walk()
    found: list[Around] = []
    while True:
        node = cursor.node
        if node is None:
            break
        if node.is_named:
            span = to_chars(node.start_byte), to_chars(node.end_byte)
            found.append(Around(node.type, cursor.field_name or "", *span))
        if cursor.goto_first_child_for_byte(at) is None:
            break
        inner = cursor.node
        if inner is None or inner.start_byte > at:
            break
    return tuple(reversed(found))
