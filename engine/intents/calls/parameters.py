"""The head of an override or declaration, changed as the head of its relative was."""

from __future__ import annotations

from collections.abc import Iterator

from engine.intents.calls.difference import Difference, given, is_async, results, squeezed
from engine.intents.calls.lists import Replacement, listed, rewritten
from engine.syntax.document import Document
from engine.syntax.forms import Function, Parameter

ASYNC = "async "
FLEXIBLE = frozenset({"rest", "keywords"})
"""What an override may have or not, as it needs it."""


def adapted(
    document: Document, function: Function, difference: Difference, origin: Document
) -> tuple[Replacement, ...]:
    """The changes of a relative's head; none where it is adapted already, or was never alike."""
    text, source = document.border.text, origin.border.text
    own = given(function)
    if len(own) == len(difference.before) and not _is_adapted(own, difference):
        wanted = _wanted(function, own, difference, bare=not document.grammar.checked)
        spans = [(one.start, one.end) for one in function.parameters]
        held = listed(text, function.list_start, function.list_end, spans)
        change = rewritten(held, wanted)
        changes = [change] if change is not None else []
    elif difference.list_changed or difference.given_default:
        return ()
    else:
        changes = []
    return (
        *changes,
        *_returns(function, difference),
        *_modifiers(text, function, difference, source, document),
    )


def _is_adapted(own: tuple[Parameter, ...], difference: Difference) -> bool:
    """Whether the list is as the changed one, by the names alone."""
    names = [one.name for one in own]
    return names == [one.name for one in difference.after] and names != [
        one.name for one in difference.before
    ]


def _wanted(
    function: Function, own: tuple[Parameter, ...], difference: Difference, bare: bool
) -> list[int | str]:
    """The items of the relative's list: its own by their numbers, new ones as the other writes them.

    `bare`: a list may go without the types.
    """
    every = list(function.parameters)
    place = {old: every.index(one) for old, one in enumerate(own)}
    gone = {place[old] for old in difference.removed if difference.before[old].kind not in FLEXIBLE}
    row: list[int | str] = [number for number in range(len(every)) if number not in gone]
    kept = [place[old] for old in difference.origin if old is not None]
    if difference.is_reordered:
        order = iter(kept)
        row = [next(order) if isinstance(one, int) and one in kept else one for one in row]
    named: set[str] = {one.name for one in own}
    put: dict[int, int | str] = {n: place[old] for n, old in enumerate(difference.origin) if old is not None}
    for number in difference.added:
        parameter = difference.after[number]
        if (parameter.name and parameter.name in named) or parameter.kind in FLEXIBLE:
            continue
        item = _text(parameter, row, every, bare and _is_bare(function, difference))
        before = put.get(number - 1)
        first = next((at for at, one in enumerate(row) if not _is_receiver(one, every)), len(row))
        row.insert(row.index(before) + 1 if before in row else first, item)
        put[number] = item
    for number in difference.given_default:
        old = difference.origin[number]
        new = difference.after[number]
        if old is not None and squeezed(own[old].text) == squeezed(difference.before[old].text):
            row[row.index(place[old])] = new.text
    return row


def _is_receiver(item: int | str, every: list[Parameter]) -> bool:
    return isinstance(item, int) and every[item].kind == "self"


def _is_bare(function: Function, difference: Difference) -> bool:
    """Whether the relative leaves out the types that the changed one writes."""
    own, before = given(function), difference.before
    if own:
        return not any(one.type for one in own) and any(one.type for one in before)
    return not function.returns and bool(difference.old.returns)


def _text(parameter: Parameter, row: list[int | str], every: list[Parameter], bare: bool) -> str:
    """A parameter as another list would write it."""
    text = parameter.text
    if bare and parameter.type and parameter.name:
        text = text[: text.find(parameter.name) + len(parameter.name)]
        return f"{text}={parameter.default}" if parameter.default else text
    if parameter.type and parameter.type not in text:  # several names before one type
        text = f"{text} {parameter.type}"
    starred = any(isinstance(one, int) and every[one].kind in {"rest", "separator"} for one in row)
    named = any(isinstance(one, str) and one.startswith("*, ") for one in row)
    return f"*, {text}" if parameter.keyword_only and not starred and not named else text


def _returns(function: Function, difference: Difference) -> Iterator[Replacement]:
    """The return type, where it was the same; whether it is written at all is everybody's own affair."""
    new, old = difference.new, difference.old
    same = results(function.returns) == results(old.returns)
    if difference.returns_changed and same and function.returns and new.returns:
        yield Replacement(function.returns_start, function.returns, new.returns)


def _modifiers(
    text: str, function: Function, difference: Difference, source: str, document: Document
) -> Iterator[Replacement]:
    """The word `async`, where the relative has a body to wait in."""
    if not difference.became or is_async(function) == (difference.became == "async"):
        return
    if function.is_abstract and document.grammar.this:  # a declaration has no such word there
        return
    new = difference.new
    if difference.became == "async":
        at = source.rfind(ASYNC, new.start, new.name_start)
        between = source[at + len(ASYNC) : new.name_start]
        if at >= 0 and text[: function.name_start].endswith(between):
            yield Replacement(function.name_start - len(between), "", ASYNC)
        return
    at = text.rfind(ASYNC, function.start, function.name_start)
    if at >= 0:
        yield Replacement(at, ASYNC, "")
