"""Aligning two texts: which lines and which tokens of one are those of the other. engine/diff.py is the door.

Lines are matched by patience (those that stand once on both sides, longest rising chain), the changed lines
between are paired by likeness, and each pair is compared token by token (Myers). Where that costs too much,
a block becomes one hunk. No clock is asked, so the same texts always give the same hunks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0980-\u0e4e\u1dc0-\u1dff\u200c\u200d"
)
"""Combining marks that belong to the word before them, which `\\w` leaves out."""
_TOKEN = re.compile(rf"(?:[^\W\d]|\$)[\w${_MARKS}]*|\d\w*|\r\n|[{BREAKS}]|[^\S{BREAKS}]+|.", re.DOTALL)

_SINGLE = re.compile(rf"[^\w\s${_MARKS}]")
"""A character that is a token of its own wherever it stands."""

_STEPS = 150_000
"""Elementary steps that one call of `hunks` may spend on aligning: about 0.1 s."""
_ALIKE = 0.3
"""The least likeness, 0 to 1, at which a line counts as the later form of another."""


class Block(NamedTuple):
    """Items i..i_end of one sequence become items j..j_end of the other."""

    i: int
    i_end: int
    j: int
    j_end: int


class Budget:
    """Steps left; what is asked for and not there is refused, and coarser hunks are the answer."""

    def __init__(self, steps: int = _STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> bool:
        """Takes the steps if they are there, and says whether they were."""
        if steps > self.left:
            return False
        self.left -= steps
        return True


def tokenize(text: str) -> list[str]:
    """Identifiers, numbers, blanks, line ends and single other characters; joined they are the text."""
    return _TOKEN.findall(text)


def trimmed(a: Sequence[Hashable], b: Sequence[Hashable], block: Block) -> Block:
    """The block without what is equal at its beginning and its end."""
    i, i_end, j, j_end = block
    while i < i_end and j < j_end and a[i] == b[j]:
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and a[i_end - 1] == b[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
    return Block(i, i_end, j, j_end)


def lcs(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö 2004)."""
    masks: dict[str, int] = {}
    for index, item in enumerate(a):
        masks[item] = masks.get(item, 0) | 1 << index
    full = (1 << len(a)) - 1
    row = full
    for item in b:
        hits = row & masks.get(item, 0)
        row = ((row + hits) | (row - hits)) & full
    return len(a) - row.bit_count()


def changed(a: Sequence[Hashable], b: Sequence[Hashable], budget: Budget) -> list[Block]:
    """The blocks in which two sequences differ, in order; what lies between them is equal."""
    found: list[Block] = []
    stack = [Block(0, len(a), 0, len(b))]
    while stack:
        block = trimmed(a, b, stack.pop())
        if block.i == block.i_end or block.j == block.j_end:
            if block.i != block.i_end or block.j != block.j_end:
                found.append(block)
            continue
        anchors = _anchors(a, b, block)
        if anchors:
            stack += _between(block, anchors)
        else:
            found += myers(a, b, block, budget) or [block]
    return sorted(found)


def slid(a: Sequence[Hashable], b: Sequence[Hashable], blocks: list[Block]) -> list[Block]:
    """The blocks, with insertions and deletions that fit in several places moved to the last of them."""
    for at in range(len(blocks) - 1, -1, -1):
        i, i_end, j, j_end = blocks[at]
        limit = blocks[at + 1].i if at + 1 < len(blocks) else len(a)
        while i == i_end < limit and b[j] == b[j_end]:
            i, i_end, j, j_end = i + 1, i_end + 1, j + 1, j_end + 1
        while j == j_end and i_end < limit and a[i] == a[i_end]:
            i, i_end, j, j_end = i + 1, i_end + 1, j + 1, j_end + 1
        blocks[at] = Block(i, i_end, j, j_end)
    return blocks


