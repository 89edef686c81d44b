"""Changes of a list in parentheses, and of the documentation that names its entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.syntax.forms import Function
from trainer.simulate.source import Change

Spans = Sequence[tuple[int, int]]
_BESIDE = re.compile(r"[(,]\s*(?P<comment>(?:/\*(?:(?!\*/).)*\*/\s*)+)\Z", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n")


def inserted(text: str, start: int, spans: Spans, at: int, item: str) -> Change:
    """A new entry before the one of this number; `start` is the place behind the parenthesis."""
    if not spans:
        return Change(start, "", item)
    if at >= len(spans):
        return Change(spans[-1][1], "", _gap(text, start, spans, len(spans) - 1) + item)
    return Change(spans[at][0], "", item + _gap(text, start, spans, at))


def _gap(text: str, start: int, spans: Spans, near: int) -> str:
    """A comma, and a line break where every entry has its own line."""
    before = text[spans[near - 1][1] if near else start : spans[near][0]]
    line = before[before.rfind("\n") :] if "\n" in before else ""
    return "," + (line if line.strip() == "" and line else " ")


def removed(text: str, spans: Spans, at: int) -> Change:
    """An entry goes with its comma; with the only one all that stands between the parentheses."""
    start, end = spans[at]
    if at + 1 < len(spans):
        end = spans[at + 1][0]
    elif at:
        start = spans[at - 1][1]
    else:
        start = len(text[:start].rstrip()) if text[:start].rstrip().endswith("(") else start
        trailing = re.compile(r"\s*,?\s*(?=\))|\s*,").match(text, end)
        end = trailing.end() if trailing else end
    return Change(start, text[start:end], "")


def whole(text: str, spans: Spans) -> Spans:
    """The entries with the comments in front of them that belong to them: casts and names of arguments."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        before = _BESIDE.search(text, found[-1][1] if found else max(0, start - 400), start)
        found.append((start if before is None else before.start("comment"), end))
    return found


def swapped(text: str, spans: Spans, one: int, other: int) -> Change:
    """Two entries change their places, written as one change."""
    first, last = sorted((one, other))
    (start, first_end), (last_start, end) = spans[first], spans[last]
    new = text[last_start:end] + text[first_end:last_start] + text[start:first_end]
    return Change(start, text[start:end], new)


@dataclass(frozen=True)
class Said:
    """How a function's documentation speaks of a parameter."""

    how: Literal["nothing", "entry", "prose"]
    entries: tuple[Change, ...] = ()
    """The deletions of its entries."""


def said(text: str, function: Function, name: str) -> Said:
    """What the documentation of a function says of a parameter."""
    span = _docs(text, function.start, function.body_start) if name else None
    if span is None or not re.search(rf"\b{re.escape(name)}\b", text[span[0] : span[1]]):
        return Said("nothing")
    lines = [(match.start(), match.group()) for match in _LINE.finditer(text, *span)]
    entry = re.compile(
        rf"\s*:(?:param (?:[\w\[\], |.]+ )?|type ){name}:"
        rf"|\s*/?\*+ @param (?:\{{[^}}]*\}} )?\[?{name}\b"
        rf"|\s*/// [*-] `{name}`"
        rf"|\s+{name} ?(?:\([^)]*\))?: "
        rf"|\s*{name} : "
    )
    found: list[Change] = []
    for first, (start, line) in enumerate(lines):
        if entry.match(line):
            last = first
            while last + 1 < len(lines) and _goes_on(line, lines[last + 1][1]):
                last += 1
            found.append(Change(start, "".join(line for _, line in lines[first : last + 1]), ""))
    return Said("entry", tuple(found)) if found else Said("prose")


def is_entry(text: str, change: Change) -> bool:
    """Whether a change takes whole lines out, as only documentation has it for a parameter."""
    return not change.new and change.old.endswith("\n") and text[: change.start].endswith("\n")


def _docs(text: str, start: int, body: int) -> tuple[int, int] | None:
    inside = re.compile(r'\s*[rR]?(?P<q>"""|\'\'\')').match(text, body) if body >= 0 else None
    if inside is not None:
        end = text.find(inside["q"], inside.end())
        return (inside.end(), end) if end >= 0 else None
    before = text[max(0, start - 4_000) : start].rstrip()
    if before.endswith("*/") and "/**" in before:
        low = start - len(text[max(0, start - 4_000) : start]) + before.rindex("/**")
        return text.rfind("\n", 0, low) + 1, start
    lines = re.search(r"(?:^[ \t]*///[^\n]*\n)+[ \t]*\Z", text[max(0, start - 4_000) : start], re.MULTILINE)
    return (start - len(lines.group()), start) if lines is not None else None


def _goes_on(first: str, line: str) -> bool:
    """Whether a line is set in deeper than the entry above it."""
    marks = re.compile(r"\s*(?:/?\*+|///)?\s*")
    one, other = marks.match(first), marks.match(line)
    rest = line.strip().lstrip("/*").strip()
    return bool(rest and not rest.startswith(("@", ":")) and one and other and other.end() > one.end())
