"""The arguments of a parameter that now takes a collection or an optional of what it took, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from engine.intents.context import Context
from engine.intents.types.annotation import TypeChange, glued
from engine.intents.types.values import NOTHING, Value
from engine.syntax.document import Document
from engine.syntax.forms import Argument, Call, Function, Parameter
from engine.syntax.holding.flows import Flows
from engine.syntax.holding.things import Thing
from engine.types import NodeKind

MAX_FILES = 30
MAX_CALLS = 200
GUESSED = 0.7
"""How sure a call of something unknown is, if nothing else has the function's name."""
KNOWN, LIKELY, OTHER = 0.93, 0.85, 0.45
"""How sure it is that an argument is of the old type: by its own annotation, by the parameter's
alone, or against its own."""


def passed(context: Context, flows: Flows, thing: Thing, change: TypeChange) -> Iterator[Value]:
    """The arguments for a parameter, where the change says how a value is written now."""
    found = flows.parameter(thing) if change.wrap[2] else None
    if found is None:
        return
    document, function, parameter = found
    if parameter.kind != "plain":
        return
    for other, call, likely in _calls(context, flows, document, function):
        argument = _argument(function, parameter, call)
        if argument is None or argument.spread or argument.text in NOTHING:
            continue
        start, text = _value(argument)
        draft = change.value(text)
        rule = None if draft is None else _sure(flows, other, start, text, change)
        if draft is not None and rule is not None:
            why = f"argument of `{call.callee}`, which takes `{change.new}` now"
            yield Value(other.path, start, text, draft, NodeKind.ARGUMENT, rule * likely, why)


def _calls(
    context: Context, flows: Flows, document: Document, function: Function
) -> Iterator[tuple[Document, Call, float]]:
    """The calls of this function, or of the class that it makes, with how sure that is."""
    maker = document.grammar.is_maker(function.name, function.owner)
    name = function.owner if maker else function.name
    project = context.references.project
    paths = project.files_with(name)
    if function.owner and not maker:
        owners = set(project.files_with(function.owner))
        paths = [path for path in paths if path in owners]
    seen = 0
    for other in flows.affordable(paths, document.path, MAX_FILES):
        for call in other.shapes.calls(name):
            seen += 1
            if seen > MAX_CALLS:
                return
            found = flows.calls(other, call, document, function, maker)
            if found:
                yield other, call, 1.0 if found == "sure" else GUESSED


def _argument(function: Function, parameter: Parameter, call: Call) -> Argument | None:
    """The argument that a call gives for a parameter."""
    for one in call.arguments:
        if one.keyword == parameter.name:
            return one
    taken = [one for one in function.parameters if one.kind != "self"]
    place = taken.index(parameter)
    if any(one.kind != "plain" for one in taken[:place]) or parameter.keyword_only:
        return None
    plain = [one for one in call.arguments if not one.keyword]
    fits = place < len(plain) and not any(one.spread for one in plain[: place + 1])
    return plain[place] if fits and len(call.arguments) <= len(taken) else None


def _value(argument: Argument) -> tuple[int, str]:
    """Where the value of an argument begins, and the value."""
    if not argument.keyword:
        return argument.start, argument.text
    head = argument.text[len(argument.keyword) :]
    value = head.lstrip().removeprefix("=").lstrip()
    return argument.end - len(value), value


def _sure(flows: Flows, document: Document, start: int, text: str, change: TypeChange) -> float | None:
    """How sure it is that an argument has the old form; None where it has the new one."""
    slots = flows.slots_at(document, start, text) if text.isidentifier() else ()
    types = {glued(slot.type) for slot in slots}
    if glued(change.new) in types:
        return None
    if types and glued(change.old) not in types:
        return OTHER
    return KNOWN if types else LIKELY
