"""Enumerations, and what goes through their variants one by one, by arms.scm; offsets are characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node, Query, QueryCursor

from engine.syntax.document import Document
from engine.syntax.grammars import data_of, grammar, table_of
from engine.syntax.nodes import text_of

MOST = 400
"""Mentions of one variant in a file that are looked at."""
CLIMB = 12
"""Nodes between a variant's name and the list of arms that it stands in."""
NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class Variant:
    """One entry of an enumeration."""

    name: str
    start: int
    """Where its name stands."""
    payload: str
    """What it carries, as it is written: "(i32)", "{ x: i32 }"; empty where it carries nothing."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A type and everything that it can be."""

    name: str
    start: int
    end: int
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Arm:
    """One case of a list."""

    start: int
    end: int
    """Blanks at the end are left out."""
    label_start: int
    label_end: int
    head: bool = False
    """Whether it is the `if` of a chain, which a further arm is not written like."""


@dataclass(frozen=True, slots=True)
class Arms:
    """A match, switch, chain or table."""

    start: int
    end: int
    arms: tuple[Arm, ...]
    default: str
    """The text of the arm for all the rest, or nothing."""
    table: bool
    """Whether its arms are values, not statements."""


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between languages."""

    default: re.Pattern[str]
    """Labels that take all the rest."""
    guard: re.Pattern[str]
    """Texts of arms for the rest that say: this cannot happen."""
    ends: str
    """What every arm but the last ends with, as a part of it."""
    bare: bool
    """Whether a label may name a variant without its enumeration."""


@cache
def style(language: str) -> Style | None:
    """How a language writes its arms; None where it has none that we know of."""
    values = table_of(language, "arms.txt")
    if not values:
        return None
    return Style(
        re.compile(values.get("default", NEVER)),
        re.compile(values.get("guard", NEVER)),
        values.get("ends", ""),
        "bare" in values,
    )


@cache
def _query(language: str) -> Query | None:
    known, source = grammar(language), data_of(language, "arms.scm")
    return Query(known.language, source) if known is not None and source.strip() else None


def enumerations(document: Document, start: int, end: int) -> tuple[Enumeration, ...]:
    """The enumerations that overlap a range of characters."""
    query = _query(document.grammar.name)
    if query is None:
        return ()
    low, high = document.border.to_bytes(start), document.border.to_bytes(end)
    cursor = QueryCursor(query)
    cursor.set_byte_range(low, max(high, low + 1))
    found: dict[int, tuple[Node, Node]] = {}
    for _, captures in cursor.matches(document.tree.root_node):
        if "enum" in captures:
            found.setdefault(captures["enum"][0].start_byte, (captures["enum"][0], captures["name"][0]))
    return tuple(_enumeration(document, query, node, name) for node, name in found.values())


def _enumeration(document: Document, query: Query, node: Node, name: Node) -> Enumeration:
    cursor = QueryCursor(query)
    cursor.set_byte_range(node.start_byte, node.end_byte)
    variants: dict[int, Variant] = {}
    payloads: dict[int, str] = {}
    for _, captures in cursor.matches(node):
        entry = captures.get("entry", [None])[0]
        if entry is None or not _owned(entry, node):
            continue
        if "payload" in captures:
            payloads[entry.start_byte] = text_of(captures["payload"][0])
        for one in captures.get("variant", ()):
            variants[entry.start_byte] = Variant(text_of(one), document.border.to_chars(one.start_byte), "")
    entries = tuple(
        Variant(variant.name, variant.start, payloads.get(at, "")) for at, variant in sorted(variants.items())
    )
    to_chars = document.border.to_chars
    return Enumeration(text_of(name), to_chars(node.start_byte), to_chars(node.end_byte), entries)


def _owned(entry: Node, enumeration: Node) -> bool:
    """Whether an entry is the enumeration's own, not that of one inside it."""
    parent = entry.parent
    for _ in range(CLIMB):
        if parent is None:
            return False
        if parent == enumeration:
            return True
        if parent.type == enumeration.type:
            return False
        parent = parent.parent
    return False


def lists(document: Document, name: str) -> tuple[Arms, ...]:
    """The lists of arms in which some label mentions this name, in order."""
    query = _query(document.grammar.name)
    if query is None or not name:
        return ()
    found: dict[tuple[int, int], Arms] = {}
    for at in _places(document, name):
        for node in _lists_around(document, query, at, at + len(name.encode("utf-8", "surrogatepass"))):
            key = (node.start_byte, node.end_byte)
            if key not in found:
                found[key] = _arms(document, query, node)
    return tuple(found[key] for key in sorted(found))


def _places(document: Document, name: str) -> Iterator[int]:
    word = re.compile(rb"(?<![\w-])" + re.escape(name.encode("utf-8", "surrogatepass")) + rb"(?![\w-])")
    for number, match in enumerate(word.finditer(document.data)):
        if number >= MOST:
            return
        yield match.start()


def _lists_around(document: Document, query: Query, start: int, end: int) -> Iterator[Node]:
    """The list of which the innermost label holds this place."""
    cursor = QueryCursor(query)
    cursor.set_byte_range(start, end)
    best: tuple[int, Node] | None = None
    for _, captures in cursor.matches(document.tree.root_node):
        for label in captures.get("label", ()):
            if label.start_byte <= start and end <= label.end_byte:
                size = label.end_byte - label.start_byte
                if best is None or size < best[0]:
                    best = size, captures["arms"][0]
    if best is not None:
        yield best[1]


def _arms(document: Document, query: Query, node: Node) -> Arms:
    cursor = QueryCursor(query)
    cursor.set_byte_range(node.start_byte, node.end_byte)
    arms: dict[int, Arm] = {}
    default, table = "", False
    for _, captures in cursor.matches(document.tree.root_node):
        if captures.get("arms", [None])[0] != node:
            continue
        table = table or "table" in captures
        default = text_of(captures["default"][0]) if "default" in captures else default
        if "label" not in captures:
            continue
        label = captures["label"][0]
        head = "head" in captures
        whole = captures["last"][0] if head else captures["arm"][0]
        start = node.start_byte if head else whole.start_byte
        if start not in arms:
            arms[start] = _arm(document, start, whole.end_byte, label, head)
    known = style(document.grammar.name)
    entries = [arms[start] for start in sorted(arms)]
    if known is not None:
        text = document.border.text
        rest = [arm for arm in entries if known.default.search(text[arm.label_start : arm.label_end])]
        entries = [arm for arm in entries if arm not in rest]
        default = default or "".join(text[arm.start : arm.end] for arm in rest)
    to_chars = document.border.to_chars
    return Arms(to_chars(node.start_byte), to_chars(node.end_byte), tuple(entries), default, table)


def _arm(document: Document, start: int, end: int, label: Node, head: bool) -> Arm:
    while end > start and document.data[end - 1 : end].isspace():
        end -= 1
    to_chars = document.border.to_chars
    return Arm(to_chars(start), to_chars(end), to_chars(label.start_byte), to_chars(label.end_byte), head)
