"""Scenario `mixed`: one save that means several things at once, and all that follows from each of them.

Either one function is changed in two ways (another name and another head; a parameter whose type must be
imported), or two refactorings that have nothing to do with each other are begun in the same file, of which
often only one asks for anything. What follows is the truth of the parts, made together on real source.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from trainer.simulate import extract, imports, override, renaming, signature, unfollowed
from trainer.simulate.imported import Imported
from trainer.simulate.mixing.apart import joined
from trainer.simulate.mixing.draft import Draft
from trainer.simulate.mixing.head import Remembered, renamed
from trainer.simulate.mixing.typed import imported_type
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

Maker = Callable[[Tree, random.Random], Iterator[Trajectory]]
MISSES: Final = 1_200
"""Vain attempts in a row after which a tree is given up."""
HELD: Final = 12
"""Chains that wait in one file for another one to go with."""
ALONE: Final = frozenset({"quiet/exchanged"})
"""Variants whose trigger may be what another chain's steps are about: a use that now means something else."""
PAIRS: Final = (
    (signature.trajectories, renaming.trajectories),
    (override.trajectories, signature.trajectories),
    (extract.trajectories, imports.trajectories),
    (signature.trajectories, unfollowed.trajectories),
    (renaming.trajectories, unfollowed.trajectories),
    (imports.trajectories, renaming.trajectories),
)
"""Scenarios that are begun together without having to do with each other."""


class _Pairs:
    """Chains of two scenarios, drawn until two of them meet in a file."""

    def __init__(self, tree: Tree, rng: random.Random, first: Maker, second: Maker) -> None:
        self._tree = tree
        self._sources = (first(tree, rng), second(tree, rng))
        self._waiting: tuple[dict[str, list[Trajectory]], ...] = (defaultdict(list), defaultdict(list))

    def draw(self, rng: random.Random) -> Draft | None:
        """Two chains that go together, if the next one finds such a partner."""
        side = rng.randrange(2)
        chain = next(self._sources[side], None)
        if chain is None or chain.kind in ALONE:
            return None
        path = chain.trigger[0]
        partners = self._waiting[1 - side][path]
        if not partners:
            self._waiting[side][path] = [*self._waiting[side][path][1 - HELD :], chain]
            return None
        other = partners.pop(rng.randrange(len(partners)))
        return joined(self._tree.texts, *((chain, other) if side == 0 else (other, chain)))


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains of all variants until nothing new is found."""
    if not tree.paths:
        return
    imported = Imported(tree)
    draws = Remembered(tree)
    makers: list[tuple[int, Callable[[random.Random], Draft | None]]] = [
        (40, lambda rng: _renamed(draws, rng)),
        (15, lambda rng: imported_type(imported, draws, rng)),
        *((9, _Pairs(tree, rng, *pair).draw) for pair in PAIRS),
    ]
    weights = [weight for weight, _ in makers]
    counts = [0] * len(makers)
    seen: set[object] = set()
    misses = 0
    while misses < MISSES:
        number = min(rng.choices(range(len(makers)), weights, k=3), key=lambda n: counts[n] / weights[n])
        draft = makers[number][1](rng)
        chain = None if draft is None else draft.chain(tree)
        if chain is None or chain.problem() or _sign(chain) in seen:
            misses += 1
            continue
        misses = 0
        seen.add(_sign(chain))
        counts[number] += 1
        yield chain


def _renamed(draws: Remembered, rng: random.Random) -> Draft | None:
    """A function under another name and with another head."""
    _, make = rng.choices([(n, one) for n, _, one in signature.KINDS], [w for _, w, _ in signature.KINDS])[0]
    made = make(draws, rng)
    return None if made is None else renamed(draws, made, rng)


def _sign(chain: Trajectory) -> object:
    """What tells a chain from others, whatever names were invented for it."""
    path, changes = chain.trigger
    return chain.kind, path, tuple((one.start, one.old) for one in changes), len(chain.steps)
