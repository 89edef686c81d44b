"""Offsets of one file carried through edits, and the stretches that edits have written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.types import Edit, Hunk

REACH = 1_500
"""Characters that are looked through for the opening of a list."""
DEPTH = 3
_NAME_BEFORE = re.compile(r"([^\W\d][\w$]*)(?:\s*(?:<[^<>()]*>|\[[^\[\]()]*\]))?\s*$")
_CALLED = re.compile(r"([^\W\d][\w$]*)\s*(?:<[^<>()]*>|\[[^\[\]()]*\])?\(")
_CLOSING, _OPENING = frozenset(")]}"), frozenset("([{")


def back(offset: int, hunks: Iterable[Hunk]) -> int | None:
    """An offset after some hunks, in the text before them; None inside of what they wrote."""
    shift = 0
    for hunk in hunks:
        if hunk.new_start > offset:
            break
        if offset < hunk.new_end:
            return hunk.start if offset == hunk.new_start else None
        shift += len(hunk.old) - len(hunk.new)
    return offset + shift


def forth(offset: int, edits: Iterable[Edit]) -> int:
    """An offset after one edit, in the text after later ones of the file; inside of a rewrite its start."""
    for edit in edits:
        shift = 0
        for hunk in edit.hunks:
            if hunk.start > offset or (hunk.start == offset and hunk.old):
                break
            if hunk.end > offset:
                offset = hunk.start
                break
            shift += len(hunk.new) - len(hunk.old)
        offset += shift
    return offset


def written(path: str, edits: Sequence[Edit]) -> tuple[tuple[int, int], ...]:
    """The stretches of a file's present text that these edits wrote or cut."""
    mine = [edit for edit in edits if edit.path == path]
    return tuple(
        (forth(hunk.new_start, mine[number + 1 :]), forth(hunk.new_end, mine[number + 1 :]))
        for number, edit in enumerate(mine)
        for hunk in edit.hunks
    )


def callees(text: str, at: int) -> tuple[str, ...]:
    """The names before the parentheses that are open at an offset, from the innermost outward."""
    found: list[str] = []
    depth = 0
    for place in range(at - 1, max(-1, at - REACH), -1):
        one = text[place]
        if one in _CLOSING:
            depth += 1
        elif one in _OPENING:
            if depth:
                depth -= 1
                continue
            name = _NAME_BEFORE.search(text, max(0, place - 120), place) if one == "(" else None
            if name is not None:
                found.append(name.group(1))
            if len(found) == DEPTH:
                break
    return tuple(found)


def named_near(text: str, hunk: Hunk) -> set[str]:
    """Functions that a change may be about: whose lists it stands in, or that its lines call or declare."""
    bare = hunk.new.lstrip("\r\n")
    first, last = hunk.new_end - len(bare), hunk.new_start + len(hunk.new.rstrip("\r\n"))
    if first >= last:
        first = last = hunk.new_start
    start = max(text.rfind("\n", 0, first) + 1, first - 200)
    end = text.find("\n", last)
    line = text[start : min(len(text) if end < 0 else end, last + 200)]
    return {*callees(text, hunk.new_start), *_CALLED.findall(line)}
