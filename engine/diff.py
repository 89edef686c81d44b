"""What changed between two texts, and how offsets, positions and hunks go into each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from engine.align import (
    BREAKS,
    Block,
    Budget,
    affixes,
    alike,
    changed,
    lcs,
    myers,
    one_for_one,
    paired,
    slid,
    trimmed,
)
from engine.align import tokenize as tokenize
from engine.types import Edit, Hunk, Position, Range


def saved(path: str, before: str, after: str, number: int = 1) -> Edit:
    """A person's save as an edit; `number` tells one of several apart, and orders them."""
    return Edit(f"e{number}", path, before, after, hunks(before, after), "person", float(number))


def hunks(before: str, after: str) -> tuple[Hunk, ...]:
    """The replacements that turn `before` into `after`, in order, cut at token borders of both."""
    if before == after:
        return ()
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts, new_starts = _starts(old), _starts(new)
    budget = Budget()
    found: list[Hunk] = []
    parts = [part for block in changed(old, new, budget) for part in paired(old, new, block, budget)]
    for part in slid(old, new, parts):
        left, right = "".join(old[part.i : part.i_end]), "".join(new[part.j : part.j_end])
        found += _token_hunks(left, right, part, (starts[part.i], new_starts[part.j]), budget)
    return tuple(_joined(found))


def apply_hunks(text: str, changes: Iterable[Hunk]) -> str:
    """The text with these hunks written; raises ValueError where a hunk's old text does not stand."""
    return replaced(text, ((hunk.start, hunk.old, hunk.new) for hunk in changes))


def replaced(text: str, changes: Iterable[tuple[int, str, str]]) -> str:
    """The text after (start, old, new) replacements; raises ValueError where they overlap or do not fit."""
    pieces: list[str] = []
    at = 0
    for start, old, new in sorted(changes, key=lambda change: (change[0], change[0] + len(change[1]))):
        if start < at or not text.startswith(old, start):
            raise ValueError(f"{old!r} does not stand at {start}")
        pieces += text[at:start], new
        at = start + len(old)
    return "".join((*pieces, text[at:]))


def placed(changes: Iterable[tuple[int, str, str]]) -> tuple[Hunk, ...]:
    """These (start, old, new) replacements of one text as hunks, in order; none overlaps another."""
    found: list[Hunk] = []
    shift = 0
    for start, old, new in sorted(changes, key=lambda change: (change[0], change[0] + len(change[1]))):
        found.append(Hunk(start, old, start + shift, new))
        shift += len(new) - len(old)
    return tuple(found)


def together(
    text: str, changes: Iterable[tuple[int, str, str]], is_close: Callable[[str], bool]
) -> list[tuple[int, str, str]]:
    """The (start, old, new) replacements of one text, in order; those with a close text between are one."""
    found: list[tuple[int, str, str]] = []
    for start, old, new in sorted(changes, key=lambda change: change[0]):
        if found:
            first, last_old, last_new = found[-1]
            between = text[first + len(last_old) : start]
            if is_close(between):
                found[-1] = first, last_old + between + old, last_new + between + new
                continue
        found.append((start, old, new))
    return found


def token_distance(a: str, b: str) -> int:
    """How many tokens must be deleted and inserted to turn `a` into `b`; exact."""
    left, right = tokenize(a), tokenize(b)
    i, i_end, j, j_end = trimmed(left, right, Block(0, len(left), 0, len(right)))
    left, right = left[i:i_end], right[j:j_end]
    return len(left) + len(right) - 2 * lcs(left, right)


class LineStarts:
    """Many look-ups between offsets and positions in one text."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        self._starts = _starts(lines)
        self._count = len(lines)
        self._length = len(text)
        if lines and not lines[-1].endswith(tuple(BREAKS)):
            self._starts.pop()

    def position(self, offset: int) -> Position:
        """The line and character of an offset."""
        line = bisect_right(self._starts, offset) - 1
        return Position(line, offset - self._starts[line])

    def offset(self, position: Position) -> int:
        """The offset of a position; past the last line it is the text's length."""
        if position.line >= self._count:
            return self._length
        return min(self._starts[position.line] + position.character, self._length)

    def range(self, start: int, end: int) -> Range:
        """The range between two offsets."""
        return Range(self.position(start), self.position(end))


