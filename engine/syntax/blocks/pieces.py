"""The expressions and statements of a file, for whoever cuts code into pieces; offsets are characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from engine.syntax.blocks.code import Code, code
from engine.syntax.blocks.values import Weight, readable, weight, widened
from engine.syntax.document import Document
from engine.syntax.nodes import text_of

MOST = 40_000
"""Nodes of one stretch that are looked at."""


@dataclass(frozen=True, slots=True)
class Held:
    """A block around a piece, and the block's statement that holds it."""

    block_start: int
    block_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression that could be read from a variable instead."""

    kind: str
    """As the grammar calls it."""
    weight: Weight
    start: int
    end: int
    outer_start: int
    """With the parentheses that a name would not need."""
    outer_end: int
    tokens: str
    """Equal for equal code, blanks and comments aside."""
    names: tuple[str, ...]
    """Names of any kind in it, each once."""
    parent: str
    blocks: tuple[Held, ...]
    """From the innermost outward, up to the range that was asked for."""
    free: bool
    """Whether a variable may be read in its place."""


@dataclass(frozen=True, slots=True)
class Run:
    """The statements of one block, in order."""

    start: int
    end: int
    statements: tuple[tuple[int, int, str], ...]
    """Start, end, and what the grammar calls it."""


def pieces(document: Document, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """The expressions inside a range that are worth a name, outer ones first."""
    known = code(document.grammar.name)
    if known is None:
        return
    to_bytes = document.border.to_bytes
    low, high = to_bytes(start), len(document.data) if end is None else to_bytes(end)
    for node in _inside(document, low, high):
        if known.has(node, "worth"):
            yield _piece(document, known, node, low)


def piece_at(document: Document, start: int, end: int) -> Piece | None:
    """The expression that stands at a range, if it is worth a name."""
    known = code(document.grammar.name)
    low, high = document.border.to_bytes(start), document.border.to_bytes(end)
    node = document.tree.root_node.named_descendant_for_byte_range(low, high)
    if known is None or node is None or (node.start_byte, node.end_byte) != (low, high):
        return None
    return _piece(document, known, node, 0) if known.has(node, "worth") else None


def runs(document: Document, start: int = 0, end: int | None = None) -> Iterator[Run]:
    """The blocks inside a range, outer ones first."""
    known = code(document.grammar.name)
    if known is None:
        return
    to_bytes, to_chars = document.border.to_bytes, document.border.to_chars
    low, high = to_bytes(start), len(document.data) if end is None else to_bytes(end)
    for node in _inside(document, low, high):
        if known.has(node, "block"):
            found = (
                (to_chars(one.start_byte), to_chars(one.end_byte), one.type) for one in known.statements(node)
            )
            yield Run(to_chars(node.start_byte), to_chars(node.end_byte), tuple(found))


def kinds_inside(document: Document, start: int, end: int) -> frozenset[str]:
    """What the grammar calls the nodes inside a range."""
    to_bytes = document.border.to_bytes
    return frozenset(node.type for node in _inside(document, to_bytes(start), to_bytes(end)))


def tokens(document: Document, start: int, end: int) -> tuple[tuple[str, bool, int], ...]:
    """The tokens of a range that count: text, whether it is a name that refers to something, start."""
    known = code(document.grammar.name)
    if known is None:
        return ()
    to_bytes = document.border.to_bytes
    low, high = to_bytes(start), to_bytes(end)
    outer = [
        node
        for node in _inside(document, low, high)
        if not known.has(node, "comment") and (node.parent is None or not _in(node.parent, low, high))
    ]
    return tuple(
        (text_of(leaf), _is_name(known, leaf), document.border.to_chars(leaf.start_byte))
        for node in outer
        for leaf, _ in known.leaves(node)
    )


def parent_at(document: Document, start: int, end: int) -> str:
    """What the grammar calls the node around the one at a range."""
    low, high = document.border.to_bytes(start), document.border.to_bytes(end)
    node = document.tree.root_node.named_descendant_for_byte_range(low, high)
    return node.parent.type if node is not None and node.parent is not None else ""


def stands(document: Document, start: int, end: int) -> bool:
    """Whether a stretch of the text is exactly one node of the tree."""
    low, high = document.border.to_bytes(start), document.border.to_bytes(end)
    node = document.tree.root_node.named_descendant_for_byte_range(low, high)
    return node is not None and (node.start_byte, node.end_byte) == (low, high)


def _inside(document: Document, low: int, high: int) -> Iterator[Node]:
    """The named nodes that lie inside a range, outer ones first."""
    stack = [document.tree.root_node]
    for _ in range(MOST):
        if not stack:
            return
        node = stack.pop()
        if node.end_byte <= low or node.start_byte >= high:
            continue
        if _in(node, low, high):
            yield node
        stack += reversed(node.named_children)


def _in(node: Node, low: int, high: int) -> bool:
    return low <= node.start_byte and node.end_byte <= high


def _piece(document: Document, known: Code, node: Node, low: int) -> Piece:
    to_chars = document.border.to_chars
    outer = widened(known, document.data, node)
    leaves = [leaf for leaf, _ in known.leaves(node)]
    names = (text_of(leaf) for leaf in leaves if "identifier" in leaf.type or known.has(leaf, "name"))
    return Piece(
        kind=node.type,
        weight=weight(known, document.data, node),
        start=to_chars(node.start_byte),
        end=to_chars(node.end_byte),
        outer_start=to_chars(outer.start_byte),
        outer_end=to_chars(outer.end_byte),
        tokens=" ".join(text_of(leaf) for leaf in leaves),
        names=tuple(dict.fromkeys(names)),
        parent=node.parent.type if node.parent is not None else "",
        blocks=tuple(_blocks(document, known, node, low)),
        free=readable(known, node),
    )


def _blocks(document: Document, known: Code, node: Node, low: int) -> Iterator[Held]:
    to_chars = document.border.to_chars
    held = known.block_of(node)
    while held is not None and held[0].start_byte >= low:
        spans = (held[0].start_byte, held[0].end_byte, held[1].start_byte, held[1].end_byte)
        yield Held(*map(to_chars, spans))
        held = known.block_of(held[0])


def _is_name(known: Code, leaf: Node) -> bool:
    named = leaf.type in known.of("name") or leaf.type == "shorthand_property_identifier_pattern"
    return named and not known.stands(leaf, "label")
