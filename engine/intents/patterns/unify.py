"""Anti-unification: the most specific template that covers two, with holes where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.intents.lexer import KEYWORDS, lex
from engine.intents.patterns.template import LITERAL, NAME, Change, Element, Hole, Keep, Lit, Part, Template


def unified(one: Template, other: Template) -> Template | None:
    """The most specific template that covers both, or None where they have too little in common."""
    if len(one.parts) != len(other.parts) or one.dotted != other.dotted or one.shape != other.shape:
        return None
    table = _Table()
    parts: list[Part] = []
    for a, b in zip(one.parts, other.parts, strict=True):
        elements = _unify(a.elements, b.elements, table)
        if elements is None:
            return None
        if isinstance(a, Keep) and isinstance(b, Keep):
            parts.append(Keep(elements))
        elif isinstance(a, Change) and isinstance(b, Change):
            if (a.lead, a.trail) != (b.lead, b.trail):
                return None
            parts.append(Change(elements, (), a.lead, a.trail, a.sticks_right))
        else:
            return None
    for at, (a, b) in enumerate(zip(one.parts, other.parts, strict=True)):
        part = parts[at]
        if isinstance(a, Change) and isinstance(b, Change) and isinstance(part, Change):
            new = _unify_new(a, b, table, one.shape)
            if new is None:
                return None
            parts[at] = Change(part.elements, new, part.lead, part.trail, part.sticks_right)
    return Template(tuple(parts), one.shape, one.dotted)


class _Table:
    """Holes of an anti-unification: the same pair of texts is the same hole."""

    def __init__(self) -> None:
        self.pairs: dict[tuple[str, str], Hole] = {}
        self.count = 0

    def hole(self, kind: str, one: frozenset[str], other: frozenset[str], pair: tuple[str, str]) -> Hole:
        """The hole for a pair, made at its first use."""
        if pair not in self.pairs:
            self.pairs[pair] = Hole(self.count, kind, one | other)
            self.count += 1
        return self.pairs[pair]


def _unify(one: Sequence[Element], other: Sequence[Element], table: _Table) -> tuple[Element, ...] | None:
    if len(one) != len(other):
        return None
    result: list[Element] = []
    for a, b in zip(one, other, strict=True):
        if isinstance(a, Hole) and isinstance(b, Hole) and a.kind == b.kind:
            result.append(table.hole(a.kind, a.seen, b.seen, (f"\0{a.index}", f"\0{b.index}")))
        elif isinstance(a, Lit) and isinstance(b, Lit) and a.text == b.text:
            result.append(a)
        elif isinstance(a, Lit) and isinstance(b, Lit) and (kind := _hole_kind(a, b)):
            result.append(table.hole(kind, frozenset((a.text,)), frozenset((b.text,)), (a.text, b.text)))
        else:
            return None
    return tuple(result)


def _hole_kind(a: Lit, b: Lit) -> str | None:
    if a.kind == b.kind == "name" and a.text not in KEYWORDS and b.text not in KEYWORDS:
        return NAME
    return LITERAL if {a.kind, b.kind} <= {"number", "string"} else None


def _unify_new(a: Change, b: Change, table: _Table, shape: str) -> tuple[str | int, ...] | None:
    """The right sides as one: what differs must be a hole of the left side."""
    left, right = (list(_flat_new(change, shape)) for change in (a, b))
    if len(left) != len(right):
        return None
    result: list[str | int] = []
    for x, y in zip(left, right, strict=True):
        if x == y and not isinstance(x, int):
            result.append(x)
            continue
        pair = (f"\0{x}" if isinstance(x, int) else x, f"\0{y}" if isinstance(y, int) else y)
        if pair not in table.pairs:
            return None
        result.append(table.pairs[pair].index)
    return tuple(result)


def _flat_new(change: Change, shape: str) -> Iterator[str | int]:
    for piece in change.new:
        if isinstance(piece, int):
            yield piece
        else:
            yield from (token.text for token in lex(piece, shape))
