"""The order of a chain, and how far a site is from the edit."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterable

from engine.syntax.index import Index
from engine.types import Distance, Edit, IntentKind, NodeKind, Site

NEAR_LINES = 10
MAX_SITES = 2_000
MAX_WEAK = 24
"""Places that structure alone would not show; each costs the model a look at it."""
WEAK = 0.5
_WORD = re.compile(r"\w+")
_LAST = frozenset({NodeKind.DOCSTRING, NodeKind.COMMENT, NodeKind.STRING})


class Distances:
    """How far places are from an edit; the lines of its text are counted once."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self._breaks = [match.start() for match in re.finditer("\n", edit.after)]

    def of(self, at: int, path: str, start: int) -> Distance:
        """How far a place is from the offset `at` of the edited text."""
        if path == self._edit.path:
            low, high = sorted((at, start))
            lines = bisect_left(self._breaks, high) - bisect_left(self._breaks, low)
            if lines == 0:
                return Distance.SAME_LINE
            return Distance.NEAR if lines <= NEAR_LINES else Distance.SAME_FILE
        same = posixpath.dirname(path) == posixpath.dirname(self._edit.path)
        return Distance.SAME_FOLDER if same else Distance.FAR


def ordered(sites: Iterable[Site], edit: Edit, index: Index) -> tuple[Site, ...]:
    """Outward from the edit in its own file, then the files that import it, then the others.

    An import that comes stands before what may use it; texts, and imports that go, come last.
    """
    all_sites = list(sites)
    if not all_sites:
        return ()
    at = edit.hunks[0].new_start if edit.hunks else 0
    others = {site.path for site in all_sites} - {edit.path}
    importers = set(index.importers(edit.path, others)) if others else set()

    def rank(site: Site) -> tuple[object, ...]:
        turn = _turn(site)
        if site.path == edit.path:
            behind = site.start < at
            return (turn > 0, 0, False, "", turn, behind, -site.start if behind else site.start, site.end)
        far = posixpath.dirname(site.path) != posixpath.dirname(edit.path)
        return (
            turn > 0,
            1 if site.path in importers else 2,
            far,
            site.path,
            turn,
            False,
            site.start,
            site.end,
        )

    return _capped(sorted(all_sites, key=rank))


def _turn(site: Site) -> int:
    """-1 for what other places of its file need, 1 for what can wait, else 0."""
    if site.intent is IntentKind.IMPORT and site.draft is not None:
        return -1 if set(_WORD.findall(site.draft)) - set(_WORD.findall(site.old)) else 1
    return int(site.node in _LAST)


def _capped(sites: list[Site]) -> tuple[Site, ...]:
    """At most MAX_SITES, of which at most MAX_WEAK with a low rule."""
    kept: list[Site] = []
    weak = 0
    for site in sites:
        if site.rule < WEAK:
            weak += 1
            if weak > MAX_WEAK:
                continue
        kept.append(site)
    return tuple(kept[:MAX_SITES])
