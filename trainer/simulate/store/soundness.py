"""Whether a chain may be kept: its changes fit, and its end parses no worse than its beginning."""

from __future__ import annotations

from engine.syntax.document import Document
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree, parsed

BROKEN = "the end does not parse"


def objection(chain: Trajectory, tree: Tree) -> str:
    """Why a chain is left out, in a few words; empty where it is kept. Parses only what changes."""
    if problem := chain.problem():
        return problem
    for path, text in chain.end().items():
        before = _before(chain, tree, path)
        if parsed(path, text, before).errors() > before.errors():
            return BROKEN
    return ""


def _before(chain: Trajectory, tree: Tree, path: str) -> Document:
    """The file before the trigger, parsed on the tree's own where the tree has it."""
    if path not in tree.texts:
        return parsed(path, chain.before[path])
    original = tree.document(path)
    return original if tree.texts[path] == chain.before[path] else parsed(path, chain.before[path], original)
