"""What an edit replaced, character for character, with the line around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.intents.lexer import Token, lex, shape_of, zones
from engine.types import Edit, Hunk

MOST: Final = 12
"""Replacements of one edit that are looked for."""
LONGEST: Final = 400
"""Characters of the longest old text that is looked for; twice as many may be written."""
LINES: Final = 12
BESIDE: Final = 2
"""Tokens on each side between which something inserted is looked for."""
REACH: Final = 160
"""Characters of a line that are looked at on each side."""
_WORD: Final = re.compile(r"[^\W\d]\w*")

Key = tuple[str, str]
"""What was replaced by what, without blanks around it."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What an edit replaced in one place, character for character."""

    old: str
    new: str
    start: int
    """In the text after, as `end`."""
    end: int
    left: tuple[str, ...]
    """The tokens of its line before it, nearest first."""
    right: tuple[str, ...]
    zone: str | None
    """"comment" or "string" where it lies in one."""
    joined: bool
    """Several changes of one line, with what stays between them."""
    needle: str
    """What is searched for: the old text, or what stands on both sides of what was inserted."""
    lead: int
    """Where in the needle the old text begins."""

    @property
    def key(self) -> Key:
        """The same for the same replacement anywhere."""
        return self.old.strip(), self.new.strip()

    @property
    def words(self) -> list[str]:
        """The words by which files are chosen: its own, and its neighbours' where these say little."""
        own = _WORD.findall(self.needle)
        if max(map(len, own), default=0) >= 3:
            return own
        return own + _WORD.findall(" ".join((*self.left[:3], *self.right[:3])))


def replacements(edit: Edit) -> list[Replacement]:
    """What an edit replaced, nearest its first change first: each hunk, and those of one line together."""
    if shape_of(edit.path) == "prose":
        return []
    found: list[Replacement] = []
    for first, last in _stretches(edit):
        old, new = edit.before[first.start : last.end], edit.after[first.new_start : last.new_end]
        if (
            old.strip() == new.strip()
            or len(old) > LONGEST
            or len(new) > 2 * LONGEST
            or old.count("\n") > LINES
        ):
            continue
        one = _replacement(edit, first, last)
        if one is not None:
            found.append(one)
        if len(found) == MOST:
            break
    return found


def _stretches(edit: Edit) -> Iterator[tuple[Hunk, Hunk]]:
    """First and last hunk: those of one line together, then each by itself."""
    hunks, at = edit.hunks, 0
    while at < len(hunks):
        last = at
        while last + 1 < len(hunks) and _one_line(edit.before, hunks[last], hunks[last + 1]):
            last += 1
        if last > at:
            yield hunks[at], hunks[last]
        yield from ((hunk, hunk) for hunk in hunks[at : last + 1])
        at = last + 1


def _one_line(before: str, one: Hunk, other: Hunk) -> bool:
    return not any(
        "\n" in part for part in (one.old, one.new, other.old, other.new, before[one.end : other.start])
    )


def _replacement(edit: Edit, first: Hunk, last: Hunk) -> Replacement | None:
    """A replacement; None for something inserted where nothing around it can be looked for."""
    text, start, end = edit.before, first.start, last.end
    before, behind = line_around(text, start, end)
    left, right = tokens_of(before), tokens_of(behind)
    old = text[start:end]
    needle, lead = old, 0
    if not old.strip():
        near = before[left[-BESIDE].start :] if len(left) > BESIDE else before
        near = near if near.strip() else ""
        far = behind[: right[BESIDE - 1].end] if len(right) > BESIDE else behind
        needle, lead = near + old + far, len(near)
        if not _WORD.search(needle):
            return None
    return Replacement(
        old=old,
        new=edit.after[first.new_start : last.new_end],
        start=first.new_start,
        end=last.new_end,
        left=tuple(token.text for token in reversed(left)),
        right=tuple(token.text for token in right),
        zone=zones(text, edit.path).kind(start),
        joined=first is not last,
        needle=needle,
        lead=lead,
    )


def line_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands on the lines of start..end before and behind it, REACH characters at the most."""
    low, high = max(0, start - REACH), min(len(text), end + REACH)
    stop = text.find("\n", end, high)
    begin = text.rfind("\n", low, start)
    return text[begin + 1 if begin >= 0 else low : start], text[end : stop if stop >= 0 else high]


def tokens_of(text: str) -> list[Token]:
    """The tokens of part of a line; what is in comments and strings counts word by word."""
    return [token for token in lex(text, "prose") if token.kind not in ("space", "newline")]
