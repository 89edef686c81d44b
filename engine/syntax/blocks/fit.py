"""An expression written in another's place: with parentheses where the text would be read another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node, Tree

from engine.syntax.blocks.code import Code, code
from engine.syntax.document import Document
from engine.syntax.nodes import span_of

MOST_PARSES = 40
"""Places of one document that are tried by parsing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a new text; with a kind it must come out as one node of that kind."""

    text: str
    kind: str = ""


class Fit:
    """New texts for one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._code: Code | None = code(document.grammar.name)
        self._known: dict[tuple[object, ...], tuple[bool, ...]] = {}
        self._parses = 0

    def fitted(self, start: int, end: int, parts: Sequence[Part], kind: str) -> str | None:
        """The parts as one expression of a kind in place of a range of characters; None if they cannot be."""
        known = self._code
        if known is None:
            return None
        low, high = self._document.border.to_bytes(start), self._document.border.to_bytes(end)
        node = self._outermost(low, high)
        parent = node.parent if node is not None else None
        if node is None or parent is None or (known.stands(node, "fixed") and self._before(low) == b"#"):
            return None
        beside = self._alone(low, high)
        key = (*_surroundings(node, parent), beside, kind, *(part.kind or part.text for part in parts))
        if key not in self._known:
            self._known[key] = self._tried(known, parent, low, high, parts, kind)
        *inner, whole = self._known[key]
        text = "".join(
            f"({part.text})" if part.kind and not fits else part.text
            for part, fits in zip(parts, inner, strict=True)
        )
        return text if whole else f"({text})"

    def _outermost(self, low: int, high: int) -> Node | None:
        node = self._document.tree.root_node.named_descendant_for_byte_range(low, high)
        while node is not None and node.parent is not None and span_of(node.parent) == (low, high):
            node = node.parent
        return node if node is not None and span_of(node) == (low, high) else None

    def _alone(self, low: int, high: int) -> bool:
        """Whether brackets or commas stand on both sides, so that nothing is read together with it."""
        data = self._document.data
        before, after = self._before(low), data[high : high + 80].lstrip()[:1]
        return before in (b"(", b"[", b",") and after in (b")", b"]", b",")

    def _before(self, low: int) -> bytes:
        """The last character before an offset that is no blank."""
        return self._document.data[max(0, low - 80) : low].rstrip()[-1:]

    def _tried(
        self, known: Code, parent: Node, low: int, high: int, parts: Sequence[Part], kind: str
    ) -> tuple[bool, ...]:
        """Which of the parts, and at last whether the whole, come out as they should without parentheses."""
        texts = [part.text.encode("utf-8", "surrogatepass") for part in parts]
        atoms, tangled = known.of("atom"), known.of("hard") | known.of("fixed")
        easy = kind not in known.of("loose") and (parent.type not in tangled or self._alone(low, high))
        flat = b"\n" not in b"".join(texts)
        whole = (easy and flat) or (kind in atoms and parent.type not in known.of("holed"))
        if whole and all(not part.kind or part.kind in atoms for part in parts):
            return (True,) * (len(parts) + 1)
        if self._parses >= MOST_PARSES:
            return (*(not part.kind or part.kind in atoms for part in parts), whole)
        self._parses += 1
        data = self._document.data
        new = b"".join((data[:low], *texts, data[high:])).decode("utf-8", "surrogatepass")
        tree = Document(self._document.path, new, self._document.grammar, self._document).tree
        found: list[bool] = []
        at = low
        for part, text in zip(parts, texts, strict=True):
            found.append(not part.kind or _stands(tree, at, at + len(text), part.kind))
            at += len(text)
        return (*found, _stands(tree, low, at, kind))


def _stands(tree: Tree, low: int, high: int, kind: str) -> bool:
    """Whether a stretch of a text is one node of a kind."""
    node = tree.root_node.named_descendant_for_byte_range(low, high)
    while node is not None and span_of(node) == (low, high):
        if node.type == kind:
            return True
        node = node.parent
    return False


def _surroundings(node: Node, parent: Node) -> tuple[str, ...]:
    """What decides how an expression is read: its parent, the tokens beside it, and its place."""
    return (parent.type, *("@" if child == node else child.type for child in parent.children[:8]))
