"""The same method in the classes above and below: overrides, implementations, declarations in interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from engine.syntax.document import Document, Mention
from engine.syntax.holding.things import Things
from engine.syntax.names.classes import Value
from engine.syntax.names.meaning import Meaning
from engine.syntax.nodes import text_of

MOST_FILES = 40
"""Files in which a method's kin is looked for."""
MADE = frozenset({"function", "method"})
Way = Literal["below", "above", "beside"]
"""below: it overrides the method; above: the method overrides it; beside: an interface may have both."""


class Kin(NamedTuple):
    """The definition of a method that is related to another one."""

    document: Document
    mention: Mention
    way: Way


def kin(things: Things, document: Document, method: Mention, hint: str) -> Iterator[Kin]:
    """The methods that override this one or that it overrides, in files that have the word `hint`."""
    meaning = things.meaning
    own, trait = _holder(meaning, document, method), _trait(meaning, document, method)
    if own is None:
        return
    project, family = meaning.project, meaning.inference.family
    hinted = set(project.files_with(hint))
    named = (path for path in project.files_with(method.name) if path in hinted)
    paths = [path for path in named if _defines(meaning, path, method.name)]
    for other in things.affordable(paths, method.path, MOST_FILES):
        if other.grammar.name != document.grammar.name:
            continue
        for mention in other.mentions(method.name):
            if (
                not mention.is_def
                or mention.own is None
                or (other.path, mention.start) == (method.path, method.start)
            ):
                continue
            holder = _holder(meaning, other, mention)
            if holder is None or holder == own:
                continue
            theirs = _trait(meaning, other, mention)
            structural = document.grammar.structural and _is_signature(mention) != _is_signature(method)
            if own in family(holder) or _same(meaning, theirs, own):
                yield Kin(other, mention, "below")
            elif holder in family(own) or _same(meaning, trait, holder):
                yield Kin(other, mention, "above")
            elif structural or (trait is not None and _same(meaning, trait, theirs)):
                yield Kin(other, mention, "beside")


def _defines(meaning: Meaning, path: str, name: str) -> bool:
    """Whether a file has a function of this name."""
    return any(item[0] == name and item[1] in MADE for item in meaning.project.facts(path)[0])


def _is_signature(mention: Mention) -> bool:
    """Whether it stands in an interface, where methods are otherwise written beside their type."""
    return mention.role == "def.method"


def _holder(meaning: Meaning, document: Document, mention: Mention) -> Value | None:
    """The class that a method belongs to."""
    if mention.role == "def.outside":
        return meaning.inference.holder(document, mention)
    if mention.scopes and mention.scopes[0].is_class:
        return Value("class", mention.path, mention.scopes[0].key)
    return None


def _trait(meaning: Meaning, document: Document, mention: Mention) -> Value | str | None:
    """The trait that a method stands in an implementation of; its name where it is not known more of it."""
    node = mention.part("trait")
    if node is None:
        return None
    values = meaning.inference.value(document, node)
    known = next((one.plain for one in values if one.kind == "class"), None)
    text = text_of(node)
    return known or re.split(r"[<(]", text)[0].rpartition("::")[2]


def _same(meaning: Meaning, one: Value | str | None, other: Value | str | None) -> bool:
    """Whether two are the same trait; of one that was not resolved, the name must do."""
    if one is None or other is None or isinstance(one, Value) == isinstance(other, Value):
        return one == other and one is not None
    value, name = (one, other) if isinstance(one, Value) else (other, one)
    return isinstance(value, Value) and name == _name(meaning, value)


def _name(meaning: Meaning, value: Value) -> str:
    """The name of a class."""
    for name, kind, start, _, _ in meaning.project.facts(value.path)[0]:
        if kind == "class" and value.scope[0] <= start < value.scope[1]:
            return name
    return ""
