"""The identifiers and literals of a parsed file, found by the names that grammars give their nodes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal

from tree_sitter import Query, QueryCursor

from engine.syntax.document import Document
from engine.syntax.grammars import Grammar, grammar

Kind = Literal["name", "text", "number", "truth"]
"""What a leaf is: an identifier, a string, a number, or true and false."""

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "identifier", "type_identifier", "field_identifier", "property_identifier", "package_identifier",
            "shorthand_property_identifier", "shorthand_property_identifier_pattern",
            "shorthand_field_identifier",
        ),
        "name",
    ),
    **dict.fromkeys(("string", "string_literal", "interpreted_string_literal"), "text"),
    **dict.fromkeys(
        (
            "integer", "float", "number", "int_literal", "float_literal", "integer_literal",
            "decimal_integer_literal", "decimal_floating_point_literal",
        ),
        "number",
    ),
    **dict.fromkeys(("true", "false", "boolean_literal"), "truth"),
}  # fmt: skip


def leaves(
    document: Document, kind: Kind, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, str]]:
    """Where leaves of a kind stand in a stretch of the file, and their texts; offsets are characters."""
    query = _query(document.grammar.name)
    if query is None:
        return
    border, data = document.border, document.data
    cursor = QueryCursor(query)
    low = border.to_bytes(start)
    high = len(data) if end is None else border.to_bytes(end)
    cursor.set_byte_range(low, high)
    found = cursor.captures(document.tree.root_node).get(kind, ())
    spans = sorted({(node.start_byte, node.end_byte) for node in found})
    for left, right in spans:
        if low <= left and right <= high:
            yield border.to_chars(left), data[left:right].decode("utf-8", "replace")


@cache
def _query(name: str) -> Query | None:
    known: Grammar | None = grammar(name)
    if known is None:
        return None
    language = known.language
    own = {
        language.node_kind_for_id(number)
        for number in range(language.node_kind_count)
        if language.node_kind_is_named(number)
    }
    lines = [f"({node}) @{kind}" for node, kind in _KINDS.items() if node in own]
    return Query(language, "\n".join(lines)) if lines else None
