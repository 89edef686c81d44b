"""Heads of functions that an edit touches, and the functions that have got another name with another head."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from engine.diff import tokenize
from engine.syntax.forms import Function
from engine.syntax.shapes import Shapes
from engine.types import Edit, Hunk

NAME = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
MOST = 6
"""Functions of one edit that are looked at; more is a rewrite."""
SHORTEST = 12
"""Characters of a body that tells one function from another."""
LIKE = 0.5
"""The share of a body's lines that stay."""

_NAMED = re.compile(r"[\w$]\s*[(<\[]")
"""A name before a list: without one, nothing was taken away that a function could have been called."""

Renamed = tuple[Function, Function]
"""A function before and after."""


def touched(shapes: Shapes, start: int, end: int) -> list[Function]:
    """The functions of which a stretch touches the head."""
    functions = shapes.functions(max(0, start - 1), end + 1)
    return [one for one in functions if one.start <= end and start <= head_end(one)]


def head_end(function: Function) -> int:
    """Where the body begins, or the declaration ends."""
    return function.body_start if function.body_start >= 0 else function.end


def renamed(edit: Edit, after: Shapes, before: Callable[[], Shapes | None]) -> tuple[Renamed, ...]:
    """Functions whose name is new to the file, each with the one that has gone: same class, same body.

    Hunks that exchange a name alone say so by themselves; here the lines of the head were broken anew, too.
    """
    if len(edit.hunks) > 2 * MOST or not any(_NAMED.search(hunk.old) for hunk in edit.hunks):
        return ()
    new: dict[int, Function] = {}
    for hunk in edit.hunks:
        for one in touched(after, hunk.new_start, hunk.new_end) if "(" in hunk.old + hunk.new else ():
            if not _stands(one.name, edit.before):
                new[one.name_start] = one
                if len(new) > MOST:
                    return ()
    shapes = before() if new else None
    if shapes is None:
        return ()
    found = ((_former(edit, shapes, one), one) for one in new.values())
    return tuple((old, one) for old, one in found if old is not None)


def _stands(name: str, text: str) -> bool:
    """Whether a text has the name as a word."""
    return name in text and re.search(rf"\b{re.escape(name)}\b", text) is not None


@lru_cache(maxsize=256)
def exchanged(hunk: Hunk) -> tuple[tuple[str, str, int], ...]:
    """The identifiers that differ, where old and new have the same shape."""
    before, after = tokenize(hunk.old), tokenize(hunk.new)
    if len(before) != len(after) or len(before) > 60:
        return ()
    start = hunk.new_start
    found: list[tuple[str, str, int]] = []
    for old, new in zip(before, after, strict=True):
        if old != new:
            if not (NAME.fullmatch(old) and NAME.fullmatch(new)):
                return ()
            found.append((old, new, start))
        start += len(new)
    return tuple(found)


def is_exchanged(edit: Edit, old: Function, new: Function) -> bool:
    """Whether a function's name was exchanged for another one's in its place, whatever else was changed."""
    pair = (old.name, new.name, new.name_start)
    return any(pair in exchanged(hunk) for hunk in edit.hunks)


def _former(edit: Edit, before: Shapes, function: Function) -> Function | None:
    """The one function that was touched and had this body under a name that nothing declares any more."""
    body = _lines(edit.after, function)
    near = {
        one.name_start: one
        for hunk in edit.hunks
        for one in touched(before, hunk.start, hunk.end)
        if one.owner == function.owner and one.name != function.name
    }
    same = [one for one in near.values() if _alike(_lines(edit.before, one), body)]
    return same[0] if len(same) == 1 else None


def _lines(text: str, function: Function) -> set[str]:
    """The lines of a body, without blanks around them and lone brackets; none where there is no body."""
    if function.body_start < 0:
        return set()
    lines = text[function.body_start : function.body_end].splitlines()
    return {line.strip() for line in lines} - {"", "{", "}"}


def _alike(one: set[str], other: set[str]) -> bool:
    """Whether two bodies are of one function; two declarations without any are."""
    if not one and not other:
        return True
    same = one & other
    return len("".join(same)) >= SHORTEST and len(same) >= LIKE * len(one | other)
