"""How far a changed type goes: the things that hold the same value, each with how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.intents.order import WEAK
from engine.intents.types.annotation import HOLDER, TypeChange, glued
from engine.syntax.document import Document
from engine.syntax.holding.flows import Around, Flows, Step
from engine.syntax.holding.slots import Slot
from engine.syntax.holding.things import Thing
from engine.types import Relation

MAX_THINGS = 40
DEPTH = 6
FIRST = 0.94
"""How sure a type is that follows right from the changed one."""
HOPS: dict[str, float] = {
    "assigned": 0.98,
    "taken": 0.98,
    "returned": 0.95,
    "given": 0.9,
    "guessed": 0.62,
    "produced": 0.5,
    "loose": 0.8,
    "mixed": 0.5,
    "below": 0.92,
    "above": 0.9,
    "beside": 0.75,
}
"""What each way from one thing to the next leaves of it."""
KIN = frozenset({"below", "above", "beside"})
BACKWARD = frozenset({"assigned", "produced"})
"""Ways against the flow of the value: what it comes from."""
TO_SOURCE = 0.5
"""What is left of a way to the source of a value that is wrapped now: what is put in is wrapped there."""
AT_RETURN = 0.5
"""What is left of a way where a result is wrapped now: it is wrapped on its way out, opened where it goes."""
FROM_LOCAL = 0.5
"""What is left of a way out of a function whose local was changed: most often it is converted on the way."""
TO_NOTHING = 0.5
"""What is left where a result gives way to none: each function decides on its own."""
LITERAL = re.compile(r"[-+]?\d|[bfru]?[\"'`]|(?:[tT]rue|[fF]alse)\b")
OF_LITERAL = 0.5
"""What is left where the value comes from a literal: it stays of the type that it is of."""
NOTHING = frozenset({"None", "void", "()", "undefined", "never"})
RELATIONS: dict[str, Relation] = {
    "given": Relation.TYPED,
    "guessed": Relation.UNIQUE,
    "produced": Relation.TYPED,
    "below": Relation.OVERRIDES,
    "above": Relation.OVERRIDES,
    "beside": Relation.OVERRIDES,
}


@dataclass(frozen=True, slots=True)
class Held:
    """Something that holds the value whose type was changed."""

    thing: Thing
    around: Around
    slots: tuple[tuple[Slot, str, float], ...]
    """Its written types that say the old one, with what they become and how sure that is."""
    rule: float
    relation: Relation
    hops: int


def spread(flows: Flows, slot: Slot, change: TypeChange) -> Iterator[Held]:
    """Everything that holds the value of the changed slot, itself first, nearest first."""
    queue: list[tuple[Thing, float, Relation, int, bool]] = [
        (thing, FIRST, Relation.SAME_SCOPE, 0, False) for thing in flows.slot_things(slot)
    ]
    seen = {item[0] for item in queue}
    document = flows.meaning.project.document(slot.path)
    opened = change.wrap == HOLDER or (change.wrap[0] == "optional" and _tries(document))
    for thing, rule, relation, hops, is_source in queue:
        around = flows.around(thing)
        found = _drafts(around, slot, change, is_source)
        if found is None and hops:
            continue
        yield Held(thing, around, tuple(found or ()), rule, relation, hops)
        if hops >= DEPTH:
            continue
        for step in (*around.steps, *flows.kin(thing)):
            sure = rule * HOPS[step.how] * _doubt(slot, change, thing, step)
            if slot.kind == "return" and change.kind == "wrap" and step.how not in KIN:
                sure *= AT_RETURN if opened or _is_inward(thing, step) else 1.0
            if step.thing not in seen and len(seen) < MAX_THINGS and sure >= WEAK:
                seen.add(step.thing)
                there = RELATIONS.get(step.how, _relation(thing, step))
                queue.append((step.thing, sure, there, hops + 1, step.how in BACKWARD | {"loose"}))


def _tries(document: Document | None) -> bool:
    """Whether its language has a sign that takes out what a result holds."""
    return document is not None and bool(document.grammar.tries)


def _is_inward(thing: Thing, step: Step) -> bool:
    """Whether a way goes from a function to what it returns."""
    return thing.is_return and not step.thing.is_return and step.how in {"returned", "produced"}


def _doubt(origin: Slot, change: TypeChange, thing: Thing, step: Step) -> float:
    """What the kind of the change leaves of a way."""
    left = 1.0
    if change.kind == "wrap" and step.how in BACKWARD:
        left *= TO_SOURCE
    if origin.kind == "variable" and step.thing.entity.scope != thing.entity.scope:
        left *= FROM_LOCAL
    if change.new in NOTHING:
        left *= TO_NOTHING
    return left


def _relation(thing: Thing, step: Step) -> Relation:
    """A field or method of the class is reached through it, a local by its scope."""
    return Relation.SAME_SCOPE if thing.entity.scope == step.thing.entity.scope else Relation.SAME_CLASS


def _drafts(
    around: Around, origin: Slot, change: TypeChange, is_source: bool
) -> list[tuple[Slot, str, float]] | None:
    """What the written types of a thing become; None where one says something else, so that the way ends."""
    found: list[tuple[Slot, str, float]] = []
    for slot in around.slots:
        if (slot.path, slot.type_start) == (origin.path, origin.type_start):
            continue
        if change.wrap[1] == "?":
            if glued(slot.type) != glued(change.old):
                return None
            if (slot.mark >= 0) == (change.kind == "unwrap") and slot.kind != "return":
                found.append((slot, "", 1.0))
            continue
        if glued(slot.type) == glued(change.new):
            continue
        draft = change.of(slot.type)
        if draft is None:
            return None
        written = is_source and change.kind == "swap" and LITERAL.match(slot.value) is not None
        found.append((slot, draft[0], draft[1] * (OF_LITERAL if written else 1.0)))
    return found
