"""What a function does, and where else that is done in its file; offsets are characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from engine.syntax.blocks.clones import Match, Pattern
from engine.syntax.blocks.code import Code, code
from engine.syntax.blocks.endings import Endings
from engine.syntax.blocks.flow import Flow
from engine.syntax.blocks.values import bare, widened
from engine.syntax.document import Document
from engine.syntax.forms import Function
from engine.syntax.nodes import span_of, text_of

MOST_STATEMENTS = 40
"""Statements of a body that is looked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the body of a function stands, and what a call of it there is given."""

    start: int
    end: int
    text: str
    before: str
    """What stays in front of the call: an assignment, `return`, or the beginning of a statement."""
    after: str
    arguments: Mapping[str, str]
    """By parameter, as they are written at the place."""
    weight: int
    """How many tokens of the body are fixed."""
    exact: bool
    """Whether the arguments are called as the parameters are."""
    statements: int
    whole: bool
    """Whether it is all that another function does."""


@dataclass(frozen=True, slots=True)
class Body:
    """The statements of a function without its last return, and what is returned."""

    node: Node
    statements: list[Node]
    result: Node | None
    holder: Node
    """The node of the whole function."""


class Bodies:
    """The bodies of one document's functions."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._code: Code | None = code(document.grammar.name)

    def standing(self, function: Function) -> Iterator[Standing]:
        """Where else the body stands inside the function's file and may be called, in order."""
        known = self._code
        body = None if known is None else self.body(function)
        if known is None or body is None or any(p.kind not in ("plain", "self") for p in function.parameters):
            return
        search = _Search(self._document, known, function, body, self.receiver(function))
        yield from search.runs() if body.statements else search.expressions()

    def result(self, function: Function) -> str:
        """The expression that is all a function does, or nothing."""
        body = None if self._code is None else self.body(function)
        if body is None or body.statements or body.result is None:
            return ""
        return text_of(body.result)

    def receiver(self, function: Function) -> str:
        """What a method calls its own object where the language writes that out, or nothing."""
        own = next((one.name or one.text for one in function.parameters if one.kind == "self"), "")
        if own or self._code is None:
            return "self" if own.strip("&").removeprefix("mut ").strip() == "self" else own
        body = self.body(function)
        held = body.holder.child_by_field_name("receiver") if body is not None else None
        names = (
            [leaf for leaf, _ in self._code.leaves(held) if leaf.type == "identifier"]
            if held is not None
            else []
        )
        return text_of(names[0]) if names else ""

    def named(self, function: Function) -> bool:
        """Whether a function without a class is called by its bare name."""
        at = self._document.border.to_bytes(function.name_start)
        leaf = self._document.tree.root_node.descendant_for_byte_range(at, at + 1)
        return leaf is not None and leaf.type == "identifier" and self._code is not None

    def body(self, function: Function) -> Body | None:
        """The body of a function; None where there is none, or one that is too long."""
        known, to_bytes = self._code, self._document.border.to_bytes
        if known is None or function.body_start < 0:
            return None
        low, high = to_bytes(function.body_start), to_bytes(function.body_end)
        node = self._document.tree.root_node.named_descendant_for_byte_range(low, high)
        while node is not None and node.parent is not None and span_of(node.parent) == (low, high):
            node = node.parent
        if node is None or node.parent is None:
            return None
        holder = node.parent
        inner = [child for child in node.named_children if known.has(child, "block")]
        block = node if known.has(node, "block") else inner[0] if len(inner) == 1 else None
        if block is None:
            return None if node.type.endswith("block") else Body(node, [], bare(known, node), holder)
        statements = known.statements(block)
        if statements and known.has(statements[0], "effect") and _is_text(known, statements[0]):
            statements = statements[1:]
        if not statements or len(statements) > MOST_STATEMENTS:
            return None
        last, result = statements[-1], None
        wrapped = known.has(last, "effect") and last.named_child_count == 1
        ended = last.named_children[0] if wrapped and not known.has(last, "return") else last
        if known.has(ended, "return"):
            values = known.statements(ended)
            statements, result = statements[:-1], values[0] if len(values) == 1 else None
        elif known.of("statement") and last.type not in known.of("statement"):
            statements, result = statements[:-1], last
        if result is not None:
            result = _single(known, bare(known, result))
        return None if not statements and result is None else Body(node, statements, result, holder)


