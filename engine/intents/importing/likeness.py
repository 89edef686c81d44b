"""What an import of another file would be in this one: its words lead elsewhere, or the files are twins."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.syntax.index import Index
from engine.syntax.linking.imports import Item


class Like(NamedTuple):
    """An import that does here what another does in its file."""

    module: str
    name: str
    twin: bool = False
    """Whether the paths of both files differ in one word alone."""


class Likeness:
    """Relative imports of other files, read as if they stood in this one."""

    def __init__(self, index: Index, path: str, style: str) -> None:
        self._index = index
        self._path = path
        self._style = style
        self._changes: dict[str, tuple[str, str] | None] = {}

    def of(self, path: str, item: Item) -> Like | None:
        """What stands for an import of the file `path`; None where it means just what it says there."""
        module = item.module
        if self._style != "relative" or not module.startswith("."):
            return None
        theirs = self._index.modules.resolve("relative", path, module)
        for one in (self._twin(path, item), Like(module, item.name)):
            found = self._lead(one.module) if one is not None else None
            if (
                one is not None
                and found not in {None, theirs, self._path}
                and self._has(found or "", one, item)
            ):
                return one
        return None

    def is_twin(self, path: str, item: Item) -> bool:
        """Whether a file of another folder is a twin of this one, and its import has nothing of its word."""
        change = self._change(path) if self._style == "relative" else None
        if change is None or path.rpartition("/")[0] == self._path.rpartition("/")[0]:
            return False
        words = (_split(word)[0] for word in item.module.split("/") if word.strip("."))
        return not any(word in change[0] or change[0] in word for word in words)

    def _change(self, path: str) -> tuple[str, str] | None:
        if path not in self._changes:
            self._changes[path] = _difference(path, self._path)
        return self._changes[path]

    def _lead(self, module: str) -> str | None:
        return self._index.modules.resolve("relative", self._path, module)

    def _has(self, found: str, one: Like, item: Item) -> bool:
        """Whether a module can give what is asked of it."""
        if item.kind != "name":
            return True
        passed = self._index.mined.passed(found)
        return one.name in passed.names or bool(passed.modules) or self._index.defines(found, one.name)

    def _twin(self, path: str, item: Item) -> Like | None:
        """The import with the one word exchanged in which the paths of both files differ."""
        change = self._change(path)
        if change is None or item.local == change[0]:
            return None
        module = "/".join(_exchanged(word, *change) for word in item.module.split("/"))
        return (
            Like(module, change[1] if item.name == change[0] else item.name)
            if module != item.module
            else None
        )


def _difference(path: str, other: str) -> tuple[str, str] | None:
    """The word of one path and the word of another in its place, if they differ in no other."""
    theirs, own = path.split("/"), other.split("/")
    if len(theirs) != len(own):
        return None
    pairs = [(a, b) for a, b in zip(theirs, own, strict=True) if a != b]
    if not pairs:
        return None
    (old, _), (new, _) = (_split(one) for one in min(pairs, key=lambda pair: len(pair[0])))
    return (old, new) if old != new and all(_exchanged(a, old, new) == b for a, b in pairs) else None


def _exchanged(word: str, old: str, new: str) -> str:
    """A word of a path with a new word for one that stands in it whole, up to dashes."""
    return re.sub(rf"(?<![^\W_]){re.escape(old)}(?![^\W_])", lambda _: new, word) if old in word else word


def _split(word: str) -> tuple[str, str]:
    """A word of a path without its endings, and those; dots in front belong to the word."""
    at = word.find(".", 1) if not word.startswith("..") else -1
    return (word[:at], word[at:]) if at > 0 else (word, "")
