"""Scenario `extract`: a variable or function is introduced for code that stands elsewhere, or taken back.

Forward, the trigger is the new definition alone and the steps are the original place, then the others.
Backward, the trigger is the deletion of a definition and the steps put its value where it was used. What must
change is known from the syntax tree of the whole file: equal code, names that nothing binds anew in between.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from trainer.simulate.extracting import block as extract_block
from trainer.simulate.extracting import constant as extract_constant
from trainer.simulate.extracting import function as extract_function
from trainer.simulate.extracting import inline as extract_inline
from trainer.simulate.extracting import variable as extract_variable
from trainer.simulate.extracting.quiet import QUIET
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

Maker = Callable[[Tree, random.Random], "Trajectory | None"]

WEIGHTS: Final[dict[Maker, int]] = {
    extract_variable.variable: 5,
    extract_constant.constant: 3,
    extract_function.function: 4,
    extract_block.block: 4,
    extract_inline.variable: 4,
    extract_inline.function: 4,
}
SILENT: Final = 0.3
"""The share of tries for a chain after which nothing follows."""
TRIES: Final = 8
"""How often a variant is tried before another has its turn."""
MISSES: Final = 600
"""Vain attempts in a row after which a tree is given up."""


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains without end, of all variants in turn at random."""
    makers, weights = list(WEIGHTS), list(WEIGHTS.values())
    misses = 0
    while tree.paths and misses < MISSES:
        quiet = rng.random() < SILENT
        maker = rng.choice(QUIET) if quiet else rng.choices(makers, weights)[0]
        for _ in range(TRIES):
            made = maker(tree, rng)
            misses = 0 if made is not None else misses + 1
            if made is not None:
                yield made
                break
