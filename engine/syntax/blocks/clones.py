"""Code that equals other code, blanks and comments aside. All offsets here are bytes.

A pattern is an expression or a run of statements, with holes (names that stand for any expression, the same
one each time) and locals (names that may be called otherwise, one for one). The places that could match are
found by the pattern's rarest token; only there are nodes compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from engine.syntax.blocks.code import Code
from engine.syntax.blocks.flow import Flow
from engine.syntax.border import WORD_BYTES, find_word
from engine.syntax.document import Document

MOST_PLACES = 400
"""Places of the rarest token that are compared."""
TRIED = 12
"""Tokens of a pattern that are counted to find the rarest."""
COMMON = frozenset((b"(", b")", b",", b".", b"[", b"]", b"{", b"}", b":", b";", b"="))


@dataclass(slots=True)
class Match:
    """Where a pattern stands."""

    nodes: list[Node]
    holes: dict[bytes, Node] = field(default_factory=dict)
    """What each hole stands for."""
    names: dict[bytes, bytes] = field(default_factory=dict)
    """What each local is called here."""

    @property
    def start(self) -> int:
        """Where the first node begins."""
        return self.nodes[0].start_byte

    @property
    def end(self) -> int:
        """Where the last node ends."""
        return self.nodes[-1].end_byte


class Pattern:
    """An expression (one node) or a run of statements that is looked for."""

    def __init__(
        self,
        document: Document,
        code: Code,
        nodes: Sequence[Node],
        holes: frozenset[bytes] = frozenset(),
        names: frozenset[bytes] = frozenset(),
    ) -> None:
        self._code = code
        self._data = document.data
        self.nodes = list(nodes)
        self._holes, self._names = holes, names
        flow = Flow(document, code)
        self._leaves = [
            (leaf, depth, number) for number, node in enumerate(nodes) for leaf, depth in code.leaves(node)
        ]
        self._free = {
            leaf.start_byte
            for leaf, _, _ in self._leaves
            if (self._text(leaf) in holes or self._text(leaf) in names) and flow.is_name(leaf)
        }

    @property
    def weight(self) -> int:
        """How many tokens are fixed, brackets and commas aside."""
        return sum(
            leaf.start_byte not in self._free and self._text(leaf) not in COMMON
            for leaf, _, _ in self._leaves
        )

    @property
    def words(self) -> list[bytes]:
        """The fixed names and literals, longest first."""
        found = {
            self._text(leaf)
            for leaf, _, _ in self._leaves
            if leaf.is_named and leaf.start_byte not in self._free
        }
        return sorted(found, key=lambda word: (-len(word), word))

    def find(self, document: Document, low: int = 0, high: int | None = None) -> Iterator[Match]:
        """The places inside a stretch of a document, in order; the pattern's own among them."""
        anchor = self._anchor(document, low, high)
        if anchor is None:
            return
        leaf, depth, number = anchor
        text = self._text(leaf)
        seen: set[int] = set()
        for count, at in enumerate(_places(document.data, text, low, high)):
            if count >= MOST_PLACES:
                return
            node = document.tree.root_node.descendant_for_byte_range(at, at + len(text))
            if node is None or (node.start_byte, node.end_byte) != (at, at + len(text)):
                continue
            found = self._at(document, node, leaf, depth, number)
            if found is not None and found.start not in seen:
                seen.add(found.start)
                yield found

    def _at(self, document: Document, node: Node, leaf: Node, depth: int, number: int) -> Match | None:
        """The match whose anchor is a token."""
        if node.type != leaf.type:
            return None
        for _ in range(depth):
            parent = node.parent
            if parent is None:
                return None
            node = parent
        nodes = [node]
        if len(self.nodes) > 1:
            block = node.parent
            if block is None or not self._code.has(block, "block"):
                return None
            rest = self._code.statements(block)
            first = rest.index(node) - number
            nodes = rest[first : first + len(self.nodes)] if first >= 0 else []
        return self.match(document, nodes)

    def match(self, document: Document, nodes: Sequence[Node]) -> Match | None:
        """Whether the pattern stands at these very nodes."""
        if len(nodes) != len(self.nodes):
            return None
        found = _Comparison(self, document.data, self._code)
        for pattern, node in zip(self.nodes, nodes, strict=True):
            if not found.same(pattern, node):
                return None
        return Match(list(nodes), found.holes, found.names)

    def role(self, leaf: Node) -> str:
        """What a token of the pattern is: "hole", "local", or nothing where it is fixed."""
        if leaf.start_byte not in self._free:
            return ""
        return "hole" if self._text(leaf) in self._holes else "local"

    def _anchor(self, document: Document, low: int, high: int | None) -> tuple[Node, int, int] | None:
        """The fixed token that is rarest in a document."""
        fixed = [one for one in self._leaves if one[0].start_byte not in self._free]
        telling = [one for one in fixed if self._text(one[0]) not in COMMON]
        best, least = None, -1
        fixed = sorted(telling or fixed, key=lambda one: one[0].start_byte - one[0].end_byte)
        for one in fixed[:TRIED]:
            count = document.data.count(
                self._text(one[0]), low, high if high is not None else len(document.data)
            )
            if best is None or count < least:
                best, least = one, count
        return best

    def _text(self, node: Node) -> bytes:
        return self._data[node.start_byte : node.end_byte]


class _Comparison:
    """One comparison of a pattern with nodes, and what is bound on the way."""

    def __init__(self, pattern: Pattern, data: bytes, code: Code) -> None:
        self._pattern = pattern
        self._data = data
        self._code = code
        self.holes: dict[bytes, Node] = {}
        self.names: dict[bytes, bytes] = {}
        self._back: dict[bytes, bytes] = {}

    def same(self, one: Node, other: Node) -> bool:
        """Whether a node of the pattern equals another node."""
        stack = [(one, other)]
        while stack:
            a, b = stack.pop()
            left = self._code.children(a)
            if not left or self._code.solid(a):
                if not self._leaf(a, b):
                    return False
                continue
            if a.type != b.type:
                return False
            right = self._code.children(b)
            if len(left) != len(right):
                return False
            stack += zip(reversed(left), reversed(right), strict=True)
        return True

    def _leaf(self, a: Node, b: Node) -> bool:
        role = self._pattern.role(a)
        text = self._pattern._text(a)
        if role == "hole":
            return self._hole(text, a, b)
        if a.type != b.type:
            return False
        if role == "local":
            other = self._data[b.start_byte : b.end_byte]
            return self.names.setdefault(text, other) == other and self._back.setdefault(other, text) == text
        return text == self._data[b.start_byte : b.end_byte]

    def _hole(self, name: bytes, a: Node, b: Node) -> bool:
        if not b.is_named or self._code.has(b, "spread") or self._code.stands(b, "label"):
            return False
        if a.type != "identifier" and self._data[b.start_byte : b.end_byte] != name:
            return False  # `{width}` says two things at once
        held = self.holes.setdefault(name, b)
        return held == b or self._code.tokens(held) == self._code.tokens(b)


def _places(data: bytes, text: bytes, low: int, high: int | None) -> Iterator[int]:
    end = len(data) if high is None else high
    if text and text[0] in WORD_BYTES and text[-1] in WORD_BYTES:
        for at in find_word(data[low:end], text):
            yield low + at
        return
    at = data.find(text, low, end)
    while at >= 0:
        yield at
        at = data.find(text, at + 1, end)
