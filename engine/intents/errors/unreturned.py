"""A function that should give something back does not, and the last thing it does makes a value."""

from __future__ import annotations

from engine.diagnostics import Diagnostic
from engine.intents.calls.difference import results
from engine.intents.context import Context
from engine.intents.errors.called import function_named
from engine.syntax.blocks.tails import Tail, tail
from engine.syntax.document import Document
from engine.syntax.forms import Function
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

RULES = {"value": 0.75, "call": 0.75, "named": 0.62}
"""How sure it is that a last expression, a call that gives the right type, or a last variable was meant."""


def draft(context: Context, document: Document, found: Diagnostic) -> Site | None:
    """The `return` of what the function makes last."""
    functions = [
        one
        for one in document.shapes.functions(found.start, found.end)
        if one.body_start >= 0 and one.start <= found.start <= one.end
    ]
    last = tail(document, functions[-1]) if functions and functions[-1].returns else None
    if last is None or (last.kind == "call" and not _gives(context, document, last, functions[-1])):
        return None
    text = document.border.text
    line = text.rfind("\n", 0, last.start) + 1
    indent = text[line : last.start]
    if indent.strip():
        return None
    start, new = last.start, "return "
    if last.kind == "named":
        end = ";" if last.says and text[: last.end].endswith(";") else ""
        newline = "\r\n" if text[line - 2 : line] == "\r\n" else "\n"
        start, new = last.end, f"{newline}{indent}{'return ' if last.says else ''}{last.name}{end}"
    return Site(
        path=document.path,
        start=start,
        old="",
        draft=new,
        intent=IntentKind.FIX,
        node=NodeKind.STATEMENT,
        relation=Relation.SAME_SCOPE,
        distance=context.distances.of(context.edit.hunks[0].new_start, document.path, start),
        trigger=Trigger.DIAGNOSTIC,
        rule=RULES[last.kind],
        why=f"{found.source}: `{functions[-1].name}` gives nothing back, and this is the last that it makes",
    )


def _gives(context: Context, document: Document, last: Tail, around: Function) -> bool:
    """Whether the function that is called last gives what this one should."""
    named = function_named(context, document, last.at)
    return named is not None and results(named[1].returns) == results(around.returns) != []
