"""Packages of Python that pass names of their modules on, and which of both a file imports from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property

from engine.syntax.index import Index
from engine.syntax.linking.imports import Statement

INIT = "__init__.py"
SEVERAL = 2
"""Names from behind a door, without one through it, that show a habit."""


class Doors:
    """The packages around modules, as one file sees them."""

    def __init__(self, index: Index, path: str, own: Iterable[Statement]) -> None:
        self._index = index
        self._path = path
        self._own = tuple(own)
        self._offers: dict[str, frozenset[str]] = {}

    @cached_property
    def passed_by(self) -> bool | None:
        """Whether the file imports from modules what packages around them offer; None where it does both."""
        deep = plain = 0
        for statement in self._own:
            for item in statement.items:
                found = self._index.modules.resolve("dotted", self._path, item.module)
                if item.kind == "name" and found is not None:
                    deep += self.is_behind(found, item.name)
                    plain += self.is_door(found, item.name)
        return False if plain and not deep else True if deep >= SEVERAL and not plain else None

    def is_behind(self, key: str, name: str) -> bool:
        """Whether a package around a module offers a name of it, too."""
        return any(name in self._offered(one) for one in self._around(key))

    def is_door(self, key: str, name: str) -> bool:
        """Whether a module is the outermost package that passes on a name."""
        if posixpath.basename(key) != INIT or self._is_inside(posixpath.dirname(key)):
            return False
        return name in self._offered(key) and not self.is_behind(key, name)

    def _around(self, key: str) -> Iterator[str]:
        """The packages around a module in which this file does not stand."""
        folder = posixpath.dirname(key.rstrip("/"))
        at = posixpath.dirname(folder) if posixpath.basename(key) == INIT else folder
        while at and posixpath.join(at, INIT) in self._index.modules.paths and not self._is_inside(at):
            yield posixpath.join(at, INIT)
            at = posixpath.dirname(at)

    def _is_inside(self, folder: str) -> bool:
        return self._path.startswith(folder + "/")

    def _offered(self, package: str) -> frozenset[str]:
        """The names that a package imports from elsewhere."""
        found = self._offers.get(package)
        if found is None:
            items = (item for one in self._index.imports(package) for item in one.items)
            found = self._offers[package] = frozenset(item.local for item in items if item.kind == "name")
        return found
