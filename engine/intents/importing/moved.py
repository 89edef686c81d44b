"""A file was moved: every import of it, and every use of its name as a module, must name it anew."""

from __future__ import annotations

from collections.abc import Iterator

from engine.intents.order import Distances
from engine.syntax.index import Index
from engine.syntax.linking.moves import namings
from engine.types import Edit, IntentKind, NodeKind, Relation, Site, Trigger

IMPORTED = 0.95
USED = 0.9


def follow(edit: Edit, index: Index) -> Iterator[Site]:
    """The sites of a move; none for an edit that moved nothing."""
    if not edit.moved_from:
        return
    distances = Distances(edit)
    for one in namings(index, edit.moved_from, edit.path, edit.before):
        yield Site(
            path=one.path,
            start=one.start,
            old=one.old,
            draft=one.new,
            intent=IntentKind.IMPORT,
            node=NodeKind.IMPORT if one.imports else NodeKind.REFERENCE,
            relation=Relation.IMPORTED,
            distance=distances.of(0, one.path, one.start),
            trigger=Trigger.DECLARATION,
            rule=IMPORTED if one.imports else USED,
            why=f"{'import' if one.imports else 'use'} of {edit.moved_from}, which is {edit.path} now",
        )
