"""Examples cut out of an edit: a replacement inside one line, with the tokens around it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from engine.intents.lexer import Token, lex, shape_of, zones
from engine.intents.patterns.template import CLOSERS, OPENERS, significant
from engine.types import Edit, Hunk

MAX_CORE = 400
"""Characters between the first and the last change of one example."""
MAX_LINES = 12
"""Lines that an open bracket may add to an example."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One replaced stretch, in significant tokens, with its whitespace as it was written."""

    old: tuple[Token, ...]
    raw_old: str
    new: str
    sticks_right: bool


Entry = Token | Changed


@dataclass(frozen=True, slots=True)
class Example:
    """One replacement: kept tokens and changes in order; `start` and `end` in the text after."""

    path: str
    shape: str
    entries: tuple[Entry, ...]
    start: int
    end: int
    line: int
    """Where its line starts, in the text before."""
    at: int
    """Where its first change is, in the text before."""

    @property
    def changes(self) -> tuple[Changed, ...]:
        """The replaced stretches in order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Changed))

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """What was replaced by what; equal for the same replacement."""
        return tuple((" ".join(t.text for t in c.old), c.new.strip()) for c in self.changes)


def examples(edit: Edit) -> list[Example]:
    """The in-line replacements of an edit outside prose; whole lines are left out."""
    shape = shape_of(edit.path)
    if shape == "prose":
        return []
    usable = [_in_line(hunk) for hunk in edit.hunks]
    found = (_example(edit, first, last, shape) for first, last in _clusters(edit, usable))
    return [example for example in found if example is not None]


def in_code(edit: Edit, found: Sequence[Example]) -> list[Example]:
    """Those of an edit's examples that are in code, not in a comment or a string of several lines."""
    if not found:
        return []
    known = zones(edit.before, edit.path)
    return [one for one in found if not known.kind(one.line) and known.kind(one.at) != "comment"]


def _in_line(hunk: Hunk) -> bool:
    return not any(char in side for side in (hunk.old, hunk.new) for char in "\r\n")


def _clusters(edit: Edit, usable: Sequence[bool]) -> list[tuple[int, int]]:
    """Index ranges (last exclusive) of hunks that belong together: one line, near, brackets in balance."""
    ranges: list[tuple[int, int]] = []
    at = 0
    while at < len(edit.hunks):
        if not usable[at]:
            at += 1
            continue
        last = at + 1
        while last < len(edit.hunks) and usable[last] and _together(edit, at, last):
            last += 1
        ranges.append((at, last))
        at = last
    return ranges


def _together(edit: Edit, first: int, other: int) -> bool:
    left, right = edit.hunks[other - 1], edit.hunks[other]
    gap = edit.before[left.end : right.start]
    if "\n" in gap or "\r" in gap or right.end - edit.hunks[first].start > MAX_CORE:
        return False
    sides = [
        (
            edit.before[edit.hunks[first].start : left.end],
            edit.after[edit.hunks[first].new_start : left.new_end],
        )
    ]
    balanced = all(_imbalance(side) == 0 for pair in sides for side in pair)
    if not balanced:
        return True
    same = (left.old, left.new) == (right.old, right.new)
    apart = any(mark in gap for mark in (" = ", ";", " and ", " or ", " && ", " || "))
    return not (same or apart or len(gap) > 40)


def _imbalance(text: str) -> int:
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))


def _example(edit: Edit, first: int, last: int, shape: str) -> Example | None:
    hunks = edit.hunks[first:last]
    low = edit.hunks[first - 1].end if first else 0
    start = max(low, line_start(edit.before, hunks[0].start))
    high = edit.hunks[last].start if last < len(edit.hunks) else len(edit.before)
    end = window_end(edit.before, hunks[-1].end, high, start)
    shift = hunks[0].new_start - hunks[0].start
    new_start = start + shift
    new_end = end + hunks[-1].new_end - hunks[-1].end
    if end - start > 4_000:
        return None
    before = lex(edit.before[start:end], shape, start)
    after = lex(edit.after[new_start:new_end], shape, new_start)
    spans = _spans(hunks, before, after)
    if spans is None or any(t.kind == "comment" and _touched(t, spans) for t in before):
        return None
    entries = _entries(edit, before, spans)
    return Example(
        edit.path, shape, tuple(entries), hunks[0].new_start, hunks[-1].new_end, start, hunks[0].start
    )


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins, however lines end."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def window_end(text: str, offset: int, high: int, start: int) -> int:
    """The end of an offset's line, or of the line that closes the brackets which are open since `start`."""
    end = offset
    for _ in range(MAX_LINES):
        newline = text.find("\n", end, high)
        end = newline if newline >= 0 else high
        if _imbalance(text[start:end]) <= 0 or end >= high:
            break
        end += 1
    return min(end, high)