def unified(before: str, after: str, path: str, context: int = 3) -> str:
    """The difference as a patch for people, with `context` lines around each change."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    groups: list[list[Block]] = []
    for block in changed(old, new, Budget()):
        if groups and block.i - groups[-1][-1].i_end <= 2 * context:
            groups[-1].append(block)
        else:
            groups.append([block])
    lines = [f"--- a/{path}\n", f"+++ b/{path}\n"] if groups else []
    for group in groups:
        first, last = group[0], group[-1]
        i, j = max(first.i - context, 0), first.j - first.i + max(first.i - context, 0)
        i_end = min(last.i_end + context, len(old))
        j_end = last.j_end + i_end - last.i_end
        lines.append(f"@@ -{_span(i, i_end)} +{_span(j, j_end)} @@\n")
        for block in group:
            lines += (_marked(" ", line) for line in old[i : block.i])
            lines += (_marked("-", line) for line in old[block.i : block.i_end])
            lines += (_marked("+", line) for line in new[block.j : block.j_end])
            i = block.i_end
        lines += (_marked(" ", line) for line in old[i:i_end])
    return "".join(lines)


def _span(start: int, end: int) -> str:
    return f"{start + 1 if end > start else start},{end - start}"


def _marked(mark: str, line: str) -> str:
    return mark + (line if line.endswith(("\n", "\r")) else line + "\n\\ No newline at end of file\n")


def _starts(lines: Sequence[str]) -> list[int]:
    """Offset of each item, and of the end."""
    return [0, *accumulate(map(len, lines))]


def _token_hunks(left: str, right: str, part: Block, at: tuple[int, int], budget: Budget) -> Iterator[Hunk]:
    """The token hunks between two stretches of lines that begin at the offsets `at` of the two texts."""
    head, tail = affixes(left, right) if len(left) + len(right) > 400 else (0, 0)
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    start, new_start = at[0] + head, at[1] + head
    if not left or not right or not budget.spend((len(left) + len(right)) // 4):
        yield Hunk(start, left, new_start, right)
        return
    a, b = tokenize(left), tokenize(right)
    block = trimmed(a, b, Block(0, len(a), 0, len(b)))
    blocks = [block]
    if block.i < block.i_end and block.j < block.j_end:
        pair = part.i_end - part.i == part.j_end - part.j == 1
        blocks = one_for_one(a, b, block)
        if not blocks and (pair or alike(left, right) >= 0.6):
            blocks = myers(a, b, block, budget)
        blocks = blocks or [block]
    done = new_done = 0
    for i, i_end, j, j_end in blocks:
        start, done = start + len("".join(a[done:i])), i
        new_start, new_done = new_start + len("".join(b[new_done:j])), j
        yield Hunk(start, "".join(a[i:i_end]), new_start, "".join(b[j:j_end]))


def _joined(found: Iterable[Hunk]) -> Iterator[Hunk]:
    """The hunks, with insertions that meet in one, and deletions likewise."""
    last: Hunk | None = None
    for hunk in found:
        meet = last and last.end == hunk.start and last.new_end == hunk.new_start
        if last and meet and (not last.old + hunk.old or not last.new + hunk.new):
            last = Hunk(last.start, last.old + hunk.old, last.new_start, last.new + hunk.new)
            continue
        if last:
            yield last
        last = hunk
    if last:
        yield last


def carried(start: int, end: int, later: Iterable[Hunk]) -> int | None:
    """Where a stretch stands after some hunks; None where one of them wrote into it."""
    shift = 0
    for hunk in later:
        if hunk.end <= start:
            shift += len(hunk.new) - len(hunk.old)
        elif hunk.start < end:
            return None
    return start + shift


EXCHANGED = 3
"""Names that may differ in a file that was moved."""


def same_but_names(before: str, after: str) -> bool:
    """Whether two texts are the same but for at most a few names, each exchanged for one other."""
    if before == after:
        return bool(before.strip())
    first, second = tokenize(before), tokenize(after)
    if len(first) != len(second) or not before.strip():
        return False
    pairs = {(one, other) for one, other in zip(first, second, strict=True) if one != other}
    named = all(one.isidentifier() and other.isidentifier() for one, other in pairs)
    return named and len(pairs) <= EXCHANGED and len({one for one, _ in pairs}) == len(pairs)
