"""The edit has brought an error: what puts it right, by structure alone and by what language servers say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.intents.context import Context
from engine.intents.errors import answered, arms, leftover, mend, misspelt, reported, selfless
from engine.intents.order import ordered
from engine.types import Site

CONFIRMED = 0.1
"""What it adds to a rule that a server complains of the same place."""
MOST_SURE = 0.97

HOPELESS = 2_000
"""Places that do not parse: a file with more is no code, and looking at each of them is dear."""

Source = Callable[[Context], Iterator[Site]]
BROKEN: tuple[Source, ...] = (mend.propose, arms.propose)
WHOLE: tuple[Source, ...] = (misspelt.propose, selfless.propose, arms.propose, leftover.propose)


def propose(context: Context) -> tuple[Site, ...]:
    """The places that put the errors right; nothing is guessed about names in a file that is broken."""
    if not context.edit.hunks or _is_hopeless(context):
        return ()
    own = [site for source in (BROKEN if is_broken(context) else WHOLE) for site in source(context)]
    said = [*reported.propose(context), *answered.propose(context)]
    sure = [
        replace(site, rule=round(max(site.rule, min(site.rule + CONFIRMED, MOST_SURE)), 4))
        if reported.confirms(context, site)
        else site
        for site in own
    ]
    found: dict[tuple[str, int, str], Site] = {}
    for site in (*sure, *said):  # of two ways to mend one place the surer, ours if they are alike
        line = site.draft if not site.old and (site.draft or "").endswith("\n") else ""
        place = (site.path, site.start, line or "")  # whole lines that come do not want each other's place
        if place not in found or site.rule > found[place].rule:
            found[place] = site
    return ordered(found.values(), context.edit, context.index) if found else ()


def is_broken(context: Context) -> bool:
    """Whether the edit broke the file's syntax, or there never was any to speak of."""
    if _is_hopeless(context):
        return True
    after = context.after
    errors = 0 if after is None else after.errors()
    return errors > 0 and context.before is not None and errors > context.before.errors()


def _is_hopeless(context: Context) -> bool:
    return context.after is not None and context.after.errors() > HOPELESS
