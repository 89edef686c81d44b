"""A parameter goes, from every list and call; where the body uses it, the same save makes it a local."""

from __future__ import annotations

import random
import re
from typing import Final

from trainer.simulate.signing.adding import grouped
from trainer.simulate.signing.callables import Callable, Callables, Definition
from trainer.simulate.signing.calm import Chain
from trainer.simulate.signing.listing import removed, said
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step
from trainer.simulate.tree import Tree

_LOCAL: Final = {
    "python": "{name} = {zero}",
    "javascript": "let {name}{ends}",
    "typescript": "let {name}: {type} = {zero}{ends}",
    "java": "{type} {name} = {zero};",
    "go": "var {name} {type}",
    "rust": "let {mutable}{name}: {type} = {zero};",
}
_UNSPEAKABLE = re.compile(r"\b(?:impl|this|asserts)\b|\bSelf\b")
_DOCSTRING = re.compile(r'[rRuU]?("""|\'\'\'|"|\').*?\1[ \t]*\n', re.DOTALL)
Left = tuple[Chain, list[Step], list[Step]]
"""The chain without its steps; the relatives' changes, and the calls'."""


def left(draws: Callables, rng: random.Random) -> Left | None:
    """A parameter that nobody gives or takes any more; None where it is in doubt what else would change."""
    found = draws.draw(rng)
    if found is None or not found.head.given or any(map(grouped, found.definitions)):
        return None
    number = rng.randrange(len(found.head.given))
    tree = draws.tree
    calls = [
        (use.path, removed(tree.texts[use.path], use.spans, use.gives[number]))
        for use in found.uses
        if number in use.gives
    ]
    entries = _entries(tree, found, number)
    if entries is None or not calls or any(_last_use(tree, one, number) for one in found.definitions):
        return None
    if any(is_used(tree, one, number) for one in found.definitions[1:]):
        return None
    besides: tuple[Change, ...] = ()
    if is_used(tree, found.head, number):
        local = _local(tree, found.head, number)
        if local is None:
            return None
        besides = (local,)
    changes = [
        (one.path, removed(tree.texts[one.path], one.spans, entry(one, number))) for one in found.definitions
    ]
    chain: Chain = (f"parameter_removed/{found.kind}", {}, changes[0], [], *besides)
    return chain, [*entries, *changes[1:]], calls


def entry(definition: Definition, number: int) -> int:
    """The place in the whole list of the parameter with this number among those that a call gives."""
    return definition.function.parameters.index(definition.given[number])


def is_used(tree: Tree, one: Definition, number: int) -> bool:
    """Whether the function itself names a parameter again, in its body or in another parameter's default."""
    name, function = one.given[number].name, one.function
    end = max(function.body_end, function.list_end)
    own = one.given[number].name_start
    return any(
        path == one.path and function.list_start <= start < end and start != own
        for path, start in tree.words.get(name, ())
    )


def _local(tree: Tree, one: Definition, number: int) -> Change | None:
    """The declaration of a local in the parameter's place, as the body's first statement."""
    function, parameter = one.function, one.given[number]
    text = tree.texts[one.path]
    inside = any(
        path == one.path and function.list_start <= start < function.list_end
        for path, start in tree.words.get(parameter.name, ())
        if start != parameter.name_start
    )
    if inside or function.is_abstract or parameter.is_field:
        return None
    if _UNSPEAKABLE.search(parameter.type) or "\n" in parameter.type:
        return None
    at = _first_statement(text, function.body_start, function.body_end, tree.language == "python")
    form = _LOCAL[tree.language]
    if tree.language == "typescript" and not parameter.type:
        form = _LOCAL["javascript"]
    if at < 0 or ("{type}" in form and not parameter.type):
        return None
    line = text.rfind("\n", 0, at) + 1
    ends = ";" if text.count(";\n") * 8 >= text.count("\n") else ""
    zero = parameter.default or tree.grammar.zero(parameter.type)
    mutable = "mut " if parameter.text.startswith("mut ") else ""
    written = form.format(name=parameter.name, type=parameter.type, zero=zero, ends=ends, mutable=mutable)
    return Change(line, "", f"{text[line:at]}{written}\n")


def _first_statement(text: str, start: int, end: int, bare: bool) -> int:
    """Where the first statement of a body stands on a line of its own; -1 where there is none."""
    at = start if bare else start + 1
    if bare:
        docstring = _DOCSTRING.match(text, start)
        at = docstring.end() if docstring is not None else start
    elif text[start : start + 1] != "{":
        return -1
    while at < end and text[at].isspace():
        at += 1
    alone = not text[text.rfind("\n", 0, at) + 1 : at].strip() and "\n" in text[start - 80 * bare : at]
    return at if at < end and alone and text[at] != "}" else -1


def _last_use(tree: Tree, one: Definition, number: int) -> bool:
    """Whether a word of the parameter's type or default stands nowhere else in the file but in an import."""
    gone = f"{one.given[number].type} {one.given[number].default}"
    words = [word for word in re.findall(r"\w+", gone) if not tree.grammar.is_word(word)]
    return any(sum(path == one.path for path, _ in tree.words.get(word, ())) in (1, 2) for word in words)


def _entries(tree: Tree, found: Callable, number: int) -> list[Step] | None:
    """The entry of the head's documentation that goes along; None where more than an entry speaks of it."""
    head = found.head
    told = [said(tree.texts[head.path], head.function, one.name) for one in head.given]
    mine = told[number]
    if mine.how == "prose" or (mine.entries and sum(bool(one.entries) for one in told) < 2):
        return None
    return [(head.path, change) for change in mine.entries]