Span = tuple[int, int, int, int]
"""Start and end before, start and end after."""


def _spans(hunks: Sequence[Hunk], before: Sequence[Token], after: Sequence[Token]) -> list[Span] | None:
    """The hunks grown to token borders on both sides; None where the two sides do not agree."""
    old_borders = sorted({t.start for t in before} | {t.end for t in before})
    new_borders = sorted({t.start for t in after} | {t.end for t in after})
    if not old_borders or not new_borders:
        return None
    spans: list[Span] = []
    for hunk in hunks:
        left = _common(old_borders, new_borders, hunk.start, hunk.new_start, -1)
        right = _common(old_borders, new_borders, hunk.end, hunk.new_end, 1)
        if left is None or right is None:
            return None
        span = (hunk.start - left, hunk.end + right, hunk.new_start - left, hunk.new_end + right)
        if spans and span[0] < spans[-1][1]:
            previous = spans.pop()
            span = (previous[0], max(span[1], previous[1]), previous[2], max(span[3], previous[3]))
        spans.append(span)
    return spans


def _common(old: list[int], new: list[int], at: int, new_at: int, way: int) -> int | None:
    """How far to go in direction `way` until both sides stand on a token border."""
    for step in range(200):
        if _has(old, at + way * step) and _has(new, new_at + way * step):
            return step
    return None


def _has(borders: list[int], value: int) -> bool:
    at = bisect_left(borders, value)
    return at < len(borders) and borders[at] == value


def _touched(token: Token, spans: Sequence[Span]) -> bool:
    return any(token.start < high and low < token.end for low, high, _, _ in spans)


def _entries(edit: Edit, before: Sequence[Token], spans: Sequence[Span]) -> list[Entry]:
    kept = [token for token in significant(before) if not _touched(token, spans)]
    placed: list[tuple[int, int, Entry]] = [(token.start, 1, token) for token in kept]
    for low, high, new_low, new_high in spans:
        inside = tuple(t for t in significant(before) if low <= t.start and t.end <= high)
        sticks_right = low > 0 and edit.before[low - 1].isspace()
        change = Changed(inside, edit.before[low:high], edit.after[new_low:new_high], sticks_right)
        placed.append((low, 0, change))
    return [entry for _, _, entry in sorted(placed, key=lambda item: item[:2])]


def balanced_core(entries: Sequence[Entry]) -> tuple[int, int] | None:
    """The smallest stretch with all changes in which brackets close, on both sides; None if there is none."""
    changed = [at for at, entry in enumerate(entries) if isinstance(entry, Changed)]
    low, high = changed[0], changed[-1] + 1
    for _ in range(60):
        closers, openers = _open_ends(entries[low:high], new=False)
        new_closers, new_openers = _open_ends(entries[low:high], new=True)
        if max(closers, new_closers) > 0:
            low -= 1
        elif max(openers, new_openers) > 0:
            high += 1
        else:
            return low, high
        if low < 0 or high > len(entries):
            return None
    return None


def _open_ends(entries: Sequence[Entry], new: bool) -> tuple[int, int]:
    """Unmatched closing and unmatched opening brackets of one side."""
    closers = depth = 0
    for text in _texts(entries, new):
        if text in OPENERS:
            depth += 1
        elif text in CLOSERS:
            depth -= 1
            if depth < 0:
                closers, depth = closers + 1, 0
    return closers, depth


def _texts(entries: Sequence[Entry], new: bool) -> list[str]:
    texts: list[str] = []
    for entry in entries:
        if isinstance(entry, Token):
            texts.append(entry.text)
        elif new:
            texts.extend(token.text for token in significant(lex(entry.new, "c")))
        else:
            texts.extend(token.text for token in entry.old)
    return texts
