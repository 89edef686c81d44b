"""What the nodes of a language are to code that moves, by code.txt and values.scm; for engine/syntax only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node, Query

from engine.syntax.grammars import SPECS, data_of, grammar
from engine.syntax.nodes import source_of

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Code:
    """The node kinds of one language by what they are, and the query of its variables."""

    kinds: dict[str, frozenset[str]]
    places: dict[str, dict[str, tuple[str, ...]]]
    """For roles of a child: kinds of parents, with the fields that have the role; none for every child."""
    forms: dict[str, str]
    """How a member is called: "own" from its class's methods, "static" from its class, "outside" of it."""
    values: Query

    def of(self, role: str) -> frozenset[str]:
        """The kinds that have a role."""
        return self.kinds.get(role, _NONE)

    def has(self, node: Node | None, role: str) -> bool:
        """Whether a node's kind has a role."""
        return node is not None and node.type in self.kinds.get(role, _NONE)

    def stands(self, node: Node, role: str) -> bool:
        """Whether a node stands, as a child of its parent, in a place that has a role."""
        parent = node.parent
        if parent is None:
            return False
        fields = self.places.get(role, {}).get(parent.type)
        if fields is None:
            return False
        return not fields or any(
            child == node for field in fields for child in parent.children_by_field_name(field)
        )

    def lends(self, node: Node) -> bool:
        """Whether a node borrows something that may then be changed."""
        return self.has(node, "borrow") and any(self.has(child, "mutable") for child in node.children)

    def children(self, node: Node) -> list[Node]:
        """The children that count: no comments, no semicolons, no trailing comma."""
        comments = self.of("comment")
        kept = [
            child
            for child in node.children
            if child.type not in comments and child.type not in (";", "\n", "") and not child.is_extra
        ]
        if len(kept) > 2 and kept[-2].type == "," and kept[-1].type in (")", "]", "}"):
            del kept[-2]
        return kept

    def statements(self, block: Node) -> list[Node]:
        """The statements of a block, in order."""
        return [child for child in block.named_children if not self.has(child, "comment")]

    def block_of(self, node: Node) -> tuple[Node, Node] | None:
        """The innermost block around a node, and the block's child that holds it."""
        child, parent = node, node.parent
        while parent is not None:
            if self.has(parent, "block"):
                return parent, child
            child, parent = parent, parent.parent
        return None

    def function_of(self, node: Node) -> Node | None:
        """The innermost function around a node."""
        around = node.parent
        while around is not None and around.type not in self.kinds.get("function", _NONE):
            around = around.parent
        return around

    def tokens(self, node: Node) -> list[bytes]:
        """The texts of a node's tokens."""
        return [source_of(leaf) for leaf, _ in self.leaves(node)]

    def leaves(self, node: Node) -> Iterator[tuple[Node, int]]:
        """The tokens of a node that count, with their depth below it; a string without holes is one."""
        stack = [(node, 0)]
        while stack:
            one, depth = stack.pop()
            children = self.children(one)
            if not children or self.solid(one):
                yield one, depth
            else:
                stack += [(child, depth + 1) for child in reversed(children)]

    def solid(self, node: Node) -> bool:
        """Whether a node is a string that nothing is put into."""
        if node.type not in self.of("text"):
            return False
        holes = self.of("holed")
        return not any(child.type in holes or child.type in self.of("text") for child in node.named_children)


@cache
def code(language: str) -> Code | None:
    """The node kinds of a language; None where they are not written down."""
    known = grammar(language)
    if known is None or language not in SPECS:
        return None
    lines = data_of(language, "code.txt").splitlines()
    kinds: dict[str, set[str]] = {}
    places: dict[str, dict[str, list[str]]] = {}
    for role, word in _entries(lines):
        kind, _, field = word.partition(".")
        kinds.setdefault(role, set()).add(kind)
        held = places.setdefault(role, {}).setdefault(kind, [])
        held += [field] if field else []
    return Code(
        {role: frozenset(found) for role, found in kinds.items()},
        {role: {kind: tuple(fields) for kind, fields in held.items()} for role, held in places.items()},
        dict(_forms(lines)),
        Query(known.language, data_of(language, "values.scm")),
    )


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        role, colon, rest = line.partition(": ")
        if colon and not line.startswith("#"):
            for word in rest.split():
                yield role.strip(), word


def _forms(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, sign, form = line.partition(" =")
        if sign and not line.startswith("#"):
            yield name, form.strip()
