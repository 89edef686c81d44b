"""A new method without the parameter that all other methods of its class begin with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from engine.intents.context import Context
from engine.intents.errors.near import distance
from engine.syntax.forms import Function
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

RULE = 0.8
_STATIC = frozenset({"static", "staticmethod", "classmethod"})
_LAST_WORD = re.compile(r"\w+$")


def propose(context: Context) -> Iterator[Site]:
    """The parameter, where the method uses it or takes none at all."""
    edit = context.edit
    hunks = [hunk for hunk in edit.hunks if "(" in hunk.new]
    shapes = context.shapes_after if hunks else None
    if shapes is None:
        return
    for hunk in hunks:
        for owner in shapes.classes(hunk.new_start, hunk.new_end):
            new, others = list[Function](), list[Function]()
            for one in owner.methods:
                (new if hunk.new_start <= one.list_start <= hunk.new_end else others).append(one)
            first = _first(others)
            for method in new if first else ():
                if _wants(method, first, edit.after):
                    other = _near(method, first)
                    yield Site(
                        path=edit.path,
                        start=method.list_start,
                        old=other,
                        draft=first + (", " if method.parameters and not other else ""),
                        intent=IntentKind.FIX,
                        node=NodeKind.PARAMETER,
                        relation=Relation.SAME_CLASS,
                        distance=context.distances.of(hunk.new_start, edit.path, method.list_start),
                        trigger=Trigger.NAME_MISSING,
                        rule=RULE,
                        why=f"the other methods of `{owner.name}` begin with `{first}`",
                    )


def _first(others: Sequence[Function]) -> str:
    """The text of the parameter that methods begin with, or nothing where they differ."""
    texts = [one.parameters[0].text for one in others if one.parameters and one.parameters[0].kind == "self"]
    common = Counter(texts).most_common(1)
    return common[0][0] if common and 2 * common[0][1] > len(texts) else ""


def _near(method: Function, first: str) -> str:
    """The parameter that stands there with a slip in it, or nothing."""
    text = method.parameters[0].text if method.parameters else ""
    return text if 0 < distance(text, first, 1) <= 1 else ""


def _wants(method: Function, first: str, text: str) -> bool:
    """Whether a method cannot do without the parameter: its body uses it, and nothing binds the name."""
    word = _LAST_WORD.search(first)
    if word is None or method.body_start < 0 or any(word.group() in one.text for one in method.parameters):
        return False
    if _STATIC & {one.strip("@").rpartition(".")[2] for one in method.modifiers}:
        return False
    body = text[method.body_start : method.body_end]
    return re.search(rf"\b{word.group()}\b", body) is not None
