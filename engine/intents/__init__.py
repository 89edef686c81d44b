"""What an edit means, and the places that follow from it: one module per scenario."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from engine.diagnostics import Diagnostic
from engine.intents import extract, fix, imports, override, refine, rename, repeat, signature
from engine.intents.context import Context
from engine.intents.errors.settled import unsettled
from engine.intents.importing.following import following
from engine.intents.nested import joined
from engine.intents.order import MAX_SITES, WEAK, ordered
from engine.syntax.index import Index
from engine.types import Edit, IntentKind, NodeKind, Site, Trigger

_WORD = re.compile(r"[^\W\d]\w*")
Scenario = Callable[[Context], tuple[Site, ...]]


def _renamed(context: Context) -> tuple[Site, ...]:
    return rename.propose(context.edit, context.recent, context.index, context.renamed)


SCENARIOS: dict[IntentKind, Scenario] = {
    IntentKind.RENAME: _renamed,
    IntentKind.SIGNATURE: signature.propose,
    IntentKind.REFINE: refine.propose,
    IntentKind.OVERRIDE: override.propose,
    IntentKind.EXTRACT: extract.propose,
    IntentKind.FIX: fix.propose,
    IntentKind.REPEAT: lambda context: repeat.propose(context.edit, context.earlier, context.index),
    IntentKind.IMPORT: imports.propose,
}
"""Every scenario by its intent; where two are as sure of the same place, the earlier one has it."""

OPPOSED = frozenset({IntentKind.FIX, IntentKind.RENAME})
"""Scenarios that may take the same new name for the wrong one and for the right one."""
UNBROKEN = frozenset({IntentKind.SIGNATURE, IntentKind.OVERRIDE, IntentKind.EXTRACT, IntentKind.IMPORT})
"""Scenarios that read meaning into what is written: they wait until a broken syntax is mended."""
UNDERSTOOD = UNBROKEN - {IntentKind.IMPORT} | {IntentKind.RENAME, IntentKind.REFINE}
"""Scenarios that say what an edit as a whole is."""

MOST_HUNKS = 1_500
"""Hunks of the largest save that is read as an edit; more is a file made anew, as a formatter does it."""
LISTENING = frozenset({IntentKind.FIX})
"""Scenarios for which it matters what language servers say of that which the others leave open."""


class Proposals:
    """The sites of one edit; when servers say more of it, only the scenarios that listen are asked again."""

    def __init__(
        self, edit: Edit, recent: Sequence[Edit], index: Index, without: Collection[str] = ()
    ) -> None:
        self._context = Context(edit, recent, index)
        self._off = {*without, *(UNBROKEN if fix.is_broken(self._context) else ())}
        self._known: dict[IntentKind, tuple[Site, ...]] = {}

    def sites(self, diagnostics: Sequence[Diagnostic] = ()) -> tuple[Site, ...]:
        """The sites of all scenarios, but those that are switched off by name, without overlaps."""
        context = self._context
        if len(context.edit.hunks) > MOST_HUNKS:
            return ()
        asked = [kind for kind in SCENARIOS if kind not in self._off]
        known = {kind: self._of(kind) for kind in asked if kind not in LISTENING}
        others = [site for sites in known.values() for site in sites]
        context.diagnostics = tuple(unsettled(diagnostics, others, context.index.text_of))
        known |= {kind: self._of(kind) for kind in asked if kind in LISTENING}
        proposed = [site for kind in asked for site in known[kind]]
        proposed += following(context, proposed) if IntentKind.IMPORT not in self._off else ()
        proposed = _calmed(proposed)
        unfit = (_needed, _brought, _opposed)
        wanted = [site for site in proposed if not any(one(site, proposed) for one in unfit)]
        found = _placed(joined(wanted))
        by_itself = {site.intent for site in found} <= {IntentKind.REPEAT}
        return tuple(found[:MAX_SITES]) if by_itself else ordered(found, context.edit, context.index)

    def _of(self, kind: IntentKind) -> tuple[Site, ...]:
        known = self._known.get(kind)
        if known is None or kind in LISTENING:
            found = self._known[kind] = SCENARIOS[kind](self._context)
            return found
        return tuple(site for site in known if self._stands(site))

    def _stands(self, site: Site) -> bool:
        """Whether the project is still as it was where a site is."""
        text = self._context.index.text_of(site.path)
        return text is not None and text[site.start : site.end] == site.old


def propose(
    edit: Edit,
    recent: Sequence[Edit],
    index: Index,
    without: Collection[str] = (),
    diagnostics: Sequence[Diagnostic] = (),
) -> tuple[Site, ...]:
    """The sites of all scenarios, but those that are switched off by name, without overlaps."""
    return Proposals(edit, recent, index, without).sites(diagnostics)


def _needed(site: Site, others: Sequence[Site]) -> bool:
    """Whether an import would be deleted that the text of another draft uses."""
    if site.intent is not IntentKind.IMPORT or site.draft is None or len(site.draft) >= len(site.old):
        return False
    gone = set(_WORD.findall(site.old)) - set(_WORD.findall(site.draft))
    return any(
        not gone.isdisjoint(_WORD.findall(other.draft))
        for other in others
        if other.draft
        and other.path == site.path
        and other.rule >= WEAK
        and other.intent is not IntentKind.IMPORT
    )


def _brought(site: Site, others: Sequence[Site]) -> bool:
    """Whether an import would bring in a name that the renaming of another import brings anyway."""
    if site.intent is not IntentKind.IMPORT or not site.draft or len(site.draft) <= len(site.old):
        return False
    held, words = set(_WORD.findall(site.old)), set(_WORD.findall(site.draft))
    return held <= words and any(
        other.draft in words - held
        for other in others
        if other.path == site.path
        and other.rule >= WEAK
        and other.intent is IntentKind.RENAME
        and other.node is NodeKind.IMPORT
    )


def _opposed(site: Site, others: Sequence[Site]) -> bool:
    """Whether a name would be spread that a slip made, or put back that is to spread: the surer goes."""
    if site.intent not in OPPOSED or not site.old or not site.draft:
        return False
    return any(
        other.rule > site.rule and (other.old, other.draft) == (site.draft, site.old)
        for other in others
        if other.intent in OPPOSED and other.intent is not site.intent
    )


def _calmed(sites: Sequence[Site]) -> list[Site]:
    """Where a scenario knows what an edit means, what merely looks like it is for the model to decide."""
    if not any(site.intent in UNDERSTOOD and site.draft is not None and site.rule >= WEAK for site in sites):
        return list(sites)
    return [
        replace(site, rule=repeat.ALONE)
        if site.intent is IntentKind.REPEAT and site.trigger is Trigger.PATTERN and site.rule >= WEAK
        else site
        for site in sites
    ]


def _placed(sites: Sequence[Site]) -> list[Site]:
    """The sites that keep their places: where two want the same one, the sure goes before the unsure."""
    taken: dict[str, list[tuple[int, int]]] = {}
    kept: set[int] = set()
    for number, site in sorted(enumerate(sites), key=lambda item: item[1].rule < WEAK):
        spans = taken.setdefault(site.path, [])
        # what is inserted beside a repeat may be the same edit, better known
        touching = site.intent is IntentKind.REPEAT
        if all(_apart(site, start, end, touching) for start, end in spans):
            spans.append((site.start, site.end))
            kept.add(number)
    return [site for number, site in enumerate(sites) if number in kept]


def _apart(site: Site, start: int, end: int, touching: bool) -> bool:
    """Whether a site leaves a stretch alone that another one has; an insertion at its border may touch it."""
    if touching and start == end:
        return site.end < start or end < site.start
    return site.end <= start or end <= site.start
