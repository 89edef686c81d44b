"""What is asked of a node wherever one is met: its text, its span, whether it stands in another."""

from __future__ import annotations

from tree_sitter import Node


def source_of(node: Node) -> bytes:
    """The bytes of a node."""
    return node.text or b""


def text_of(node: Node) -> str:
    """The text of a node."""
    return source_of(node).decode("utf-8", "replace")


def span_of(node: Node) -> tuple[int, int]:
    """Where a node starts and ends, in bytes."""
    return node.start_byte, node.end_byte


def within(node: Node, outer: Node) -> bool:
    """Whether a node stands inside another, or is it."""
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte
