"""What a class asks of those below it, and what an edit did to that."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from engine.intents.context import Context
from engine.intents.heads import is_exchanged
from engine.intents.lexer import lex, shape_of
from engine.syntax.conventions import Conventions, conventions
from engine.syntax.forms import Class, Function
from engine.syntax.names.family import Family
from engine.syntax.shapes import Shapes
from engine.types import Hunk

Claim = Literal["demanded", "offered", "own"]
"""Whether those below must write a member, may, or have nothing to do with it."""
Key = tuple[str, ...]

BELOW = frozenset({"impl", "struct", "enum", "record"})
"""Kinds of types that nothing stands below."""
MOST = 120
"""Classes of one edit whose members are compared; with more it is no change of a class."""
MOST_SAID = 6_000
"""Characters of the longest body that may only say that it is to be overridden; it may explain itself."""
_BLANKS = re.compile(r"\s*")
_SETTERS = (".setter", ".deleter")


@dataclass(frozen=True, slots=True)
class Turn:
    """What an edit did to the members of one class."""

    type: Class
    """As it is now."""
    before: Class | None
    """As it was."""
    came: tuple[Function, ...] = ()
    """Members that are new, or that are now left to the subclasses."""
    left: tuple[Function, ...] = ()
    """Members that are gone, as they were."""
    altered: tuple[tuple[Function, Function], ...] = ()
    """Members as they were and as they are, that are seen by others now or have another decorator."""


def key_of(function: Function, rules: Conventions) -> Key:
    """What tells a member from the others of its class."""
    words = [word for word in function.modifiers if word in ("get", "set") or word.endswith(_SETTERS)]
    last = (word.rpartition(".")[2] for word in words)
    types = (one.type.rpartition(".")[2] for one in function.parameters) if rules.overloads else ()
    return (function.name, *last, "", *types)


def code_of(text: str, function: Function, path: str) -> str:
    """The statements of a body on one line, without comments and docstring."""
    body = text[function.body_start : function.body_end].strip() if function.body_start >= 0 else ""
    if body.startswith("{") and body.endswith("}"):
        body = body[1:-1]
    tokens = [token for token in lex(body, shape_of(path)) if token.kind != "comment"]
    first = next((n for n, token in enumerate(tokens) if token.kind not in ("space", "newline")), 0)
    if len(tokens) > first and tokens[first].kind == "string":
        rest = tokens[first + 1 :]
        if not rest or rest[0].kind == "newline":
            tokens = rest
    return " ".join("".join(token.text for token in tokens).split())


def claim_of(function: Function, type_: Class, text: str, path: str, rules: Conventions) -> Claim:
    """What a class says about one of its members to those below it."""
    words = set(function.modifiers)
    abstract = any(rules.abstract.search(word) for word in words)
    if rules.own.search(function.name) or (words & rules.own_words and not abstract):
        return "own"
    if abstract:
        return "demanded"
    if type_.kind in ("interface", "abstract") and function.is_abstract:
        between = text[function.name_start + len(function.name) : function.list_start].lstrip()
        return "offered" if between.startswith("?") or words & rules.concrete else "demanded"
    if is_demanding(text, function, path, rules):
        return "demanded"
    if not any(rules.contract_base.search(base) for base in type_.bases):
        return "offered"
    code = code_of(text, function, path)
    return "demanded" if not code or rules.placeholder.search(code) else "offered"


def is_demanding(text: str, function: Function, path: str, rules: Conventions) -> bool:
    """Whether all that a member does is to say that its subclasses must write it."""
    start, end = function.body_start, function.body_end
    if not rules.says or not 0 < end - start < MOST_SAID or text.find(rules.says, start, end) < 0:
        return False
    return rules.demanding.search(code_of(text, function, path)) is not None


def is_unwritten(text: str, function: Function, path: str) -> bool:
    """Whether a function only says that it is not written yet, or not here."""
    rules = conventions(path)
    if rules is None or not any(
        hint in text[function.body_start : function.body_end] for hint in rules.hints
    ):
        return rules is not None and is_demanding(text, function, path, rules)
    code = code_of(text, function, path)
    return rules.unwritten.fullmatch(code) is not None or rules.demanding.search(code) is not None


def is_contract(
    type_: Class, text: str, path: str, rules: Conventions, besides: Collection[str] = ()
) -> bool:
    """Whether a class leaves members (besides those of some names) to its subclasses.

    Then it need not write those of its bases. One that does, for now by saying that it is not implemented, is
    no contract for that: hence the names.
    """
    if type_.kind in ("interface", "abstract") or "abstract" in type_.modifiers:
        return True
    if any(rules.contract.search(base) for base in type_.bases):
        return True
    return type_.kind != "impl" and any(
        one.name not in besides and claim_of(one, type_, text, path, rules) == "demanded"
        for one in type_.methods
    )


def turns(context: Context, rules: Conventions, family: Family) -> Iterator[Turn]:
    """The classes of the edited file whose members the edit made, took away or left to the subclasses."""
    edit, after = context.edit, context.shapes_after
    if after is None or all(_inside_body(hunk, after, rules) for hunk in edit.hunks):
        return
    before = context.shapes_before
    if before is None:
        return
    new_spans = [_widened(edit.after, one.new_start, one.new_end) for one in edit.hunks]
    old_spans = [_widened(edit.before, one.start, one.end) for one in edit.hunks]
    new, old = _members(after, new_spans, rules), _members(before, old_spans, rules)
    owners = {
        key[0]: None
        for key in (*new, *old)
        if key not in new
        or key not in old
        or _tone(new[key], edit.after, edit.path, rules) != _tone(old[key], edit.before, edit.path, rules)
    }
    above = [one for one in islice(owners, MOST) if rules.structural or family.is_above(edit.path, one)]
    types, former = _classes(after, new_spans, above), _classes(before, old_spans, above)
    for owner in above:
        type_, was = types.get(owner), former.get(owner)
        if type_ is not None and was is not None and type_.kind not in BELOW and after.parses(*_body(type_)):
            touched = {key[1:] for key in new if key[0] == owner}
            turn = _turn(context, type_, was, touched, rules)
            if turn.came or turn.left or turn.altered:
                yield turn


def _body(type_: Class) -> tuple[int, int]:
    return type_.body_start, type_.body_end


def _inside_body(hunk: Hunk, shapes: Shapes, rules: Conventions) -> bool:
    """Whether a hunk only changes what one function does, and leaves no member to the subclasses."""
    if "\n" in hunk.old or any(hint in hunk.new for hint in rules.hints):
        return False
    inside = shapes.functions(hunk.new_start, hunk.new_end)
    return any(one.body_start < hunk.new_start and hunk.new_end <= one.body_end for one in inside)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch with the last character before it and the first behind it that are not blank."""
    behind = _BLANKS.match(text, end)
    return max(0, len(text[:start].rstrip()) - 1), (behind.end() if behind else end) + 1


