"""What an exchange of types makes of imports, and the same chain told backward.

An import that is left without a use goes. Backward, the file begins with another type and ends as the tree
has it, so that its types are right; the import that the tree has comes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine.syntax.document import Document
from engine.syntax.forms import Function
from engine.syntax.linking.imports import statements
from trainer.simulate.imported import Imported, Used, cut, is_ordinary, uses
from trainer.simulate.imports import PASSING, is_passed_on, may_be_trait
from trainer.simulate.refining.exchange import is_standard
from trainer.simulate.refining.retyping import Draft
from trainer.simulate.refining.spots import is_own, is_plain
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, undone
from trainer.simulate.tree import Tree, parsed

_NAME: Final = re.compile(r"(?<![.\w])[A-Za-z_]\w+")
BACK: Final = 0.5
"""How often a chain that can be told backward is: from another type to that of the tree."""
TYPED_TO_THE_END: Final = frozenset({"python"})
"""Languages in which a chain must end without new errors of a type checker: in the tree's own text."""


class Orphans:
    """Completes the exchanges of one tree by what they make of its imports."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._imported = Imported(tree)

    def settled(self, draft: Draft, rng: random.Random) -> Draft | None:
        """The chain with what becomes of imports, told backward where it can be; None if it would not do."""
        wanted = self._tree.language in TYPED_TO_THE_END or rng.random() < BACK
        told = self._backward(draft, rng) if draft.reversible and wanted else None
        if told is not None or (draft.reversible and self._tree.language in TYPED_TO_THE_END):
            return told
        cuts = self._cuts(draft, {})
        if cuts is None or not cuts:
            return None if cuts is None else draft
        if draft.kind.startswith("quiet/"):
            return None
        gone = tuple((path, change) for path, _, change in cuts)
        return replace(draft, kind=f"{draft.kind}/left_over", steps=(*draft.steps, *gone))

    def _cuts(
        self, draft: Draft, decoys: Mapping[str, list[Change]]
    ) -> list[tuple[str, Used, Change]] | None:
        """What takes out the imports that are left without a use; None where one would have to come."""
        cuts: list[tuple[str, Used, Change]] = []
        for path in _paths(draft):
            changes = [*_changes(draft, path), *decoys.get(path, ())]
            document = self._document(draft, path)
            orphans = self._left_over(document, changes) if self._is_known(document, changes) else None
            for used in orphans or ():
                change = self._cut(document, used)
                if change is None:
                    return None
                cuts.append((path, used, change))
            if orphans is None:
                return None
        return cuts

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

    def _can_come(self, used: Used, path: str) -> bool:
        """Whether an import can be guessed where the chain is told backward."""
        if used.statement not in self._imported.statements(path):
            return False  # it stands elsewhere in the tree's own text
        return (
            self._imported.is_knowable(used)
            and self._imported.is_in_order(used)
            and is_ordinary(self._tree.texts[path], used.statement)
        )

    def _backward(self, draft: Draft, rng: random.Random) -> Draft | None:
        """The chain that begins where the exchange ends: the type of the tree comes, and its imports."""
        decoys = {path: self._decoys(draft, path, rng) for path in _paths(draft)}
        cuts = self._cuts(draft, decoys)
        if cuts is None or not all(self._can_come(used, path) for path, used, _ in cuts):
            return None
        before: dict[str, str] = {}
        steps: list[Step] = []
        trigger: tuple[Change, ...] = ()
        for path in _paths(draft):
            first = list(draft.trigger) if path == draft.path else []
            mine = [change for where, _, change in cuts if where == path]
            mine += [change for where, change in draft.steps if where == path]
            text = draft.before.get(path, self._tree.texts[path])
            before[path], back = undone(text, [*first, *mine, *decoys[path]])
            trigger = tuple(back[: len(first)]) or trigger
            steps += [(path, change) for change in back[len(first) : len(first) + len(mine)]]
        kind = f"{draft.kind}/{'imported' if cuts else 'restored'}"
        return Draft(kind, draft.path, trigger, tuple(steps), {**draft.before, **before})

    def _decoys(self, draft: Draft, path: str, rng: random.Random) -> list[Change]:
        """Other parameters that say the same and have nothing to do with it: they stay as they are."""
        if path in draft.before or len(draft.trigger) > 1:
            return []
        _, old, new = draft.trigger[0]
        made = _changes(draft, path)
        functions = self._tree.shapes(path).functions()
        named = {
            one.name
            for one in functions
            if any(one.start <= change.start < max(one.body_start, one.list_end) for change in made)
        }
        found = [
            Change(parameter.type_start, old, new)
            for one in functions
            if one.name not in named and self._is_apart(path, one)
            for parameter in one.parameters
            if parameter.type == old and is_plain(parameter) and is_own(one, parameter)
        ]
        found = [one for one in found if not any(_meet(one, change) for change in made)]
        return rng.sample(found, min(len(found), rng.choice((0, 1, 2, 3))))

    def _is_apart(self, path: str, function: Function) -> bool:
        """Whether no value of the chain comes to the function's parameters, where types are checked."""
        if self._tree.language not in TYPED_TO_THE_END:
            return True
        names = {one.name for one in function.parameters}
        body = self._tree.texts[path][max(function.body_start, 0) : max(function.body_end, 0)]
        used = any(re.search(rf"\b{re.escape(name)}\b(?!\.)", body) for name in names if name)
        return not used and len(self._tree.words.get(function.name, ())) == 1


def _paths(draft: Draft) -> list[str]:
    return list(dict.fromkeys((draft.path, *(path for path, _ in draft.steps))))


def _meet(one: Change, other: Change) -> bool:
    return one.start < other.end and other.start < one.end


def _changes(draft: Draft, path: str) -> list[Change]:
    made = [change for where, change in draft.steps if where == path]
    return [*draft.trigger, *made] if path == draft.path else made
