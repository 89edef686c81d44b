"""What language servers complain of and another scenario mends anyway: no second mending comes on top."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.diagnostics import Diagnostic, Family
from engine.intents.order import WEAK
from engine.types import IntentKind, Site

_WORD = re.compile(r"[^\W\d]\w*")
_NAMING = frozenset({Family.NAME, Family.IMPORT, Family.MEMBER})


def unsettled(
    diagnostics: Iterable[Diagnostic], others: Sequence[Site], text_of: Callable[[str], str | None]
) -> Iterator[Diagnostic]:
    """The complaints that no sure site of the other scenarios answers."""
    sure = [site for site in others if site.draft is not None and site.rule >= WEAK]
    for found in diagnostics:
        word = (text_of(found.path) or "")[found.start : found.end]
        if not any(_settles(site, found, word) for site in sure if site.path == found.path):
            yield found


def _settles(site: Site, found: Diagnostic, word: str) -> bool:
    """Whether a site writes another name where an unknown one is, or imports just this one."""
    if found.family not in _NAMING:
        return False
    if site.intent is IntentKind.RENAME:
        return site.start < found.end and found.start < site.end
    brought = set(_WORD.findall(site.draft or "")) - set(_WORD.findall(site.old))
    return site.intent is IntentKind.IMPORT and found.family is Family.NAME and word in brought
