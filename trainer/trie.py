"""The trie of a tuple's chains, and where accepted and rejected ones part.

A node is a behavioral divergence point (BDP) when some child lies on an accepted chain and another only on
rejected ones. What hangs below a rejected child is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from trainer.tuples import Chain, Choice

Same = Callable[[Choice], Hashable]
"""What two choices have in common that are the same action."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """A BDP node."""

    path: Chain
    """The shared prefix: the actions from the root to the node."""
    accepted: Chain
    """The node's children that lie on an accepted chain."""
    rejected: Chain
    """Those that lie on rejected chains alone."""


@dataclass(slots=True)
class _Node:
    """A state that an accepted chain passes through."""

    children: dict[Hashable, tuple[Choice, _Node]] = field(default_factory=dict)
    later: set[Hashable] = field(default_factory=set)
    """All actions of accepted chains below this node."""
    rejected: dict[Hashable, Choice] = field(default_factory=dict)


def divergences(
    accepted: Sequence[Chain], rejected: Sequence[Chain], same: Same, ordered: bool = True
) -> list[Divergence]:
    """The BDP nodes of the chains, from the root down.

    Where the order of actions is not the model's to choose (`ordered` False), an action that an accepted
    chain takes further on is no divergence: a rejected chain that has it is followed past it.
    """
    root = _grown(accepted, same)
    for chain in rejected:
        _reject(root, chain, same, ordered)
    return list(_parting(root, ()))


def steps(accepted: Sequence[Chain], same: Same) -> list[tuple[Chain, Choice]]:
    """Every action of the accepted chains once, with the actions in front of it."""
    return list(_walk(_grown(accepted, same), ()))


def _grown(accepted: Sequence[Chain], same: Same) -> _Node:
    root = _Node()
    for chain in accepted:
        keys = [same(choice) for choice in chain]
        node = root
        for at, choice in enumerate(chain):
            node.later.update(keys[at:])
            node = node.children.setdefault(keys[at], (choice, _Node()))[1]
    return root


def _reject(root: _Node, chain: Chain, same: Same, ordered: bool) -> None:
    """Follow a rejected chain to where it leaves the accepted ones, and note its action there."""
    node = root
    for choice in chain:
        key = same(choice)
        if key in node.children:
            node = node.children[key][1]
        elif ordered or key not in node.later:
            node.rejected.setdefault(key, choice)
            return


def _parting(node: _Node, path: Chain) -> Iterator[Divergence]:
    if node.children and node.rejected:
        children = tuple(choice for choice, _ in node.children.values())
        yield Divergence(path, children, tuple(node.rejected.values()))
    for choice, below in node.children.values():
        yield from _parting(below, (*path, choice))


def _walk(node: _Node, path: Chain) -> Iterator[tuple[Chain, Choice]]:
    for choice, below in node.children.values():
        yield path, choice
        yield from _walk(below, (*path, choice))
