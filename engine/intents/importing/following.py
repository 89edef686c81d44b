"""The imports that the drafts of other scenarios need, and those that they leave without a use.

The drafts of one file are made in a copy of its text; what is missing or unused there is asked as after an
edit, and goes to the text as it stands. So an import belongs to the chain of the draft that uses its name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from engine.intents.carried import back
from engine.intents.context import Context
from engine.intents.importing.batch import Batch
from engine.intents.importing.desk import Desk
from engine.intents.importing.leave import leaving, was_used
from engine.intents.order import WEAK
from engine.syntax.document import Document
from engine.syntax.linking.imports import statements
from engine.syntax.linking.library import Imports, imports_of
from engine.syntax.names.unresolved import missing, unused
from engine.types import Hunk, IntentKind, NodeKind, Relation, Site, Trigger

MOST_FILES = 40
"""Files whose imports are looked at."""
MOST = 8
"""Missing names of one file for which imports are looked for."""
_WORD = re.compile(r"(?<![\w$.])(?:[^\W\d][\w$]*|\$[\w$]+)")


def following(context: Context, sites: Sequence[Site]) -> list[Site]:
    """The imports that come and go with some sites, those of files whose imports they change left out."""
    drafts: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        # what is renamed was bound under its old name
        if site.rule >= WEAK and site.draft is not None and site.intent is not IntentKind.RENAME:
            drafts[site.path].append(site)
    held = [path for path, some in drafts.items() if any(site.node is NodeKind.IMPORT for site in some)]
    files = ((path, some) for path, some in drafts.items() if path not in held)
    return [site for path, some in islice(files, MOST_FILES) for site in _of_file(context, path, some)]


def _of_file(context: Context, path: str, sites: Sequence[Site]) -> list[Site]:
    document = context.index.document(path)
    known = None if document is None else imports_of(document.grammar.name)
    if document is None or known is None or document.grammar.locals is None:
        return []
    text = document.border.text
    written, gone = _words(text, sites)
    fresh = {word for word in written if not re.search(rf"(?<![\w$]){re.escape(word)}(?![\w$])", text)}
    bound = {item.local for one in context.index.imports(path) for item in one.items}
    if path == context.edit.path:  # its own hunks are asked for by themselves
        fresh -= {word for hunk in context.edit.hunks for word in _WORD.findall(hunk.new)}
    fresh -= known.library.builtins
    idle = gone & bound
    return _changed(context, document, known, sites, fresh, idle) if fresh or idle else []


def _words(text: str, sites: Sequence[Site]) -> tuple[set[str], set[str]]:
    """The words that some drafts bring, and those that they take away; members after a dot left out."""
    written: set[str] = set()
    gone: set[str] = set()
    for site in sites:
        before = text[max(0, site.start - 1) : site.start]
        old, new = (set(_WORD.findall(before + one)) for one in (site.old, site.draft or ""))
        written |= new - old
        gone |= old - new
    return written, gone


def _changed(
    context: Context,
    document: Document,
    known: Imports,
    sites: Sequence[Site],
    fresh: set[str],
    idle: set[str],
) -> list[Site]:
    """The sites in one file, found in its text with the drafts in it."""
    made = _made(document.border.text, sites)
    if made is None:
        return []
    text, hunks = made
    path = document.path
    after = Document(path, text, document.grammar, document)
    batch, found = Batch(text), list[Site]()
    for site in _arriving(context, after, known, hunks, fresh, batch):
        found.append(replace(site, rule=min(site.rule, max(one.rule for one in sites))))
    if idle:
        after = Document(path, batch.text, document.grammar, after) if batch.changes else after
        own = statements(after)
        spans = [(hunk.start, hunk.end) for hunk in hunks]
        leaves = leaving(
            context, after, own, unused(after, own, idle), lambda item: was_used(document, spans, item)
        )
        free = len(after.border.text)
        for site in sorted(leaves, key=lambda one: -one.start):  # from behind, so that the others stand
            if site.end > free:
                continue
            free = site.start
            batch.add(site.start, site.old, site.draft or "", len(found))
            found.append(site)
    return [
        site
        for change in batch.changes
        if (start := back(change.start, hunks)) is not None
        and document.border.text.startswith(change.old, start)
        for site in [_joined([found[mark] for mark in change.marks], start, change.old, change.new)]
    ]


def _made(text: str, sites: Sequence[Site]) -> tuple[str, list[Hunk]] | None:
    """The text with some drafts in it, and where they stand; None where two want the same place."""
    hunks: list[Hunk] = []
    pieces: list[str] = []
    at = size = 0
    for site in sorted(sites, key=lambda one: (one.start, one.end)):
        if site.start < at or not text.startswith(site.old, site.start):
            return None
        pieces += [text[at : site.start], site.draft or ""]
        size += site.start - at
        hunks.append(Hunk(site.start, site.old, size, site.draft or ""))
        size += len(site.draft or "")
        at = site.end
    return "".join([*pieces, text[at:]]), hunks


def _arriving(
    context: Context, document: Document, known: Imports, hunks: Sequence[Hunk], fresh: set[str], batch: Batch
) -> Iterator[Site]:
    """An import for every missing name that surely comes from somewhere, each behind the ones before it."""
    spans = [(hunk.new_start, hunk.new_end) for hunk in hunks if hunk.new]
    wanted = [one for one in missing(context.index, document, spans) if one.name in fresh] if fresh else []
    desk = Desk(document, context.index, known)
    placer = None
    count = 0
    for one in wanted[:MOST]:
        ways = desk.sources(one)
        if not ways or ways[0].rule < WEAK:
            continue
        placer = desk.placer if placer is None else desk.after(batch.text)
        put = placer.place(ways[0], batch.carried(one))
        if put is None:
            continue
        batch.add(put.start, put.old, put.new, count)
        count += 1
        yield Site(
            path=document.path,
            start=put.start,
            old=put.old,
            draft=put.new,
            intent=IntentKind.IMPORT,
            node=NodeKind.IMPORT,
            relation=Relation.IMPORTED if ways[0].example is not None else Relation.UNIQUE,
            distance=context.distances.of(0, document.path, put.start),
            trigger=Trigger.NAME_MISSING,
            rule=ways[0].rule,
            why=ways[0].why,
        )


def _joined(sites: Sequence[Site], start: int, old: str, new: str) -> Site:
    """What several sites do at one place of the text, as one."""
    why = "; ".join(dict.fromkeys(site.why for site in sites))
    return replace(sites[0], start=start, old=old, draft=new, rule=min(site.rule for site in sites), why=why)
