"""A rename is one decision, not many: the places that structure is sure of agree on how far it is followed.

Each such place keeps a part of its own logit and takes the rest from the mean of all those with the same
replacement, over the windows of a save seen so far. On held-out projects this makes chains whole and adds
three points of quietness at the same recall (trainer/NOTES.md). Comments, docstrings and texts that name what
is renamed hear the others, and are not heard: given that these are right, 46 of 48 of them were.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import Final

from engine.model.calibrate import Sigmoid, logit
from engine.types import IntentKind, Relation, Site

SURE: Final = 0.75
"""Rules at least this sure name places that stand or fall together."""
SAID: Final = 0.4
"""Rules at least this sure name words in prose that go with them."""
TOGETHER: Final = 0.8
"""The weight of the mean."""
HEARD: Final = 32
"""Sure places of one replacement that are asked about; those behind them take what these agree on."""
_PLAIN: Final = Sigmoid()


class Agreement:
    """The places of one save that stand or fall together."""

    def __init__(self) -> None:
        self._sums: dict[Hashable, tuple[float, int]] = {}

    def settle(
        self, keys: Sequence[Hashable | None], chances: Sequence[float], hearing: Collection[int] = ()
    ) -> list[float]:
        """The chances of one window after each has heard those of the same key; None keeps its own.

        Those whose numbers are in `hearing` are not heard themselves.
        """
        logits = [logit(p) for p in chances]
        for number, (key, own) in enumerate(zip(keys, logits, strict=True)):
            if key is not None and number not in hearing:
                total, count = self._sums.get(key, (0.0, 0))
                self._sums[key] = (total + own, count + 1)
        return [
            _PLAIN.apply((1 - TOGETHER) * own + TOGETHER * self._mean(key)) if key in self._sums else p
            for key, own, p in zip(keys, logits, chances, strict=True)
        ]

    def spoken(self, key: Hashable) -> float:
        """The chance that all of a key's places agree on so far."""
        return _PLAIN.apply(self._mean(key))

    def _mean(self, key: Hashable) -> float:
        total, count = self._sums[key]
        return total / count


def key_of(site: Site) -> Hashable | None:
    """What a site agrees with others about; None where it is decided alone."""
    least = SAID if only_hears(site) else SURE
    if site.intent is IntentKind.RENAME and site.draft is not None and site.rule >= least:
        return (site.old, site.draft)
    return None


def only_hears(site: Site) -> bool:
    """Whether it is a word in prose, which says nothing of what the code means."""
    return site.relation is Relation.TEXTUAL


def split(sites: Sequence[Site]) -> tuple[list[Site], list[Site]]:
    """The sites to ask about, and the sure ones beyond the first of their replacement, both in order."""
    counts: dict[Hashable, int] = {}
    asked: list[Site] = []
    carried: list[Site] = []
    for site in sites:
        key = None if only_hears(site) else key_of(site)
        if key is not None:
            counts[key] = counts.get(key, 0) + 1
        (carried if key is not None and counts[key] > HEARD else asked).append(site)
    return asked, carried
