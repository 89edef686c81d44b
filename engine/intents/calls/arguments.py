"""Choosing the new argument of a call: something in scope that fits the parameter, else a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine.intents.calls.binding import Choice
from engine.syntax.document import Document
from engine.syntax.forms import Parameter
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.visible import Visible

PASSED_ON = 0.93
"""The function around the call gets the same parameter."""
ITSELF = 0.88
"""The function around the call is one of the parameter's class."""
LOCAL, FIELD, NEAR_NAME = 0.92, 0.86, 0.8
OF_OBJECT, OF_MODULE, WRITTEN, BY_TYPE = 0.75, 0.7, 0.68, 0.62
PLACEHOLDER = 0.52
_WORD = re.compile(r"\w+")

Gains = Mapping[str, tuple[tuple[int, int, frozenset[str]], ...]]
"""By path: functions (start and end) with the parameters that they get too."""


def choose(meaning: Meaning, document: Document, at: int, parameter: Parameter, gains: Gains) -> Choice:
    """The best text for a parameter at a place, and how sure it is."""
    inside = [names for start, end, names in gains.get(document.path, ()) if start <= at < end]
    if any(parameter.name in names for names in inside):
        return Choice(parameter.name, PASSED_ON)
    visible = Visible(meaning, document, at)
    found = next(_fitting(visible, document, parameter), None) if parameter.name else None
    return found or _typed(visible, document, parameter)


def _fitting(visible: Visible, document: Document, parameter: Parameter) -> Iterator[Choice]:
    """What bears the parameter's name, the surest first."""
    name = parameter.name
    if visible.local(name):
        yield Choice(name, LOCAL)
    receiver = visible.receiver()
    if receiver and visible.functions and _is_of(visible.functions[0].owner, parameter):
        yield Choice(receiver, ITSELF)
    for number, other in enumerate(_variants(name)):
        rule = NEAR_NAME if number else FIELD
        if number and visible.local(other):
            yield Choice(other, rule)
        if receiver and visible.member(other):
            bare = receiver == document.grammar.this and visible.is_bare(other)
            yield Choice(other if bare else f"{receiver}.{other}", rule)
    for other in _variants(name):
        written = visible.written(other, near=True)
        if len(written) == 1:
            yield Choice(written[0], OF_OBJECT)
        holders = visible.holders(other)
        if len(holders) == 1:
            yield Choice(f"{holders[0]}.{other}", OF_OBJECT)
    if visible.of_module(name):
        yield Choice(name, OF_MODULE)
    for other in _variants(name):
        written = visible.written(other, near=False)
        if len(written) == 1:
            yield Choice(written[0], WRITTEN)


def _is_of(owner: str, parameter: Parameter) -> bool:
    """Whether a parameter is named or typed like a class: the instance itself fits."""
    words = _WORD.findall(parameter.type)
    plain = parameter.name.replace("_", "").lower()
    return bool(owner) and (words[-1:] == [owner] or plain == owner.lower())


def _typed(visible: Visible, document: Document, parameter: Parameter) -> Choice:
    """The only variable of the parameter's type, else a placeholder."""
    type_ = parameter.type
    if any(len(word) > 1 and not document.grammar.is_word(word) for word in _WORD.findall(type_)):
        names = visible.typed(type_)
        if len(names) == 1:
            return Choice(names[0], BY_TYPE)
    return Choice(document.grammar.zero(type_), PLACEHOLDER)


def _variants(name: str) -> tuple[str, ...]:
    """The name, and others that stand for the same in a class's fields."""
    bare = name.strip("_")
    if not bare:
        return (name,)
    turned = bare[0].swapcase() + bare[1:]
    return tuple(dict.fromkeys((name, f"_{bare}", bare, f"{bare}_", turned)))
