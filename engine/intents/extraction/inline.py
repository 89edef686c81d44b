"""A definition was deleted whose uses still stand: each becomes what was defined."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from engine.diff import carried
from engine.intents.context import Context
from engine.intents.extraction.reach import is_set_apart
from engine.syntax.blocks.bodies import Bodies
from engine.syntax.blocks.code import code
from engine.syntax.blocks.filling import Filling
from engine.syntax.blocks.fit import Fit, Part
from engine.syntax.blocks.values import Use, Values, Variable
from engine.syntax.border import find_word
from engine.syntax.document import Document
from engine.syntax.forms import Call, Function
from engine.types import Hunk, IntentKind, NodeKind, Relation, Site, Trigger

BASES = {
    "trivial": 0.75,
    "fresh": 0.55,
    "chain": 0.85,
    "call": 0.75,
    "text": 0.9,
    "number": 0.9,
    "expression": 0.85,
}
"""How sure it is that a value of a kind goes where its variable is read."""
CHANGED = {"": 1.0, "touched": 0.75, "written": 0.4}
"""What is left where the value may be another one by then."""
AGAIN = 0.6
"""What is left of a value that is made or asked for anew each time, where there is more than one use."""
SHARED = 0.5
"""What is left for a constant or field, which rather moved to another place than went."""
CONSTANT = 0.5
"""The same for a literal under a name in capitals."""
OTHERWISE = 0.55
"""What is left where the edit does more than to delete: then another thing comes in its place, most often."""
CALLED = 0.85
"""How sure it is that a body goes where its function is called."""
REPEATED = 0.65
"""The same where an argument that does something would be done twice, or not at all."""
MOST_USES = 60
LARGEST = 400
"""Characters of a value that is put in where it was named."""
MOST_NAMES = 24
"""Names that deleted text defines; with more it is a part of the file that went."""
FEW = 4
"""Places of a name that are looked at to see whether it is missed."""
_RUN = re.compile(rb"[\w$\x80-\xff]+")
_WORD = re.compile(r"(?<!\w)([^\W\d][\w$]*)")
_DEFINED = re.compile(r"(?<!\w)([^\W\d][\w$]*)\s{0,200}(?::[^=\n]{1,400})?:?=(?!=)")
_HEAD = re.compile(
    r"\b(?:def|fn|func|function)\s{1,200}(?:\([^)]{0,400}\)\s*)?([\w$]+)"
    r"|(?<![\w$])([\w$]+)\s{0,200}=\s*(?:async\s*)?(?:\(|[\w$]+\s*=>)"
    r"|(?<![\w$])([\w$]+)\s{0,200}\([^()]{0,2000}\)[^\n;{}]{0,400}\{"
)
"""How functions begin: a word of the language, an arrow, or a list of parameters and a brace.

Every stretch is bounded, so that a line of any length is read in a time that grows with it.
"""


def sites(context: Context) -> Iterator[Site]:
    """The uses of every variable and function that the edit deletes."""
    hunks = [hunk for hunk in context.edit.hunks if hunk.old.strip()]
    if not hunks or context.after is None or context.after.errors() > 0:
        return
    split = len(hunks) > 1 and any(hunk.old.strip() in (":=", "=") for hunk in hunks)
    left = _Left(context.after)
    for hunk in hunks:
        if _is_missing(left, _WORD if split else _DEFINED, hunk):
            yield from _variables(context, hunk)
        if "(" in hunk.old and "\n" in hunk.old and _is_missing(left, _HEAD, hunk):
            yield from _functions(context, hunk)


class _Left:
    """The names that stand in a file after an edit."""

    def __init__(self, document: Document) -> None:
        self._border = document.border
        self._values = Values(document)
        self._places: dict[str, list[int]] = {}

    @cached_property
    def _all(self) -> dict[bytes, list[int]]:
        """Where every word of the file stands, in bytes."""
        found: dict[bytes, list[int]] = {}
        for match in _RUN.finditer(self._border.data):
            found.setdefault(match[0], []).append(match.start())
        return found

    def _standing(self, name: str) -> list[int]:
        """Where a name stands as a word."""
        if name not in self._places:
            word = name.encode("utf-8", "surrogatepass")
            alone = len(self._places) < MOST_NAMES
            found = find_word(self._border.data, word) if alone else self._all.get(word, ())
            self._places[name] = [self._border.to_chars(at) for at in found]
        return self._places[name]

    def is_missed(self, name: str, near: int) -> bool:
        """Whether nothing binds a name where it stands next, or where it stands first."""
        places = self._standing(name)
        after = bisect_left(places, near)
        some = {*places[after : after + FEW], *places[:FEW]}
        return any(not self._values.is_bound_at(name, place) for place in sorted(some))


def _is_missing(left: _Left, form: re.Pattern[str], hunk: Hunk) -> bool:
    """Whether a name that a pattern finds in deleted text still stands where nothing binds it."""
    names: dict[str, None] = {}
    for match in form.finditer(hunk.old):
        names.update((name, None) for name in match.groups() if name)
        if len(names) > MOST_NAMES:
            return False
    return any(left.is_missed(name, hunk.new_start) for name in names)


# -- variables


def _variables(context: Context, hunk: Hunk) -> Iterator[Site]:
    before, after = context.before, context.after
    if before is None or after is None:
        return
    values = Values(before)
    for variable in values.variables(hunk.start, hunk.end):
        if not _deleted(context, variable) or len(variable.value) > LARGEST or values.is_function(variable):
            continue
        uses = list(values.uses(variable))
        if not 0 < len(uses) <= MOST_USES:
            continue
        text = context.edit.before[variable.start : variable.end]
        sure = 1.0 if _is_all(context, text) or _by_hand(context, variable) else OTHERWISE
        fit, now = Fit(after), Values(after)
        for use in uses:
            start = carried(use.start, use.end, context.edit.hunks)
            if start is None or now.is_bound_at(variable.name, start):
                continue
            draft = _value(fit, values, variable, use, start)
            if draft is not None:
                rule = _rule(variable, use, len(uses)) * sure
                yield _site(context, start, variable.name, draft, rule, NodeKind.REFERENCE)


def _deleted(context: Context, variable: Variable) -> bool:
    """Whether the edit deleted a variable's name and what binds it."""
    text, hunks = context.edit.before, context.edit.hunks
    sign = text.find("=", variable.name_start + len(variable.name), variable.value_start)
    gone = [any(hunk.start <= at < hunk.end for hunk in hunks) for at in (variable.name_start, sign)]
    if sign < 0 or not all(gone):
        return False
    named = re.compile(rf"=\s*{re.escape(variable.value)}")
    return not any(named.search(hunk.new) for hunk in hunks)


