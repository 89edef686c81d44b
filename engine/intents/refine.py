"""An annotation was changed: the annotations, constructors, casts and guards that its value passes by.

The value is followed from name to name: into the field that a parameter sets, out of the getter that returns
the field, into the override that takes the same parameter. A written type that said the same as the changed
one follows; one that says something else ends the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.intents.context import Context
from engine.intents.order import ordered
from engine.intents.types.annotation import TypeChange, change_of, glued
from engine.intents.types.passed import passed
from engine.intents.types.spread import Held, spread
from engine.intents.types.values import Value, values_of
from engine.syntax.document import Document
from engine.syntax.holding.flows import Flows
from engine.syntax.holding.slots import Slot, slots
from engine.types import Hunk, IntentKind, NodeKind, Relation, Site, Trigger

MAX_HUNKS = 12
MAX_CHANGES = 3
"""Different exchanges of types in one edit; more is a rewrite."""
LONGEST = 300
"""Characters of a hunk that may be an exchanged type."""
WHAT = {"parameter": "parameter", "field": "field", "variable": "variable", "return": "result of"}


@dataclass(frozen=True, slots=True)
class Refined:
    """A written type that the edit changed."""

    slot: Slot
    """As it is now."""
    change: TypeChange


def propose(context: Context) -> tuple[Site, ...]:
    """The sites of every exchanged type, outward from the edit."""
    refined = _refined(context)
    if not refined or len({one.change for one in refined}) > MAX_CHANGES:
        return ()
    sites: dict[tuple[str, int], Site] = {}
    for one in refined:
        for site in _follow(context, one):
            known = sites.get((site.path, site.start))
            if known is None or known.rule < site.rule:
                sites[site.path, site.start] = site
    written = {(one.slot.path, one.slot.type_start) for one in refined}
    kept = [site for key, site in sites.items() if key not in written]
    return ordered(kept, context.edit, context.index)


def _is_torn(change: TypeChange) -> bool:
    """Whether a type goes over several lines: what a broken head takes in, not what a person exchanges."""
    return "\n" in change.old or "\n" in change.new


def _refined(context: Context) -> tuple[Refined, ...]:
    """The written types that the edit changed; the file before is parsed only where there may be some."""
    found: dict[int, Refined] = {}
    after = context.after
    hunks = context.edit.hunks
    if after is None or after.grammar.flows is None or len(hunks) > MAX_HUNKS:
        return ()
    for hunk in hunks:
        if max(len(hunk.old), len(hunk.new)) > LONGEST:
            continue
        for slot in _touched(after, hunk.new_start, hunk.new_end):
            old = _slot_before(context, hunk, slot)
            change = None if old is None else _change(old, slot, after)
            if change is not None and not _is_torn(change):
                found[slot.type_start] = Refined(slot, change)
    return tuple(one for one in found.values() if not any(_inside(one, other) for other in found.values()))


def _inside(one: Refined, other: Refined) -> bool:
    """Whether a written type stands inside another one that changed with it."""
    return other.slot.type_start < one.slot.type_start and one.slot.type_end <= other.slot.type_end


def _touched(document: Document, start: int, end: int) -> tuple[Slot, ...]:
    text = document.border.text
    while start > 0 and text[start - 1].isspace():  # a hunk may hold the blank on one side or on the other
        start -= 1
    near = slots(document, max(0, start - 1), end + 1)
    return tuple(
        one
        for one in near
        if min(one.type_start, one.name_start + len(one.name)) <= end and start <= one.type_end
    )


def _slot_before(context: Context, hunk: Hunk, slot: Slot) -> Slot | None:
    before = context.before
    near = () if before is None else _touched(before, hunk.start, hunk.end)
    return next((one for one in near if (one.kind, one.name) == (slot.kind, slot.name)), None)


def _change(old: Slot, new: Slot, document: Document) -> TypeChange | None:
    if glued(old.type) == glued(new.type) and (old.mark < 0) != (new.mark < 0):
        return TypeChange(old.type, new.type, "unwrap" if new.mark < 0 else "wrap", ("optional", "?", ""))
    return change_of(old.type, new.type, document.grammar.wraps)


def _follow(context: Context, refined: Refined) -> Iterator[Site]:
    """The sites of one exchanged type."""
    change = refined.change
    flows = Flows(context.references, change.word)
    for held in spread(flows, refined.slot, change):
        found = [_annotation(refined, *one) for one in held.slots]
        found += values_of(context, refined.slot, change, held)
        found += passed(context, flows, held.thing, change)
        for value in found:
            yield _site(context, refined, held, value)


def _annotation(refined: Refined, slot: Slot, draft: str, sure: float) -> Value:
    """A written type that says the old one."""
    why = (
        f"{WHAT[slot.kind]} `{slot.name}` holds the value of `{refined.slot.name}`, now `{refined.slot.type}`"
    )
    if refined.change.wrap[1] != "?":
        return Value(slot.path, slot.type_start, slot.type, draft, NodeKind.TYPE, sure, why)
    if slot.mark >= 0:
        return Value(slot.path, slot.mark, "?", "", NodeKind.TYPE, sure, why)
    return Value(slot.path, slot.name_start + len(slot.name), "", "?", NodeKind.TYPE, sure, why)


def _site(context: Context, refined: Refined, held: Held, value: Value) -> Site:
    near = value.path == context.edit.path or held.relation is not Relation.SAME_SCOPE
    return Site(
        path=value.path,
        start=value.start,
        old=value.old,
        draft=value.draft,
        intent=IntentKind.REFINE,
        node=value.node,
        relation=held.relation if near else Relation.IMPORTED,
        distance=context.distances.of(refined.slot.type_start, value.path, value.start),
        trigger=Trigger.TYPE_CHANGED,
        rule=round(min(held.rule * value.rule, 0.97), 4),
        why=" ".join(value.why.split()),
    )
