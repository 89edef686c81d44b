"""A call leaves out an argument that its function cannot do without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.diagnostics import Diagnostic
from engine.intents.calls.arguments import choose
from engine.intents.calls.binding import Adapting, Choice, Style, bind
from engine.intents.calls.callers import skipped
from engine.intents.calls.difference import Difference, can_omit, given
from engine.intents.calls.lists import listed, rewritten
from engine.intents.context import Context
from engine.intents.errors.called import call_around, function_named
from engine.syntax.document import Document
from engine.syntax.forms import Argument, Parameter
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

MOST = 2
"""Arguments that one call may lack; without more it is another call."""
GUESSED = 0.9
"""What is left of how sure an argument is, since nobody said that the parameter is new."""
_LAST_WORD = re.compile(r"\w+$")


def draft(context: Context, document: Document, found: Diagnostic) -> Site | None:
    """The argument, in its place."""
    call = call_around(document, found.start, found.end)
    named = None if call is None else function_named(context, document, call.name_start)
    if call is None or named is None:
        return None
    _, function = named
    grammar = document.grammar
    style = Style(grammar.named, not grammar.named and not grammar.checked)
    skip = skipped(function, call)
    lacking = _lacking(call.arguments, given(function), style, skip)
    if not lacking:
        return None
    old = replace(function, parameters=tuple(one for one in function.parameters if one not in lacking))

    def fill(parameter: Parameter) -> Choice:
        return choose(context.references, document, call.start, parameter, {})

    wanted = Adapting(call, Difference(old, function), style, fill, skip).wanted(touched=False)
    if wanted is None:
        return None
    spans = [(one.start, one.end) for one in call.arguments]
    change = rewritten(listed(document.border.text, call.list_start, call.list_end, spans), wanted.items)
    if change is None:
        return None
    names = " and ".join(f"`{one.name}`" for one in lacking)
    return Site(
        path=document.path,
        start=change.start,
        old=change.old,
        draft=change.new,
        intent=IntentKind.FIX,
        node=NodeKind.ARGUMENT,
        relation=Relation.SAME_SCOPE,
        distance=context.distances.of(context.edit.hunks[0].new_start, document.path, change.start),
        trigger=Trigger.DIAGNOSTIC,
        rule=round(wanted.rule * GUESSED, 4),
        why=f"{found.source}: the call of `{call.name}` lacks {names}",
    )


def _lacking(
    arguments: Sequence[Argument], parameters: Sequence[Parameter], style: Style, skip: int
) -> list[Parameter]:
    """The parameters that a call gives nothing for; of several that it may be, by the others' names."""
    bound = bind(arguments, parameters, Style(style.named, lenient=True), skip)
    if bound is None or bound.is_open:
        return []
    lacking = [n for n, one in enumerate(parameters) if n not in bound.places and not can_omit(one)]
    row = [one for one in arguments[skip:] if not one.keyword]
    if len(lacking) == 1 and not parameters[lacking[0]].keyword_only:
        left = {number: _alike(row, parameters, number) for number in range(lacking[0] + 1)}
        lacking = [max(left, key=lambda number: (left[number], number))]
    return [parameters[number] for number in lacking] if len(lacking) <= MOST else []


def _alike(row: Sequence[Argument], parameters: Sequence[Parameter], without: int) -> int:
    """How many arguments bear the names of the parameters that they would be for."""
    others = [one for number, one in enumerate(parameters) if number != without]
    pairs = ((_LAST_WORD.search(one.text), other) for one, other in zip(row, others, strict=False))
    return sum(word is not None and word.group() == other.name for word, other in pairs)
