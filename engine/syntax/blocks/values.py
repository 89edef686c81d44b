"""Variables with their values, and where else such a value stands; offsets are characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tree_sitter import Node, QueryCursor

from engine.syntax.blocks.clones import Match, Pattern
from engine.syntax.blocks.code import Code, code
from engine.syntax.blocks.flow import MOST, Change, Flow, Read
from engine.syntax.border import find_word
from engine.syntax.document import Document
from engine.syntax.nodes import text_of

Weight = Literal["trivial", "fresh", "chain", "call", "text", "number", "expression"]
"""What a value is: not worth a name, a new object each time, a.b, a call, a literal, or anything else."""
_MAKES = re.compile(
    rb"new\s+|(?:\w+(?:\.|::))*(?=[A-Z])\w*[a-z]\w*\s*[(<]|\w+\(\s*\)$"
    rb"|(?s:.*)(?:now|time|perf_counter|monotonic|random|uuid\d?|next)\(\s*\)$"
)
"""A call whose value is new each time: of a class, of a bare function without arguments, of a clock."""
Level = Literal["local", "module", "class"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A definition of one name with a value."""

    name: str
    name_start: int
    start: int
    """Of the whole statement."""
    end: int
    value_start: int
    value_end: int
    value: str
    weight: Weight
    level: Level
    owner: str
    """The class that it is a field of, or nothing."""
    static: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where the value of a variable stands once more and the variable can be read."""

    start: int
    end: int
    text: str
    change: Change
    """What may happen to the value on the way there."""
    nested: bool
    """Whether a function of its own holds the place."""


@dataclass(frozen=True, slots=True)
class Use:
    """Where a variable is read."""

    start: int
    end: int
    short: bool
    """Whether the name is a key as well, as in `{total}`."""
    change: Change
    """What may happen to the value on the way there."""


class Values:
    """The variables of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._code: Code | None = code(document.grammar.name)
        self._nodes: dict[int, tuple[Node, Node, Node]] = {}
        self._bound: dict[tuple[int, bytes], bool] = {}
        """Whether a function, by its node, or the file (-1) binds a name."""

    def variables(self, start: int, end: int) -> tuple[Variable, ...]:
        """The variables whose statements overlap a range, in order."""
        if self._code is None:
            return ()
        to_bytes = self._document.border.to_bytes
        cursor = QueryCursor(self._code.values)
        low = to_bytes(start)
        cursor.set_byte_range(low, max(to_bytes(end), low + 1))
        found: dict[int, Variable] = {}
        for _, captures in cursor.matches(self._document.tree.root_node):
            name, value, statement = (captures[part][0] for part in ("name", "value", "statement"))
            variable = self._variable(self._code, name, value, statement)
            self._nodes[variable.name_start] = name, value, statement
            found[variable.name_start] = variable
        return tuple(found[at] for at in sorted(found))

    def places(self, variable: Variable) -> Iterator[Place]:
        """Where else the value stands and the variable is seen with the same meaning, in order."""
        if self._code is None or variable.weight == "trivial":
            return
        _, value, statement = self._nodes[variable.name_start]
        value = bare(self._code, value)
        flow = Flow(self._document, self._code)
        reads = (*flow.reads([value]), self._own(variable))
        low, high = self._reach(self._code, variable, statement)
        for match in Pattern(self._document, self._code, [value]).find(self._document, low, high):
            node = match.nodes[0]
            if statement.start_byte <= node.start_byte < statement.end_byte:
                continue
            if not readable(self._code, node) or not self._seen(self._code, variable, node, statement):
                continue
            change, nested = self._change(self._code, flow, reads, statement, node)
            if change != "written":
                yield self._place(self._code, match, change, nested)

    def uses(self, variable: Variable) -> Iterator[Use]:
        """Where the variable is read, in order; nothing where it is bound more than once."""
        known = self._code
        if known is None or (variable.level == "class" and known.forms.get("own")):
            return
        _, value, statement = self._nodes[variable.name_start]
        flow = Flow(self._document, known)
        low, high = self._scope(known, variable, statement)
        name = variable.name.encode("utf-8", "surrogatepass")
        around = statement.start_byte, statement.end_byte
        found = [
            leaf for leaf in flow.mentions(name, low, high) if not around[0] <= leaf.start_byte < around[1]
        ]
        hidden: list[tuple[int, int]] = []
        for leaf in found:
            if flow.is_written(leaf):
                cover = self._hidden(known, flow, leaf, statement)
                if cover is None:
                    return
                hidden.append(cover)
        reads = flow.reads([value])
        to_chars = self._document.border.to_chars
        for leaf in found:
            if not flow.is_name(leaf) or any(start <= leaf.start_byte < end for start, end in hidden):
                continue
            change, _ = self._change(known, flow, reads, statement, leaf)
            short = "shorthand" in leaf.type or (leaf.parent is not None and "shorthand" in leaf.parent.type)
            yield Use(to_chars(leaf.start_byte), to_chars(leaf.end_byte), short, change)

    def _scope(self, known: Code, variable: Variable, statement: Node) -> tuple[int, int]:
        """The stretch in which the variable's name is looked up: its block, or its function."""
        low, high = self._reach(known, variable, statement)
        inside = known.function_of(statement)
        if known.of("assigns") or variable.level != "local" or inside is None:
            return low, high
        return inside.start_byte, inside.end_byte

    def _hidden(self, known: Code, flow: Flow, leaf: Node, statement: Node) -> tuple[int, int] | None:
        """The stretch in which another binding hides the variable; None where it binds the very same."""
        inside = known.function_of(leaf)
        if known.of("assigns"):
            held = known.block_of(leaf)
            if not flow.is_declared(leaf):
                return None
            region: Node | None = leaf
            while region is not None and not known.has(region, "region") and not known.has(region, "block"):
                region = region.parent
            own = known.block_of(statement)
            if region is None or held is None or own is None or region == own[0]:
                return None
            return region.start_byte, region.end_byte
        if inside is None or inside == known.function_of(statement):
            return None
        return inside.start_byte, inside.end_byte

    def is_bound_at(self, name: str, start: int) -> bool:
        """Whether a name is bound for a place: in a function around it, or in the file itself."""
        known = self._code
        if known is None:
            return False
        flow = Flow(self._document, known)
        word = name.encode("utf-8", "surrogatepass")
        at = self._document.border.to_bytes(start)
        root = self._document.tree.root_node
        node = root.descendant_for_byte_range(at, at + 1)
        while node is not None and node != root:
            if known.has(node, "function"):
                key = node.id, word
                if key not in self._bound:
                    self._bound[key] = self._binds(known, flow, node, word)
                if self._bound[key]:
                    return True
            node = node.parent
        if (-1, word) not in self._bound:
            self._bound[-1, word] = self._file_binds(known, flow, word)
        return self._bound[-1, word]

    def _binds(self, known: Code, flow: Flow, function: Node, name: bytes) -> bool:
        """Whether a function itself binds a name."""
        return any(
            flow.is_written(leaf) and known.function_of(leaf) == function
            for leaf in flow.mentions(name, function.start_byte, function.end_byte)
        )

    def _file_binds(self, known: Code, flow: Flow, name: bytes) -> bool:
        """Whether a name is bound outside of all functions; of what has a body only its own name counts."""
        seen = Counter[int]()
        for at in find_word(self._document.data, name):
            number = bisect_right(self._tops, at, key=lambda node: node.start_byte) - 1
            top = self._tops[number] if number >= 0 else None
            seen[number] += 1
            if top is None or top.end_byte <= at or seen[number] > MOST:
                continue
            own = top.child_by_field_name("name") if top.child_by_field_name("body") is not None else None
            if own is not None:
                if (own.start_byte, own.end_byte) == (at, at + len(name)):
                    return True
                continue
            leaf = flow.leaf(at, at + len(name))
            if leaf is not None and flow.is_written(leaf) and known.function_of(leaf) is None:
                return True
        return False

    @cached_property
    def _tops(self) -> list[Node]:
        """What the file consists of."""
        return self._document.tree.root_node.named_children

    def is_function(self, variable: Variable) -> bool:
        """Whether the variable's value is a function."""
        return self._code is not None and self._code.has(self._nodes[variable.name_start][1], "function")

    def kind(self, variable: Variable) -> str:
        """What the grammar calls the variable's value."""
        return self._nodes[variable.name_start][1].type

    def _variable(self, known: Code, name: Node, value: Node, statement: Node) -> Variable:
        to_chars = self._document.border.to_chars
        held = known.block_of(statement)
        level, owner = self._level(known, statement)
        outer = held[1] if held is not None and level != "class" else statement
        return Variable(
            name=text_of(name),
            name_start=to_chars(name.start_byte),
            start=to_chars(outer.start_byte),
            end=to_chars(outer.end_byte),
            value_start=to_chars(value.start_byte),
            value_end=to_chars(value.end_byte),
            value=text_of(value),
            weight=weight(known, self._document.data, bare(known, value)),
            level=level,
            owner=owner,
            static=any(child.type == "static" for child in statement.children),
        )

    def _level(self, known: Code, statement: Node) -> tuple[Level, str]:
        node = statement.parent
        while node is not None:
            if known.has(node, "function"):
                return "local", ""
            if known.has(node, "class"):
                named = node if node.child_by_field_name("name") is not None else node.parent
                name = named.child_by_field_name("name") if named is not None else None
                return "class", "" if name is None else text_of(name)
            node = node.parent
        return "module", ""

    def _reach(self, known: Code, variable: Variable, statement: Node) -> tuple[int, int]:
        """The stretch of the file in which the variable may be read."""
        if variable.level == "local":
            held = known.block_of(statement)
            return (held[1].end_byte, held[0].end_byte) if held is not None else (0, 0)
        node = statement.parent
        while variable.level == "class" and node is not None:
            if known.has(node, "class"):
                return node.start_byte, node.end_byte
            node = node.parent
        return 0, len(self._document.data)

    def _own(self, variable: Variable) -> Read:
        name = variable.name.encode("utf-8", "surrogatepass")
        return Read(name, name, deep=False, kept=True)

    def _seen(self, known: Code, variable: Variable, node: Node, statement: Node) -> bool:
        """Whether the variable is defined where a node stands."""
        inside = known.function_of(node)
        return (
            variable.level == "local"
            or node.start_byte > statement.start_byte
            or (inside is not None and inside != known.function_of(statement))
        )

    def _change(
        self, known: Code, flow: Flow, reads: tuple[Read, ...], statement: Node, node: Node
    ) -> tuple[Change, bool]:
        """What may happen to the value on the way to a place, and whether a function is entered."""
        held = known.block_of(statement)
        last = held[0].end_byte if held is not None else node.start_byte
        begin = held[1].end_byte if held is not None else statement.end_byte
        worst = flow.change(reads, begin, node.start_byte) if begin < node.start_byte else ""
        nested = False
        around = node.parent
        while around is not None and worst != "written":
            if around.start_byte <= statement.start_byte and statement.end_byte <= around.end_byte:
                break
            if known.has(around, "region"):
                change = flow.change(reads, around.start_byte, around.end_byte)
                if known.has(around, "function"):
                    nested = True
                    change = change if change == "written" else flow.change(reads, begin, last)
                worst = change or worst
            around = around.parent
        return worst, nested

    def _place(self, known: Code, match: Match, change: Change, nested: bool) -> Place:
        node = widened(known, self._document.data, match.nodes[0])
        to_chars = self._document.border.to_chars
        return Place(to_chars(node.start_byte), to_chars(node.end_byte), text_of(node), change, nested)


