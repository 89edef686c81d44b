"""How far two names are apart, as typing goes: letters left out, doubled, exchanged or swapped."""

from __future__ import annotations

from collections.abc import Iterable

LONG = 8
"""Letters of a name in which two slips are still the same name."""


def reach(name: str) -> int:
    """The slips that a name of this length may hold."""
    return 2 if len(name) >= LONG else 1


def nearest(name: str, others: Iterable[str]) -> tuple[int, tuple[str, ...]]:
    """The least distance within reach, and the names at it, in order; no name is at the distance 0."""
    limit = reach(name)
    best: list[str] = []
    for other in others:
        apart = distance(name, other, limit)
        if 0 < apart < limit:
            limit, best = apart, [other]
        elif apart == limit:
            best.append(other)
    return limit, tuple(sorted(best))


def distance(one: str, other: str, limit: int) -> int:
    """Damerau and Levenshtein's distance (optimal string alignment); beyond the limit, one more than that."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and (i < 2 or min(before) > limit):
            return limit + 1
    return min(row[-1], limit + 1)
