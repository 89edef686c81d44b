"""Scenario `fix`: an edit brings an error that structure alone can see, and what puts it right."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import cycle
from typing import Final

from trainer.simulate.erring import signs, slips, variants
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

MISSES: Final = 2_000
"""Vain attempts in a row after which a tree is given up."""


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Slips of the finger, missing signs and grown enumerations in turn, each as often as it can be had."""
    if not tree.paths:
        return
    sources = [slips.chains(tree, rng), signs.chains(tree, rng), variants.chains(tree, rng)]
    misses = 0
    for source in cycle(sources):
        for _ in range(MISSES // 10):
            chain = next(source, None)
            if chain is not None:
                break
        misses = 0 if chain is not None else misses + 1
        if chain is not None:
            yield chain
        elif misses > 2 * len(sources):
            return
