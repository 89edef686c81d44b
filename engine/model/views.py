"""What of an edit the model is shown with a place: the part that makes the place's intent.

A save may do several things at once, and the model has learnt each by itself. For a rename, an edit is seen
as if the exchange of names were all that was done; an edit that is only that stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.diff import apply_hunks, placed
from engine.intents.heads import exchanged
from engine.types import Edit, Hunk, IntentKind, Site


class Views:
    """The edits before one question, as the places of each intent see them."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._whole = tuple(edits)
        self._seen: dict[tuple[str, str], tuple[Edit, ...]] = {}

    def of(self, site: Site) -> tuple[Edit, ...]:
        """The edits as this place's prompt shows them."""
        if site.intent is not IntentKind.RENAME:
            return self._whole
        names = (site.old, site.draft or "")
        if names not in self._seen:
            newest = (names_alone(edit, *names) for edit in self._whole[-1:])
            self._seen[names] = (*self._whole[:-1], *newest)
        return self._seen[names]

    def apart(self, sites: Iterable[Site]) -> list[list[Site]]:
        """The places by what they are shown, in their order otherwise; all in one where that is the same."""
        groups: dict[tuple[Hunk, ...], list[Site]] = {}
        for site in sites:
            groups.setdefault(tuple(hunk for edit in self.of(site) for hunk in edit.hunks), []).append(site)
        return list(groups.values())


def names_alone(edit: Edit, old: str = "", new: str = "") -> Edit:
    """The edit without all but its exchanges of one name for another; itself where nothing would be left.

    That of `old` for `new` is among them, even where lines that were broken anew hide it.
    """
    pairs = [exchanged(hunk) for hunk in edit.hunks]
    if all(pairs):
        return edit
    kept = [(hunk.start, hunk.old, hunk.new) for hunk, found in zip(edit.hunks, pairs, strict=True) if found]
    if (old, new) not in {one[:2] for found in pairs for one in found}:
        hidden = _hidden(edit, old, new)
        kept = [one for one in kept if not any(_meet(one, other) for other in hidden)] + hidden
    hunks = placed(kept)
    return replace(edit, after=apply_hunks(edit.before, hunks), hunks=hunks) if hunks else edit


def _hidden(edit: Edit, old: str, new: str) -> list[tuple[int, str, str]]:
    """The exchange of a name that was taken away at one place and written at one, among other text."""
    if not (old.isidentifier() and new.isidentifier()):
        return []
    gone = [hunk.start + at for hunk in edit.hunks for at in _places(old, hunk.old)]
    come = [at for hunk in edit.hunks for at in _places(new, hunk.new)]
    return [(gone[0], old, new)] if len(gone) == len(come) == 1 else []


def _meet(one: tuple[int, str, str], other: tuple[int, str, str]) -> bool:
    """Whether two exchanges want the same text."""
    return one[0] < other[0] + len(other[1]) and other[0] < one[0] + len(one[1])


def _places(word: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"(?<![\w$]){re.escape(word)}(?![\w$])", text)]
