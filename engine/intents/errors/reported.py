"""What language servers say that the edit has brought, and what they would write against it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.diagnostics import Diagnostic, Family, Fix, Replacement
from engine.intents.context import Context
from engine.intents.errors.near import distance, reach
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

SURE: dict[Family, float] = {
    Family.NAME: 0.8,
    Family.IMPORT: 0.75,
    Family.MEMBER: 0.8,
    Family.ARGUMENTS: 0.6,
    Family.RETURN: 0.6,
    Family.MATCH: 0.7,
    Family.MISSING: 0.6,
    Family.UNUSED_IMPORT: 0.85,
    Family.UNUSED_VARIABLE: 0.6,
    Family.SYNTAX: 0.7,
}
"""How sure the fix is that a server calls the one to take, or its only one."""
ONE_OF_MANY = 0.55
"""What is left for the first of several."""
LEFTOVERS = frozenset({Family.UNUSED_IMPORT, Family.UNUSED_VARIABLE})
BROUGHT = frozenset({Family.NAME, Family.IMPORT})
SPELT = frozenset({Family.NAME, Family.IMPORT, Family.MEMBER})
MOST_CHANGES = 12
"""Places of one fix; one with more is a rewrite."""


def propose(context: Context) -> Iterator[Site]:
    """The places of the servers' fixes."""
    for found in context.diagnostics:
        if found.family in LEFTOVERS and _is_written(context, found):
            continue  # what was just written will yet be used
        fix, rule = chosen(context, found)
        if fix is not None and len(fix.changes) <= MOST_CHANGES:
            for change in fix.changes:
                yield _site(context, found, fix, change, rule)


def confirms(context: Context, site: Site) -> bool:
    """Whether a server complains of just this place."""
    return any(
        one.path == site.path and one.start < max(site.end, site.start + 1) and site.start <= one.end
        for one in context.diagnostics
        if one.family not in LEFTOVERS or not site.draft
    )


def _is_written(context: Context, found: Diagnostic) -> bool:
    if found.path != context.edit.path:
        return False
    return any(hunk.new_start <= found.start < hunk.new_end for hunk in context.edit.hunks)


def chosen(context: Context, found: Diagnostic) -> tuple[Fix | None, float]:
    """The fix to offer, and how sure it is."""
    sure = SURE[found.family]
    preferred = [one for one in found.fixes if one.preferred]
    if len(preferred) == 1:
        return preferred[0], sure
    choice = preferred or list(found.fixes)
    if not choice:
        return None, 0.0
    plain = [one for one in choice if _is_plain(context, found, one)] if len(choice) > 1 else choice
    if len(plain) == 1:
        return plain[0], sure
    return choice[0], round(sure * ONE_OF_MANY, 4)


def _is_plain(context: Context, found: Diagnostic, fix: Fix) -> bool:
    """Whether a fix does just what is asked for: brings the name, mends its letters, takes lines out."""
    first = fix.changes[0]
    text = context.index.text_of(found.path)
    word = (text or "")[found.start : found.end]
    if found.family in LEFTOVERS:
        return all(one.old.endswith("\n") and not one.new for one in fix.changes)
    if found.family in BROUGHT and all(one.old == "" and one.new.endswith("\n") for one in fix.changes):
        return re.search(rf"\b{re.escape(word)}\b", first.new) is not None and "=" not in first.new
    apart = distance(first.old, first.new, reach(first.old))
    mends = first.old.isidentifier() and apart <= reach(first.old)
    return found.family in SPELT and len(fix.changes) == 1 and mends and first.old in word


def _site(context: Context, found: Diagnostic, fix: Fix, change: Replacement, rule: float) -> Site:
    at = context.edit.hunks[0].new_start if context.edit.hunks else 0
    return Site(
        path=change.path,
        start=change.start,
        old=change.old,
        draft=change.new,
        intent=IntentKind.FIX,
        node=NodeKind.IMPORT if found.family is Family.UNUSED_IMPORT else NodeKind.OTHER,
        relation=Relation.SAME_SCOPE if change.path == context.edit.path else Relation.IMPORTED,
        distance=context.distances.of(at, change.path, change.start),
        trigger=Trigger.DIAGNOSTIC,
        rule=rule,
        why=f"{found.source}: {_short(found.message)} {fix.title}",
    )


def _short(message: str) -> str:
    line = message.partition(" help: ")[0]
    line = line if len(line) <= 90 else line[:89] + "…"
    return line if line.endswith((".", "!", "?", "…")) else line + "."
