"""Functions, calls and classes as they are written, by the queries of shapes.scm; offsets are characters."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tree_sitter import Node, QueryCursor

from engine.syntax.border import WORD_BYTES, find_word
from engine.syntax.forms import Argument, Call, Class, Function, Parameter, ParameterKind
from engine.syntax.grammars import outline

if TYPE_CHECKING:
    from engine.syntax.document import Document

CLIMB = 4
"""Nodes between a method and its class."""
MOST_CALLS = 2_000
"""Mentions of one name in one file that are looked at."""
_CALLEE = re.compile(r"(?:[\w)\]?]+\s*(?:\.|::)\s*)+\Z")
_STATIC = frozenset({"static", "staticmethod"})

_KINDS: tuple[ParameterKind, ...] = ("self", "rest", "keywords", "separator", "pattern")
_PLAIN: ParameterKind = "plain"
_CLASSES = ("interface", "struct", "enum", "record", "impl", "abstract")
Parts = dict[str, list[Node]]


class Shapes:
    """What one document is made of; answers are kept as long as it lives."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._query = document.grammar.shapes
        self._outline = outline(document.grammar.name)
        self._functions: dict[tuple[int, int], Function] = {}
        self._calls: dict[str, tuple[Call, ...]] = {}
        self._found: dict[tuple[int, int, str], tuple[Node, ...]] = {}

    # -- asking

    def functions(self, start: int = 0, end: int | None = None) -> tuple[Function, ...]:
        """The functions whose definitions overlap a range of characters, in order."""
        found = (self.function(node) for node in self._nodes("function", start, end))
        return tuple(one for one in found if one is not None)

    def classes(
        self, start: int = 0, end: int | None = None, names: Container[str] | None = None
    ) -> tuple[Class, ...]:
        """The classes (of some names) whose definitions overlap a range of characters, in order."""
        found = (self._class(node, names) for node in self._nodes("class", start, end))
        return tuple(one for one in found if one is not None)

    def around(self, at: int) -> tuple[Function, ...]:
        """The functions whose bodies hold a character offset, innermost first."""
        found = self.functions(at, at + 1)
        return tuple(one for one in reversed(found) if one.body_start <= at < one.body_end)

    def function_at(self, name_start: int) -> Function | None:
        """The function whose name stands at a character offset."""
        return next(
            (one for one in self.functions(name_start, name_start + 1) if one.name_start == name_start), None
        )

    def class_at(self, name_start: int) -> Class | None:
        """The class whose name stands at a character offset."""
        return next(
            (one for one in self.classes(name_start, name_start + 1) if one.name_start == name_start), None
        )

    def heirs(self, start: int, end: int) -> tuple[Class, ...]:
        """The classes among whose bases something in a range of characters stands, in order."""
        border = self._document.border
        first = border.to_bytes(max(0, start))
        last = max(border.to_bytes(end), first + 1)
        found = (
            self._class(node)
            for node in self._nodes("class", start, end)
            if any(
                base.start_byte < last and first < base.end_byte
                for base in self._at(node).get("class.base", ())
            )
        )
        return tuple(one for one in found if one is not None)

    def parses(self, start: int, end: int) -> bool:
        """Whether nothing is broken between two offsets of characters."""
        root, border = self._document.tree.root_node, self._document.border
        if not root.has_error:
            return True
        node = root.descendant_for_byte_range(border.to_bytes(start), border.to_bytes(end))
        return node is not None and not node.has_error

    def calls(self, name: str) -> tuple[Call, ...]:
        """The calls whose callee's last word is this name, in order."""
        if name not in self._calls:
            found: list[Call] = []
            word = name.encode("utf-8", "surrogatepass")
            for number, at in enumerate(find_word(self._document.data, word) if word else ()):
                if number >= MOST_CALLS:
                    break
                call = self._call(at, at + len(word))
                if call is not None:
                    found.append(call)
            self._calls[name] = tuple(found)
        return self._calls[name]

    def call_at(self, name_start: int) -> Call | None:
        """The call whose callee's last word stands at a character offset."""
        data = self._document.data
        start = end = self._document.border.to_bytes(name_start)
        while end < len(data) and data[end] in WORD_BYTES:
            end += 1
        return self._call(start, end) if end > start else None

    # -- nodes

    def _nodes(self, kind: str, start: int, end: int | None) -> tuple[Node, ...]:
        """The nodes of a kind that overlap a range of characters, outer ones first."""
        if self._outline is None:
            return ()
        border = self._document.border
        first = border.to_bytes(max(0, start))
        last = len(self._document.data) if end is None else border.to_bytes(end)
        key = (first, last, kind)
        if key not in self._found:
            cursor = QueryCursor(self._outline)
            cursor.set_byte_range(first, max(last, first + 1))
            nodes: dict[int, Node] = {}
            for _, captures in cursor.matches(self._document.tree.root_node):
                for node in captures.get(kind, ()):
                    nodes.setdefault(node.id, node)
            self._found[key] = tuple(
                sorted(nodes.values(), key=lambda node: (node.start_byte, -node.end_byte))
            )
        return self._found[key]

    def _at(self, node: Node) -> Parts:
        """All that the patterns that begin at this very node capture."""
        parts: Parts = {}
        if self._query is None:
            return parts
        cursor = QueryCursor(self._query)
        cursor.set_max_start_depth(0)
        for _, captures in cursor.matches(node):
            for name, nodes in captures.items():
                held = parts.setdefault(name, [])
                held += [one for one in nodes if one not in held]
        return parts

    def _text(self, node: Node | None) -> str:
        if node is None:
            return ""
        return self._document.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _span(self, node: Node | None) -> tuple[int, int]:
        if node is None:
            return -1, -1
        border = self._document.border
        return border.to_chars(node.start_byte), border.to_chars(node.end_byte)

    def _inside(self, node: Node) -> tuple[int, int]:
        """A list without its parentheses."""
        start, end = self._span(node)
        data = self._document.data
        opened = data[node.start_byte : node.start_byte + 1] in (b"(", b"[")
        closed = end - start > 1 and data[node.end_byte - 1 : node.end_byte] in (b")", b"]")
        return start + opened, end - (opened and closed)

    def _outermost(self, node: Node) -> tuple[Node, list[str]]:
        """The node with decorators and such around it, and the words found there."""
        words: list[str] = []
        parent = node.parent
        while parent is not None:
            parts = self._at(parent)
            if "wrapper" not in parts or not any(one == node for one in parts.get("wrapped", ())):
                break
            words = [*self._words(parts), *words]
            node, parent = parent, parent.parent
        return node, words

    def _words(self, parts: Parts) -> Iterator[str]:
        for node in parts.get("modifier", ()):
            if node.child_count and node.type.endswith("modifiers"):
                yield from (self._text(child) for child in node.children)
            else:
                yield self._text(node)

    def _leading(self, node: Node) -> tuple[int, list[str]]:
        """Where the attributes in front of a node begin, and their texts."""
        words: list[str] = []
        first, before = node.start_byte, node.prev_named_sibling
        while before is not None and "leading" in self._at(before):
            words.insert(0, self._text(before))
            first, before = before.start_byte, before.prev_named_sibling
        return self._document.border.to_chars(first), words

    # -- shapes

    def function(self, node: Node) -> Function | None:
        """The function that a node is, or None."""
        key = (node.start_byte, node.end_byte)
        if key in self._functions:
            return self._functions[key]
        parts = self._at(node)
        names, lists = (
            parts.get("function.name"),
            parts.get("function.parameters") or parts.get("function.bare"),
        )
        if not names or not lists or "function" not in parts:
            return None
        outer, words = self._outermost(node)
        start, marks = self._leading(outer)
        end = self._span(outer)[1]
        modifiers = (*marks, *words, *self._words(parts))
        owner = self._owner(outer) or (
            self._text(parts["function.owner"][0]) if "function.owner" in parts else ""
        )
        returns = next(iter(parts.get("function.returns", ())), None)
        body = next(iter(parts.get("function.body", ())), None)
        list_start, list_end = self._inside(lists[0])
        returns_start, returns_end = self._span(returns)
        body_start, body_end = self._span(body)
        made = Function(
            name=self._text(names[0]),
            name_start=self._span(names[0])[0],
            start=start,
            end=end,
            list_start=list_start,
            list_end=list_end,
            parameters=self._parameters(lists[0], bool(owner) and not _STATIC & set(modifiers)),
            returns=self._text(returns),
            returns_start=returns_start,
            returns_end=returns_end,
            body_start=body_start,
            body_end=body_end,
            owner=owner,
            modifiers=modifiers,
            receiver=self._text(parts["function.receiver"][0]) if "function.receiver" in parts else "",
            is_broken=node.has_error and any(one.has_error for one in node.children if one != body),
        )
        self._functions[key] = made
        return made

    def _owner(self, node: Node) -> str:
        parent = node.parent
        for _ in range(CLIMB):
            if parent is None:
                return ""
            parts = self._at(parent)
            if "function" in parts:
                return ""
            if "class" in parts and "class.name" in parts:
                return self._text(parts["class.name"][0])
            parent = parent.parent
        return ""

    def _parameters(self, node: Node, in_class: bool) -> tuple[Parameter, ...]:
        children = [node] if node.type == "identifier" else node.named_children
        found: list[Parameter] = []
        keyword_only = False
        for number, child in enumerate(children):
            parts = self._at(child)
            if "parameter" not in parts:
                continue
            made = list(self._parameter(child, parts, keyword_only))
            if number == 0 and in_class and self._is_self(parts):
                made[0] = replace(made[0], kind="self")
            found += made
            keyword_only = keyword_only or "parameter.rest" in parts or "parameter.star" in parts
        return tuple(found)

    def _is_self(self, parts: Parts) -> bool:
        """Whether the first parameter of a method is its receiver, where the language writes it out."""
        name = parts["parameter.name"][0] if "parameter.name" in parts else None
        if name is None:
            return False
        mention = self._document.classify(name.start_byte, name.end_byte, self._text(name))
        return mention.role in {"def.self", "def.classself"}

    def _parameter(self, node: Node, parts: Parts, keyword_only: bool) -> Iterator[Parameter]:
        names: list[Node | None] = [*parts.get("parameter.name", ())] or [None]
        type_ = next(iter(parts.get("parameter.type", ())), None)
        default = next(iter(parts.get("parameter.default", ())), None)
        kind = next((one for one in _KINDS if f"parameter.{one}" in parts), _PLAIN)
        (type_start, type_end), (default_start, default_end) = self._span(type_), self._span(default)
        start, end = self._span(node)
        for number, name in enumerate(names):
            first, last = self._span(name)
            if len(names) > 1:  # several names before one type
                start, end = first, self._span(node)[1] if number == len(names) - 1 else last
            yield Parameter(
                name=self._text(name),
                start=start,
                end=end,
                name_start=first,
                type=self._text(type_),
                type_start=type_start,
                type_end=type_end,
                default=self._text(default),
                default_start=default_start,
                default_end=default_end,
                kind=kind,
                keyword_only=keyword_only and kind == _PLAIN,
                optional="parameter.optional" in parts,
                is_field="parameter.field" in parts,
                text=self._document.border.text[start:end],
            )

    def _call(self, start: int, end: int) -> Call | None:
        """The call whose callee ends in the word at these bytes."""
        if self._query is None:
            return None
        cursor = QueryCursor(self._query)
        cursor.set_byte_range(start, end)
        for _, captures in cursor.matches(self._document.tree.root_node):
            names = captures.get("call.name")
            if names and (names[0].start_byte, names[0].end_byte) == (start, end):
                if "call.loose" in captures:
                    return self._loose(names[0], captures["call.loose"][0])
                return self._made(captures, names[0])
        return None

    def _made(self, captures: Parts, name: Node) -> Call:
        node, operands = captures["call"][0], captures.get("call.operand", [])
        listed = captures.get("call.arguments", operands)[0]
        callee = captures.get("call.callee")
        first = node.start_byte
        text = self._document.data[first : name.end_byte].decode("utf-8", "replace")
        children = operands or [one for one in listed.named_children if "comment" not in one.type]
        inside = self._span(listed) if operands else self._inside(listed)
        arguments = tuple(self._argument(child) for child in children)
        return Call(
            self._text(name), self._span(name)[0], *self._span(node),
            self._text(callee[0]) if callee else text, *inside, arguments,
        )  # fmt: skip

    def _loose(self, name: Node, listed: Node) -> Call | None:
        """A call of which the grammar sees only words and brackets, inside of a macro."""
        inside = [one for one in listed.children[1:-1] if "comment" not in one.type]
        bars = any(one.type == "|" for one in inside)  # the parameters of a closure have commas of their own
        if bars or self._document.data[listed.start_byte : listed.start_byte + 1] != b"(":
            return None
        groups: list[list[Node]] = [[]]
        for node in inside:
            if node.type == ",":
                groups.append([])
            else:
                groups[-1].append(node)
        spans = [(self._span(one[0])[0], self._span(one[-1])[1]) for one in groups if one]
        text = self._document.border.text
        start, end = self._span(name)
        before = _CALLEE.search(text, max(0, start - 120), start)
        first = start if before is None else before.start()
        return Call(
            text[start:end], start, first, self._span(listed)[1], text[first:end], *self._inside(listed),
            tuple(Argument(left, right, text[left:right]) for left, right in spans), is_loose=True,
        )  # fmt: skip

    def _argument(self, node: Node) -> Argument:
        parts = self._at(node)
        keyword = parts["argument.keyword"][0] if "argument.keyword" in parts else None
        spread = "argument.spread" in parts
        return Argument(
            *self._span(node), self._text(node), "" if keyword is None else self._text(keyword), spread
        )

    def _class(self, node: Node, names: Container[str] | None = None) -> Class | None:
        parts = self._at(node)
        if "class.name" not in parts or "class.body" not in parts:
            return None
        if names is not None and self._text(parts["class.name"][0]) not in names:
            return None
        outer, words = self._outermost(node)
        start, marks = self._leading(outer)
        kind = next((one for one in _CLASSES if f"class.{one}" in parts), "class")
        name = parts["class.name"][0]
        first, last = self._span(parts["class.body"][0])
        inside = (one for one in self.functions(first, last) if first <= one.start and one.end <= last)
        return Class(
            name=self._text(name),
            name_start=self._span(name)[0],
            start=start,
            end=self._span(outer)[1],
            kind=kind,
            body_start=first,
            body_end=last,
            bases=tuple(self._text(one) for one in parts.get("class.base", ())),
            methods=tuple(one for one in inside if one.owner == self._text(name)),
            modifiers=(*marks, *words, *self._words(parts)),
        )
