"""A mixed chain before it is put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trainer.simulate.imported import Imported
from trainer.simulate.order import careful
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, Trajectory


@dataclass(frozen=True)
class Draft:
    """One save and what follows, in no order."""

    kind: str
    texts: Mapping[str, str]
    """Texts before the trigger that differ from the tree."""
    trigger: tuple[str, tuple[Change, ...]]
    steps: Sequence[Step]
    first: Sequence[Step] = field(default=())
    """Steps that others need."""
    last: Sequence[Step] = field(default=())
    """Comments, documentation, and imports that nothing needs any more."""

    def chain(self, imported: Imported) -> Trajectory:
        """The chain as a careful person goes through it."""
        tree = imported.tree
        path, changes = self.trigger
        steps = careful(self.steps, (path, min(changes).start), imported, self.first, self.last)
        before = {**{where: tree.texts[where] for where in {path, *(one for one, _ in steps)}}, **self.texts}
        kind = self.kind if steps else f"quiet/{self.kind}"
        return tree.chain("mixed", kind, before, (path, sorted(changes)), steps)
