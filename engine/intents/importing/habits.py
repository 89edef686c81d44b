"""Where an import or a name goes among others that no order sorts: habits, trusted as far as they hold here.

A habit says of two imports which stands before the other: what other files do with the same two, the kinds of
their modules, an order of the alphabet, which one the code uses first. How often each is right is counted on
the imports that stand in the file and in files beside it; the place is the one that most of them want.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from engine import align
from engine.intents.importing.order import ORDERS, Line, line_of, module_kind
from engine.intents.importing.origins import Source
from engine.intents.importing.style import Style
from engine.syntax.index import Index
from engine.syntax.linking.imports import Statement

VOTED = 0.9
"""How often two imports stand in other files as they do here."""
KINDS, SPELLED, USED, DEFINED = 0.72, 0.62, 0.58, 0.6
"""How often the other habits hold where nothing is known."""
PRIOR = 8
"""Pairs that what was counted must outweigh."""
NEAR = 0.35
"""What a word of the path in common with a neighbour is worth."""
END = 0.5
"""What it is worth to be the last, where people put what they add."""
MOST_VOTES = 30
"""Files that are asked in which order they have two imports."""
APART = 4
"""How far two imports may stand apart to be compared."""

Ranks = Sequence[object]
"""What a habit sorts by, for each import in order; None where it does not know."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """What one habit says."""

    weight: float
    says: Sequence[float]
    """For each that stands there: above 0 if it goes before the new one, below 0 if behind."""


def best(leanings: Sequence[Leaning], near: Sequence[int], end: float = END) -> int:
    """The place among so many that suits the leanings best; of several the last."""
    sums = [sum(one.weight * one.says[n] for one in leanings) for n in range(len(near))]
    before = list(accumulate(sums, initial=0.0))

    def suits(at: int) -> tuple[float, int]:
        beside = max(near[max(at - 1, 0) : at + 1], default=0)
        last = end if at == len(near) else 0.0
        return round(2 * before[at] - before[-1] + NEAR * beside + last, 6), at

    return max(range(len(near) + 1), key=suits)


def trust(runs: Sequence[Ranks], prior: float) -> float:
    """The log odds that a habit is right, counted on imports that stand in order."""
    right = total = 0
    for ranks in runs:
        for at, a in enumerate(ranks):
            for b in ranks[at + 1 : at + 1 + APART]:
                if a is not None and b is not None and a != b:
                    total += 1
                    right += a < b  # type: ignore[operator]  # the ranks of one habit are of one type
    share = (right + prior * PRIOR) / (total + PRIOR)
    return math.log(share / (1 - share))


def says(ranks: Ranks, own: object) -> list[float]:
    """What a habit says of each import against the new one."""
    if own is None:
        return [0.0] * len(ranks)
    return [0.0 if one is None or one == own else 1.0 if one < own else -1.0 for one in ranks]  # type: ignore[operator]


class Habits:
    """The habits of one file."""

    def __init__(self, style: Style, index: Index) -> None:
        self.style = style
        self.index = index

    def place(
        self, statements: Sequence[Statement], lines: Sequence[Line], source: Source, line: Line, order: str
    ) -> int:
        """Where an import goes among some statements."""
        key = ORDERS[order]
        beside = [[self._line(one) for one in run] for run in self.style.others]
        uses = [self._first_use([item.local for item in one.items]) for one in statements]
        used = self._first_use([source.local])
        alike = [[(one.kind, key(one)) for one in run] for run in (lines, *beside)]
        leanings = [
            Leaning(math.log(VOTED / (1 - VOTED)), self._votes(statements, source)),
            Leaning(
                trust([[one.kind for one in run] for run in (lines, *beside)], KINDS),
                says([one.kind for one in lines], line.kind),
            ),
            Leaning(
                trust([[rank for kind, rank in run if kind == line.kind] for run in alike], SPELLED),
                says([key(one) if one.kind == line.kind else None for one in lines], key(line)),
            ),
            Leaning(trust([uses], USED), says(uses, used)),
        ]
        near = [shared(one.module, line.module) * (one.kind == line.kind) for one in lines]
        ranks = [key(one) for one in lines]
        return best(leanings, near, END if ranks != sorted(ranks) else 0.0)

    def item(self, names: Sequence[str], source: Source, ranks: Sequence[Ranks], own: Ranks) -> int:
        """Where a name goes in a list; `ranks` and `own` are what its order in the alphabet sorts by."""
        uses, defined = [self._first_use([one]) for one in names], self._defined(names, source)
        mine = self._defined([source.name], source)[0]
        leanings = [
            Leaning(math.log(VOTED / (1 - VOTED)), self._listed(names, source)),
            Leaning(trust(ranks, SPELLED), says(ranks[0], own[0])),
            Leaning(trust([defined], DEFINED), says(defined, mine)),
            Leaning(trust([uses], USED), says(uses, self._first_use([source.local]))),
        ]
        return best(leanings, [0] * len(names))

    def _line(self, statement: Statement) -> Line:
        return line_of(statement, module_kind(self.style.speller, self.style.known, statement.module))

    def _first_use(self, names: Sequence[str]) -> int | None:
        """Where the code first uses one of some names."""
        begin = max((one.end for one in self.style.own if one.holder == (-1, -1)), default=0)
        found = (
            re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])").search(self.style.text, begin)
            for name in names
        )
        return min((one.start() for one in found if one is not None), default=None)

    def _votes(self, statements: Sequence[Statement], source: Source) -> list[float]:
        """How other files order this import and those that stand here, and files beside it their modules."""
        votes = [0.0] * len(statements)
        places = {item.local: n for n, one in enumerate(statements) for item in one.items}
        modules = {one.module: n for n, one in enumerate(statements)}
        for path in source.seen[:MOST_VOTES]:
            theirs = self.index.imports(path)
            at = next((n for n, one in enumerate(theirs) if _binds(one, source.local)), None)
            for n, one in enumerate(theirs) if at is not None else ():
                for number in (
                    {places[item.local] for item in one.items if item.local in places} if n != at else ()
                ):
                    votes[number] += 1 if at is not None and n < at else -1
        for run in self.style.others:
            at = next((n for n, one in enumerate(run) if one.module == source.module), None)
            for n, one in enumerate(run) if at is not None else ():
                if n != at and one.module in modules:
                    votes[modules[one.module]] += 1 if at is not None and n < at else -1
        return [_damped(one) for one in votes]

    def _listed(self, names: Sequence[str], source: Source) -> list[float]:
        """How other files order the same names in a list."""
        votes = [0.0] * len(names)
        places = {name: n for n, name in enumerate(names)}
        for theirs in self._lists(source):
            at = theirs.index(source.local)
            for n, name in enumerate(theirs):
                if name in places and n != at:
                    votes[places[name]] += 1 if n < at else -1
        return [_damped(one) for one in votes]

    def _lists(self, source: Source) -> Iterator[list[str]]:
        for path in source.seen[:MOST_VOTES]:
            for one in self.index.imports(path):
                if len(one.items) > 1 and _binds(one, source.local):
                    yield [item.local for item in one.items]

    def _defined(self, names: Sequence[str], source: Source) -> list[int | None]:
        """Where the module itself defines some names."""
        origin = self.style.speller.origin(self.style.document.path, source.module)
        found: dict[str, int] = {}
        for name, _, start, _, _ in self.index.facts(origin.key)[0] if origin.own else ():
            found.setdefault(name, start)
        return [found.get(name) for name in names]


def shared(a: str, b: str) -> int:
    """How many words two modules have in common from the left."""
    left, right = (re.split(r"::|[./]", one) for one in (a, b))
    return align.shared(left, right)


def _binds(statement: Statement, name: str) -> bool:
    return any(item.local == name for item in statement.items)


def _damped(votes: float) -> float:
    """Many votes count as few: from two on they are as good as sure."""
    return math.copysign(min(1.0, math.sqrt(abs(votes) / 2)), votes) if votes else 0.0
