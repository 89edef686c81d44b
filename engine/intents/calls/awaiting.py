"""What follows at the calls of a function that is waited for now, or may fail now, or no longer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.intents.calls.difference import Difference
from engine.intents.calls.lists import Replacement
from engine.intents.carried import callees
from engine.syntax.blocks.surroundings import surroundings
from engine.syntax.document import Document
from engine.syntax.forms import Call

AWAITED, UNAWAITED, TRIED = 0.85, 0.92, 0.8
_RESULT = re.compile(r"(?:\w+::)*(Result|Option)\b")
_THEN = re.compile(r"\s*\??\.\s*(?:then|catch|finally)\b")
_MORE = re.compile(r"\s*(?:\??\.|[\[(])")


def changes(
    document: Document, call: Call, difference: Difference, inside: bool = False
) -> Iterator[tuple[Replacement, float]]:
    """The changes around a call, each with how sure it is; `inside`: the function calls itself there."""
    if difference.became == "async":
        yield from _awaited(document, call)
    elif difference.became == "sync":
        yield from _unawaited(document, call)
    if document.grammar.tries and difference.returns_changed and not inside:
        yield from _tried(document, call, difference)


def _awaited(document: Document, call: Call) -> Iterator[tuple[Replacement, float]]:
    before, behind = document.grammar.awaits
    text = document.border.text
    if not (before or behind) or not surroundings(document, call.start).is_async:
        return
    head, tail = text[: call.start].rstrip(), text[call.end :]
    if before and (head.endswith(before.strip()) or _THEN.match(tail)):
        return
    if behind and tail.lstrip().startswith(behind):
        return
    if _is_handed_on(document, call):
        return
    if before and _MORE.match(tail):
        old = text[call.start : call.end]
        yield Replacement(call.start, old, f"({before}{old})"), AWAITED
    elif before:
        yield Replacement(call.start, "", before), AWAITED
    else:
        yield Replacement(call.end, "", behind), AWAITED


def _is_handed_on(document: Document, call: Call) -> bool:
    """Whether the call is given to something that waits for it."""
    outer = callees(document.border.text, call.start)
    return bool(outer) and outer[0] in document.grammar.tasks


def _unawaited(document: Document, call: Call) -> Iterator[tuple[Replacement, float]]:
    before, behind = document.grammar.awaits
    text = document.border.text
    if before and text[: call.start].endswith(before):
        yield Replacement(call.start - len(before), before, ""), UNAWAITED
    elif behind and text.startswith(behind, call.end):
        yield Replacement(call.end, behind, ""), UNAWAITED


def _tried(document: Document, call: Call, difference: Difference) -> Iterator[tuple[Replacement, float]]:
    """The sign that hands a failure on, where the function around the call can."""
    old, new = _RESULT.match(difference.old.returns), _RESULT.match(difference.new.returns)
    sign = document.grammar.tries
    end = call.end
    behind = document.grammar.awaits[1]
    text = document.border.text
    if behind and text.startswith(behind, end):
        end += len(behind)
    if new is not None and old is None and not text.startswith(sign, end):
        around = _RESULT.match(surroundings(document, call.start).returns)
        if around is not None and around.group(1) == new.group(1):
            yield Replacement(end, "", sign), TRIED
    elif old is not None and new is None and text.startswith(sign, end):
        yield Replacement(end, sign, ""), UNAWAITED