def _between(block: Block, anchors: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """The blocks that lie between matched pairs."""
    i, j = block.i, block.j
    for left, right in (*anchors, (block.i_end, block.j_end)):
        if i < left or j < right:
            yield Block(i, left, j, right)
        i, j = left + 1, right + 1


def _anchors(a: Sequence[Hashable], b: Sequence[Hashable], block: Block) -> list[tuple[int, int]]:
    """Pairs of items that stand once on both sides of the block: the longest chain that rises on both."""
    left, right = _once(a, block.i, block.i_end), _once(b, block.j, block.j_end)
    pairs = sorted((index, right[item]) for item, index in left.items() if item in right)
    tails: list[int] = []
    chain: list[int] = []
    previous: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        tails[at : at + 1] = [j]
        chain[at : at + 1] = [number]
        previous.append(chain[at - 1] if at else -1)
    rising: list[tuple[int, int]] = []
    number = chain[-1] if chain else -1
    while number >= 0:
        rising.append(pairs[number])
        number = previous[number]
    return rising[::-1]


def _once(items: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    """Where each item stands that stands once in this stretch."""
    seen: dict[Hashable, int] = {}
    for index in range(start, end):
        item = items[index]
        seen[item] = -1 if item in seen else index
    return {item: index for item, index in seen.items() if index >= 0}


def myers(a: Sequence[Hashable], b: Sequence[Hashable], block: Block, budget: Budget) -> list[Block]:
    """The fewest deletions and insertions (Myers 1986), or nothing where the budget does not reach."""
    i, i_end, j, j_end = block
    n, m = i_end - i, j_end - j
    ends = {1: 0}
    history: list[dict[int, int]] = []
    for distance in range(n + m + 1):
        if not budget.spend(distance + 1):
            return []
        history.append(ends.copy())
        for k in range(-distance, distance + 1, 2):
            down = k == -distance or (k != distance and ends[k - 1] < ends[k + 1])
            x = ends[k + 1] if down else ends[k - 1] + 1
            while x < n and 0 <= x - k < m and a[i + x] == b[j + x - k]:
                x += 1
            ends[k] = x
            if x >= n and x - k >= m:
                return slid(a, b, list(_between(block, _walked(history, n, m, block))))
    return []


def _walked(history: Sequence[dict[int, int]], x: int, y: int, block: Block) -> list[tuple[int, int]]:
    """The pairs of equal items on the shortest path, found backwards through the ends of each distance."""
    matches: list[tuple[int, int]] = []
    for distance in range(len(history) - 1, -1, -1):
        ends, k = history[distance], x - y
        down = k == -distance or (k != distance and ends[k - 1] < ends[k + 1])
        start = ends[k + 1] if down else ends[k - 1]
        start_y = start - (k + 1 if down else k - 1)
        floor = start if down else start + 1
        while x > max(floor, 0) and y > 0:
            x, y = x - 1, y - 1
            matches.append((block.i + x, block.j + y))
        x, y = start, start_y
    return matches[::-1]


class _Line:
    """What of a line matters when two are compared: how often each token stands there, blanks left out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.counts = Counter(token for token in tokenize(text) if not token.isspace())
        self.size = self.counts.total()

    @cached_property
    def shape(self) -> tuple[str, ...]:
        """The kinds of its tokens, in order: all names are one kind, all numbers another."""
        tokens = [token for token in tokenize(self.text) if not token.isspace()]
        return tuple(
            "a" if token[0].isidentifier() else "0" if token[0].isdigit() else token for token in tokens
        )

    def shared(self, other: _Line) -> int:
        """How many tokens the two have in common, wherever they stand."""
        counts = other.counts
        return sum(min(count, counts[token]) for token, count in self.counts.items() if token in counts)

    def likeness(self, other: _Line) -> float:
        """From 0, nothing in common, to 1, the same tokens; equal lines are a little more alike than that."""
        if self.text == other.text:
            return 1.01 if self.size else 0.4
        score = 2 * self.shared(other) / max(self.size + other.size, 1)
        return score if score >= 0.35 or self.shape != other.shape else 0.35


def paired(old: Sequence[str], new: Sequence[str], block: Block, budget: Budget) -> list[Block]:
    """A block of changed lines, cut into lines with their later forms and whole blocks between."""
    n, m = block.i_end - block.i, block.j_end - block.j
    if n == 0 or m == 0 or n == m == 1 or not budget.spend(16 * (n + m)):
        return [block]
    left = [_Line(line) for line in old[block.i : block.i_end]]
    right = [_Line(line) for line in new[block.j : block.j_end]]
    if n == m and all(a.likeness(b) >= 0.5 for a, b in zip(left, right, strict=True)):
        pairs = [(at, at) for at in range(n)]
    elif min(n, m) == 1 and alike("".join(a.text for a in left), "".join(b.text for b in right)) >= 0.9:
        return [block]  # the same tokens, broken into other lines
    else:
        pairs = _pairs(left, right, budget)
    parts = (Block(block.i + i, block.i + i_end, block.j + j, block.j + j_end)
             for i, i_end, j, j_end in _cut(Block(0, n, 0, m), pairs))  # fmt: skip
    return [part for part in parts if old[part.i : part.i_end] != new[part.j : part.j_end]]


def alike(a: str, b: str) -> float:
    """How many tokens two stretches of text share, from 0 to 1."""
    return _Line(a).likeness(_Line(b))


def _pairs(left: Sequence[_Line], right: Sequence[_Line], budget: Budget) -> list[tuple[int, int]]:
    """Lines and their later forms: by likeness in small blocks, by shape first in large ones."""
    n, m = len(left), len(right)
    if n * m <= 4096:
        return _best_pairs(left, right, 0, 0) if budget.spend(n * m * 4) else []
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for part in (*changed([a.shape for a in left], [b.shape for b in right], budget), Block(n, n, m, m)):
        pairs += zip(range(i, part.i), range(j, part.j), strict=True)
        i, j = part.i_end, part.j_end
        size = (i - part.i) * (j - part.j)
        if 0 < size <= 4096 and budget.spend(size * 4):
            pairs += _best_pairs(left[part.i : i], right[part.j : j], part.i, part.j)
    return pairs


def _best_pairs(left: Sequence[_Line], right: Sequence[_Line], i: int, j: int) -> list[tuple[int, int]]:
    """The pairs, in rising order, with the greatest sum of likeness; i and j say where they begin."""
    n, m = len(left), len(right)
    likeness = [[a.likeness(b) for b in right] for a in left]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for row in range(n - 1, -1, -1):
        for column in range(m - 1, -1, -1):
            score = likeness[row][column]
            pair = best[row + 1][column + 1] + score if score >= _ALIKE else 0.0
            best[row][column] = max(pair, best[row + 1][column], best[row][column + 1])
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < n and column < m:
        score = likeness[row][column]
        if score >= _ALIKE and best[row][column] == best[row + 1][column + 1] + score:
            pairs.append((i + row, j + column))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _cut(block: Block, pairs: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """The pairs as blocks of one line each, and the blocks between them."""
    i, j = block.i, block.j
    for left, right in (*pairs, (block.i_end, block.j_end)):
        if i < left or j < right:
            yield Block(i, left, j, right)
        if left < block.i_end and right < block.j_end:
            yield Block(left, left + 1, right, right + 1)
        i, j = left + 1, right + 1


def shared(a: Sequence[object], b: Sequence[object]) -> int:
    """How much both begin with alike, by halving."""
    return bisect_left(range(1, min(len(a), len(b)) + 1), True, key=lambda size: a[:size] != b[:size])


def affixes(a: str, b: str) -> tuple[int, int]:
    """Lengths of the equal beginning and end, cut beside a token of a single character."""
    head = shared(a, b)
    limit = min(len(a), len(b)) - head
    tail = bisect_left(range(1, limit + 1), True, key=lambda size: a[-size:] != b[-size:])
    while head and not _SINGLE.match(a[head - 1]):
        head -= 1
    while tail and not _SINGLE.match(a[-tail]):
        tail -= 1
    return head, tail


def one_for_one(a: Sequence[str], b: Sequence[str], block: Block) -> list[Block]:
    """The places that differ when tokens stand one for one, or nothing where that is not the shortest way."""
    i, i_end, j, j_end = block
    if i_end - i != j_end - j:
        return []
    places = [at for at in range(i_end - i) if a[i + at] != b[j + at]]
    if len(places) > 1 and (Counter(a[i:i_end]) - Counter(b[j:j_end])).total() != len(places):
        return []
    blocks: list[Block] = []
    for at in places:
        if blocks and blocks[-1].i_end == i + at:
            blocks[-1] = blocks[-1]._replace(i_end=i + at + 1, j_end=j + at + 1)
        else:
            blocks.append(Block(i + at, i + at + 1, j + at, j + at + 1))
    return blocks
