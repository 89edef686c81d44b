"""What a function does last, and whether that may be what it should give back; offsets are characters."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from tree_sitter import Node

from engine.syntax.blocks.bodies import Bodies
from engine.syntax.blocks.code import Code, code
from engine.syntax.document import Document
from engine.syntax.forms import Function
from engine.syntax.nodes import text_of

_ASSIGNS = re.compile(r"(?<![=!<>])=(?![=>])")


class Tail(NamedTuple):
    """The last statement of a function that returns nothing."""

    kind: Literal["named", "value", "call"]
    """It gives one variable a value, or it is an expression."""
    start: int
    end: int
    name: str
    """The variable, or what the call calls: the offset of its name is `at`."""
    at: int
    says: bool
    """Whether the language says `return`, rather than let the last expression be the value."""


def tail(document: Document, function: Function) -> Tail | None:
    """The last statement, if it makes a value that nothing else takes."""
    known = code(document.grammar.name)
    body = None if known is None else Bodies(document).body(function)
    if known is None or body is None or body.result is not None or not body.statements:
        return None
    last = body.statements[-1]
    if known.has(last, "fixed") or any(known.has(one, "block") for one in _inside(last)):
        return None
    to_chars = document.border.to_chars
    start, end, says = to_chars(last.start_byte), to_chars(last.end_byte), not known.of("statement")
    targets = (one for one in _inside(last) if known.stands(one, "target"))
    made = [leaf for one in targets for leaf, _ in known.leaves(one)]
    if made:
        name = text_of(made[0])
        plain = len(made) == 1 and name.isidentifier() and _ASSIGNS.search(text_of(last)) is not None
        return Tail("named", start, end, name, to_chars(made[0].start_byte), says) if plain else None
    inner = last.named_children[0] if known.has(last, "effect") and last.named_child_count == 1 else None
    if inner is None or not says:
        return None
    called = _called(known, inner)
    if called is not None:
        return Tail("call", start, end, text_of(called), to_chars(called.start_byte), says)
    value = known.has(inner, "worth") and _ASSIGNS.search(text_of(inner)) is None
    return Tail("value", start, end, "", start, says) if value else None


def _called(known: Code, node: Node) -> Node | None:
    """The last name of what a call calls."""
    if not known.has(node, "call"):
        return None
    callee = next((one for one in node.named_children if known.stands(one, "callee")), node.named_children[0])
    leaves = [leaf for leaf, _ in known.leaves(callee)]
    return leaves[-1] if leaves else None


def _inside(node: Node) -> list[Node]:
    found = [node]
    for one in found:
        found += one.named_children
    return found
