"""The import statements of a file as data: what each brings in, from where, and how it is written.

All offsets are characters. A statement of Go is one line of its block.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node, QueryCursor

from engine.syntax.border import Border
from engine.syntax.grammars import ModuleStyle
from engine.syntax.linking.library import Imports, imports_of

if TYPE_CHECKING:
    from engine.syntax.document import Document

Span = tuple[int, int]
TOP: Span = (-1, -1)
"""The holder of a statement that stands in the file itself."""
WITHIN: Span = (0, 0)
"""The holder of a mined statement that is indented."""
HEADER = 8_000
"""Bytes from the beginning in which a header is looked for."""
_LICENCE = re.compile(r"(?:(?:\#|//)[^\n]*\n)+\s*?\n|(?:\#|//)!?[^\n]*\n|/\*.*?\*/[ \t]*\n\s*?\n", re.DOTALL)
_HEADING = re.compile(r"\s*/\*(?:[^*]|\*(?!/))*\*/[ \t]*\r?\n(?=[ \t]*\r?\n)")
"""A comment that stands by itself below a header."""
_VERSION = re.compile(r"[/.]v\d+$")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a statement brings in."""

    kind: str
    """name, module, default, static, all (a wildcard), or effect (nothing is bound)."""
    module: str
    name: str
    """What the module calls it; empty for a module."""
    local: str
    """What this file calls it."""
    start: int
    end: int
    type_only: bool = False
    """Marked by itself as a type."""

    @property
    def renamed(self) -> bool:
        """Whether it has another name here."""
        return bool(self.name) and self.local != self.name


@dataclass(frozen=True, slots=True)
class List:
    """A bracketed list of items."""

    module: str
    """What stands before every item of it."""
    start: int
    """Inside the brackets."""
    end: int
    members: tuple[Span, ...]
    """What stands in it, lists of its own among them."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One import statement."""

    start: int
    end: int
    text: str
    module: str
    """Where it imports from; of several modules the first."""
    items: tuple[Item, ...]
    lists: tuple[List, ...]
    holder: Span = TOP
    """The block that it stands in."""
    type_only: bool = False
    static: bool = False
    require: bool = False
    public: bool = False
    """Passed on to others."""
    guarded: bool = False
    """For type checkers only."""
    block: Span = TOP
    """Inside the parentheses that hold several statements."""

    @property
    def binds(self) -> bool:
        """Whether it brings in anything by name."""
        return any(item.kind not in {"all", "effect"} for item in self.items)


@dataclass(slots=True)
class _Draft:
    node: Node
    items: dict[int, Item] = field(default_factory=dict)
    """By their starts."""
    flags: set[str] = field(default_factory=set)
    source: str = ""


def statements(document: Document) -> tuple[Statement, ...]:
    """The import statements of a parsed file, in order."""
    known = imports_of(document.grammar.name)
    if known is None:
        return ()
    text = document.border.text
    found = [match.span() for match in known.forms.find.finditer(text)]
    if not found:
        return ()
    root = document.tree.root_node
    spans = [
        _grown(root, document.border.to_bytes(start), document.border.to_bytes(end)) for start, end in found
    ]
    return tuple(read(root, document.border, known, document.grammar.imports, _merged(spans)))


