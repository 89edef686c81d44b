"""A new function: where its body stands, a call of it goes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.intents.context import Context
from engine.intents.extraction.reach import (
    GETTERS,
    around,
    is_set_apart,
    is_static,
    receiver,
    waiting,
    was_written,
)
from engine.intents.members.promises import is_unwritten
from engine.syntax.blocks.bodies import Bodies, Standing
from engine.syntax.blocks.code import code
from engine.syntax.forms import Function, Parameter
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

TYPED = 0.9
"""The share of a function, from its name to its end, that the edit must have written."""
MOST_NEW = 8
"""New functions in one edit; with more it is new code, not an extraction."""
WEIGHTS = (0.0, 0.35, 0.6, 0.8, 0.88)
"""How sure a body of so many fixed tokens is meant where it stands; the last is for more."""
EXACT = 0.85
"""The same where the arguments are called as the parameters are."""
TWIN = 0.5
"""What is left where the body is all that another function does: rather its twin than its original."""
LEAST = 2
"""Fixed tokens of statements that are looked for."""
ALIKE = 0.25
"""What is added where every argument's last word is its parameter's name, or begins as it does."""


def sites(context: Context) -> Iterator[Site]:
    """The places of every function that the edit brings in."""
    document, shapes = context.after, context.shapes_after
    if document is None or shapes is None:
        return
    edit = context.edit
    found = [one for one in _new(context) if not is_unwritten(edit.after, one, edit.path)]
    bodies = Bodies(document)
    for function in found if len(found) <= MOST_NEW else ():
        if is_set_apart(function) or (not function.owner and not bodies.named(function)):
            continue
        for place in bodies.standing(function):
            if place.statements and place.weight < LEAST:
                continue
            if not was_written(context, place.start, place.end):
                call = _call(context, function, place, bodies)
                if call is not None:
                    yield _site(context, function, place, call)


def _new(context: Context) -> Iterator[Function]:
    """The functions that the edit wrote from their name to their end."""
    shapes = context.shapes_after
    for hunk in context.edit.hunks:
        if shapes is None or len(hunk.new) < 8 or hunk.new_end - hunk.new_start > 20_000:
            continue
        for function in shapes.functions(hunk.new_start, hunk.new_end):
            if not hunk.new_start <= function.name_start < hunk.new_end or function.body_start < 0:
                continue
            written = min(hunk.new_end, function.body_end) - function.name_start
            if written >= TYPED * (function.body_end - function.name_start):
                yield function


def _call(context: Context, function: Function, place: Standing, bodies: Bodies) -> str | None:
    """A call of the function at a place; None where it cannot be called there."""
    known = code(context.after.grammar.name) if context.after is not None else None
    arguments = _arguments(function, place)
    if known is None or arguments is None:
        return None
    static = is_static(known, bodies, function)
    prefix = receiver(context, bodies, function.owner, static, place.start)
    if prefix is None:
        return None
    is_read = not GETTERS.isdisjoint(function.modifiers)
    call = f"{prefix}{function.name}" + ("" if is_read else f"({', '.join(arguments)})")
    if "async" in function.modifiers:
        if not any("async" in one.modifiers for one in around(context, place.start)):
            return None
        call = waiting(context, call)
    return f"{place.before}{call}{place.after}"


def _arguments(function: Function, place: Standing) -> list[str] | None:
    """The arguments in the order of the parameters; None where one is not known."""
    made: list[str] = []
    named = False
    for parameter in function.parameters:
        if parameter.kind == "self":
            continue
        text = place.arguments.get(parameter.name)
        if text is None or text == parameter.default:
            if not parameter.default and not parameter.optional:
                return None
            named = True
            continue
        if named and not parameter.keyword_only and "=" not in parameter.text:
            return None
        made.append(f"{parameter.name}={text}" if named or parameter.keyword_only else text)
    return made


def _site(context: Context, function: Function, place: Standing, call: str) -> Site:
    return Site(
        path=context.edit.path,
        start=place.start,
        old=place.text,
        draft=call,
        intent=IntentKind.EXTRACT,
        node=NodeKind.STATEMENT if place.statements else NodeKind.EXPRESSION,
        relation=Relation.DUPLICATE,
        distance=context.distances.of(function.name_start, context.edit.path, place.start),
        trigger=Trigger.EXTRACTED,
        rule=round(_rule(function, place), 4),
        why=f"`{function.name}` does this since your edit",
    )


def _rule(function: Function, place: Standing) -> float:
    rule = WEIGHTS[min(place.weight, len(WEIGHTS) - 1)]
    if place.whole and place.exact:
        return TWIN * rule
    if place.exact:
        return max(rule, EXACT)
    plain = [one for one in function.parameters if one.kind == "plain"]
    return rule + ALIKE * (1 - rule) if all(_alike(one, place) for one in plain) else rule


def _alike(parameter: Parameter, place: Standing) -> bool:
    """Whether an argument's last word is the parameter's name, or begins with it."""
    text = place.arguments.get(parameter.name, "")
    word = "".join(char if char.isalnum() or char == "_" else " " for char in text).split()[-1:]
    return bool(word) and (word[0].lower().startswith(parameter.name.lower()) or word[0] == parameter.name)
