"""The edit wrote a name that nothing knows, and one that is known is a slip of the finger away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.diagnostics import Diagnostic
from engine.intents.context import Context
from engine.intents.errors.near import distance, nearest, reach
from engine.syntax.document import Document
from engine.syntax.linking.library import is_of_library
from engine.syntax.names.doubts import Doubt, Doubts, Open, keywords
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

RULES = {"name": 0.82, "member": 0.82, "keyword": 0.82, "import": 0.85, "loose": 0.62}
"""How sure one slip is, by what is known of the place."""
FURTHER = 0.85
"""What is left of it with two slips."""
LONGER = 0.8
"""What is left where only an end was added or left out, as words have it: file and files."""
ANOTHER = 0.4
"""What is left where that is more than one letter: another word, as in a name of two."""
OPEN: dict[Open, float] = {"": 1.0, "base": 0.85, "module": 0.74}
"""What is left where something outside of the project may know the name after all."""
SAID = 0.82
"""How sure one slip is where a server says that the name is none, by what is known of the place or not."""
SAID_LOOSE = 0.72
LONG = 5
"""Letters of a member of an unknown receiver that is still taken up."""
NODES = {
    "name": NodeKind.REFERENCE,
    "member": NodeKind.ATTRIBUTE,
    "loose": NodeKind.ATTRIBUTE,
    "keyword": NodeKind.KEYWORD,
    "import": NodeKind.IMPORT,
}

_WORD = re.compile(r"[^\W\d]\w*")


def propose(context: Context) -> Iterator[Site]:
    """The right name wherever the edit wrote the wrong one."""
    document, edit = context.after, context.edit
    if document is None or document.grammar.locals is None:
        return
    doubts = Doubts(context.references, document)
    spans = [(hunk.new_start, hunk.new_end) for hunk in edit.hunks if hunk.new.strip()]

    def wanted(name: str) -> bool:
        return _is_new(context, name) and not is_of_library(document.grammar.name, name)

    for doubt in doubts.find(spans, wanted):
        right = _right(context, doubts, doubt)
        rule = _rule(doubt, right) if right else 0.0
        for place in doubt.places if right else ():
            yield _site(context, doubt, right, place, edit.path, rule)


def draft(context: Context, document: Document, found: Diagnostic) -> Site | None:
    """The right name where a server says that nothing is called so, be the wrong one new or not."""
    text = document.border.text
    words = [one for one in _WORD.finditer(text, found.start, found.end)]
    if document.grammar.locals is None or not words:
        return None
    start, end = words[-1].span()
    doubts = Doubts(context.references, document)
    doubt = doubts.said(start, end)
    if doubt is None or (doubt.kind == "name" and _is_elsewhere(context, document, doubt.name)):
        return None
    right = _right(context, doubts, doubt)
    if not right:
        return None
    sure = SAID_LOOSE if doubt.kind == "loose" else SAID
    return _site(
        context, doubt, right, (start, end), document.path, round(sure * _slips(doubt.name, right), 4)
    )


def _is_elsewhere(context: Context, document: Document, name: str) -> bool:
    """Whether a name is rather not imported than misspelt."""
    return context.index.defined(name) or is_of_library(document.grammar.name, name)


def _is_new(context: Context, name: str) -> bool:
    """Whether no other file has the name: one that stands elsewhere is rather not imported than misspelt."""
    return all(path == context.edit.path for path in context.index.files_with(name))


def _right(context: Context, doubts: Doubts, doubt: Doubt) -> str:
    """The one known name that is nearest, or nothing."""
    limit, name = reach(doubt.name), doubt.name
    pool = doubts.pool(doubt)
    if doubt.kind == "name":
        pool |= doubts.beside(context.index.paths)
        pool |= context.after.grammar.words if context.after is not None else frozenset()
    near = (one for one in pool if abs(len(one) - len(name)) <= limit)
    close = [one for one in near if distance(name, one, limit) <= limit]
    words = keywords(context.after) if context.after is not None else frozenset()
    likely = (one for one in close if one[0].isupper() == name[0].isupper() and one not in {name, *words})
    known = (one for one in likely if doubts.knows(doubt, one))
    _, names = nearest(name, known)
    return names[0] if len(names) == 1 else ""


def _rule(doubt: Doubt, right: str) -> float:
    rule = RULES[doubt.kind]
    apart = distance(doubt.name, right, 2)
    longer = _is_longer(doubt.name, right)
    if doubt.kind == "loose" and (apart > 1 or longer or len(doubt.name) < LONG):
        return 0.0
    return round(rule * _slips(doubt.name, right) * (OPEN[doubt.open] if doubt.kind != "loose" else 1.0), 4)


def _slips(name: str, right: str) -> float:
    """What is left of how sure one slip is."""
    further = distance(name, right, 2) > 1
    if _is_longer(name, right):
        return ANOTHER if further else LONGER
    return FURTHER if further else 1.0


def _is_longer(name: str, right: str) -> bool:
    long, short = (name, right) if len(name) > len(right) else (right, name)
    return long.startswith(short) or (long.endswith(short) and short[0].isupper())


def _site(context: Context, doubt: Doubt, right: str, place: tuple[int, int], path: str, rule: float) -> Site:
    return Site(
        path=path,
        start=place[0],
        old=doubt.name,
        draft=right,
        intent=IntentKind.FIX,
        node=NODES[doubt.kind],
        relation=Relation.SAME_SCOPE if doubt.kind == "name" else Relation.TYPED,
        distance=context.distances.of(context.edit.hunks[0].new_start, path, place[0]),
        trigger=Trigger.NAME_MISSING,
        rule=rule,
        why=f"nothing is called `{doubt.name}`; `{right}` is near",
    )
