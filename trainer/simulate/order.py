"""The order in which a careful person goes through what follows from an edit.

What the others need comes first (an import that the edit uses). Then down the edited file, then what
stands above the edit, from the near to the far; then the files that import it, then the others, the nearest
folder first and each from its top. Last of all come comments, documentation, and imports that nothing needs
any more.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from posixpath import basename, dirname, splitext

from trainer.simulate.imported import Imported
from trainer.simulate.trajectory import Step

_FOR_A_FOLDER = frozenset({"__init__", "index", "mod", "lib"})
_PARTS = re.compile(r"::|[./]")


def careful(
    steps: Iterable[Step],
    trigger: tuple[str, int],
    imported: Imported,
    first: Container[Step] = (),
    last: Container[Step] = (),
) -> list[Step]:
    """The steps in order; `trigger` is the path and the offset where the edit begins."""
    path, at = trigger
    follows = {where: imports_from(imported, where, path) for where in {one[0] for one in steps} - {path}}

    def rank(step: Step) -> tuple[object, ...]:
        where, change = step
        if where == path:
            above = change.start < at
            place = (0, False, "", step not in first, above, -change.start if above else change.start)
        else:
            far = dirname(where) != dirname(path)
            place = (1 if follows[where] else 2, far, where, step not in first, False, change.start)
        return step in last, place, change.end

    return sorted(steps, key=rank)


def imports_from(imported: Imported, path: str, origin: str) -> bool:
    """Whether a file names another one's module in an import, as far as the last word of the path tells."""
    if path not in imported.tree.texts:
        return False
    stem = splitext(basename(origin))[0]
    name = basename(dirname(origin)) if stem in _FOR_A_FOLDER or origin.endswith(".go") else stem
    return any(
        name in _PARTS.split(word)
        for one in imported.statements(path)
        for item in one.items
        for word in (item.module.removesuffix(".js"), item.name)
    )
