"""Names that an edit uses and nothing imports, and imports whose last use it removed.

An import goes to its place in the file's own style; several that meet at one place are one site. What the
drafts of other scenarios need is in `importing/following.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.intents.context import Context
from engine.intents.importing.batch import Batch
from engine.intents.importing.desk import Desk
from engine.intents.importing.leave import leaving, was_used
from engine.intents.importing.origins import Source
from engine.intents.importing.redefined import moved
from engine.intents.order import WEAK
from engine.syntax.document import Document
from engine.syntax.linking.imports import statements
from engine.syntax.linking.library import Imports, imports_of
from engine.syntax.names.unresolved import Missing, missing, unused
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

MOST = 12
"""Missing names of one edit for which imports are looked for."""
_WORD = re.compile(r"[^\W\d][\w$]*|\$[\w$]+")


def propose(context: Context) -> tuple[Site, ...]:
    """The imports that the edit needs, and those that it left without a use."""
    edit, document = context.edit, context.after
    if document is None or document.grammar.locals is None:
        return ()
    known = imports_of(document.grammar.name)
    if known is None:
        return ()
    sites = _arriving(context, document, known) if any(hunk.new for hunk in edit.hunks) else []
    sites += moved(context)
    removed = {
        word for hunk in edit.hunks for word in _WORD.findall(_grown(edit.before, hunk.start, hunk.end))
    }
    if removed and any(hunk.old for hunk in edit.hunks):
        taken = [site.start for site in sites if site.path == edit.path]
        sites += [
            site
            for site in _leaving(context, document, removed)
            if not any(site.start <= start <= site.end for start in taken)
        ]
    return tuple(sites)


def _grown(text: str, start: int, end: int) -> str:
    """A stretch of text, grown to word borders."""
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_$"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_$"):
        end += 1
    return text[start:end]


def _arriving(context: Context, document: Document, known: Imports) -> list[Site]:
    spans = [(hunk.new_start, hunk.new_end) for hunk in context.edit.hunks if hunk.new]
    wanted = missing(context.index, document, spans)
    if not wanted:
        return []
    desk = Desk(document, context.index, known)
    inside = [(one.start, one.end) for one in desk.own]
    found: list[tuple[Source, Missing]] = []
    for one in wanted[:MOST]:
        ways = [] if any(start <= one.start < end for start, end in inside) else desk.sources(one)
        if ways and not _was_brought(context, desk, ways[0]):
            found.append((ways[0], one))
    found.sort(key=lambda pair: pair[0].rule < WEAK)
    return list(_sites(context, desk, found))


def _was_brought(context: Context, desk: Desk, source: Source) -> bool:
    """Whether an import of everything that a foreign module has must be what a name comes from: the file used
    it before and did not import it by itself, and others have it from the same package."""
    edit, name, between = context.edit, source.local, desk.known.forms.between
    if source.own or re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", edit.before) is None:
        return False
    style, modules = desk.document.grammar.imports, desk.index.modules
    member = source.kind == "static"  # members come from classes alone, and nothing else does
    wild = [
        item.module for one in desk.own for item in one.items if item.kind == "all" and one.static == member
    ]
    if not any(
        module.split(between)[0] == source.module.split(between)[0]
        and module not in desk.known.library.modules
        and modules.resolve(style, edit.path, module) is None
        for module in wild
    ):
        return False
    before = context.before
    uses = [] if before is None else [one.role for one in before.mentions(name)]
    return any(role.startswith("ref") for role in uses) and not any(
        role.startswith("import.") for role in uses
    )


def _sites(context: Context, desk: Desk, found: Sequence[tuple[Source, Missing]]) -> Iterator[Site]:
    """The sure imports, each placed where the ones before it leave room; a weak one only by itself."""
    batch = Batch(desk.document.border.text)
    strong = [pair for pair in found if pair[0].rule >= WEAK]
    placer = desk.placer
    for number, (source, one) in enumerate(strong):
        put = placer.place(source, batch.carried(one))
        if put is not None:
            batch.add(put.start, put.old, put.new, number)
            placer = desk.after(batch.text) if number + 1 < len(strong) else placer
    for change in batch.changes:
        yield _site(context, change.start, change.old, change.new, [strong[mark] for mark in change.marks])
    taken = {change.start for change in batch.changes}
    for source, one in found[len(strong) :]:
        put = desk.placer.place(source, one)
        if put is not None and put.start not in taken:
            taken.add(put.start)
            yield _site(context, put.start, put.old, put.new, [(source, one)])


def _site(context: Context, start: int, old: str, new: str, pairs: Sequence[tuple[Source, Missing]]) -> Site:
    edit = context.edit
    return Site(
        path=edit.path,
        start=start,
        old=old,
        draft=new,
        intent=IntentKind.IMPORT,
        node=NodeKind.IMPORT,
        relation=_relation(pairs[0][0]),
        distance=context.distances.of(pairs[0][1].start, edit.path, start),
        trigger=Trigger.NAME_MISSING,
        rule=min(source.rule for source, _ in pairs),
        why="; ".join(dict.fromkeys(source.why for source, _ in pairs)),
    )


def _relation(source: Source) -> Relation:
    if source.rule < 0.5:
        return Relation.AMBIGUOUS
    return Relation.IMPORTED if source.example is not None else Relation.UNIQUE


def _leaving(context: Context, document: Document, removed: Iterable[str]) -> list[Site]:
    own = statements(document)
    bound = {item.local for one in own for item in one.items}
    words = bound & set(removed)
    if not words:
        return []
    before = context.before
    spans = [(hunk.start, hunk.end) for hunk in context.edit.hunks]
    gone = unused(document, own, words) if before is not None else ()
    return leaving(
        context, document, own, gone, lambda item: before is not None and was_used(before, spans, item)
    )
