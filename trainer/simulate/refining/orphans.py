"""Imports that an exchange of types leaves without a use: they go with it, and come back with its reverse."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Final

from engine.syntax.document import Document
from engine.syntax.linking.imports import statements
from trainer.simulate.imported import Imported, Used, cut, is_ordinary, uses
from trainer.simulate.imports import PASSING, is_passed_on, may_be_trait
from trainer.simulate.refining.exchange import is_standard
from trainer.simulate.refining.retyping import Draft
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, undone
from trainer.simulate.tree import Tree, parsed

_NAME: Final = re.compile(r"(?<![.\w])[A-Za-z_]\w+")
BACK: Final = 0.6
"""How often a chain that can be told backward is."""


class Orphans:
    """Completes the exchanges of one tree by what they make of its imports."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._imported = Imported(tree)

    def settled(self, draft: Draft, rng: random.Random) -> Draft | None:
        """The chain with the imports that it leaves without a use; None where one would have to come."""
        cuts: list[tuple[str, Used, Change]] = []
        for path in dict.fromkeys((draft.path, *(path for path, _ in draft.steps))):
            changes = _changes(draft, path)
            document = self._document(draft, path)
            if not self._is_known(document, changes):
                return None
            orphans = self._left_over(document, changes)
            if orphans is None:
                return None
            for used in orphans:
                change = self._cut(document, used)
                if change is None:
                    return None
                cuts.append((path, used, change))
        if not cuts:
            return draft
        if rng.random() < BACK and self._can_come(draft, cuts):
            return self._reversed(draft, cuts)
        gone = tuple((path, change) for path, _, change in cuts)
        return replace(draft, kind=f"{draft.kind}/left_over", steps=(*draft.steps, *gone))

    def _document(self, draft: Draft, path: str) -> Document:
        text = draft.before.get(path)
        if text is None or text == self._tree.texts[path]:
            return self._tree.document(path)
        return parsed(path, text, self._tree.document(path))

    def _is_known(self, document: Document, changes: list[Change]) -> bool:
        """Whether every name that is written here means something in the file already."""
        written = {name for change in changes for name in _NAME.findall(change.new)}
        return all(
            is_standard(self._tree.language, name)
            or any(one.role.startswith(("ref", "def", "import")) for one in document.mentions(name))
            for name in written
        )

    def _left_over(self, document: Document, changes: list[Change]) -> list[Used] | None:
        """The imports whose uses are all among what is exchanged; None where a name may mean two things."""
        old = {name for change in changes for name in _NAME.findall(change.old)}
        kept = {name for change in changes for name in _NAME.findall(change.new)}
        own = statements(document)
        found: list[Used] = []
        for statement, item in ((one, item) for one in own for item in one.items):
            if item.local not in old - kept:
                continue
            places = uses(document, own, item.local)
            if places is None:
                return None
            if all(any(one.start <= at < one.end for one in changes) for at in places[0]):
                found.append(Used(document.path, statement, item, tuple(places[0]), places[1]))
        return found

    def _cut(self, document: Document, used: Used) -> Change | None:
        """What takes an import out; None where it may be there for more than its uses."""
        text, path = document.border.text, document.path
        stays = used.mentioned or used.statement.public or "__all__" in text or PASSING.search(path)
        if stays or used.item.module == "__future__" or is_passed_on(self._imported, path):
            return None
        if self._tree.language == "rust" and may_be_trait(self._imported, used):
            return None
        return cut(text, used.statement, [used.item])

    def _can_come(self, draft: Draft, cuts: list[tuple[str, Used, Change]]) -> bool:
        """Whether the imports can be guessed where the chain is told backward."""
        return not draft.before and all(
            self._imported.is_knowable(used)
            and self._imported.is_in_order(used)
            and is_ordinary(self._tree.texts[path], used.statement)
            for path, used, _ in cuts
        )

    def _reversed(self, draft: Draft, cuts: list[tuple[str, Used, Change]]) -> Draft | None:
        """The chain that begins where the exchange ends: the type of the tree comes, and its imports."""
        before: dict[str, str] = {}
        steps: list[Step] = []
        trigger: tuple[Change, ...] = ()
        for path in dict.fromkeys((draft.path, *(path for path, _ in draft.steps))):
            first = list(draft.trigger) if path == draft.path else []
            rest = [change for where, change in draft.steps if where == path]
            gone = [change for where, _, change in cuts if where == path]
            before[path], back = undone(self._tree.texts[path], [*first, *gone, *rest])
            trigger = tuple(back[: len(first)]) or trigger
            steps += [(path, change) for change in back[len(first) :]]
        return Draft(f"{draft.kind}/imported", draft.path, trigger, tuple(steps), before)


def _changes(draft: Draft, path: str) -> list[Change]:
    made = [change for where, change in draft.steps if where == path]
    return [*draft.trigger, *made] if path == draft.path else made
