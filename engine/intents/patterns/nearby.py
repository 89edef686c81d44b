"""Where in the project a repeated replacement is looked for, and what is said of a place found there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from posixpath import dirname, splitext
from typing import Final, Protocol

from engine.syntax.index import Symbol
from engine.types import Distance, Edit, NodeKind

MAX_FILES: Final = 40
_FAMILIES: Final = (
    "py pyi",
    "js jsx mjs cjs ts tsx mts cts",
    "c h cc cpp cxx hpp hh",
    "kt kts java",
    "yml yaml",
)
_FAMILY: Final = {suffix: family for family in _FAMILIES for suffix in family.split()}


class Texts(Protocol):
    """What is asked of the project index."""

    def files_with(self, name: str) -> list[str]:
        """The files in which the identifier occurs."""
        ...

    def definitions(self, name: str) -> list[Symbol]:
        """Where the name is defined so that others can see it."""
        ...

    def text_of(self, path: str) -> str | None:
        """The present text of a file."""
        ...


def others(words: Collection[str], path: str, index: Texts) -> Iterator[tuple[str, str]]:
    """The other files that may hold these words, nearest first, with their texts."""
    for other in _sharing(words, path, index):
        text = index.text_of(other)
        if text is not None:
            yield other, text


def node_of(old: str, after: str, before: str) -> NodeKind:
    """What kind of node an old text is, as far as its own characters and its neighbours tell."""
    if old[:1] in ("'", '"', "`"):
        return NodeKind.STRING
    if "(" in old or after == "(":
        return NodeKind.CALL
    if before == ".":
        return NodeKind.ATTRIBUTE
    return NodeKind.REFERENCE if old.isidentifier() else NodeKind.OTHER


def distance(edit: Edit, origin: int, path: str, start: int) -> Distance:
    """How far a place is from the offset `origin` of the edited text."""
    if path != edit.path:
        return Distance.SAME_FOLDER if same_folder(path, edit.path) else Distance.FAR
    low, high = sorted((origin, start))
    lines = edit.after.count("\n", low, high)
    return Distance.SAME_LINE if lines == 0 else Distance.NEAR if lines <= 10 else Distance.SAME_FILE


def same_folder(path: str, other: str) -> bool:
    """Whether two files lie in one folder."""
    return dirname(path) == dirname(other)


def _sharing(names: Collection[str], path: str, index: Texts) -> list[str]:
    """Files of the same language that hold the rarest of the longest names, nearest first."""
    listed = [index.files_with(name) for name in sorted(set(names), key=lambda name: (-len(name), name))[:3]]
    if not listed:
        return []
    family, folder = _family(path), dirname(path)
    rarest = [other for other in min(listed, key=len) if other != path and _family(other) == family]
    rarest.sort(key=lambda other: (dirname(other) != folder, other))
    return rarest[:MAX_FILES]


def _family(path: str) -> str:
    suffix = splitext(path)[1].lstrip(".").lower()
    return _FAMILY.get(suffix, suffix)
