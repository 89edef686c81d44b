"""What an edit means, and the places that follow from it: one module per scenario."""

from __future__ import annotations

from collections.abc import Sequence

from engine.intents import rename, repeat
from engine.intents.order import MAX_SITES
from engine.syntax.index import Index
from engine.types import Edit, Site


def propose(edit: Edit, recent: Sequence[Edit], index: Index) -> tuple[Site, ...]:
    """The sites of all scenarios without overlaps; a rename goes before a repeat of the same place."""
    found: list[Site] = []
    taken: dict[str, list[tuple[int, int]]] = {}
    for scenario in (rename.propose, repeat.propose):
        for site in scenario(edit, recent, index):
            spans = taken.setdefault(site.path, [])
            if all(site.end <= start or end <= site.start for start, end in spans):
                spans.append((site.start, site.end))
                found.append(site)
    return tuple(found[:MAX_SITES])
