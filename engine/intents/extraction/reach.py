"""How a member of a class is reached from a place: through self, through its class, by its bare name."""

from __future__ import annotations

import re

from engine.intents.context import Context
from engine.syntax.blocks.bodies import Bodies
from engine.syntax.blocks.code import Code, code
from engine.syntax.forms import Function

_STATIC = frozenset(("static", "staticmethod"))
_MARK = re.compile(r"^[@#\[]+|[\](].*$", re.DOTALL)
GETTERS = frozenset(("property", "cached_property", "functools.cached_property", "get"))
_WORDS = """
staticmethod classmethod inline must_use allow export default public private protected internal static async
final abstract override readonly pub unsafe const synchronized strictfp native sealed declare accessor
"""
_KNOWN = GETTERS | frozenset(_WORDS.split())
"""Words in front of a function that leave it to its callers."""


def around(context: Context, start: int) -> tuple[Function, ...]:
    """The functions around an offset of the edited file, innermost first."""
    return context.shapes_after.around(start) if context.shapes_after is not None else ()


def was_written(context: Context, start: int, end: int) -> bool:
    """Whether the person wrote a stretch in this very edit."""
    return any(hunk.new_start < end and start < hunk.new_end for hunk in context.edit.hunks)


def receiver(context: Context, bodies: Bodies, owner: str, static: bool, start: int) -> str | None:
    """What stands in front of a member's name at a place; None where it cannot be reached."""
    known = code(context.after.grammar.name) if context.after is not None else None
    if known is None or not owner:
        return "" if known is not None else None
    own, outside = known.forms.get("own", ""), known.forms.get("outside", "")
    shapes = context.shapes_after
    if not own and shapes is not None and any(one.name == owner for one in shapes.classes(start, start + 1)):
        return ""
    method = next((one for one in around(context, start) if one.owner), None)
    if method is None or method.owner != owner:
        return outside.format(owner=owner) if static and outside else None
    if static:
        return known.forms.get("static", "").format(owner=owner)
    if is_static(known, bodies, method):
        return None
    return own.format(self=bodies.receiver(method))


def is_static(known: Code, bodies: Bodies, function: Function) -> bool:
    """Whether a member is called without an instance."""
    words = {word.strip("@") for word in function.modifiers}
    names_self = "self" in known.forms.get("own", "")
    return bool(words & _STATIC) or (names_self and not bodies.receiver(function))


def waiting(context: Context, call: str) -> str:
    """A call whose result is waited for."""
    before, behind = context.after.grammar.awaits if context.after is not None else ("", "")
    return f"{before}{call}{behind}"


def is_set_apart(function: Function) -> bool:
    """Whether something else than its callers asks for a function: a decorator, a test runner, a base."""
    if function.name.lower().startswith("test"):
        return True
    return any(_MARK.sub("", word) not in _KNOWN for word in function.modifiers)