def _is_all(context: Context, definition: str) -> bool:
    """Whether the edit deletes a definition and does nothing else."""
    hunks = context.edit.hunks
    return (
        len(hunks) == 1
        and not hunks[0].new.strip()
        and hunks[0].old.strip(" \t\r\n;") == definition.strip(" ;\n")
    )


def _by_hand(context: Context, variable: Variable) -> bool:
    """Whether the edit puts the value in place of the name somewhere."""
    value = "".join(variable.value.split())
    name = re.compile(rf"(?<![\w$]){re.escape(variable.name)}(?![\w$])")
    return any(
        value in "".join(hunk.new.split()) and not name.search(hunk.new) for hunk in context.edit.hunks
    ) and any(name.search(hunk.old) for hunk in context.edit.hunks)


def _value(fit: Fit, values: Values, variable: Variable, use: Use, start: int) -> str | None:
    """A variable's value as it is written where it is read."""
    if use.short:
        return f"{variable.name}: {variable.value}"
    part = Part(variable.value)
    return fit.fitted(start, start + use.end - use.start, (part,), values.kind(variable))


def _rule(variable: Variable, use: Use, count: int) -> float:
    rule = BASES[variable.weight] * CHANGED[use.change]
    if variable.level != "local":
        rule *= SHARED
    elif variable.name.isupper() and variable.weight in ("text", "number", "trivial"):
        rule *= CONSTANT
    return rule * AGAIN if count > 1 and (variable.weight == "fresh" or "(" in variable.value) else rule


# -- functions


def _functions(context: Context, hunk: Hunk) -> Iterator[Site]:
    before, after, shapes = context.before, context.after, context.shapes_before
    if before is None or after is None or shapes is None:
        return
    bodies, fit = Bodies(before), Fit(after)
    filling = Filling(before, bodies)
    for function in shapes.functions(hunk.start, hunk.end):
        whole = hunk.start <= function.name_start and function.body_end <= hunk.end + 2
        if (
            not whole
            or is_set_apart(function)
            or function.is_abstract
            or not bodies.result(function)
            or _moved_away(context, function)
        ):
            continue
        free = filling.free(function)
        sure = 1.0 if _is_all(context, context.edit.before[function.start : function.end]) else OTHERWISE
        for call in shapes.calls(function.name)[:MOST_USES]:
            start = carried(call.start, call.end, context.edit.hunks)
            if (
                start is None
                or not _reaches(context, bodies, function, call)
                or filling.hides(free, call.start)
            ):
                continue
            filled = filling.filled(function, call)
            draft = None if filled is None else fit.fitted(start, start + call.end - call.start, *filled[:2])
            if filled is not None and draft is not None:
                rule = (CALLED if filled[2] else REPEATED) * sure
                old = context.edit.before[call.start : call.end]
                yield _site(context, start, old, draft, rule, NodeKind.CALL, function.name)


def _moved_away(context: Context, function: Function) -> bool:
    """Whether the project still defines the function's name."""
    return context.index.defined(function.name)


def _reaches(context: Context, bodies: Bodies, function: Function, call: Call) -> bool:
    """Whether a call is one of the function, by how it is written and where."""
    known = code(context.before.grammar.name) if context.before is not None else None
    if known is None or "async" in function.modifiers:
        return False
    if not function.owner:
        return call.callee == function.name and bodies.named(function)
    shapes = context.shapes_before
    around = shapes.around(call.start) if shapes is not None else ()
    method = next((one for one in around if one.owner == function.owner), None)
    if method is None:
        return False
    forms = [known.forms.get(form, "") for form in ("own", "static", "outside", "spelt")]
    own = bodies.receiver(method)
    if own != bodies.receiver(function) and bodies.receiver(function):
        return False
    return call.callee in {form.format(self=own, owner=function.owner) + function.name for form in forms}


def _site(
    context: Context, start: int, old: str, draft: str, rule: float, node: NodeKind, name: str = ""
) -> Site:
    return Site(
        path=context.edit.path,
        start=start,
        old=old,
        draft=draft,
        intent=IntentKind.EXTRACT,
        node=node,
        relation=Relation.SAME_SCOPE,
        distance=context.distances.of(context.edit.hunks[0].new_start, context.edit.path, start),
        trigger=Trigger.INLINED,
        rule=round(rule, 4),
        why=f"`{name or old}` is no longer defined since your edit",
    )
