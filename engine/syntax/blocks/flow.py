"""What an expression reads, and whether that is written in a stretch of code. All offsets here are bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from tree_sitter import Node

from engine.syntax.blocks.code import Code
from engine.syntax.border import find_word
from engine.syntax.document import Document

Change = Literal["", "touched", "written"]
"""What happens to what is read: nothing, a method of it is called for its effect, it is bound anew."""
MOST = 300
"""Mentions of one name that are looked at in one stretch; with more the answer is that it is written."""


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that is read: a name, or a path that begins with it."""

    root: bytes
    path: bytes
    deep: bool
    """Whether what lies below the path is read too."""
    kept: bool = False
    """Whether only a new binding counts, as of the variable itself."""


def squeezed(data: bytes) -> bytes:
    """A text without its blanks."""
    return b"".join(data.split())


class Flow:
    """Reads and writes in one document."""

    def __init__(self, document: Document, code: Code) -> None:
        self._data = document.data
        self._root = document.tree.root_node
        self._code = code

    def is_name(self, leaf: Node) -> bool:
        """Whether a token is a name that refers to something, not the name of a member."""
        return leaf.type in self._code.of("name") and not self._code.stands(leaf, "label")

    def reads(self, nodes: Iterable[Node]) -> tuple[Read, ...]:
        """What is read inside some nodes."""
        found: dict[tuple[bytes, bool], Read] = {}
        for node in nodes:
            for leaf, _ in self._code.leaves(node):
                if self.is_name(leaf):
                    top = self._top(leaf, node)
                    called = self._receives(top) or top == node
                    path = squeezed(self._text(top))
                    found.setdefault((path, not called), Read(self._text(leaf), path, not called))
        return tuple(found.values())

    def names(self, nodes: Iterable[Node]) -> frozenset[bytes]:
        """The names that refer to something inside some nodes."""
        return frozenset(read.root for read in self.reads(nodes))

    def change(self, reads: Iterable[Read], start: int, end: int) -> Change:
        """The worst that happens to what is read in a stretch of the text."""
        worst: Change = ""
        by_root: dict[bytes, list[Read]] = {}
        for read in reads:
            by_root.setdefault(read.root, []).append(read)
        for root, held in by_root.items():
            for number, at in enumerate(islice(find_word(self._data[start:end], root), MOST + 1)):
                if number == MOST:
                    return "written"
                leaf = self.leaf(start + at, start + at + len(root))
                change = self._effect(leaf, held) if leaf is not None else ""
                if change == "written":
                    return change
                worst = change or worst
        return worst

    def is_written(self, leaf: Node) -> bool:
        """Whether a name stands where it is bound anew, by itself."""
        written = self._written(leaf)
        return written is not None and written == leaf

    def writes(self, nodes: Iterable[Node], declared: bool = False) -> frozenset[bytes]:
        """The names that are bound anew inside some nodes, or only those declared there."""
        names = self._code.of("name") | {"shorthand_property_identifier_pattern"}
        return frozenset(
            self._text(leaf)
            for node in nodes
            for leaf, _ in self._code.leaves(node)
            if leaf.type in names and (self.is_declared(leaf) if declared else self.is_written(leaf))
        )

    def is_declared(self, leaf: Node) -> bool:
        """Whether a name is bound anew where it stands, in a scope of its own if the language tells."""
        return self.is_written(leaf) and not self._assigned(leaf)

    def _assigned(self, leaf: Node) -> bool:
        """Whether a name that is written is one of around."""
        node: Node | None = leaf
        while node is not None and not self._code.stands(node, "target"):
            node = node.parent
        return node is not None and self._code.stands(node, "assigns")

    def mentions(self, name: bytes, start: int, end: int) -> list[Node]:
        """Where a name refers to something in a stretch of the text."""
        found: list[Node] = []
        for at in islice(find_word(self._data[start:end], name), MOST):
            leaf = self.leaf(start + at, start + at + len(name))
            if leaf is not None:
                found.append(leaf)
        return found

    def _effect(self, leaf: Node, held: list[Read]) -> Change:
        written = self._written(leaf)
        if written is not None:
            path = squeezed(self._text(written))
            return "written" if any(_meets(path, read) for read in held) else ""
        touched = self._touched(leaf)
        if touched is None:
            return ""
        return "touched" if any(not read.kept and _below(read.path, touched) for read in held) else ""

    def _written(self, leaf: Node) -> Node | None:
        """What is bound anew where a name stands: the name, a path that begins with it, or nothing."""
        code, node, path = self._code, leaf, leaf
        inside = False
        while True:
            if code.stands(node, "target"):
                return path
            parent = node.parent
            if parent is None:
                return None
            if code.has(parent, "borrow"):
                return path if code.lends(parent) else None
            if parent.type in code.of("pattern"):
                inside = True
            elif not inside and code.has(parent, "path") and _first(parent) == node:
                path = parent
            else:
                return None
            node = parent

    def _touched(self, leaf: Node) -> bytes | None:
        """The path whose method is called as a statement of its own, where a name begins one."""
        code = self._code
        top = self._top(leaf, None)
        call = top.parent
        if call is None or not code.has(call, "call") or _first(call) != top:
            return None
        if not code.has(call.parent, "effect"):
            return None
        if top.type in code.of("chain"):
            held = _first(top)
            return (
                None if held is None or (held == leaf and leaf.type in ("this", "self")) else self._path(held)
            )
        return self._path(top) if call.child_by_field_name("object") == top else None

    def _path(self, node: Node) -> bytes | None:
        path = squeezed(self._text(node))
        return None if path in (b"self", b"this", b"cls") else path

    def _receives(self, top: Node) -> bool:
        parent = top.parent
        return parent is not None and self._code.has(parent, "call") and _first(parent) == top

    def _top(self, leaf: Node, root: Node | None) -> Node:
        """The longest path that begins with a name, inside a node."""
        node = leaf
        while node != root:
            parent = node.parent
            if parent is None or parent.type not in self._code.of("path") or _first(parent) != node:
                break
            node = parent
        return node

    def binds(self, function: Node, names: Iterable[bytes]) -> bool:
        """Whether a function has one of these names for itself."""
        return any(
            self._code.function_of(leaf) == function and leaf.parent != function and self.is_declared(leaf)
            for name in names
            for leaf in self.mentions(name, function.start_byte, function.end_byte)
        )

    def leaf(self, start: int, end: int) -> Node | None:
        """The name that stands in exactly this stretch and refers to something."""
        leaf = self._root.descendant_for_byte_range(start, end)
        if leaf is None or (leaf.start_byte, leaf.end_byte) != (start, end):
            return None
        return leaf if not self._code.stands(leaf, "label") else None

    def _text(self, node: Node) -> bytes:
        return self._data[node.start_byte : node.end_byte]


def _first(node: Node) -> Node | None:
    return node.named_children[0] if node.named_child_count else None


def _below(path: bytes, other: bytes) -> bool:
    """Whether a path is another or begins with it."""
    return path == other or (path.startswith(other) and path[len(other) : len(other) + 1] in b".[?!-")


def _meets(written: bytes, read: Read) -> bool:
    base, bracket, _ = written.partition(b"[")
    if bracket:  # any element may be the one that is read
        return (
            read.path == base or read.path.startswith(base + b"[") or (read.deep and _below(base, read.path))
        )
    return _below(read.path, written) or (read.deep and _below(written, read.path))
