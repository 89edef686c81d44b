"""How sure it is that a sibling is inserted, by the table that `ripple train siblings` counts on histories.

What counts is how much of the new line the example tells, and how much the lines around are as there:
of all lines that handle the sibling, one in a hundred gets a new one beside it; of those in this table, half.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.intents.patterns.beside import Fit, Place, Told, places
from engine.intents.patterns.nearby import Texts
from engine.types import Edit

REACH: Final = 12
"""Lines within which the same line is inserted but once."""
RULES: Final[dict[bool, dict[tuple[Told, Fit], tuple[float, float]]]] = {
    True: {
        ("names", "between"): (0.75, 0.8),
        ("same", "between"): (0.55, 0.65),
        ("same", "edge"): (0.4, 0.45),
        ("names", "edge"): (0.35, 0.35),
    },
    False: {
        ("same", "between"): (0.3, 0.3),
        ("same", "edge"): (0.1, 0.1),
        ("names", "between"): (0.1, 0.1),
    },
}
"""By whether it is the edited file: the rule after one insertion, and after several; the rest is nothing."""


def siblings(edit: Edit, recent: Sequence[Edit], index: Texts) -> list[tuple[float, Place]]:
    """The places of an edit with their rules, the surest first; of those that write the same there, one."""
    found = [(rule(place, edit.path), place) for place in places(edit, recent, index)]
    kept: list[tuple[float, Place]] = []
    for one in sorted((one for one in found if one[0]), key=lambda one: -one[0]):
        if not any(_same(one[1], other) for _, other in kept):
            kept.append(one)
    return kept


def rule(place: Place, edited: str) -> float:
    """How sure it is that the developer inserts the siblings there; `edited` is the path of the edit."""
    once, again = RULES[place.path == edited].get((place.told, place.fit), (0.0, 0.0))
    return once if place.times == 1 else again


def _same(one: Place, other: Place) -> bool:
    """Whether two places would have one name twice in the same lines."""
    if one.path != other.path or abs(one.line.number - other.line.number) > REACH:
        return False
    stripped = {line.strip() for line in one.new}
    return one.line == other.line or any(line.strip() in stripped for line in other.new)
