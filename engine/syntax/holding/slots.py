"""Where types are written: parameters, fields, variables and returns. Outward all offsets are characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node, QueryCursor

from engine.syntax.document import Document
from engine.syntax.nodes import text_of

SlotKind = Literal["parameter", "field", "variable", "return"]
NeedlessKind = Literal["cast", "test", "sure", "chain", "guard"]

_NEEDLESS: tuple[NeedlessKind, ...] = ("cast", "test", "sure", "guard")
_SLOTS: tuple[SlotKind, ...] = ("parameter", "field", "variable", "return")
Parts = dict[str, list[Node]]


@dataclass(frozen=True, slots=True)
class Slot:
    """One written type, with the name that has it."""

    path: str
    kind: SlotKind
    name: str
    name_start: int
    type: str
    type_start: int
    type_end: int
    value: str = ""
    """The default or first value, if one is written."""
    value_end: int = -1
    mark: int = -1
    """Where a `?` after the name says that it may be missing."""


@dataclass(frozen=True, slots=True)
class Made:
    """An instance that is made to be the value of a thing."""

    path: str
    start: int
    text: str
    """The class as it is written."""
    whole_start: int
    whole: str
    """The whole expression."""


@dataclass(frozen=True, slots=True)
class Needless:
    """Something that is only written because the type said less than is known."""

    kind: NeedlessKind
    path: str
    start: int
    text: str
    kept: str
    """What stays of it; empty where nothing does."""
    type: str
    """The type that it casts to or tests for."""


def slots(document: Document, start: int, end: int) -> tuple[Slot, ...]:
    """The written types whose declarations overlap a range of characters, in order."""
    found: dict[int, Slot] = {}
    border = document.border
    for captures in matches(document, border.to_bytes(start), border.to_bytes(end)):
        slot = slot_of(document, captures)
        if slot is not None:
            held = found.get(slot.type_start)
            if held is None or (held.value_end, held.mark) < (slot.value_end, slot.mark):
                found[slot.type_start] = slot
    return tuple(sorted(found.values(), key=lambda one: one.type_start))


def slot_of(document: Document, captures: Parts) -> Slot | None:
    """The written type among what a pattern captured."""
    kind = next((one for one in _SLOTS if f"slot.{one}" in captures), None)
    if kind is None:
        return None
    name, type_ = captures["name"][0], captures["type"][0]
    to_chars = document.border.to_chars
    value = captures["value"][0] if "value" in captures else None
    mark = captures["mark"][0] if "mark" in captures else None
    return Slot(
        path=document.path,
        kind=kind,
        name=text_of(name),
        name_start=to_chars(name.start_byte),
        type=text_of(type_),
        type_start=to_chars(type_.start_byte),
        type_end=to_chars(type_.end_byte),
        value="" if value is None else text_of(value),
        value_end=-1 if value is None else to_chars(value.end_byte),
        mark=-1 if mark is None else to_chars(mark.start_byte),
    )


def made_of(document: Document, captures: Parts) -> Made:
    """The instance that a pattern captured."""
    node, whole = captures["made"][0], captures["whole"][0]
    to_chars = document.border.to_chars
    return Made(
        document.path,
        to_chars(node.start_byte),
        text_of(node),
        to_chars(whole.start_byte),
        text_of(whole),
    )


def needless_of(document: Document, captures: Parts) -> Needless | None:
    """The cast, test or guard among what a pattern captured."""
    to_chars = document.border.to_chars
    type_ = text_of(captures["type"][0]) if "type" in captures else ""
    if "chain" in captures:
        node = captures["chain"][0]
        return Needless("chain", document.path, to_chars(node.start_byte), text_of(node), ".", "")
    kind = next((one for one in _NEEDLESS if one in captures), None)
    if kind is None:
        return None
    node = captures[kind][0]
    kept = text_of(captures["kept"][0]) if "kept" in captures else ""
    return Needless(kind, document.path, to_chars(node.start_byte), text_of(node), kept, type_)


def matches(document: Document, start: int, end: int) -> Iterator[Parts]:
    """What the patterns of flows.scm capture over a range of bytes."""
    query = document.grammar.flows
    if query is None:
        return
    cursor = QueryCursor(query)
    cursor.set_byte_range(start, max(end, start + 1))
    for _, captures in cursor.matches(document.tree.root_node):
        yield captures


def matches_at(document: Document, node: Node) -> Iterator[Parts]:
    """What the patterns capture that begin at this very node."""
    query = document.grammar.flows
    if query is None:
        return
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(0)
    for _, captures in cursor.matches(node):
        yield captures
