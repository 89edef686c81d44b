"""A new parameter: its name and type, its place in the list, and what stands at each call for it."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Final

from trainer.simulate.signing.callables import Callable, Definition, Use
from trainer.simulate.signing.listing import inserted, said
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step
from trainer.simulate.tree import Tree

PLAIN_TYPES: Final = {
    "python": ("",),
    "javascript": ("",),
    "typescript": ("string", "number", "boolean"),
    "java": ("int", "String", "boolean", "long"),
    "go": ("string", "int", "bool"),
    "rust": ("u32", "bool", "&str", "usize"),
}
"""Types of invented parameters, which no variable is passed for by its type alone."""
_FORMS: Final = {
    "python": "{name}: {type}",
    "typescript": "{name}: {type}",
    "java": "{type} {name}",
    "go": "{name} {type}",
    "rust": "{name}: {type}",
}
_WORD = re.compile(r"[A-Za-z_]\w*")


def grouped(definition: Definition) -> bool:
    """Whether several names share one type."""
    return any(one.type and one.type not in one.text for one in definition.given)


def is_documented(tree: Tree, found: Callable) -> bool:
    """Whether the documentation has entries for parameters: what a new one says cannot be known."""
    head = found.head
    return any(said(tree.texts[head.path], head.function, one.name).entries for one in head.given)


def invented(tree: Tree, found: Callable, rng: random.Random) -> tuple[str, str] | None:
    """A name and type: some caller's parameter, or an invention; None where a call is in doubt."""
    taken = {one.name for definition in found.definitions for one in definition.given}
    callers = Counter(
        (one.name, one.type if tree.language in _FORMS else "")
        for use in found.uses
        for one in (use.inside.parameters if use.inside is not None else ())
        if one.kind == "plain" and one.name not in taken and one.name
    )
    if callers and rng.random() < 0.65:
        name, type_ = rng.choice(list(callers))
    else:
        name, type_ = tree.invented(tree.common(rng), rng), rng.choice(PLAIN_TYPES[tree.language])
    if tree.language not in {"python", "javascript"} and not type_:
        return None
    homes = {one.path for one in found.definitions}
    if type_ not in PLAIN_TYPES[tree.language] and any(
        homes - {path for path, _ in tree.words.get(word, ())}
        for word in _WORD.findall(type_)
        if not tree.grammar.is_word(word)
    ):
        return None  # it would have to be imported
    if any(doubtful(tree, found, use, name, type_) for use in found.uses):
        return None
    bodies = ((one.path, one.function.start, one.function.end) for one in found.definitions)
    free = all(
        not any(p == path and a <= s < e for p, s in tree.words.get(name, ())) for path, a, e in bodies
    )
    return (name, type_) if free else None


def has(tree: Tree, found: Callable, use: Use, name: str) -> bool:
    """Whether the function around a call has, or gets, a parameter of this name."""
    inside = use.inside
    if inside is None:
        return False
    gets = any(one.path == use.path and one.function == inside for one in found.definitions)
    return gets or any(one.name == name and one.kind == "plain" for one in inside.parameters)


def doubtful(tree: Tree, found: Callable, use: Use, name: str, type_: str) -> bool:
    """Whether something else than a parameter of this name may be meant at a call."""
    if has(tree, found, use, name):
        return False
    text = tree.texts[use.path]
    bare = name.strip("_")
    inside = use.inside
    cores = {bare, bare[:1].swapcase() + bare[1:]}
    for other in sorted(f"{lead}{core}{tail}" for core in cores for lead in ("", "_") for tail in ("", "_")):
        for path, start in tree.words.get(other, ()):
            if path != use.path:
                continue
            within = inside is not None and inside.start <= start < inside.end
            if within or text[start - 1 : start] == "." or tree.around(path, start) is None:
                return True
    span = text[inside.start : inside.end] if inside is not None else ""
    plain = type_ in PLAIN_TYPES[tree.language]
    return not plain and any(word in span for word in _WORD.findall(type_))


def place_for(found: Callable, rng: random.Random) -> int:
    """Where a parameter without a default can come, among those that a call gives."""
    given = found.head.given
    first = next(
        (n for n, one in enumerate(given) if one.default or one.optional or one.keyword_only), len(given)
    )
    if any(map(grouped, found.definitions)):
        return len(given)
    return rng.choice((first, first, rng.randrange(first + 1)))


def declared(tree: Tree, one: Definition, at: int, name: str, type_: str, default: str = "") -> Step:
    """The parameter in a definition's list."""
    head_typed = tree.language != "python" or any(one.type for one in one.given) or not one.given
    type_ = type_ if head_typed else ""
    form = _FORMS.get(tree.language, "{name}") if type_ else "{name}"
    item = form.format(name=name, type=type_)
    if default:
        item += (" = " if type_ or tree.language != "python" else "=") + default
    whole = list(one.function.parameters)
    place = whole.index(one.given[at]) if at < len(one.given) else len(whole)
    while at < len(one.given) and place and whole[place - 1].kind == "separator":
        place -= 1
    text = tree.texts[one.path]
    return one.path, inserted(text, one.function.list_start, one.spans, place, item)


def given(tree: Tree, found: Callable, use: Use, at: int, name: str, text: str) -> Change | None:
    """The argument in a call's list, in the call's own style; None where that is a matter of taste."""
    arguments = use.call.arguments
    before = [use.gives[n] for n in range(at) if n in use.gives]
    behind = [use.gives[n] for n in range(at, len(found.head.given)) if n in use.gives]
    if len(before) < at and tree.language in {"javascript", "python"}:
        return None
    named = any(arguments[n].keyword for n in before)
    if (behind and before and min(behind) < max(before)) or sorted(before) != before:
        return None
    place = min(behind) if behind else len(arguments)
    source = tree.texts[use.path]
    item = f"{name}={text}" if named else text
    return inserted(source, use.call.list_start, use.spans, place, item)
