"""A definition was cut from one file and pasted into another: who imports it imports it from there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.intents.context import Context
from engine.intents.importing.batch import Batch
from engine.intents.importing.desk import Desk
from engine.intents.importing.leave import cuts
from engine.intents.importing.origins import Source
from engine.syntax.index import Index
from engine.syntax.linking.imports import Item, Statement, statements
from engine.syntax.linking.library import imports_of
from engine.syntax.names.unresolved import Missing
from engine.types import Edit, Hunk, IntentKind, NodeKind, Relation, Site, Trigger

SURE = 0.9
NEWEST = 4
"""Earlier edits in which the other half of a move is looked for."""
MOST_NAMES = 8
MOST_FILES = 60
_MAKES = re.compile(
    r"\b(?:class|def|function\*?|const|let|var|type|interface|enum|struct|trait|fn|record)\s+([^\W\d][\w$]*)"
    r"|^([^\W\d]\w*)\s*(?::[^=\n]+)?=(?!=)",
    re.MULTILINE,
)


class Move(NamedTuple):
    """A name and the files that it went from and to."""

    name: str
    source: str
    target: str


def moved(context: Context) -> list[Site]:
    """The imports that follow the moves which this edit completes."""
    document = context.after
    if document is None or document.grammar.imports in {"none", "folder"}:
        return []
    found: list[Site] = []
    for move in _moves(context):
        for path in context.index.files_with(move.name)[:MOST_FILES]:
            if path != move.source or _still_used(context.index, move):
                found += _followed(context, move, path)
    return found


def _moves(context: Context) -> Iterator[Move]:
    """Names whose definition stands in another file since this edit and one of those before it."""
    edit, index = context.edit, context.index
    made, gone = _made(edit.hunks, "new"), _made(edit.hunks, "old")
    names = list(dict.fromkeys([*(made - gone), *(gone - made)]))
    for other in reversed(context.recent[-NEWEST:]) if 0 < len(names) <= MOST_NAMES else ():
        if other.path == edit.path or index.modules.paths.isdisjoint({other.path}):
            continue
        taken, given = _made(other.hunks, "old"), _made(other.hunks, "new")
        for name in names:
            if name in made and name in taken - given and _is_move(index, name, other.path, edit.path):
                yield Move(name, other.path, edit.path)
            elif name in gone and name in given - taken and _is_move(index, name, edit.path, other.path):
                yield Move(name, edit.path, other.path)


def _made(hunks: Sequence[Hunk], side: str) -> set[str]:
    """The names that one side of some hunks defines."""
    texts = (hunk.new if side == "new" else hunk.old for hunk in hunks)
    return {one or other for text in texts for one, other in _MAKES.findall(text)}


def _is_move(index: Index, name: str, source: str, target: str) -> bool:
    return index.defines(target, name) and not index.defines(source, name)


def _still_used(index: Index, move: Move) -> bool:
    """Whether the file that the definition left goes on using the name without importing it."""
    document = index.document(move.source)
    if document is None or any(item.local == move.name for one in statements(document) for item in one.items):
        return False
    return any(one.role.startswith(("ref", "forward")) for one in document.mentions(move.name))


def _followed(context: Context, move: Move, path: str) -> Iterator[Site]:
    """What changes in one file: the old import goes, the new one comes."""
    index = context.index
    document = index.document(path)
    known = imports_of(document.grammar.name) if document is not None else None
    if document is None or known is None:
        return
    desk = Desk(document, index, known)
    old = next(_imports_of(desk, move), None)
    if old is None and path != move.source:
        return
    batch = Batch(document.border.text)
    at = 0
    if old is not None:
        statement, item = old
        for start, text, new in sorted(cuts(batch.text, desk.own, statement, [item]), reverse=True):
            batch.add(start, text, new, 0)
        at = statement.holder[0] if statement.guarded else 0
    module = None if path == move.target else desk.speller.defined_in(move.target, move.name)
    if module is not None:
        item = old[1] if old is not None else Item("name", module, move.name, move.name, 0, 0)
        source = _source(item, module, old[0] if old is not None else None)
        wanted = Missing(item.local, at, at, False, source.type_only, "", ())
        put = desk.after(batch.text).place(source, wanted)
        if put is not None:
            batch.add(put.start, put.old, put.new, 0)
    for change in batch.changes:
        yield _site(context, move, path, change.start, change.old, change.new)


def _imports_of(desk: Desk, move: Move) -> Iterator[tuple[Statement, Item]]:
    """Where the file imports the name from where it was."""
    origin = desk.speller.origin_of(move.source)
    for statement in desk.own:
        for item in statement.items:
            same = item.name == move.name and desk.speller.origin(desk.document.path, item.module) == origin
            if same and not statement.public:
                yield statement, item


def _source(item: Item, module: str, statement: Statement | None) -> Source:
    typed = statement is not None and (statement.type_only or item.type_only)
    return Source(
        item.kind, module, item.name, item.local, True, SURE, "", type_only=typed, marked=item.type_only
    )


def _site(context: Context, move: Move, path: str, start: int, old: str, new: str) -> Site:
    edit: Edit = context.edit
    return Site(
        path=path,
        start=start,
        old=old,
        draft=new,
        intent=IntentKind.IMPORT,
        node=NodeKind.IMPORT,
        relation=Relation.IMPORTED,
        distance=context.distances.of(edit.hunks[0].new_start if edit.hunks else 0, path, start),
        trigger=Trigger.DECLARATION,
        rule=SURE,
        why=f"`{move.name}` has moved from {move.source} to {move.target}",
    )
