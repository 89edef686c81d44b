"""The head and the foot of a new function: its name, parameters and place, as each language writes them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.syntax.blocks.pieces import runs
from engine.syntax.forms import Function
from engine.syntax.occurrences import occurrences
from trainer.simulate.extracting.text import margin, newline, phrase
from trainer.simulate.source import COMMENTS, Change, above
from trainer.simulate.tree import Tree

SELVES: Final = frozenset(("self", "this", "cls"))
_FALLBACK: Final = {"java": "Object", "go": "any", "rust": "usize"}
_RETURNS: Final = {"java": "Object", "go": "any", "rust": "usize"}
_RECEIVER = re.compile(r"func\s*(\([^)]*\))\s*\w+\($")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a function goes, and how it is called from there on."""

    start: int
    """The line in front of which it goes."""
    indent: str
    unit: str
    """One more indentation."""
    owner: str
    """The class that it is a method of, or nothing."""
    own: str
    """What the method calls its object; empty without one."""
    receiver: str
    """Go's receiver, in its parentheses."""


def site_of(tree: Tree, path: str, function: Function, words: frozenset[str]) -> Site | None:
    """A place in front of a function (or of what holds it) where code that says `words` is understood."""
    text = tree.texts[path]
    own = next((one.name or "self" for one in function.parameters if one.kind == "self"), "")
    receiver = ""
    if tree.language == "go":
        match = _RECEIVER.search(text[function.start : function.list_start])
        receiver = match[1] if match else ""
        own = match[1].strip("()").split()[0] if match and " " in match[1] else ""
    if tree.language in ("javascript", "typescript", "java") and function.owner:
        own = "this"
    inside = bool(own and own in words)
    if tree.language == "java" or inside:
        if not function.owner or "super" in words:
            return None
        start = function.start
    else:
        if words & (SELVES | {"super"}) or (tree.language == "rust" and "Self" in words):
            return None
        start = _top(tree, path, function.start)
    indent = margin(text, start)
    if indent is None:
        return None
    line = text.rfind("\n", 0, start) + 1
    line = above(text, line, (*COMMENTS, "@"))
    unit = _unit(text, function)
    return Site(
        line,
        indent,
        unit,
        function.owner if inside else "",
        own if inside else "",
        receiver if inside else "",
    )


def _top(tree: Tree, path: str, start: int) -> int:
    """The start of the file's own statement that holds an offset."""
    top = next(iter(runs(tree.document(path))), None)
    found = [one[0] for one in top.statements if one[0] <= start < one[1]] if top is not None else []
    return found[0] if found else start


def _unit(text: str, function: Function) -> str:
    line = text.rfind("\n", 0, function.start) + 1
    base = text[line : function.start]
    body = text[function.body_start : function.body_end].lstrip("{\r\n")
    first = next(
        (one for one in text[function.list_end : function.body_end].split("\n")[1:] if one.strip()), body
    )
    deeper = first[: len(first) - len(first.lstrip())]
    return deeper[len(base) :] if deeper.startswith(base) and len(deeper) > len(base) else "    "


def locals_at(tree: Tree, path: str, at: int, names: Sequence[str]) -> list[str]:
    """Those of the names that are bound in a function or block around an offset."""
    document = tree.document(path)
    return [
        name
        for name in names
        if any(
            one.defines
            and one.depth
            and one.scope[0] <= at < one.scope[1]
            and one.scope_kind not in ("class", "open", "closed")
            for one in occurrences(document, name)
        )
    ]


def written(
    tree: Tree,
    path: str,
    site: Site,
    name: str,
    parameters: Mapping[str, str],
    body: Sequence[str],
    returns: bool,
) -> Change:
    """A whole function with blank lines around it; `body` without its own indentation."""
    text = tree.texts[path]
    end = newline(text)
    lines = [site.indent + _head(tree, site, name, parameters, returns)]
    lines += [site.indent + site.unit + line if line.strip() else "" for line in body]
    if tree.language != "python":
        lines.append(site.indent + "}")
    gap = end * (3 if tree.language == "python" and not site.indent else 2)
    return Change(site.start, "", end.join(lines) + gap)


def _head(tree: Tree, site: Site, name: str, parameters: Mapping[str, str], returns: bool) -> str:
    fallback = _FALLBACK.get(tree.language, "")
    typed = {one: kind or fallback for one, kind in parameters.items()}
    result = _RETURNS.get(tree.language, "") if returns else ""
    match tree.language:
        case "python":
            listed = [*([site.own] if site.own else []), *parameters]
            return f"def {name}({', '.join(listed)}):"
        case "java":
            listed = [f"{kind} {one}" for one, kind in typed.items()]
            static = "" if site.own else "static "
            return f"private {static}{result or 'void'} {name}({', '.join(listed)}) {{"
        case "go":
            listed = [f"{one} {kind}" for one, kind in typed.items()]
            receiver = f"{site.receiver} " if site.receiver else ""
            return f"func {receiver}{name}({', '.join(listed)}) {result + ' ' if result else ''}{{"
        case "rust":
            listed = [*(["&self"] if site.own else []), *(f"{one}: {kind}" for one, kind in typed.items())]
            return f"fn {name}({', '.join(listed)}){' -> ' + result if result else ''} {{"
    listed = [f"{one}: {kind}" if kind else one for one, kind in parameters.items()]
    word = "" if site.own else "function "
    return f"{word}{name}({', '.join(listed)}) {{"


def returned(tree: Tree, text: str, value: str) -> str:
    """The statement that gives a value back."""
    if tree.language == "rust":
        return value
    end = "" if tree.language in ("python", "go") else ";"
    return phrase(tree, text, "return {value}" + end, value=value)


def called(tree: Tree, site: Site, name: str, arguments: Sequence[str]) -> str:
    """A call of the function from where it was taken."""
    prefix = f"{site.own}." if site.own and tree.language != "java" else ""
    return f"{prefix}{name}({', '.join(arguments)})"


def type_of(function: Function, name: str) -> str:
    """The type that a parameter of the function around is declared with, or nothing."""
    return next((one.type.lstrip(": ") for one in function.parameters if one.name == name), "")


def parameter_names(tree: Tree, names: Sequence[str], taken: frozenset[str], rng: random.Random) -> list[str]:
    """What the arguments are called inside the new function: as they are, or more generally."""
    made: list[str] = []
    for name in names:
        if rng.random() < 0.7:
            made.append(name)
            continue
        other = tree.invented(name.lstrip("_#$") or "value", rng)
        made.append(name if other in taken or other in made else other)
    return made
