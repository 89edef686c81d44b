"""What is read eagerly from each file: its words, its definitions, its imports."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from tree_sitter import Node, QueryCursor, Tree

from engine.syntax.grammars import Grammar
from engine.syntax.nodes import text_of

WORDS = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*")
LONGEST = 200
"""Bytes of a word that stand on either side of a stretch's border."""

Definition = tuple[str, str, int, int, str]
"""Name, kind, start and end byte, container."""
Facts = tuple[tuple[Definition, ...], tuple[str, ...]]
"""Definitions in order, and the texts of the imported modules."""

EMPTY: Facts = ((), ())
KINDS = ("class", "function", "method", "variable", "field", "type")


def words(data: bytes) -> set[bytes]:
    """Every identifier-like word of a text; one with dollar signs also without the first of them."""
    found = set(WORDS.findall(data))
    found.update([word.lstrip(b"$") for word in found if word.startswith(b"$")])
    return found


def words_near(data: bytes, stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where the words stand that some stretches touch, whole even where a stretch begins inside of one."""
    for start, end in stretches:
        for match in WORDS.finditer(data, max(0, start - LONGEST), min(len(data), end + LONGEST)):
            if match.end() > start and match.start() < end:
                yield match.span()


def facts(tree: Tree, grammar: Grammar) -> Facts:
    """The definitions and imports of a file; empty for a language without queries."""
    if grammar.facts is None:
        return EMPTY
    captures = QueryCursor(grammar.facts).captures(tree.root_node)
    bodies = _bodies(captures)
    starts = [body[0] for body in bodies]
    found: list[Definition] = []
    for kind in KINDS:
        for node in captures.get(kind, ()):
            start, end = node.start_byte, node.end_byte
            inside, container = _container(bodies, starts, start)
            actual = "method" if kind == "function" and inside == "class" else kind
            found.append((text_of(node), actual, start, end, container))
    found.sort(key=lambda item: item[2])
    return tuple(found), tuple(dict.fromkeys(text_of(node) for node in captures.get("module", ())))


def _bodies(captures: dict[str, list[Node]]) -> list[tuple[int, int, str, str, int]]:
    """Start, end, kind, name and index of the enclosing body, in order of start."""
    names = [
        (node.start_byte, kind, node) for kind in ("class", "function") for node in captures.get(kind, ())
    ]
    names.sort(key=lambda item: item[0])
    name_starts = [item[0] for item in names]
    result: list[tuple[int, int, str, str, int]] = []
    open_: list[int] = []
    for body in sorted(captures.get("body", ()), key=lambda node: node.start_byte):
        start, end = body.start_byte, body.end_byte
        at = bisect_right(name_starts, start) - 1
        # the name of a body is the nearest one before it that is not inside an earlier sibling body
        while open_ and result[open_[-1]][1] <= start:
            open_.pop()
        if at >= 0:
            result.append((start, end, names[at][1], text_of(names[at][2]), open_[-1] if open_ else -1))
            open_.append(len(result) - 1)
    return result


def _container(bodies: list[tuple[int, int, str, str, int]], starts: list[int], at: int) -> tuple[str, str]:
    index = bisect_right(starts, at) - 1
    while index >= 0:
        _, end, kind, name, outer = bodies[index]
        if at < end:
            return kind, name
        index = outer
    return "", ""