def _grown(root: Node, start: int, end: int) -> Span:
    """A stretch up to the end of the statement that begins there."""
    node = root.descendant_for_byte_range(start, start)
    while node is not None and node.parent is not None and node.parent.parent is not None:
        if node.parent.start_byte != node.start_byte:
            break
        node = node.parent
    return start, end if node is None or node.parent is None else max(end, node.end_byte)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that stand close to each other as one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start - found[-1][1] < 400:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def read(
    root: Node, border: Border, known: Imports, style: ModuleStyle, spans: Iterable[Span]
) -> Iterator[Statement]:
    """The import statements in some stretches of a tree; offsets of the spans are bytes."""
    seen = _Captures(root, border, known, spans)
    drafts: list[_Draft] = []
    for node in sorted(seen.statements.values(), key=lambda one: one.start_byte):
        if not drafts or node.start_byte >= drafts[-1].node.end_byte:
            drafts.append(_Draft(node))
    for start, kind, parts in sorted(seen.items, key=lambda one: one[0]):
        draft = _holding(drafts, start)
        if draft is not None:
            item = seen.item(kind, parts, draft, style)
            draft.items.setdefault(item.start, item)
    for name, start in seen.flags:
        draft = _holding(drafts, start)
        if draft is not None:
            draft.flags.add(name)
    for start, source in seen.sources:
        draft = _holding(drafts, start)
        if draft is not None:
            draft.source = draft.source or source
    for draft in drafts:
        yield seen.statement(draft)


def _holding(drafts: list[_Draft], start: int) -> _Draft | None:
    low, high = 0, len(drafts)
    while low < high:
        middle = (low + high) // 2
        if drafts[middle].node.end_byte <= start:
            low = middle + 1
        else:
            high = middle
    return drafts[low] if low < len(drafts) and drafts[low].node.start_byte <= start else None


