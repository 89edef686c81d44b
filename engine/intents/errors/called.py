"""What a call calls, and the call that a complaint is about."""

from __future__ import annotations

import re

from engine.intents.context import Context
from engine.syntax.document import Document
from engine.syntax.forms import Call, Function
from engine.syntax.names.classes import Value

NEAR = 600
"""Characters before a complaint in which the name of its call may stand."""
_CALLED = re.compile(r"[^\W\d]\w*")


def function_named(context: Context, document: Document, at: int) -> tuple[Document, Function] | None:
    """The one function that a name refers to, a class's constructor where it names a class."""
    target = context.references.target(document.path, at)
    found: dict[tuple[str, int], tuple[Document, Function]] = {}
    for entity in target[1] if target is not None else ():
        for mention in context.references.definitions(entity):
            mentions = [(mention.path, mention.start)]
            if mention.role == "def.class" and mention.own is not None:
                makers = context.references.inference.runs(Value("class", mention.path, mention.own.key))
                mentions = [(one.path, one.start) for one in makers]
            for path, start in mentions:
                other = context.index.document(path)
                function = None if other is None else other.shapes.function_at(other.border.to_chars(start))
                if other is not None and function is not None:
                    found[path, function.name_start] = (other, function)
    return next(iter(found.values())) if len(found) == 1 else None


def call_around(document: Document, start: int, end: int) -> Call | None:
    """The innermost call that holds a stretch, or whose name does."""
    text = document.border.text
    calls = (
        document.shapes.call_at(found.start())
        for found in _CALLED.finditer(text, max(0, start - NEAR), max(start + 1, end))
    )
    around = [one for one in calls if one is not None and one.start <= start and end <= one.end]
    return min(around, key=lambda one: one.end - one.start, default=None)
