"""A new variable or constant: where its value stands, its name goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.intents.context import Context
from engine.intents.extraction.reach import receiver, was_written
from engine.syntax.blocks.bodies import Bodies
from engine.syntax.blocks.values import Place, Values, Variable
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

BASES = {"fresh": 0.3, "chain": 0.6, "call": 0.8, "text": 0.85, "number": 0.65, "expression": 0.9}
"""How sure it is that a value of a kind is meant wherever it stands again."""
VAGUE = 0.3
"""The same for a short number, which may mean anything."""
TOUCHED = 0.5
"""What is left where a method of something in the value is called on the way."""
NESTED = 0.85
"""What is left in a function of its own, which may run later."""
_TELLING = re.compile(r"[\d_]{4,}\w*|[\d_]*\.\d{2,}\w*|0x\w{4,}")
MOST_NEW = 12
"""New variables in one edit; with more it is new code, not an extraction."""
LARGEST = 4_000
"""Characters of a value that is looked for."""


def sites(context: Context) -> Iterator[Site]:
    """The places of every variable that the edit brings in."""
    document = context.after
    if document is None:
        return
    values, bodies = Values(document), Bodies(document)
    found = list(_new(context, values))
    for variable in found if len(found) <= MOST_NEW else ():
        for place in values.places(variable):
            if not was_written(context, place.start, place.end):
                site = _site(context, bodies, variable, place)
                if site is not None:
                    yield site


def _new(context: Context, values: Values) -> Iterator[Variable]:
    """The variables that the edit defines: their name and what follows it were typed."""
    text, hunks = context.edit.after, context.edit.hunks
    signs = [hunk for hunk in hunks if "=" in hunk.new]
    for hunk in hunks if signs else ():
        for variable in values.variables(hunk.new_start, hunk.new_end) if hunk.new.strip() else ():
            end = variable.name_start + len(variable.name)
            sign = text.find("=", end, variable.value_start)
            typed = hunk.new_start <= variable.name_start < hunk.new_end
            signed = any(one.new_start <= sign < one.new_end for one in signs)
            if typed and signed and len(variable.value) <= LARGEST:
                yield variable


def _site(context: Context, bodies: Bodies, variable: Variable, place: Place) -> Site | None:
    draft = _draft(context, bodies, variable, place)
    if draft is None:
        return None
    relation = Relation.INNER_SCOPE if place.nested else Relation.SAME_SCOPE
    return Site(
        path=context.edit.path,
        start=place.start,
        old=place.text,
        draft=draft,
        intent=IntentKind.EXTRACT,
        node=NodeKind.EXPRESSION,
        relation=relation,
        distance=context.distances.of(variable.name_start, context.edit.path, place.start),
        trigger=Trigger.EXTRACTED,
        rule=round(_rule(variable, place), 4),
        why=f"`{variable.name}` has this value since your edit",
    )


def _draft(context: Context, bodies: Bodies, variable: Variable, place: Place) -> str | None:
    """The variable as it is read at a place; None where it cannot be."""
    if variable.level != "class":
        return variable.name
    prefix = receiver(context, bodies, variable.owner, variable.static, place.start)
    return None if prefix is None else prefix + variable.name


def _rule(variable: Variable, place: Place) -> float:
    rule = BASES[variable.weight]
    if variable.weight == "number" and not _TELLING.fullmatch(variable.value):
        rule = VAGUE
    if place.change == "touched":
        rule *= TOUCHED
    if place.nested and variable.weight not in ("text", "number"):
        rule *= NESTED
    return rule
