"""One module under its different names: what an import's text stands for, and how another file writes it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import NamedTuple

from engine.align import shared
from engine.syntax.grammars import grammar, language_of
from engine.syntax.index import Index
from engine.syntax.linking.crates import Crates
from engine.syntax.linking.doors import Doors
from engine.syntax.linking.imports import TOP, Statement
from engine.syntax.linking.modules import SOURCE_FOLDERS
from engine.syntax.linking.web import Web

SIBLINGS = 12
"""Files of the same folder that are asked how they import."""
_PACKAGE = re.compile(r"^package\s+([\w.]+)", re.MULTILINE)
_OUTSIDE = re.compile(r"^package\s+\w+_test\b", re.MULTILINE)
"""A test of Go that sees its package from outside."""


class Origin(NamedTuple):
    """A module, whatever a file calls it."""

    own: bool
    """Whether it belongs to the project."""
    key: str
    """A path (dotted, relative), a path inside the crate, or the text of a foreign import."""


class Speller:
    """Names of modules as one file writes them."""

    def __init__(self, index: Index, path: str, own: Iterable[Statement]) -> None:
        self._index = index
        self._modules = index.modules
        self.path = path
        self._own = tuple(own)
        self._outer = [one.module for one in self._own if one.holder == TOP]
        self._origins: dict[tuple[str, str], Origin] = {}
        self._crates = Crates(index.modules)
        self.doors = Doors(index, path, self._own)
        self._web = Web(index, path, self._own, self._siblings(posixpath.dirname(path)))
        known = grammar(language_of(path) or "")
        self.style = "none" if known is None else known.imports

    # -- what a text stands for

    def origin(self, path: str, module: str) -> Origin:
        """The module that an import in the file `path` names."""
        key = (path if self.style == "crate" else posixpath.dirname(path), module)
        found = self._origins.get(key)
        if found is None:
            found = self._origins[key] = self._origin(path, module)
        return found

    def _origin(self, path: str, module: str) -> Origin:
        match self.style:
            case "dotted":
                found = self._modules.resolve("dotted", path, module)
                if found is not None and not module.startswith("."):
                    own = self._absolute(found)
                    found = found if own is None or own == module or not self._in_package(found) else None
                return Origin(found is not None, found if found is not None else module)
            case "relative":
                if not module.startswith("."):
                    aliased = self._modules.aliased(path, module)
                    return Origin(aliased is not None, aliased or module)
                stem = posixpath.normpath(posixpath.join(posixpath.dirname(path), module))
                return Origin(True, self._modules.resolve("relative", path, module) or stem)
            case "crate":
                key = self._crates.key(path, module)
                return Origin(key is not None, module if key is None else key)
            case _:
                return Origin(self._modules.resolve(self.style, path, module) is not None, module)

    def is_child(self, word: str) -> bool:
        """Whether a word is a module inside this file's own, in Rust."""
        return self._crates.is_child(self.path, word)

    def origin_of(self, path: str) -> Origin:
        """The module that a file of the project is."""
        match self.style:
            case "crate":
                return Origin(True, "::".join((self._crates.root(path), *self._crates.words(path))))
            case "package":
                return Origin(True, self.defined_in(path, "") or "")
            case _:
                return Origin(True, path)

    # -- how this file writes it

    def spell(self, origin: Origin, path: str, module: str) -> str | None:
        """The text for this file, after the import of `module` in the file `path`; None for itself."""
        match self.style:
            case "dotted" if origin.own:
                return self._dotted(origin.key, module)
            case "relative" if origin.own:
                return self._web.text(origin.key, path, module)
            case "crate" if origin.own:
                return self._crates.spell(self.path, origin.key, module, self._outer)
            case "folder" if origin.own:
                at = self._modules.resolve("folder", self.path, module) or ""
                inside = posixpath.dirname(self.path) + "/" == at
                return (
                    None if inside and not _OUTSIDE.search(self._index.text_of(self.path) or "") else module
                )
            case _:
                return module

    def package(self) -> str | None:
        """The package that this file of Python stands in."""
        target = posixpath.join(posixpath.dirname(self.path), "__init__.py")
        wanted = self._relative_wanted(target, fallback=True)
        return (self._upward(target) if wanted else None) or self._absolute(target)

    def _in_package(self, target: str) -> bool:
        """Whether a file of Python belongs to a package."""
        folder = _folder_of(target)
        return self._root(folder) != folder

    def _root(self, folder: str) -> str:
        """The folder in which the package around a folder stands; some folders have no __init__ file."""
        at = folder
        while at and posixpath.join(at, "__init__.py") not in self._modules.paths:
            at = posixpath.dirname(at)
        return self._modules.package_root(at) if at else self._modules.package_root(folder)

    def door(self, origin: Origin, path: str, name: str) -> Origin:
        """The package that offers the name to others, for a file outside of it; else the module itself."""
        if self.style == "relative" and origin.own:
            published = self._web.published(origin.key, path, name)
            return origin if published is None else Origin(False, published)
        if self.style != "dotted" or not origin.own or self.doors.passed_by:
            return origin
        folder = _folder_of(origin.key)
        root = self._root(folder)
        words = folder[len(root) :].strip("/").split("/")
        inside = posixpath.join(root, words[0]) if words[0] else ""
        if not inside or f"{self.path}/".startswith(inside + "/") or not f"{path}/".startswith(inside + "/"):
            return origin
        at = inside
        for word in [*words[1:], ""]:
            package = posixpath.join(at, "__init__.py")
            offered = (item.local for one in self._index.imports(package) for item in one.items)
            if package in self._modules.paths and name in offered:
                return Origin(True, package)
            at = posixpath.join(at, word)
        return origin

    @property
    def needs(self) -> frozenset[str]:
        """The packages that the file's manifest asks for."""
        return self._web.needs

    def is_together(self, path: str) -> bool:
        """Whether another file of the web belongs to the same package."""
        return self._web.package_folder(path) == self._web.package_folder(self.path)

    def passes(self, path: str, name: str, definers: Collection[str]) -> bool:
        """Whether a file of the web exports a name, its own or one of the definers."""
        return self._web.passes(path, name, definers)

    def is_itself(self, origin: Origin) -> bool:
        """Whether a foreign name is that of the package around this file, which no file here calls so."""
        return self.style == "relative" and not origin.own and self._web.is_itself(origin.key)

    def together(self, path: str) -> bool:
        """Whether another file of Rust belongs to the same crate."""
        return self._crates.root(path) == self._crates.root(self.path)

    def is_crate(self, name: str) -> bool:
        """Whether a word is a library that this file of Rust names without an import."""
        shown = any(one.split("::")[0] == name for one in self._outer)
        return self.style == "crate" and (shown or self._crates.names(self.path, name))

    def is_within(self, path: str) -> bool:
        """Whether this file of Rust stands inside of the module that another file is."""
        outer = self._crates.words(path)
        return self.together(path) and self._crates.words(self.path)[: len(outer)] == outer

    def is_beyond(self, origin: Origin) -> bool:
        """Whether a file belongs to another package, which this one cannot name or has to name otherwise."""
        if not origin.own or self.style not in {"dotted", "relative"}:
            return False
        if self.style == "dotted":
            return self._upward(origin.key) is None and not self.is_installed(origin)
        return self._web.package_folder(origin.key) != self._web.package_folder(self.path)

    def is_installed(self, origin: Origin) -> bool:
        """Whether a package of Python stands in a folder that the whole project imports from."""
        return self._in_package(origin.key) and self._root(_folder_of(origin.key)) in SOURCE_FOLDERS

    def is_around(self, origin: Origin, name: str) -> bool:
        """Whether a module is a package around this file that only passes the name on."""
        folder, file = posixpath.split(origin.key)
        door = {"relative": "index.", "dotted": "__init__."}.get(self.style)
        if door is None or not origin.own or not file.startswith(door):
            return False
        if self._modules.child(self.style, origin.key, name) is not None:
            return False
        return self.path.startswith(folder + "/") and not self._index.defines(origin.key, name)

    def _dotted(self, target: str, module: str) -> str | None:
        if target == self.path:
            return None
        if self._relative_wanted(target, module.startswith(".")):
            found = self._upward(target)
            if found is not None:
                return found
        return module if module and not module.startswith(".") else self._absolute(target)

    def _upward(self, target: str) -> str | None:
        """A relative import, where both files stand in one package."""
        here, there = posixpath.dirname(self.path), _package_words(target)
        root = self._root(here)
        at = here[len(root) :].strip("/").split("/") if here != root else []
        base = root.split("/") if root else []
        if not at or there[: len(base) + 1] != [*base, at[0]]:
            return None
        words = there[len(base) :]
        alike = shared(at, words)
        return "." * (len(at) - alike + 1) + ".".join(words[alike:])

    def _absolute(self, target: str) -> str | None:
        words = _package_words(target)
        root = self._root(_folder_of(target))
        inside = words[len(root.split("/")) :] if root else words
        return ".".join(inside) or None

    def _relative_wanted(self, target: str, fallback: bool) -> bool:
        """Whether this file imports relatively what stands where the target stands."""
        near = posixpath.dirname(target) == posixpath.dirname(self.path)
        for tally in (self._tally.get(near), self._tally.get(not near), self._beside):
            if tally:
                return tally[True] > tally[False]
        return fallback

    @cached_property
    def _tally(self) -> dict[bool, Counter[bool]]:
        """Relative and absolute imports of the project's modules in this file: near ones and others."""
        found: dict[bool, Counter[bool]] = {}
        for module in dict.fromkeys(one.module for one in self._own):
            own, target = self.origin(self.path, module)
            if own and self._upward(target) is not None:
                near = posixpath.dirname(target) == posixpath.dirname(self.path)
                found.setdefault(near, Counter())[module.startswith(".")] += 1
        return found

    @cached_property
    def _beside(self) -> Counter[bool]:
        """Relative and absolute imports of the project's modules in the files of the same folder."""
        folder, found = posixpath.dirname(self.path), Counter[bool]()
        for other in self._siblings(folder):
            for one in self._index.imports(other):
                own, target = self.origin(other, one.module)
                if own and self._upward(target) is not None:
                    found[one.module.startswith(".")] += 1
        return found

    def _siblings(self, folder: str) -> list[str]:
        suffix = posixpath.splitext(self.path)[1]
        found = [one for one in self._modules.files_in(folder) if one.endswith(suffix) and one != self.path]
        return found[:SIBLINGS]

    # -- without an example

    def defined_in(self, path: str, name: str) -> str | None:
        """The text of the module from which nobody imports the name yet, known by its file."""
        match self.style:
            case "package":
                found = _PACKAGE.search(self._index.text_of(path) or "")
                return found.group(1) if found else None
            case "folder":
                return self._modules.go_path(posixpath.dirname(path))
            case "crate":
                key = "::".join((self._crates.root(path), *self._crates.words(path)))
                return self._crates.spell(self.path, key, "", self._outer)
            case "dotted" | "relative":
                origin = self.door(Origin(True, path), path, name)
                return self.spell(origin, path, "") if origin.own else origin.key
            case _:
                return None


def _folder_of(target: str) -> str:
    """The folder of a Python module; one without a file of its own is its folder."""
    return target.rstrip("/") if target.endswith("/") else posixpath.dirname(target)


def _package_words(target: str) -> list[str]:
    """The words of a Python module's path; a package's own file stands for its folder."""
    stem = target.rstrip("/") if target.endswith("/") else posixpath.splitext(target)[0]
    words = stem.split("/")
    return words[:-1] if words[-1] == "__init__" else words
