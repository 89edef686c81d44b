"""Heads of functions that an edit touches, and the functions that have got another name with another head."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.syntax.forms import Function
from engine.syntax.shapes import Shapes
from engine.types import Edit

MOST = 6
"""Functions of one edit that are looked at; more is a rewrite."""
SHORTEST = 12
"""Characters of a body that tells one function from another."""

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
    new = {
        one.name_start: one
        for hunk in edit.hunks
        if "(" in hunk.old + hunk.new
        for one in touched(after, hunk.new_start, hunk.new_end)
        if not re.search(rf"\b{re.escape(one.name)}\b", edit.before)
    }
    shapes = before() if 0 < len(new) <= MOST else None
    if shapes is None:
        return ()
    found = ((_former(edit, shapes, one), one) for one in new.values())
    return tuple((old, one) for old, one in found if old is not None)


def _former(edit: Edit, before: Shapes, function: Function) -> Function | None:
    """The one function that was touched and had this body under a name that nothing declares any more."""
    body = _body(edit.after, function)
    near = {
        one.name_start: one
        for hunk in edit.hunks
        for one in touched(before, hunk.start, hunk.end)
        if one.owner == function.owner and one.name != function.name
    }
    same = [one for one in near.values() if len(body) >= SHORTEST and _body(edit.before, one) == body]
    return same[0] if len(same) == 1 else None


def _body(text: str, function: Function) -> str:
    """A body without blanks; empty where there is none."""
    return "".join(text[function.body_start : function.body_end].split()) if function.body_start >= 0 else ""
