"""What is written about a value whose type was changed: how it is made, cast, tested and passed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.intents.context import Context
from engine.intents.types.annotation import TypeChange, glued, parted
from engine.intents.types.spread import Held
from engine.syntax.holding.slots import Made, Needless, Slot
from engine.types import NodeKind

MADE, DEFAULT = 0.95, 0.9
UNLIKE = 0.5
"""A class of the project gives way to one that the language brings, or what is made holds things already."""
CAST, TEST, SURE, GUARD = 0.85, 0.7, 0.9, 0.88
"""How sure a place is, given that it is about the value; a test may hold more than the type."""
NOTHING = frozenset({"None", "null", "undefined", "nil"})


@dataclass(frozen=True, slots=True)
class Value:
    """A place where a value is written in a way that the new type changes."""

    path: str
    start: int
    old: str
    draft: str
    node: NodeKind
    rule: float
    why: str


def values_of(context: Context, origin: Slot, change: TypeChange, held: Held) -> Iterator[Value]:
    """The constructors, defaults, casts, guards and arguments of one thing that holds the value."""
    mine = [slot for slot, _, _ in held.slots] + ([origin] if held.hops == 0 else [])
    chained = [made for slot in mine if (made := _chained(change, slot)) is not None]
    for made in {one.start: one for one in (*chained, *held.around.made)}.values():
        value = _constructed(context, change, made)
        if value is not None:
            yield value
    if change.now_required:
        for slot in mine:
            yield from _default(context, slot)
    yield from _needless(context, change, held)


def _chained(change: TypeChange, slot: Slot) -> Made | None:
    """An instance that is made and then worked on in one expression: `New::new().with(x)`."""
    old = re.escape(parted(change.old)[1])
    found = re.match(rf"(?:&|new\s+)?(?P<made>{old})(?=::|\()", slot.value)
    if found is None or change.kind != "swap":
        return None
    start = slot.value_end - len(slot.value)
    return Made(slot.path, start + found.start("made"), found["made"], start, slot.value)


def _constructed(context: Context, change: TypeChange, made: Made) -> Value | None:
    """The constructor of the old class where a value of the new one is wanted."""
    if change.kind == "swap":
        new = change.made(made.text)
        if new is None:
            return None
        document = context.references.project.document(made.path)
        brought = document is not None and document.grammar.is_word(new) > document.grammar.is_word(made.text)
        filled = made.text.endswith(("]", ">")) or made.text.startswith(("[", "map["))
        filled = filled and not made.whole.endswith(("()", "{}", "<>()"))
        why = f"makes a `{made.text}` where a `{change.new}` is wanted"
        rule = UNLIKE if brought or filled else MADE
        return Value(made.path, made.start, made.text, new, NodeKind.CALL, rule, why)
    if change.is_list and change.kind == "wrap" and glued(made.text) == glued(parted(change.old)[1]):
        new = change.value(made.whole)
        if new is not None:
            why = f"one `{made.text}` where `{change.new}` is wanted"
            return Value(made.path, made.whole_start, made.whole, new, NodeKind.EXPRESSION, MADE, why)
    return None


def _default(context: Context, slot: Slot) -> Iterator[Value]:
    """The default of something that may no longer be missing."""
    if slot.value not in NOTHING:
        return
    document = context.references.project.document(slot.path)
    text = "" if document is None else document.border.text
    start = slot.type_end
    why = f"`{slot.name}` is never missing now"
    yield Value(slot.path, start, text[start : slot.value_end], "", NodeKind.PARAMETER, DEFAULT, why)


def _needless(context: Context, change: TypeChange, held: Held) -> Iterator[Value]:
    largest: list[Needless] = []
    for one in sorted(held.around.needless, key=lambda one: -len(one.text)):
        end = one.start + len(one.text)
        if not any(
            (other.path == one.path and other.start <= one.start and end <= other.start + len(other.text))
            for other in largest
        ):
            largest.append(one)
    for one in largest:
        value = _needless_value(context, change, one)
        if value is not None:
            yield value


def _needless_value(context: Context, change: TypeChange, one: Needless) -> Value | None:
    if one.kind in {"cast", "test"}:
        if change.kind != "swap" or glued(one.type) not in {glued(change.new), glued(parted(change.new)[1])}:
            return None
        if one.kind == "cast":
            why = f"cast to `{one.type}` of what is one already"
            return Value(one.path, one.start, one.text, one.kept, NodeKind.EXPRESSION, CAST, why)
        return _statement(context, one, TEST, f"tests for `{one.type}` what is one already")
    if not change.now_required:
        return None
    match one.kind:
        case "sure":
            why = "what is unwrapped is never missing now"
            return Value(one.path, one.start, one.text, one.kept, NodeKind.EXPRESSION, SURE, why)
        case "chain":
            why = "what is asked is never missing now"
            return Value(one.path, one.start, one.text, one.kept, NodeKind.EXPRESSION, SURE, why)
    return _statement(context, one, GUARD, "guards against what is never missing now")


def _statement(context: Context, one: Needless, rule: float, why: str) -> Value:
    """A whole statement that goes, with its line."""
    document = context.references.project.document(one.path)
    text = "" if document is None else document.border.text
    start, end = one.start, one.start + len(one.text)
    first = text.rfind("\n", 0, start) + 1
    if not text[first:start].strip():
        line_end = text.find("\n", end)
        if line_end >= 0 and not text[end:line_end].strip():
            start, end = first, line_end + 1
    return Value(one.path, start, text[start:end], "", NodeKind.STATEMENT, rule, why)