def weight(known: Code, data: bytes, value: Node) -> Weight:
    """What a value is worth."""
    text = data[value.start_byte : value.end_byte]
    if known.has(value, "trivial") or (value.named_child_count == 0 and len(text) < 2):
        return "trivial"
    if known.has(value, "fresh"):
        return "fresh"
    if known.has(value, "text"):
        return "trivial" if len(text.strip(b"frbuFRBU\"'`")) < 2 else "text"
    if known.has(value, "number"):
        return "number"
    if known.has(value, "chain"):
        return "chain"
    if known.has(value, "call"):
        return "fresh" if _MAKES.match(text) else "call"
    return "expression"


def readable(known: Code, node: Node) -> bool:
    """Whether a read of a variable may stand in a node's place."""
    parent = node.parent
    if parent is None or known.has(parent, "effect") or known.stands(node, "fixed"):
        return False
    if known.stands(node, "target") or known.stands(node, "label") or known.has(parent, "text"):
        return False
    if known.stands(node, "callee") and not known.has(node, "call"):
        return False
    if known.lends(parent):
        return False
    return not (known.has(parent, "path") and known.stands(parent, "target") and not known.has(node, "chain"))


def widened(known: Code, data: bytes, node: Node) -> Node:
    """A node with the parentheses around it that a single name would not need."""
    parent = node.parent
    while parent is not None and known.has(parent, "parens") and not known.has(parent.parent, "owns_parens"):
        before = data[parent.start_byte - 1 : parent.start_byte]
        if before.isalnum() or before in (b"_", b"!", b"$"):
            break
        node, parent = parent, parent.parent
    return node


def bare(known: Code, value: Node) -> Node:
    """A value without parentheses around it."""
    while known.has(value, "parens") and value.named_child_count == 1:
        value = value.named_children[0]
    return value
