"""The edit wrote a name that nothing knows, and one that is known is a slip of the finger away."""

from __future__ import annotations

from collections.abc import Iterator

from engine.intents.context import Context
from engine.intents.errors.near import distance, nearest, reach
from engine.syntax.linking.library import is_of_library
from engine.syntax.names.doubts import Doubt, Doubts, keywords
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

RULES = {"name": 0.82, "member": 0.82, "keyword": 0.82, "import": 0.85, "loose": 0.62}
"""How sure one slip is, by what is known of the place."""
FURTHER = 0.85
"""What is left of it with two slips."""
LONGER = 0.8
"""What is left where only an end was added or left out, as words have it: file and files."""
OPEN = 0.85
"""What is left where a base outside of the project may know the name after all."""
LONG = 5
"""Letters of a member of an unknown receiver that is still taken up."""
NODES = {
    "name": NodeKind.REFERENCE,
    "member": NodeKind.ATTRIBUTE,
    "loose": NodeKind.ATTRIBUTE,
    "keyword": NodeKind.KEYWORD,
    "import": NodeKind.IMPORT,
}


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
        for start, end in doubt.places if right else ():
            yield Site(
                path=edit.path,
                start=start,
                old=edit.after[start:end],
                draft=right,
                intent=IntentKind.FIX,
                node=NODES[doubt.kind],
                relation=Relation.SAME_SCOPE if doubt.kind == "name" else Relation.TYPED,
                distance=context.distances.of(edit.hunks[0].new_start, edit.path, start),
                trigger=Trigger.NAME_MISSING,
                rule=rule,
                why=f"nothing is called `{doubt.name}`; `{right}` is near",
            )


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
    longer = right.startswith(doubt.name) or doubt.name.startswith(right)
    if doubt.kind == "loose" and (apart > 1 or longer or len(doubt.name) < LONG):
        return 0.0
    rule *= LONGER if longer else 1.0
    rule *= FURTHER if apart > 1 else 1.0
    return round(rule * (OPEN if doubt.open and doubt.kind != "loose" else 1.0), 4)
