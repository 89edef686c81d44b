"""Scenario `refine`: a written type is exchanged for another, and what says the same follows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from trainer.simulate.refining import retyped, rewrapped, untyped
from trainer.simulate.refining.orphans import Orphans
from trainer.simulate.refining.retyping import Draft, Work
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

Move = Callable[[Work, random.Random], "Draft | None"]
MISSES: Final = 400
"""Vain attempts in a row after which a tree is given up."""
AGAIN: Final = 3
"""How often one place begins a chain, with another type each time."""
MOVES: Final[dict[str, tuple[Move, int]]] = {
    "field_flow": (retyped.field_flow, 5),
    "override_flow": (retyped.override_flow, 4),
    "result_flow": (retyped.result_flow, 3),
    "construct": (retyped.construct, 3),
    "cast": (rewrapped.cast, 2),
    "required": (rewrapped.required, 4),
    "wrapped": (rewrapped.wrapped, 3),
    "local": (untyped.local, 3),
    "layout": (untyped.layout, 1),
    "alias": (untyped.alias, 1),
    "unfollowed": (untyped.unfollowed, 5),
}
"""What is simulated, and how often one is tried against the others."""
TYPED: Final = frozenset({"python", "typescript", "java", "go", "rust"})


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains of all variants without end; none for a language without written types."""
    if tree.language not in TYPED or not tree.paths:
        return
    work, orphans = Work(tree), Orphans(tree)
    names = list(MOVES)
    weights = [MOVES[name][1] for name in names]
    counts = dict.fromkeys(names, 0)
    told: Counter[tuple[str, str, int] | None] = Counter()
    misses = 0
    while misses < MISSES:
        name = min(rng.choices(names, weights, k=3), key=lambda one: counts[one] / MOVES[one][1])
        draft = MOVES[name][0](work, rng)
        place = None if draft is None else (name, draft.path, draft.trigger[0].start)
        settled = orphans.settled(draft, rng) if draft is not None and told[place] < AGAIN else None
        if settled is None:
            misses += 1
            continue
        draft = settled
        told[place] += 1
        misses = 0
        counts[name] += 1
        paths = {draft.path, *(path for path, _ in draft.steps)}
        before = {path: draft.before.get(path, tree.texts[path]) for path in {*paths, *draft.before}}
        yield tree.chain(
            "refine", draft.kind, dict(sorted(before.items())), (draft.path, draft.trigger), draft.steps
        )
