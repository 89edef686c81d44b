"""What servers complain of and offer nothing against that could be shown: drafts of our own, by structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.diagnostics import Diagnostic, Family
from engine.intents.context import Context
from engine.intents.errors import misspelt, ungiven, unreturned
from engine.intents.errors.reported import chosen
from engine.intents.order import WEAK
from engine.syntax.document import Document
from engine.types import Site

Drafter = Callable[[Context, Document, Diagnostic], Site | None]
DRAFTERS: Mapping[Family, Drafter] = {
    Family.NAME: misspelt.draft,
    Family.MEMBER: misspelt.draft,
    Family.IMPORT: misspelt.draft,
    Family.ARGUMENTS: ungiven.draft,
    Family.RETURN: unreturned.draft,
}
SERIOUS = frozenset({"error", "warning"})


def propose(context: Context) -> Iterator[Site]:
    """A draft for each complaint that the servers leave without one, as far as there is a clear one."""
    for found in context.diagnostics:
        drafter = DRAFTERS.get(found.family)
        if drafter is None or found.severity not in SERIOUS or chosen(context, found)[1] >= WEAK:
            continue
        document = context.index.document(found.path)
        site = drafter(context, document, found) if document is not None else None
        if site is not None:
            yield site