def _members(shapes: Shapes, spans: Iterable[tuple[int, int]], rules: Conventions) -> dict[Key, Function]:
    """The methods that overlap some stretches, by the name of their class and what tells them apart."""
    functions = (one for span in spans for one in shapes.functions(*span))
    return {(one.owner, *key_of(one, rules)): one for one in functions if one.owner}


def _tone(function: Function, text: str, path: str, rules: Conventions) -> tuple[object, ...]:
    """What those below must heed."""
    abstract = any(rules.abstract.search(word) for word in function.modifiers)
    return abstract, function.is_abstract, is_demanding(text, function, path, rules), bearing(function, rules)


def _classes(shapes: Shapes, spans: Iterable[tuple[int, int]], names: Collection[str]) -> dict[str, Class]:
    """The innermost class of each name that overlaps one of some stretches."""
    wanted = frozenset(names)
    found = {one.start: one for span in spans if wanted for one in shapes.classes(*span, wanted)}
    return {found[start].name: found[start] for start in sorted(found)}


def _turn(context: Context, type_: Class, was: Class, touched: set[Key], rules: Conventions) -> Turn:
    edit = context.edit
    new = {key_of(one, rules): one for one in type_.methods}
    old = {key_of(one, rules): one for one in was.methods}
    came = {key: one for key, one in new.items() if key not in old}
    left = {key: one for key, one in old.items() if key not in new}
    for key, other in list(left.items()):
        twin = next((one for one, made in came.items() if _renamed(context, other, made)), None)
        if twin is not None:
            del left[key], came[twin]
    harder = [
        one
        for key, one in new.items()
        if key in old
        and key in touched
        and claim_of(one, type_, edit.after, edit.path, rules) == "demanded"
        and claim_of(old[key], was, edit.before, edit.path, rules) != "demanded"
    ]
    altered = [
        (old[key], one)
        for key, one in new.items()
        if key in touched and key in old and bearing(old[key], rules) != bearing(one, rules)
    ]
    return Turn(type_, was, (*came.values(), *harder), tuple(left.values()), tuple(altered))


def bearing(function: Function, rules: Conventions) -> tuple[str, frozenset[str]]:
    """What a member's overrides bear with it: the word of access, and decorators."""
    access = next((word for word in function.modifiers if word in rules.access), "")
    return access, frozenset(word.lstrip("@") for word in function.modifiers if rules.kept.search(word))


def _renamed(context: Context, old: Function, new: Function) -> bool:
    """Whether a member that went and one that came are one, renamed or with other parameters."""
    edit = context.edit
    if old.name == new.name or is_exchanged(edit, old, new) or (old, new) in context.renamed:
        return True
    before, after = edit.before, edit.after
    lists = before[old.list_start : old.list_end], after[new.list_start : new.list_end]
    bodies = before[old.body_start : old.body_end], after[new.body_start : new.body_end]
    return lists[0].split() == lists[1].split() and (
        bodies[0].split() == bodies[1].split() or old.is_abstract
    )
