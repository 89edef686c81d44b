"""A function becomes async, or stops being so: where its calls must wait, told by the nodes around them."""

from __future__ import annotations

import re
from typing import Final

from engine.syntax.blocks.around import around
from trainer.simulate.roles import KINDS
from trainer.simulate.signing.callables import Callable, Use
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step
from trainer.simulate.tree import Tree

_BEFORE: Final = {"python": "def ", "javascript": "function ", "typescript": "function ", "rust": "fn "}
_ASYNC = re.compile(
    r"(?:(?:pub(?:\([^)]*\))?|export|default|static|public|private|protected|override)\s+)*async\b"
)
_TAKEN = re.compile(
    r"\b(?:run|gather|create_task|ensure_future|wait_for|spawn|block_on|all|race|then|resolve)\($"
)
_GOES_ON = re.compile(r"\s*(?:\??\.|[\[(])")
Made = tuple[str, Step, list[Step]] | None


def begun(tree: Tree, found: Callable) -> Made:
    """The word comes; calls inside of async functions wait."""
    head, text = found.head, tree.texts[found.head.path]
    function, word = head.function, _BEFORE.get(tree.language, "")
    before = text[function.start : function.name_start]
    if (
        not word
        or not before.endswith(word)
        or "async" in before
        or "const " in before
        or "yield" in _body(tree, found)
    ):
        return None
    if tree.language == "typescript" and function.returns:
        return None  # its return type would change in the same save
    steps: list[Step] = []
    for use in found.uses:
        own = use.path == head.path and use.inside == function
        if not _waits(tree, use, own):
            continue
        change = _awaiting(tree, use)
        if change is None:
            return None
        steps.append((use.path, change))
    trigger = head.path, Change(function.name_start - len(word), "", "async ")
    return ("return_changed/async" if steps else "quiet/async_unwaited"), trigger, steps


def ended(tree: Tree, found: Callable) -> Made:
    """The word goes; nobody waits any more."""
    head, text = found.head, tree.texts[found.head.path]
    function = head.function
    at = text.rfind("async ", function.start, function.name_start)
    if at < 0 or (tree.language == "typescript" and function.returns) or tree.language not in _BEFORE:
        return None
    steps: list[Step] = []
    for use in found.uses:
        source = tree.texts[use.path]
        if tree.language == "rust":
            change = Change(use.call.end, ".await", "")
        else:
            change = Change(use.call.start - 6, "await ", "")
        if not source.startswith(change.old, change.start):
            return None
        steps.append((use.path, change))
    return "return_changed/sync", (head.path, Change(at, "async ", "")), steps


def _body(tree: Tree, found: Callable) -> str:
    function = found.head.function
    return tree.texts[found.head.path][function.body_start : function.body_end]


def _waits(tree: Tree, use: Use, own: bool) -> bool:
    """Whether the function right around a call is async, or is the one that becomes so."""
    text = tree.texts[use.path]
    for node in around(tree.document(use.path), use.call.start)[1:]:
        if node.type == "async_block":
            return True
        if node.type in KINDS[tree.language].functions and node.start < use.call.start:
            if own and use.inside is not None and node.end == use.inside.body_end:
                return True
            return _ASYNC.match(text, node.start) is not None
    return False


def _awaiting(tree: Tree, use: Use) -> Change | None:
    """The call, waited for; None where that is a matter of taste."""
    text = tree.texts[use.path]
    before, behind = (
        text[max(0, use.call.start - 40) : use.call.start],
        text[use.call.end : use.call.end + 12],
    )
    if _TAKEN.search(before.rstrip(" [\n\t")) or before.rstrip().endswith(("await", "=>", "yield")):
        return None
    if re.match(r"\s*\.(?:then|catch|finally|await)\b", behind):
        return None
    if tree.language == "rust":
        return Change(use.call.end, "", ".await")
    call = text[use.call.start : use.call.end]
    if _GOES_ON.match(behind):
        return Change(use.call.start, call, f"(await {call})")
    return Change(use.call.start, "", "await ")
