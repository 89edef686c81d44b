"""Scenario `refine`: a written type is exchanged for another, and what says the same follows."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from trainer.simulate.refining import retyped, rewrapped, untyped
from trainer.simulate.refining.exchange import is_standard
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
_NAME: Final = re.compile(r"(?<![.\w])[A-Za-z_]\w+")
_IMPORT: Final = re.compile(
    r"^[ \t]*(?:from\s[^\n]*import|import|use|pub use)\b[^\n({]*(?:\([^)]*\)|\{[^}]*\})?[^\n]*$", re.MULTILINE
)
TYPED: Final = frozenset({"python", "typescript", "java", "go", "rust"})


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains of all variants without end; none for a language without written types."""
    if tree.language not in TYPED or not tree.paths:
        return
    work = Work(tree)
    names = list(MOVES)
    weights = [MOVES[name][1] for name in names]
    counts = dict.fromkeys(names, 0)
    told: Counter[tuple[str, str, int] | None] = Counter()
    misses = 0
    while misses < MISSES:
        name = min(rng.choices(names, weights, k=3), key=lambda one: counts[one] / MOVES[one][1])
        draft = MOVES[name][0](work, rng)
        place = None if draft is None else (name, draft.path, draft.trigger[0].start)
        if draft is None or told[place] >= AGAIN or not _keeps_imports(tree, draft):
            misses += 1
            continue
        told[place] += 1
        misses = 0
        counts[name] += 1
        paths = {draft.path, *(path for path, _ in draft.steps)}
        before = {path: draft.before.get(path, tree.texts[path]) for path in {*paths, *draft.before}}
        yield tree.chain(
            "refine", draft.kind, dict(sorted(before.items())), (draft.path, draft.trigger), draft.steps
        )


def _keeps_imports(tree: Tree, draft: Draft) -> bool:
    """Whether no import has to change: the new names are there already, the old ones are still used."""
    for path in {draft.path, *(path for path, _ in draft.steps)}:
        made = [change for where, change in draft.steps if where == path]
        made += draft.trigger if path == draft.path else ()
        old = {name for change in draft.trigger for name in _NAME.findall(change.old)}
        new = {name for change in made for name in _NAME.findall(change.new)}
        if not all(is_standard(tree.language, name) or _is_used(tree, path, name, 0) for name in new):
            return False
        if path == draft.path and not all(_is_used(tree, path, name, 2) for name in old):
            return False
    return True


def _is_used(tree: Tree, path: str, name: str, least: int) -> bool:
    """Whether a bare name stands in a file's code; if it is imported, so often outside of imports too."""
    text = tree.texts[path]
    starts = [start for where, start in tree.words.get(name, ()) if where == path and text[start - 1] != "."]
    imports = [match.span() for match in _IMPORT.finditer(text)]
    brought = sum(any(first <= start < last for first, last in imports) for start in starts)
    if least:
        return not brought or len(starts) - brought >= least
    return bool(starts)
