"""A server's text edits as a person would make them: touching ones are one, none cuts a word or a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from engine.align import shared
from engine.diagnostics import Replacement
from engine.diff import together

_TABS = re.compile(r"(?<=\n)\t+|^\t+")
_SPACES = re.compile(r"(?m)^ +(?=\S)")


def readable(text: str, changes: Iterable[Replacement]) -> list[Replacement]:
    """The changes of one file in the order of its text.

    The outcome is the same, to the letter; but a file that indents with spaces gets no tabs.
    """
    given = list(changes)
    path = given[0].path if given else ""
    joined = together(text, ((one.start, one.old, one.new) for one in given), _in_one_word)
    small = (worded(text, trimmed(Replacement(path, *one))) for one in joined if one[1] != one[2])
    found: list[Replacement] = []
    for one, behind in pairwise([*small, None]):
        if one is not None:
            least = found[-1].start + len(found[-1].old) if found else 0
            found.append(aligned(text, one, least, len(text) if behind is None else behind.start))
    return [_indented(text, one) for one in found]


def _indented(text: str, change: Replacement) -> Replacement:
    """New lines with the file's own indentation, where the server has no notion of it."""
    if "\t" not in change.new or "\n\t" in text:
        return change
    unit = min((len(one) for one in _SPACES.findall(text) if len(one) > 1), default=0)
    new = _TABS.sub(lambda tabs: " " * unit * len(tabs.group()), change.new) if unit else change.new
    return Replacement(change.path, change.start, change.old, new)


def trimmed(change: Replacement) -> Replacement:
    """A replacement without what both texts begin and end with, at whole words: the smaller of two ways."""
    old, new = change.old, change.new
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    last = _alike(old[::-1], new[::-1])
    first = _alike(old[: len(old) - last], new[: len(new) - last])
    if first + last > head + tail:
        head, tail = first, last
    return Replacement(
        change.path, change.start + head, old[head : len(old) - tail], new[head : len(new) - tail]
    )


def _alike(one: str, other: str) -> int:
    """The characters that both begin with, up to the end of a word in both."""
    count = shared(one, other)
    if any(_is_word(text[count : count + 1]) for text in (one, other)):
        while count and _is_word(one[count - 1]):
            count -= 1
    return count


def worded(text: str, change: Replacement) -> Replacement:
    """A replacement that begins or ends inside a word, with all of that word."""
    if "\n" in change.old + change.new:
        return change
    start, end = change.start, change.start + len(change.old)
    head, tail = start, end
    if any(map(_is_word, {*change.old[:1], *change.new[:1]})):
        while head and _is_word(text[head - 1]):
            head -= 1
    if any(map(_is_word, {*change.old[-1:], *change.new[-1:]})):
        while tail < len(text) and _is_word(text[tail]):
            tail += 1
    before, behind = text[head:start], text[end:tail]
    return Replacement(change.path, head, before + change.old + behind, before + change.new + behind)


def aligned(text: str, change: Replacement, least: int = 0, most: int | None = None) -> Replacement:
    """Lines that come or go, from a line's start to a line's end, if they can be told so within two offsets.

    A server that compares letters puts `s"⏎"string` between two quotes where a person adds a line.
    """
    lines = change.old or change.new
    if (change.old and change.new) or "\n" not in lines:
        return change
    for step in (1, -1):
        start, moved = change.start, lines
        for _ in range(len(lines) + 1):
            if moved.endswith("\n") and text[start - 1 : start] in {"\n", ""}:
                old, new = (moved, "") if change.old else ("", moved)
                return Replacement(change.path, start, old, new)
            beside = start + (len(change.old) if step > 0 else -1)
            if not least <= beside < (len(text) if most is None else most) or text[beside] != (
                moved[0] if step > 0 else moved[-1]
            ):
                break
            moved = moved[1:] + moved[0] if step > 0 else moved[-1] + moved[:-1]
            start += step
    return change


def _in_one_word(between: str) -> bool:
    """Whether what stands to the left and to the right of a text touches or is one word with it."""
    return all(map(_is_word, between))


def _is_word(character: str) -> bool:
    return character.isidentifier() or character.isdecimal()
