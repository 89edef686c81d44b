"""What the captures of locals.scm say about a place of a text, or about all places of a stretch of it.

All offsets here are bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from tree_sitter import Node

Key = tuple[int, int]
"""A scope inside its file: start and end byte of its node; MODULE for the file itself."""
Match = tuple[int, dict[str, list[Node]]]
"""The number of a pattern, and what it captures."""

# What a mention can be, the most telling first. A capture's name is its role.
ROLES = {
    role: rank
    for rank, role in enumerate(
        (
            "import.foreign", "import.source", "import.alias", "import.module", "import.default",
            "import.name", "import.root", "import.part", "global", "nonlocal", "def.static",
            "def.classself", "def.self", "def.outside", "def.property", "def.method", "def.function",
            "def.class", "def.alias", "def.typeparam", "def.rest", "def.paramfield", "def.parameter",
            "def.member", "def.field", "def.key", "def.short", "def.variable", "keyword",
            "keyword.prop", "keyword.field", "export.name", "member", "member.key", "member.dotted",
            "ref.short", "ref.call", "ref.type", "ref.first", "ref", "use.call", "use.type", "use.value",
        )
    )
}  # fmt: skip
TEXTS = ("forward", "export", "docstring", "comment", "string")
CLASSES = ("class", "open", "closed")
"""Kinds of scopes that hold members: seen directly inside, from everywhere inside, never by a bare name."""


_USES = ROLES["use.call"]
_TEXT = -len(TEXTS)
_OUTER, _SCOPE, _PATH, _BODY = -100, -101, -102, -103
_RANKS = {
    **ROLES,
    **{text: rank - len(TEXTS) for rank, text in enumerate(TEXTS)},
    "path": _PATH,
    "body": _BODY,
    **{f"scope.{kind}": _SCOPE for kind in ("function", "block", "types", *CLASSES)},
    "outer": _OUTER,
}
"""What the captures are to a classification; other captures only say more about a role."""


@dataclass(slots=True)
class Scope:
    """A stretch of text that holds bindings of its own."""

    kind: str
    key: Key
    node: Node

    @property
    def is_class(self) -> bool:
        """Whether names bound here are members."""
        return self.kind in CLASSES


@dataclass(slots=True)
class Seen:
    """Everything that the captures say about one place."""

    scopes: list[tuple[int, int, Scope | None]] = field(default_factory=list)
    rank: int = len(ROLES)
    role: str = ""
    pattern: int = -1
    parts: dict[str, list[Node]] = field(default_factory=dict)
    node: Node | None = None
    text: int = 0
    uses: set[str] = field(default_factory=set)
    bodies: set[Key] = field(default_factory=set)
    """Blocks that are one scope with the function around them."""

    def holds(self, name: str, rank: int, node: Node, at_end: bool) -> None:
        """Something that stands around the place."""
        if rank >= _TEXT:
            self.text = min(self.text, rank)
            return
        size = node.end_byte - node.start_byte
        if rank == _SCOPE:
            self.scopes.append((size, 1, _scope(name[6:], node)))
        elif rank == _OUTER:
            self.scopes.append((size, 0, None))
        elif rank == _BODY:
            self.bodies.add((node.start_byte, node.end_byte))
        elif at_end:  # the last word of an import's path is the name that it binds
            self.role_of("import.module", ROLES["import.module"], node, -1, {"module": [node]})

    def role_of(self, name: str, rank: int, node: Node, pattern: int, parts: dict[str, list[Node]]) -> None:
        """Something that covers exactly the place; of two patterns with the same role the later says more."""
        if rank >= _USES:
            self.uses.add(name)
        elif rank <= self.rank:
            self.parts = {**self.parts, **parts} if rank == self.rank else parts
            self.rank, self.role, self.node, self.pattern = rank, name, node, pattern

    def take(self, matches: Iterable[Match], start: int, end: int) -> None:
        """Everything in some matches that concerns a place."""
        for pattern, captures in matches:
            for name, nodes in captures.items():
                rank = _RANKS.get(name)
                if rank is None:
                    continue
                for node in nodes:
                    left, right = node.start_byte, node.end_byte
                    if left > start or right < end:
                        continue
                    if rank < 0:
                        self.holds(name, rank, node, right == end)
                    elif left == start and right == end:
                        self.role_of(name, rank, node, pattern, captures)


class Stretch:
    """What the captures say about the places of a stretch, of all of them or only of some."""

    def __init__(
        self, matches: Iterable[Match], low: int, high: int, only: Container[Key] | None = None
    ) -> None:
        self.low = low
        self.high = high
        self._exact: dict[Key, list[tuple[str, int, Node, Match]]] = {}
        around: list[tuple[int, int, str, int, Node]] = []
        for match in matches:
            for name, nodes in match[1].items():
                rank = _RANKS.get(name)
                for node in nodes if rank is not None else ():
                    span = (node.start_byte, node.end_byte)
                    if rank is None or rank < 0:
                        around.append((span[0], -span[1], name, rank or 0, node))
                    elif only is None or span in only:
                        self._exact.setdefault(span, []).append((name, rank, node, match))
        around.sort(key=lambda item: item[:2])
        self._around = around
        self._starts = [item[0] for item in around]
        self._outer = _outer(around)

    def at(self, start: int, end: int) -> Seen:
        """What they say about one place."""
        seen = Seen()
        for name, rank, node, (pattern, captures) in self._exact.get((start, end), ()):
            seen.role_of(name, rank, node, pattern, captures)
        chain: list[int] = []
        number = bisect_right(self._starts, start) - 1
        while number >= 0:
            if -self._around[number][1] >= max(end, start + 1):
                chain.append(number)
            number = self._outer[number]
        for number in reversed(chain):
            _, right, name, rank, node = self._around[number]
            seen.holds(name, rank, node, -right == end)
        return seen


def _outer(around: list[tuple[int, int, str, int, Node]]) -> list[int]:
    """For each of some nodes in order, which one before it holds it; -1 for none."""
    found: list[int] = []
    open_: list[int] = []
    for number, (start, *_) in enumerate(around):
        while open_ and -around[open_[-1]][1] <= start:
            open_.pop()
        found.append(open_[-1] if open_ else -1)
        open_.append(number)
    return found


def extent(matches: Iterable[Match], start: int, end: int) -> Key:
    """From where to where the captures reach that do not stand around a place."""
    nodes = (node for _, captures in matches for nodes in captures.values() for node in nodes)
    spans = [(node.start_byte, node.end_byte) for node in nodes]
    beside = [span for span in spans if span[0] > start or span[1] < end]
    return min((low for low, _ in beside), default=start), max((high for _, high in beside), default=end)


def _scope(kind: str, node: Node) -> Scope:
    """A scope; type parameters have one of their own around the same node, told apart by its key."""
    if kind == "types":
        return Scope("block", (node.start_byte, -node.end_byte), node)
    return Scope(kind, (node.start_byte, node.end_byte), node)
