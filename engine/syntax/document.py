"""One parsed file: its tree, and what each mention of a name is. All offsets here are bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from tree_sitter import Node, QueryCursor, Tree

from engine.syntax.border import Border
from engine.syntax.grammars import Grammar

Key = tuple[int, int]
"""A scope inside its file: start and end byte of its node; MODULE for the file itself."""
MODULE: Key = (-1, -1)

# What a mention can be, the most telling first. A capture's name is its role.
ROLES = {
    role: rank
    for rank, role in enumerate(
        (
            "import.foreign", "import.source", "import.alias", "import.module", "import.name", "import.root",
            "import.part", "global", "nonlocal", "def.static", "def.classself", "def.self", "def.property",
            "def.method", "def.function", "def.class", "def.typeparam", "def.rest", "def.parameter",
            "def.member", "def.field", "def.variable", "keyword", "keyword.field", "export.name", "member",
            "member.dotted", "ref.call", "ref.type", "ref.first", "use.call", "use.type",
        )
    )
}  # fmt: skip
TEXTS = ("forward", "export", "docstring", "comment", "string")
CLASSES = ("class", "open", "closed")
"""Kinds of scopes that hold members: seen directly inside only, from everywhere inside, never by a bare name."""


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
class Mention:
    """One place where a name stands."""

    path: str
    name: str
    start: int
    end: int
    role: str
    """A key of ROLES, an item of TEXTS, "ref" for a plain use, "word" where the file has no queries."""
    node: Node | None
    scopes: tuple[Scope, ...]
    """From the innermost outward; the module is not among them."""
    own: Scope | None
    """The scope that this mention names: its function or class."""
    parts: dict[str, list[Node]]
    """Other captures of the pattern that gave the role."""
    uses: frozenset[str] = frozenset()
    """Further captures of the place: use.call, use.type."""
    binds: str = ""
    """Where the definition binds if not in the innermost scope: "function" or "module"."""

    @property
    def is_def(self) -> bool:
        """Whether it binds the name."""
        return self.role.startswith("def.")

    def part(self, name: str) -> Node | None:
        """The node of another capture, or None."""
        nodes = self.parts.get(name)
        return nodes[0] if nodes else None


@lru_cache(maxsize=512)
def word(name: str) -> re.Pattern[bytes]:
    """A pattern that finds a name as a whole word in UTF-8."""
    return re.compile(rb"(?<![\w\x80-\xff])" + re.escape(name.encode()) + rb"(?![\w\x80-\xff])")


@dataclass(slots=True)
class _Seen:
    """Everything that the captures say about one place."""

    scopes: list[tuple[int, int, int, Scope | None]] = field(default_factory=list)
    role: str = ""
    pattern: int = -1
    parts: dict[str, list[Node]] = field(default_factory=dict)
    node: Node | None = None
    text: str = ""
    uses: set[str] = field(default_factory=set)


class Document:
    """A file's text and tree, with the mentions of names found on demand and kept."""

    def __init__(self, path: str, text: str, grammar: Grammar, old: Document | None = None) -> None:
        self.path = path
        self.grammar = grammar
        self.border = Border(text)
        self.data = self.border.data
        self.tree = self._parse(old)
        self._mentions: dict[str, tuple[Mention, ...]] = {}
        self._scopes: dict[Key, Scope] = {}
        self._wildcards: tuple[Mention, ...] | None = None
        self._cursor = QueryCursor(grammar.locals) if grammar.locals is not None else None

    def _parse(self, old: Document | None) -> Tree:
        """A new tree, built on the old one where the texts share their beginning and end."""
        parser = self.grammar.parser()
        if old is None:
            return parser.parse(self.data)
        tree = old.tree.copy()
        before, after = old.data, self.data
        start = _shared(before, after)
        tail = _shared(before[start:][::-1], after[start:][::-1])
        ends = (len(before) - tail, len(after) - tail)
        tree.edit(start, *ends, _point(before, start), _point(before, ends[0]), _point(after, ends[1]))
        return parser.parse(self.data, tree)

    def mentions(self, name: str) -> tuple[Mention, ...]:
        """Every place where the name stands as a whole word, in order."""
        found = self._mentions.get(name)
        if found is None:
            spans = (match.span() for match in word(name).finditer(self.data))
            found = tuple(self.classify(start, end, name) for start, end in spans)
            self._mentions[name] = found
        return found

    def scope(self, key: Key) -> Scope | None:
        """A scope that was met before, by its key."""
        return self._scopes.get(key)

    def scopes_at(self, start: int, end: int) -> tuple[Scope, ...]:
        """The scopes around a stretch of text, from the innermost outward."""
        return self._chain(self._look(start, end), start, end)[0]

    def classify(self, start: int, end: int, name: str) -> Mention:
        """What stands at this place."""
        if self._cursor is None:
            return Mention(self.path, name, start, end, "word", None, (), None, {})
        seen = self._look(start, end)
        scopes, own = self._chain(seen, start, end)
        role, node = seen.role, seen.node
        if not role or role.startswith("use."):
            leaf = self.tree.root_node.descendant_for_byte_range(start, end)
            exact = leaf is not None and leaf.start_byte == start and leaf.end_byte == end
            if role == "" and seen.text:
                role = seen.text
            else:
                role = "ref" if exact else "string"
            node = leaf
        binds = self._setting(seen.pattern, "bind") if seen.role else ""
        return Mention(
            self.path, name, start, end, role, node, scopes, own, seen.parts, frozenset(seen.uses), binds
        )

    def _setting(self, pattern: int, name: str) -> str:
        query = self.grammar.locals
        return (query.pattern_settings(pattern).get(name) or "") if query is not None and pattern >= 0 else ""

    def _look(self, start: int, end: int) -> _Seen:
        """Run the query over one place and sort what it captures."""
        seen = _Seen()
        if self._cursor is None:
            return seen
        self._cursor.set_byte_range(start, max(end, start + 1))
        best, text = len(ROLES), len(TEXTS)
        for pattern, captures in self._cursor.matches(self.tree.root_node):
            for name, nodes in captures.items():
                for node in nodes:
                    left, right = node.start_byte, node.end_byte
                    if left > start or right < end:
                        continue
                    if name.startswith("scope."):
                        kind = name[6:]
                        if kind != "module":
                            seen.scopes.append((right - left, 1, left, Scope(kind, (left, right), node)))
                    elif name == "outer":
                        seen.scopes.append((right - left, 0, left, None))
                    elif name in TEXTS:
                        text = min(text, TEXTS.index(name))
                    elif left == start and right == end and name in ROLES:
                        if name.startswith("use."):
                            seen.uses.add(name)
                        # of two patterns with the same role the later one says more
                        elif ROLES[name] <= best:
                            same = ROLES[name] == best
                            best, seen.role, seen.node, seen.pattern = ROLES[name], name, node, pattern
                            seen.parts = {**seen.parts, **captures} if same else captures
        seen.text = TEXTS[text] if text < len(TEXTS) else ""
        return seen

    def _chain(self, seen: _Seen, start: int, end: int) -> tuple[tuple[Scope, ...], Scope | None]:
        """The scopes from the innermost outward, and the one that this place names."""
        chain: list[Scope] = []
        own: Scope | None = None
        skip = 0
        naming = False
        for size, rank, _, scope in sorted(seen.scopes, key=lambda item: item[:2]):
            if scope is None:
                skip += 1
                naming = naming or size == end - start
            elif skip:
                skip -= 1
                own = scope if naming and own is None else own
                self._scopes.setdefault(scope.key, scope)
            elif not chain or chain[-1].key != scope.key or rank == 0:
                chain.append(self._scopes.setdefault(scope.key, scope))
        return tuple(chain), own

    def wildcards(self) -> tuple[Mention, ...]:
        """The imports of everything that a module has."""
        if self._wildcards is None:
            self._wildcards = tuple(self._find_wildcards())
        return self._wildcards

    def _find_wildcards(self) -> Iterator[Mention]:
        query = self.grammar.wildcards
        if query is None or b"*" not in self.data:
            return
        for _, captures in QueryCursor(query).matches(self.tree.root_node):
            for node in captures.get("import.all", ()):
                yield Mention(
                    self.path, "*", node.start_byte, node.end_byte, "import.all", node, (), None, captures
                )

    def errors(self) -> int:
        """How many places of the tree do not parse (ERROR and MISSING nodes)."""
        return count_errors(self.tree)


def count_errors(tree: Tree) -> int:
    """ERROR and MISSING nodes, found without entering healthy parts of the tree."""
    if not tree.root_node.has_error:
        return 0
    return sum(1 for _ in _broken(tree))


def _broken(tree: Tree) -> Iterator[Node]:
    stack = [tree.root_node]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            yield node
        if node.has_error:
            stack += [child for child in node.children if child.has_error or child.is_missing]


def _shared(a: bytes, b: bytes) -> int:
    """The length of the common beginning, by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _point(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset), offset - (data.rfind(b"\n", 0, offset) + 1)
