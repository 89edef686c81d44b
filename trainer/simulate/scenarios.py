"""The scenarios that are simulated: a name, the module that makes its trajectories."""

from __future__ import annotations

import importlib
import importlib.util
import random
from collections.abc import Callable, Iterator
from typing import Final

from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

Maker = Callable[[Tree, random.Random], Iterator[Trajectory]]

MODULES: Final = {
    "rename": "renaming",
    "signature": "signature",
    "extract": "extract",
    "refine": "refine",
    "override": "override",
    "fix": "fix",
    "import": "imports",
    "quiet": "unfollowed",
    "mixed": "mixed",
}
"""Each module has `trajectories(tree, rng)`: an iterator, endless or not, the same for the same seed."""


def available() -> tuple[str, ...]:
    """The scenarios whose module is there."""
    return tuple(name for name, module in MODULES.items() if importlib.util.find_spec(_full(module)))


def maker(name: str) -> Maker:
    """What makes a scenario's trajectories. Raises KeyError for a name that is none."""
    found: Maker = importlib.import_module(_full(MODULES[name])).trajectories
    return found


def _full(module: str) -> str:
    return f"trainer.simulate.{module}"
