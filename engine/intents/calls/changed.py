"""Which functions have another head than before, by this edit or by an earlier one that it goes on with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.intents.calls.difference import Difference
from engine.intents.carried import back, forth, named_near
from engine.intents.context import Context
from engine.intents.heads import head_end, touched
from engine.intents.unrenamed import Exchanges
from engine.syntax.document import Document
from engine.syntax.forms import Function
from engine.syntax.shapes import Shapes
from engine.types import Edit, Hunk

MOST = 6
"""Functions of one edit that are followed; more is a rewrite."""
BIG = 40_000
"""Characters of one hunk; more is a rewrite."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A function as it is, with what differs from what it was, the latest state first."""

    path: str
    function: Function
    differences: tuple[Difference, ...]
    edits: tuple[Edit, ...]
    """What was edited since, in every file, the change itself first."""


def changed(context: Context) -> tuple[Changed, ...]:
    """The functions whose callers or relatives may have to follow."""
    if any(len(hunk.old) + len(hunk.new) > BIG for hunk in context.edit.hunks):
        return ()
    found = _in_edit(context) or _earlier(context)
    return tuple(found) if len(found) <= MOST else ()


def _in_edit(context: Context) -> list[Changed]:
    shapes = context.shapes_after
    if shapes is None:
        return []
    found: dict[int, Changed] = {}
    for hunk in context.edit.hunks:
        for function in touched(shapes, hunk.new_start, hunk.new_end):
            if function.name_start not in found and not function.is_broken:
                one = _since(context, context.edit.path, function)
                if one is not None:
                    found[function.name_start] = one
    return list(found.values())


def _since(context: Context, path: str, function: Function) -> Changed | None:
    """The function with its earlier states, as far as edits are remembered; None if none matters."""
    edits = (*context.recent, context.edit)
    differences: list[Difference] = []
    first = len(edits)
    places = [function.name_start, function.list_start]
    span = (function.start, head_end(function))
    for number in range(len(edits) - 1, -1, -1):
        edit = edits[number]
        if edit.path != path:
            continue
        if any(hunk.new_start <= span[1] and span[0] <= hunk.new_end for hunk in edit.hunks):
            old = _old(context, edit, places, function, span)
            if old is None:
                break
            difference = Difference(old, function)
            if difference.matters:
                differences.append(difference)
                first = number
            places, span = [old.name_start, old.list_start], (old.start, head_end(old))
        else:
            moved = [back(place, edit.hunks) for place in (*places, *span)]
            if any(place is None for place in moved):
                break
            kept = [place for place in moved if place is not None]
            places, span = kept[:2], (kept[2], kept[3])
    if not differences:
        return None
    return Changed(path, function, tuple(differences), edits[first:])


def _old(
    context: Context, edit: Edit, places: Sequence[int], function: Function, span: tuple[int, int]
) -> Function | None:
    """The function before an edit that touched its head; None where it is new."""
    if edit is context.edit:
        for old, new in context.renamed:
            if new.name_start == function.name_start:
                return old
    moved = [back(place, edit.hunks) for place in places]
    end = span[1] if edit is not context.edit else max(span[1], function.end)
    # a line that was written below the head may be told as one that came above it
    near = [hunk for hunk in edit.hunks if hunk.new_start <= end and span[0] <= hunk.new_end]
    if all(place is None for place in moved) and not any(function.name in hunk.old for hunk in near):
        return None
    before = context.before_of(edit)
    if before is None:
        return None
    for number, place in enumerate(moved):
        if place is None:
            continue
        for one in before.shapes.functions(max(0, place - 1), place + 1):
            if place == (one.list_start if number else one.name_start):
                return None if _took_over(context, edit, one, function) else one
    alike = [one for hunk in near for one in _alike(before.shapes, hunk, function)]
    if len({one.name_start for one in alike}) != 1 or _is_one_more(context, edit, near, function):
        return None
    return alike[0]


def _took_over(context: Context, edit: Edit, old: Function, function: Function) -> bool:
    """Whether a function only stands where another one stood, as when methods are put in another order."""
    after = context.after if edit is context.edit else None
    return old.name != function.name and Exchanges(edit, after).is_moved(old.name, function.name)


def _is_one_more(context: Context, edit: Edit, near: Sequence[Hunk], function: Function) -> bool:
    """Whether an edit leaves several functions of a name where it wrote, so that one may be new."""
    shapes = context.shapes_after if edit is context.edit else None
    if shapes is None:
        return False
    inside = shapes.functions(near[0].new_start, near[-1].new_end + 1)
    same = [one for one in inside if (one.name, one.owner) == (function.name, function.owner)]
    return len(same) > 1


def _alike(shapes: Shapes, hunk: Hunk, function: Function) -> Iterator[Function]:
    """The functions of a replaced stretch with the same name in the same class."""
    for one in shapes.functions(hunk.start, hunk.end + 1):
        if (one.name, one.owner) == (function.name, function.owner):
            yield one


def _earlier(context: Context) -> list[Changed]:
    """Functions that an earlier save changed, and that this edit is about."""
    edit = context.edit
    about: set[str] = set()
    for hunk in edit.hunks[:12]:
        about |= named_near(edit.after, hunk)
    if not about:
        return []
    found: dict[tuple[str, int], Changed] = {}
    for number in range(len(context.recent) - 1, -1, -1):
        earlier = context.recent[number]
        document = context.index.document(earlier.path)
        if document is None:
            continue
        later = [one for one in (*context.recent[number + 1 :], edit) if one.path == earlier.path]
        for hunk in earlier.hunks[:12]:
            if len(hunk.new) > BIG or not _concerns(document, earlier, hunk, about):
                continue
            start, end = forth(hunk.new_start, later), forth(hunk.new_end, later)
            for function in touched(document.shapes, start, max(start, end)):
                key = (earlier.path, function.name_start)
                names = {function.name, function.owner} if makes(document, function) else {function.name}
                if (
                    key in found
                    or function.is_broken
                    or not (names | {"super"} if function.owner in names else names) & about
                ):
                    continue
                one = _since(context, earlier.path, function)
                if one is not None:
                    found[key] = one
    return list(found.values())


def _concerns(document: Document, earlier: Edit, hunk: Hunk, about: set[str]) -> bool:
    """Whether an earlier change may be about one of these functions, by the names near it alone."""
    near = named_near(earlier.after, hunk)
    return bool(near & about or near.intersection(document.grammar.makers))


def makes(document: Document, function: Function) -> bool:
    """Whether a function is the constructor of its class."""
    return document.grammar.is_maker(function.name, function.owner)
