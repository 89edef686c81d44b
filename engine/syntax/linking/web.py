"""Modules of the web as one file writes them: relative paths with endings, aliases, names of packages."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import islice

from engine.syntax.index import Index
from engine.syntax.linking.imports import Statement
from engine.syntax.linking.modules import SUFFIXES
from engine.syntax.linking.packages import package_name

HOPS = 4
"""Files that pass on all that the next one has."""
MOST_AROUND = 24
"""Files of the package that are asked how they import, where those beside this one do not tell."""
_BUILT = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs", ".jsx": ".js"}
"""The ending of what a source is built into."""


class Web:
    """What one file of JavaScript or TypeScript calls the project's modules."""

    def __init__(self, index: Index, path: str, own: Sequence[Statement], beside: Sequence[str]) -> None:
        """`own` are the imports of the file, `beside` the paths of files in the same folder."""
        self._index = index
        self._modules = index.modules
        self._path = path
        self._folder = posixpath.dirname(path)
        self._own = [one.module for one in own if one.module]
        self._beside = beside

    # -- packages

    def package_folder(self, path: str) -> str | None:
        """The folder of the package that a file belongs to: the nearest whose manifest says something."""
        packages, folder = self._modules.packages, posixpath.dirname(path)
        while folder not in packages.names and not packages.needs.get(folder):
            if not folder:
                return None
            folder = posixpath.dirname(folder)
        return folder

    def published(self, target: str, path: str, name: str) -> str | None:
        """The name of the package whose file the target is, if this file needs that package by its name."""
        theirs, mine = self.package_folder(target), self.package_folder(self._path)
        if theirs is None or theirs == mine or theirs != self.package_folder(path):
            return None
        packages = self._modules.packages
        package = packages.names.get(theirs)
        if package is None or not any(package in packages.needs.get(one, ()) for one in {"", mine or ""}):
            return None
        entry = self._modules.resolve("relative", self._path, package)
        return package if entry is None or self.passes(entry, name) else None

    @property
    def needs(self) -> frozenset[str]:
        """The packages that this file's own manifest, or the outermost one, asks for."""
        needs = self._modules.packages.needs
        return needs.get(self.package_folder(self._path) or "", frozenset()) | needs.get("", frozenset())

    def is_itself(self, module: str) -> bool:
        """Whether a module is the package around this file, by a name that no file here calls it."""
        name = self._modules.packages.names.get(self.package_folder(self._path) or "")
        return name is not None and package_name(module) == name and not self._names_itself

    @cached_property
    def _names_itself(self) -> bool:
        """Whether this file or one beside it imports from the package around them by its name."""
        name = self._modules.packages.names.get(self.package_folder(self._path) or "")
        return any(package_name(one) == name for one in (*self._own, *(text for text, _ in self._near)))

    def passes(self, path: str, name: str, definers: Collection[str] = (), hops: int = HOPS) -> bool:
        """Whether a file exports a name, its own or one of others, by the name or with all that they have."""
        passed = self._index.mined.passed(path)
        if path in definers or name in passed.names or self._index.defines(path, name):
            return True
        for module in passed.modules if hops else ():
            found = self._modules.resolve("relative", path, module)
            if found is not None and found != path and self.passes(found, name, definers, hops - 1):
                return True
        return False

    # -- texts

    @cached_property
    def _around(self) -> list[tuple[str, str]]:
        """What files of the same package import, likewise."""
        folder = self.package_folder(self._path) or ""
        ending = posixpath.splitext(self._path)[1]
        paths = (
            path
            for one in (folder, *self._modules.folders_in(folder))
            for path in self._modules.files_in(one)
            if path.endswith(ending)
        )
        return [
            (one.module, path) for path in islice(paths, MOST_AROUND) for one in self._index.imports(path)
        ]

    @cached_property
    def _near(self) -> list[tuple[str, str]]:
        """What the files beside this one import: the text, and the file in which it stands."""
        return [(one.module, path) for path in self._beside for one in self._index.imports(path)]

    def text(self, target: str, path: str, module: str) -> str | None:
        """The text for a file of the project, after the import of `module` in the file `path`."""
        if target == self._path:
            return None
        near = posixpath.dirname(target) == self._folder
        alias = None if near else self._aliased(target)
        if alias is not None:
            return alias
        shown = module if module.startswith(".") else ""
        bare = shown or self.bare(target)
        full = posixpath.normpath(posixpath.join(posixpath.dirname(path), bare)) if shown else bare
        text = posixpath.relpath(full or ".", self._folder or ".")
        text = text if text.startswith(".") else f"./{text}"
        return f"{text}/" if shown.endswith("/") else text

    def _aliased(self, target: str) -> str | None:
        """The text by an alias of a tsconfig, where this file, or those beside it, write others of it so."""
        found = self._modules.packages.aliases(self._folder, self.bare(target))
        return next((text for pattern, text in found if self._is_usual(pattern)), None)

    def _is_usual(self, pattern: str) -> bool:
        """Whether files here use an alias more often than a path that could have been written with it."""
        packages = self._modules.packages
        for shown in ([(one, self._path) for one in self._own], self._near, self._around):
            used = plain = 0
            for text, path in shown:
                if not text.startswith("."):
                    fits = packages.fits(pattern, text)
                    used += fits and self._modules.aliased(path, text) is not None
                elif text.startswith(".."):
                    stem = posixpath.normpath(posixpath.join(posixpath.dirname(path), text))
                    plain += any(one == pattern for one, _ in packages.aliases(self._folder, stem))
            if used or plain:
                return used > plain
        return False

    def bare(self, target: str) -> str:
        """A path as an import without an example would have it: with the endings that this file writes."""
        shown = [one for one in self._own if one.startswith(".")]
        shown = shown or [text for text, _ in self._near if text.startswith(".")]
        endings = Counter(posixpath.splitext(posixpath.basename(one))[1] for one in shown)
        usual = (one for one, _ in endings.most_common() if one in {"", *SUFFIXES["relative"]})
        ending, (stem, own) = next(usual, ""), posixpath.splitext(target)
        stem = stem.removesuffix(".d")
        if not ending and posixpath.basename(stem) == "index":
            return posixpath.dirname(stem)
        if ending:
            ending = (
                own
                if ending == own or own not in _BUILT
                else _BUILT[own]
                if ending in _BUILT.values()
                else own
            )
        return stem + ending
