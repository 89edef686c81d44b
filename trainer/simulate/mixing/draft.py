"""A mixed chain before it is put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, Trajectory
from trainer.simulate.tree import Tree


@dataclass(frozen=True)
class Draft:
    """One save and what follows, in no order."""

    kind: str
    texts: Mapping[str, str]
    """Texts before the trigger that differ from the tree."""
    trigger: tuple[str, tuple[Change, ...]]
    steps: Sequence[Step]
    turns: Mapping[Step, int] = field(default_factory=dict)
    """Which steps are EARLY or LATE."""

    def chain(self, tree: Tree) -> Trajectory:
        """The chain as a careful person goes through it."""
        path, changes = self.trigger
        touched = {path, *(where for where, _ in self.steps)}
        before = {**{where: tree.texts[where] for where in touched}, **self.texts}
        kind = self.kind if self.steps else f"quiet/{self.kind}"
        made = (path, sorted(changes))
        return tree.chain("mixed", kind, before, made, self.steps, turns=self.turns)
