"""A function may fail from now on: its callers that can fail, too, hand the failure on."""

from __future__ import annotations

import re

from engine.syntax.grammars import grammar
from trainer.simulate.signing.callables import Callable, Use
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step
from trainer.simulate.tree import Tree

_TAKEN = re.compile(r"(?P<indent>[ \t]*)(?P<name>[a-z]\w*) := \Z")
_RESULT = re.compile(r"Result<|Result\b|(?:\w+::)+Result\b")
Made = tuple[str, Step, list[Step]] | None


def go(tree: Tree, found: Callable) -> Made:
    """An error comes behind the only result; only calls are touched that stand alone behind `name :=`."""
    head = found.head
    returns = head.function.returns
    if not returns or returns.startswith("(") or returns == "error" or head.function.body_start < 0:
        return None
    steps: list[Step] = []
    for use in found.uses:
        own = use.path == head.path and use.inside == head.function
        change = _go_call(tree, use, f"{returns}, error" if own else "")
        if change is not None:
            steps.append((use.path, change))
    trigger = head.path, Change(head.function.returns_start, returns, f"({returns}, error)")
    return ("return_changed/error" if steps else "quiet/error_unhandled"), trigger, steps


def _go_call(tree: Tree, use: Use, returns: str) -> Change | None:
    """The statement around a call with its error handed on; `returns` where the caller gets other results."""
    text, call, inside = tree.texts[use.path], use.call, use.inside
    known = grammar("go")
    line = text.rfind("\n", 0, call.start) + 1
    taken = _TAKEN.match(text, line, call.start)
    alone = text[call.end : text.find("\n", call.end)].strip() == ""
    if taken is None or not alone or inside is None or known is None:
        return None
    if "func(" in text[inside.body_start : call.start]:
        return None  # perhaps inside of a function without a name
    own = returns or inside.returns.strip().removeprefix("(").removesuffix(")")
    types = [one.strip() for one in own.split(",")] if own else []
    if not types or types[-1] != "error" or any(" " in one or "(" in one for one in types):
        return None
    zeros = "".join(f"{known.zero(one)}, " for one in types[:-1])
    indent = taken["indent"]
    handed = f"{indent}if err != nil {{\n{indent}\treturn {zeros}err\n{indent}}}"
    new = f", err := {text[call.start : call.end]}\n{handed}"
    start = taken.end("name")
    return Change(start, text[start : call.end], new)


def rust(tree: Tree, found: Callable) -> Made:
    """The result is wrapped; calls in functions that give a Result get the sign that hands its failure on."""
    head = found.head
    returns = head.function.returns
    if not returns or _RESULT.match(returns) or "Option" in returns or "impl" in returns:
        return None
    steps: list[Step] = []
    for use in found.uses:
        text = tree.texts[use.path]
        if use.inside is None or use.call.is_loose:
            return None
        if "|" in text[use.inside.body_start : use.call.start]:
            return None  # perhaps inside of a closure
        if use.inside.returns == returns:
            return None  # it may as well hand on the result as it is, and be another one itself
        if _RESULT.match(use.inside.returns) and use.inside != head.function:
            steps.append((use.path, Change(use.call.end, "", "?")))
    new = f"Result<{returns}, String>"
    trigger = head.path, Change(head.function.returns_start, returns, new)
    return ("return_changed/result" if steps else "quiet/result_unhandled"), trigger, steps
