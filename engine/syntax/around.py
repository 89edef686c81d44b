"""The syntax nodes that stand around a place of a text."""

from __future__ import annotations

from engine.syntax.border import Border
from engine.syntax.grammars import grammar, language_of


def around(path: str, text: str, offset: int) -> tuple[tuple[int, int], ...]:
    """Start and end, in characters, of all nodes that hold the place, from the innermost outward."""
    known = grammar(language_of(path) or "")
    if known is None:
        return ()
    border = Border(text)
    at = border.to_bytes(offset)
    node = known.parser().parse(border.data).root_node.descendant_for_byte_range(at, at)
    found: list[tuple[int, int]] = []
    while node is not None:
        span = (border.to_chars(node.start_byte), border.to_chars(node.end_byte))
        if not found or found[-1] != span:
            found.append(span)
        node = node.parent
    return tuple(found)
