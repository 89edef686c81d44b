"""What of an edit the model is shown with a place: the part that makes the place's intent.

A save may do several things at once, and the model has learnt each by itself. For a rename, an edit is seen
as if the exchange of names were all that was done; an edit that is only that stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.diff import apply_hunks, placed
from engine.intents.heads import exchanged
from engine.types import Edit, Hunk, IntentKind, Site


class Views:
    """The edits before one question, as the places of each intent see them."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._whole = tuple(edits)
        self._renamed = (*self._whole[:-1], *map(names_alone, self._whole[-1:]))

    def of(self, site: Site) -> tuple[Edit, ...]:
        """The edits as this place's prompt shows them."""
        return self._renamed if site.intent is IntentKind.RENAME else self._whole

    def apart(self, sites: Iterable[Site]) -> list[list[Site]]:
        """The places by what they are shown, in their order otherwise; all in one where that is the same."""
        groups: dict[tuple[Hunk, ...], list[Site]] = {}
        for site in sites:
            groups.setdefault(tuple(hunk for edit in self.of(site) for hunk in edit.hunks), []).append(site)
        return list(groups.values())


def names_alone(edit: Edit) -> Edit:
    """The edit without all but its exchanges of one name for another; itself where nothing would be left."""
    kept = [hunk for hunk in edit.hunks if exchanged(hunk)]
    if not kept or len(kept) == len(edit.hunks):
        return edit
    hunks = placed((hunk.start, hunk.old, hunk.new) for hunk in kept)
    return replace(edit, after=apply_hunks(edit.before, hunks), hunks=hunks)