class _Captures:
    """Everything that the query says about some statements."""

    def __init__(self, root: Node, border: Border, known: Imports, spans: Iterable[Span]) -> None:
        self.border = border
        self.between = known.forms.between
        self.statements: dict[int, Node] = {}
        self.items: list[tuple[int, str, dict[str, list[Node]]]] = []
        self.flags: list[tuple[str, int]] = []
        self.sources: list[tuple[int, str]] = []
        self.prefixes: dict[int, Node] = {}
        self.opens: dict[int, Node] = {}
        self.closes: dict[int, Node] = {}
        self.guards: set[Span] = set()
        self.blocks: set[Span] = set()
        self.types: set[Span] = set()
        cursor = QueryCursor(known.query)
        for start, end in spans:
            cursor.set_byte_range(start, end)
            for pattern, captures in cursor.matches(root):
                kind = known.query.pattern_settings(pattern).get("kind")
                if kind:
                    self.items.append((captures["item"][0].start_byte, kind, captures))
                self._note(captures)

    def _note(self, captures: dict[str, list[Node]]) -> None:
        for name, nodes in captures.items():
            for node in nodes:
                span = (node.start_byte, node.end_byte)
                if name == "statement":
                    self.statements[node.id] = node
                elif name == "source":
                    self.sources.append((span[0], self.text(node)))
                elif name in {"static", "require", "public"}:
                    self.flags.append((name, span[0]))
                elif name == "guard":
                    self.guards.add(span)
                elif name == "block":
                    self.blocks.add(span)
                elif name in {"type", "prefix", "open", "close"} and node.parent is not None:
                    self._of_parent(name, node, node.parent)

    def _of_parent(self, name: str, node: Node, parent: Node) -> None:
        if name == "type":
            self.types.add((parent.start_byte, parent.end_byte))
        else:
            {"prefix": self.prefixes, "open": self.opens, "close": self.closes}[name][parent.id] = node

    def text(self, node: Node) -> str:
        """What a node holds."""
        return self.border.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _path(self, node: Node, last: Node) -> str:
        """The prefixes around a node, up to its statement."""
        words: list[str] = []
        at: Node | None = node
        while at is not None and at.id != last.id:
            prefix = self.prefixes.get(at.id)
            if prefix is not None:
                words.insert(0, self.text(prefix))
            at = at.parent
        return self.between.join(words)

    def item(self, kind: str, parts: dict[str, list[Node]], draft: _Draft, style: ModuleStyle) -> Item:
        """One item of a statement."""
        node = parts["item"][0]
        name = self.text(parts["name"][0]) if "name" in parts else ""
        module = self.text(parts["module"][0]) if "module" in parts else ""
        if self.prefixes and node.parent is not None:
            module = self.between.join(filter(None, (self._path(node.parent, draft.node), module)))
        if kind == "self":  # the list's own module, a name of the one that holds it
            module, _, name = module.rpartition(self.between)
            kind = "name"
        local = self.text(parts["local"][0]) if "local" in parts else name
        if kind == "module" and not local:
            local = local_name(style, module)
        span = self._span(node)
        marked = (node.start_byte, node.end_byte) in self.types
        return Item(kind, module, name, local, *span, marked)

    def _span(self, node: Node) -> Span:
        return self.border.to_chars(node.start_byte), self.border.to_chars(node.end_byte)

    def statement(self, draft: _Draft) -> Statement:
        """One statement with what was found for it."""
        node = draft.node
        parent = (
            node.parent if node.start_point.column else None
        )  # at the margin it stands in the file itself
        start, end = self._span(node)
        block = holder = TOP
        guarded = False
        if parent is not None and (parent.start_byte, parent.end_byte) in self.blocks:
            block = self._inside(parent)
            parent = parent.parent.parent if parent.parent is not None else None
        if parent is not None and parent.parent is not None:
            holder = self._span(parent)
            guarded = (parent.start_byte, parent.end_byte) in self.guards
        items = tuple(
            item if item.kind != "name" or "static" not in draft.flags else _static(item)
            for item in draft.items.values()
        )
        lists = tuple(self._lists(node))
        outer = min((one.module for one in lists if one.module), key=len, default="")
        module = draft.source or outer or next((item.module for item in items), "")
        return Statement(
            start, end, self.border.text[start:end], module, items, lists, holder,
            (node.start_byte, node.end_byte) in self.types, "static" in draft.flags,
            "require" in draft.flags, "public" in draft.flags, guarded, block,
        )  # fmt: skip

    def _inside(self, parent: Node) -> Span:
        opening, closing = self.opens.get(parent.id), self.closes.get(parent.id)
        if opening is None or closing is None:
            return self._span(parent)
        return self.border.to_chars(opening.end_byte), self.border.to_chars(closing.start_byte)

    @cached_property
    def _in_order(self) -> list[tuple[int, int, Node]]:
        """The openings by where they stand, with the order in which they were found."""
        found = enumerate(self.opens.values())
        return sorted((node.start_byte, order, node) for order, node in found)

    def _lists(self, node: Node) -> Iterator[List]:
        low, high = (bisect_left(self._in_order, (at,)) for at in (node.start_byte, node.end_byte))
        for _, opening in sorted(one[1:] for one in self._in_order[low:high]):
            parent = opening.parent
            closing = None if parent is None else self.closes.get(parent.id)
            if closing is None or parent is None:
                continue
            members = tuple(
                self._span(child)
                for child in parent.named_children
                if child.start_byte > opening.start_byte and "comment" not in child.type
            )
            yield List(self._path(parent, node), *self._inside(parent), members)


def _static(item: Item) -> Item:
    return Item("static", item.module, item.name, item.local, item.start, item.end)


def local_name(style: ModuleStyle, module: str) -> str:
    """The name that an import of a whole module binds when it gives none."""
    if style != "folder":
        return module.split(".")[0]
    bare = _VERSION.sub("", module)
    last = bare.rpartition("/")[2]
    return last.removeprefix("go-").removesuffix("-go").removesuffix(".go").replace("-", "_")


def header_end(document: Document) -> tuple[int, bool]:
    """Where a file's first import may stand, and whether a docstring or package line is right before."""
    text, known = document.border.text, imports_of(document.grammar.name)
    if known is None:
        return 0, False
    cursor = QueryCursor(known.query)
    cursor.set_byte_range(0, HEADER)
    nodes = cursor.captures(document.tree.root_node).get("header", ())
    if nodes:
        end = text.find("\n", document.border.to_chars(max(node.end_byte for node in nodes)))
        heading = _HEADING.match(text, end + 1) if end >= 0 else None
        return (len(text), True) if end < 0 else (heading.end() if heading else end + 1, True)
    found = _LICENCE.match(text)
    return (found.end(), False) if found else (0, False)
