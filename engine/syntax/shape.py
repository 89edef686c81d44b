"""Which pattern of types.scm a node has: the form of an expression or annotation, what is around it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from tree_sitter import Node, QueryCursor

from engine.syntax.document import Document
from engine.syntax.grammars import grammar

Parts = dict[str, list[Node]]


class Shape(NamedTuple):
    """A pattern's name and what it captures."""

    name: str
    parts: Parts


NOTHING = Shape("", {})
AROUND = ("context.", "pattern.", "within.")
"""Patterns that speak of a node inside the matched one."""


def shape_of(document: Document, node: Node, prefix: str = "expr.") -> Shape:
    """The last pattern that matches this very node, of the wanted kind if there is one."""
    key = (node.id, prefix)
    found = document.forms.get(key)
    if found is None:
        found = document.forms[key] = _shape_of(document, node, prefix)
    return found


def _shape_of(document: Document, node: Node, prefix: str) -> Shape:
    query = document.grammar.types
    if query is None:
        return NOTHING
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(0)
    shape = NOTHING
    best = (False, -1)
    for pattern, captures in cursor.matches(node):
        for name, nodes in captures.items():
            if "." not in name or name.startswith(AROUND) or nodes[0] != node:
                continue
            rank = (name.startswith(prefix), pattern)
            if rank >= best:
                if rank == best:  # one match for each of several children
                    captures = {key: [*shape.parts.get(key, ()), *found] for key, found in captures.items()}
                best, shape = rank, Shape(name, captures)
            break
    return shape


def around(document: Document, node: Node, prefix: str) -> Shape:
    """The last pattern of this kind by which the node around holds the node."""
    if not _knows(document.grammar.name, prefix):
        return NOTHING
    key = (node.id, prefix)
    found = document.forms.get(key)
    if found is None:
        found = document.forms[key] = _around(document, node, prefix)
    return found


@cache
def _knows(language: str, prefix: str) -> bool:
    """Whether a language has patterns of this kind."""
    known = grammar(language)
    query = known.types if known is not None else None
    return query is not None and any(
        query.capture_name(number).startswith(prefix) for number in range(query.capture_count)
    )


def _around(document: Document, node: Node, prefix: str) -> Shape:
    query, parent = document.grammar.types, node.parent
    found = NOTHING
    if query is None or parent is None:
        return found
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(0)
    for _, captures in cursor.matches(parent):
        if node in captures.get("held", ()):
            name = next((one for one in captures if one.startswith(prefix)), "")
            found = Shape(name, captures) if name else found
    return found
