"""One parsed file: its tree, and what each mention of a name is. All offsets here are bytes."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from tree_sitter import Node, QueryCursor, Tree

from engine.align import shared
from engine.syntax.border import Border, find_word
from engine.syntax.captured import ROLES as ROLES
from engine.syntax.captured import TEXTS, Seen, Stretch, extent
from engine.syntax.captured import Key as Key
from engine.syntax.captured import Scope as Scope
from engine.syntax.grammars import Grammar
from engine.syntax.shapes import Shapes

if TYPE_CHECKING:
    from engine.syntax.shape import Shape

MODULE: Key = (-1, -1)
PRIVATE = "#"
"""What a private member's name begins with, where that is a part of the name."""


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


MOST = 5_000
"""Mentions of one name in one file that are looked at."""
FEW = 24
PLACE_COST = 140
"""Bytes of a whole file that are classified in the time that one single place takes."""
WIDE = 100
"""Matches that one place may have; with more most of them are about others, as in a list of thousands."""
MATCH = 12
"""Bytes of a file for one match: so much of it is gone through in one run rather than place by place."""


class Document:
    """A file's text and tree, with the mentions of names found on demand and kept."""

    def __init__(self, path: str, text: str, grammar: Grammar, old: Document | None = None) -> None:
        self.path = path
        self.grammar = grammar
        self.border = Border(text)
        self.data = self.border.data
        self.tree = self._parse(old)
        self._mentions: dict[str, tuple[Mention, ...]] = {}
        self._places: dict[Key, Mention] = {}
        self._chains: dict[Key, tuple[Scope, ...]] = {}
        self._scopes: dict[Key, Scope] = {}
        self.forms: dict[tuple[int, str], Shape] = {}
        """The patterns of types.scm that nodes have, as far as they were asked for."""
        self._stretches: list[Stretch] = []
        """Where so many places hang together that all of them were looked at in one run."""
        self._wide = 0
        """Matches about other places that looks at single ones went through since."""
        self._wildcards: tuple[Mention, ...] | None = None
        self._shapes: Shapes | None = None
        self._errors: int | None = None
        self._cursor = QueryCursor(grammar.locals) if grammar.locals is not None else None

    def _parse(self, old: Document | None) -> Tree:
        """A new tree, built on the old one where the texts share their beginning and end."""
        parser = self.grammar.parser()
        if old is None:
            return parser.parse(self.data)
        tree = old.tree.copy()
        before, after = old.data, self.data
        start = shared(before, after)
        tail = shared(before[start:][::-1], after[start:][::-1])
        ends = (len(before) - tail, len(after) - tail)
        tree.edit(start, *ends, _point(before, start), _point(before, ends[0]), _point(after, ends[1]))
        return parser.parse(self.data, tree)

    @property
    def shapes(self) -> Shapes:
        """Its functions, calls and classes."""
        if self._shapes is None:
            self._shapes = Shapes(self)
        return self._shapes

    def mentions(self, name: str) -> tuple[Mention, ...]:
        """Every place where the name stands as a whole word, in order."""
        found = self._mentions.get(name)
        if found is None:
            one = name.encode("utf-8", "surrogatepass")
            starts = islice(find_word(self.data, one), MOST) if one else ()
            spans = [(at, at + len(one)) for at in starts]
            if len(spans) > FEW and len(spans) * PLACE_COST > len(self.data):
                found = tuple(self._classify_all(spans, name))
            else:
                found = tuple(self.classify(start, end, name) for start, end in spans)
            self._mentions[name] = found
        return found

    def knows(self, name: str) -> bool:
        """Whether all mentions of the name were looked at already."""
        return name in self._mentions

    def mentions_in(self, name: str, key: Key) -> tuple[Mention, ...] | None:
        """The mentions inside one scope; None where they are so many that the whole file is cheaper."""
        start, end = key
        one = name.encode("utf-8", "surrogatepass")
        found = list(islice(find_word(self.data[start:end], one), FEW + 1)) if one else []
        if len(found) > FEW:
            return None
        return tuple(self.classify(start + at, start + at + len(one), name) for at in found)

    def _classify_all(self, spans: list[tuple[int, int]], name: str) -> Iterator[Mention]:
        """The same as `classify` for each place, by one run over the whole file."""
        if self._cursor is None:
            yield from (self.classify(start, end, name) for start, end in spans)
            return
        stretch = self._stretch(spans[0][0], spans[-1][1], frozenset(spans))
        yield from (self._mention(stretch.at(*span), *span, name) for span in spans)

    def scope(self, key: Key) -> Scope | None:
        """A scope that was met before, by its key."""
        return self._scopes.get(key)

    def scopes_at(self, start: int, end: int) -> tuple[Scope, ...]:
        """The scopes around a stretch of text, from the innermost outward."""
        key = (start, end)
        found = self._chains.get(key)
        if found is None:
            found = self._chains[key] = self._chain(self._look(start, end), start, end)[0]
        return found

    def classify(self, start: int, end: int, name: str) -> Mention:
        """What stands at this place."""
        if self._cursor is None:
            return Mention(self.path, name, start, end, "word", None, (), None, {})
        key = (start, end)
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = self._mention(self._look(start, end), start, end, name)
        return found

    def _mention(self, seen: Seen, start: int, end: int, name: str) -> Mention:
        scopes, own = self._chain(seen, start, end)
        role = seen.role or (TEXTS[seen.text + len(TEXTS)] if seen.text else "string")
        binds = self._setting(seen.pattern, "bind") if seen.role else ""
        return Mention(
            self.path, name, start, end, role, seen.node, scopes, own, seen.parts, frozenset(seen.uses), binds
        )

    def _setting(self, pattern: int, name: str) -> str:
        query = self.grammar.locals
        return (query.pattern_settings(pattern).get(name) or "") if query is not None and pattern >= 0 else ""

    def _look(self, start: int, end: int) -> Seen:
        """Run the query over one place and sort what it captures."""
        for stretch in self._stretches:
            if stretch.low <= start and end <= stretch.high:
                return stretch.at(start, end)
        seen = Seen()
        if self._cursor is None:
            return seen
        self._cursor.set_byte_range(start, max(end, start + 1))
        matches = self._cursor.matches(self.tree.root_node)
        seen.take(matches, start, end)
        if len(matches) > WIDE:
            self._wide += len(matches)
            low, high = extent(matches, start, end)
            if self._wide * MATCH > high - low:
                self._wide = 0
                self._stretches.append(self._stretch(low, high))
        return seen

    def _stretch(self, low: int, high: int, only: Container[Key] | None = None) -> Stretch:
        """What the query says of many places, by one run."""
        if self._cursor is None:
            return Stretch((), low, high)
        self._cursor.set_byte_range(low, high)
        return Stretch(self._cursor.matches(self.tree.root_node), low, high, only)

    def _chain(self, seen: Seen, start: int, end: int) -> tuple[tuple[Scope, ...], Scope | None]:
        """The scopes from the innermost outward, and the one that this place names."""
        chain: list[Scope] = []
        own: Scope | None = None
        skip = 0
        naming = False
        for size, _, scope in sorted(seen.scopes, key=_inner_first):
            if scope is None:
                skip += 1
                naming = naming or size == end - start
            elif skip:
                skip -= 1
                own = scope if naming and own is None else own
                self._scopes.setdefault(scope.key, scope)
            elif scope.key not in seen.bodies and (not chain or chain[-1].key != scope.key):
                chain.append(self._scopes.setdefault(scope.key, scope))
        return tuple(chain), own

    def wildcards(self) -> tuple[Mention, ...]:
        """The imports of everything that a module has."""
        if self._wildcards is None:
            self._wildcards = tuple(self._find_wildcards())
        return self._wildcards

    def default_export(self) -> str:
        """The name of what a module exports as its default, or nothing."""
        query = self.grammar.wildcards
        if query is None or (b"default" not in self.data and b"module" not in self.data):
            return ""
        found = QueryCursor(query).captures(self.tree.root_node).get("export.default")
        return (found[0].text or b"").decode("utf-8", "replace") if found else ""

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
        if self._errors is None:
            self._errors = count_errors(self.tree)
        return self._errors


def _inner_first(item: tuple[int, int, Scope | None]) -> tuple[int, int]:
    return item[0], item[1]


def count_errors(tree: Tree) -> int:
    """ERROR and MISSING nodes, found without entering healthy parts of the tree."""
    if not tree.root_node.has_error:
        return 0
    return sum(1 for _ in broken(tree))


def broken(tree: Tree) -> Iterator[Node]:
    """The ERROR and MISSING nodes of a tree."""
    stack = [tree.root_node]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            yield node
        if node.has_error:
            stack += [child for child in node.children if child.has_error or child.is_missing]


def _point(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset), offset - (data.rfind(b"\n", 0, offset) + 1)