class _Search:
    """The places of one body."""

    def __init__(
        self, document: Document, known: Code, function: Function, body: Body, receiver: str
    ) -> None:
        self._document, self._known, self._function, self._body = document, known, function, body
        self._flow = Flow(document, known)
        self._parameters = frozenset(
            one.name.encode("utf-8", "surrogatepass") for one in function.parameters if one.kind == "plain"
        )
        nodes = [*body.statements, *([body.result] if body.result is not None else [])]
        self._changed = self._flow.writes(nodes) & self._parameters
        written = self._flow.writes(nodes, declared=True) | self._changed
        self._locals = written
        self._holes = self._parameters - written
        own = {b"self", b"this", b"cls", receiver.encode("utf-8", "surrogatepass")}
        self._free = self._flow.names(nodes) - self._parameters - written - own

    def expressions(self) -> Iterator[Standing]:
        """Places of a body that is one expression."""
        result = self._body.result
        if result is None or self._known.has(result, "trivial") or self._known.has(result, "chain"):
            return
        if self._known.has(result, "text") or self._known.has(result, "number"):
            return
        pattern = self._pattern([result])
        for match in self._found(pattern):
            node = match.nodes[0]
            if self._value(node):
                kept = (
                    node
                    if "async" in self._function.modifiers
                    else widened(self._known, self._document.data, node)
                )
                yield self._standing(pattern, match, kept, kept, "", "")

    def runs(self) -> Iterator[Standing]:
        """Places of a body that is several statements."""
        known, body = self._known, self._body
        if self._leaves(body.statements):
            return
        pattern = self._pattern(body.statements)
        returned = self._pattern([body.result] if body.result is not None else [])
        endings = Endings(self._document, known, self._locals, body.result, returned)
        for match in self._found(pattern):
            block = match.nodes[-1].parent
            rest = known.statements(block) if block is not None else []
            at = rest.index(match.nodes[-1]) + 1 if rest else 0
            following = rest[at] if at < len(rest) else None
            found = endings.of(match, following)
            if found is not None:
                last, before, after = found
                yield self._standing(pattern, match, match.nodes[0], last, before, after)

    # -- places

    def _pattern(self, nodes: list[Node]) -> Pattern:
        return Pattern(self._document, self._known, nodes, self._holes, self._locals)

    def _found(self, pattern: Pattern) -> Iterator[Match]:
        low, high = self._reach()
        start, end = span_of(self._body.holder)
        for match in pattern.find(self._document, low, high):
            if not (start <= match.start < end) and self._same_names(match):
                yield match

    def _reach(self) -> tuple[int, int]:
        """Where the function's name is seen."""
        node = self._known.function_of(self._body.holder)
        if node is None:
            return 0, len(self._document.data)
        held = self._known.block_of(self._body.holder)
        return span_of(node if held is None else held[0])

    def _same_names(self, match: Match) -> bool:
        """Whether what the body takes from around it means the same at a place."""
        start, end = span_of(self._body.holder)
        around = match.nodes[0].parent
        name = self._function.name.encode("utf-8", "surrogatepass")
        while around is not None:
            if around.start_byte <= start and end <= around.end_byte:
                return True
            if self._known.has(around, "function") and self._flow.binds(around, (*self._free, name)):
                return False
            around = around.parent
        return True

    def _value(self, node: Node) -> bool:
        """Whether a call may stand in a node's place."""
        known, parent = self._known, node.parent
        return not (
            parent is None
            or known.stands(node, "fixed")
            or known.stands(node, "target")
            or known.has(parent, "text")
            or (known.stands(node, "callee") and not known.has(node, "call"))
        )

    def _leaves(self, nodes: list[Node]) -> bool:
        """Whether a run may be left by a return or a yield inside it."""
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if self._known.has(node, "exit"):
                return True
            if not self._known.has(node, "function"):
                stack += node.named_children
        return False

    def _is_whole(self, first: Node, last: Node) -> bool:
        """Whether some nodes are all that the function around them does."""
        known, outer = self._known, _outer(self._known, first)
        block = outer.parent if outer is not None else None
        if outer is None or block is None or not known.has(block, "block"):
            return False
        statements = [one for one in known.statements(block) if not _is_text(known, one)]
        inside = known.has(block.parent, "function") or known.has(
            block.parent and block.parent.parent, "function"
        )
        ends = statements[0].start_byte, statements[-1].end_byte
        return inside and ends[0] == outer.start_byte and ends[1] <= max(last.end_byte + 1, outer.end_byte)

    def _standing(
        self, pattern: Pattern, match: Match, first: Node, last: Node, before: str, after: str
    ) -> Standing:
        to_chars = self._document.border.to_chars
        arguments = {
            name.decode("utf-8", "replace"): text_of(bare(self._known, node))
            for name, node in match.holes.items()
        }
        for name in self._changed:
            if name in match.names:
                arguments[name.decode("utf-8", "replace")] = match.names[name].decode("utf-8", "replace")
        return Standing(
            start=to_chars(first.start_byte),
            end=to_chars(last.end_byte),
            text=self._document.data[first.start_byte : last.end_byte].decode("utf-8", "replace"),
            before=before,
            after=after,
            arguments=arguments,
            weight=pattern.weight,
            exact=all(name == text for name, text in arguments.items()),
            statements=len(self._body.statements),
            whole=self._is_whole(first, last),
        )


def _passes(known: Code, node: Node) -> bool:
    return known.has(node, "row") or known.has(node, "return")


def _outer(known: Code, node: Node) -> Node | None:
    """A node, or the return statement that it is the value of."""
    parent = node.parent
    while parent is not None and parent.named_child_count == 1 and _passes(known, parent):
        node, parent = parent, parent.parent
    return node


def _single(known: Code, node: Node) -> Node:
    return node.named_children[0] if known.has(node, "row") and node.named_child_count == 1 else node


def _is_text(known: Code, statement: Node) -> bool:
    return statement.named_child_count == 1 and known.has(statement.named_children[0], "text")
