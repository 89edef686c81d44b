"""The order in which a careful person goes through what follows from an edit.

What the others need comes first (an import that the edit uses). Then down the edited file, then what
stands above the edit, from the near to the far; then the files that import it, then the others, the nearest
folder first and each from its top. Last of all come comments, documentation, and imports that nothing needs
any more.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from posixpath import basename, dirname, splitext

from trainer.simulate.trajectory import Step

_FOR_A_FOLDER = frozenset({"__init__", "index", "mod", "lib"})
_PACKAGES = frozenset({".go"})
"""Endings of files that are one module with all others of their folder."""
Imports = Callable[[str], Container[str]]
"""The words of the import statements of a file."""
EARLY, LATE = -1, 1
"""What others need, and what can wait: comments, documentation, imports that are left over."""
NONE: Mapping[Step, int] = {}


def careful(
    steps: Iterable[Step],
    trigger: tuple[str, int],
    imports: Imports,
    turns: Mapping[Step, int] = NONE,
) -> tuple[Step, ...]:
    """The steps in order; `trigger` is where the edit begins, `turns` says which are EARLY or LATE."""
    path, at = trigger
    known = tuple(steps)
    name, own = _module(path)
    follows = {
        where: name in imports(where) or (own and dirname(where) == dirname(path))
        for where in {one for one, _ in known} - {path}
    }

    def rank(step: Step) -> tuple[object, ...]:
        where, change = step
        turn = turns.get(step, 0)
        if where == path:
            above = change.start < at
            place = (0, False, "", turn, above, -change.start if above else change.start)
        else:
            far = dirname(where) != dirname(path)
            place = (1 if follows[where] else 2, far, where, turn, False, change.start)
        return turn == LATE, place, change.end

    return tuple(sorted(known, key=rank))


def _module(path: str) -> tuple[str, bool]:
    """The last word by which other files import a file, and whether those of its folder need no import."""
    stem, ending = splitext(basename(path))
    package = ending in _PACKAGES
    return basename(dirname(path)) if stem in _FOR_A_FOLDER or package else stem, package
