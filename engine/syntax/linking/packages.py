"""The packages of a JavaScript or TypeScript project: what an import that is not relative may name.

A monorepo's package is imported by the name in its package.json, whose entry is built code that is not there;
its source stands where projects put it. A tsconfig's `paths` give names of their own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from engine.syntax.linking.manifests import CONFIGS, PACKAGE, json_of, needs_of, package_of

SOURCES = ("", "src", "lib", "source")
"""Where a package's sources are, seen from its package.json."""


class Packages:
    """Names of packages and path aliases, with where they lead."""

    def __init__(self, paths: Iterable[str], text_of: Callable[[str], str | None]) -> None:
        self.names: dict[str, str] = {}
        """By the folder of its package.json what each package is called."""
        self.needs: dict[str, frozenset[str]] = {}
        """By the same folder which packages it asks for."""
        self._folders: dict[str, str] = {}
        self._aliases: dict[str, list[tuple[str, str]]] = {}
        """For each folder with a config: patterns and the stems that they stand for."""
        for path in sorted(paths):
            folder, file = posixpath.split(path)
            if file == PACKAGE:
                self.needs[folder] = needs_of(text_of(path))
                if name := package_of(text_of(path)):
                    self.names[folder] = name
                    self._folders.setdefault(name, folder)
            elif file in CONFIGS:
                found = list(_patterns(folder, json_of(text_of(path))))
                self._aliases.setdefault(folder, []).extend(found)

    def stems(self, importer: str, module: str) -> Iterator[str]:
        """Where the module may be, the likeliest first, without suffixes."""
        if self._aliases:
            yield from self._aliased(posixpath.dirname(importer), module)
        name = package_name(module)
        folder = self._folders.get(name)
        if folder is not None:
            rest = module[len(name) + 1 :].split("/") if module != name else ["index"]
            for source in SOURCES:
                yield posixpath.join(folder, source, *rest)

    def aliased(self, importer: str, module: str) -> Iterator[str]:
        """Where an alias of a config leads; names of packages of the project are none."""
        if self._aliases and package_name(module) not in self._folders:
            yield from self._aliased(posixpath.dirname(importer), module)

    def aliases(self, folder: str, stem: str) -> Iterator[tuple[str, str]]:
        """The aliases for a path, as files of a folder may write it: the pattern and the text."""
        for pattern, place in self._patterns(folder):
            head, star, tail = place.partition("*")
            if "*" not in pattern and stem in {place, posixpath.splitext(place)[0].removesuffix("/index")}:
                yield pattern, pattern
            elif "*" in pattern and star and len(stem) > len(head) and _encloses(head, tail, stem):
                text = pattern.replace("*", stem[len(head) : len(stem) - len(tail)])
                if package_name(text) not in self._folders:
                    yield pattern, text

    @staticmethod
    def fits(pattern: str, module: str) -> bool:
        """Whether a module is written by an alias."""
        head, star, tail = pattern.partition("*")
        return _encloses(head, tail, module) if star else module == pattern

    def _aliased(self, folder: str, module: str) -> Iterator[str]:
        for pattern, stem in self._patterns(folder):
            if self.fits(pattern, module):
                head, _, tail = pattern.partition("*")
                yield posixpath.normpath(stem.replace("*", module[len(head) : len(module) - len(tail)]))

    def _patterns(self, folder: str) -> Iterator[tuple[str, str]]:
        """The aliases that hold in a folder, those of the nearest config first."""
        while True:
            yield from self._aliases.get(folder, ())
            if not folder:
                return
            folder = posixpath.dirname(folder)


def package_name(module: str) -> str:
    """The package that an import names: `@scope/name` or one word."""
    return "/".join(module.split("/")[: 2 if module.startswith("@") else 1])


def _encloses(head: str, tail: str, text: str) -> bool:
    return len(text) >= len(head) + len(tail) and text.startswith(head) and text.endswith(tail)


def _patterns(folder: str, config: dict[str, object]) -> Iterator[tuple[str, str]]:
    options = config.get("compilerOptions")
    if not isinstance(options, dict):
        return
    base = options.get("baseUrl")
    root = posixpath.normpath(posixpath.join(folder, base if isinstance(base, str) else "."))
    root = "" if root == "." else root
    paths = options.get("paths")
    for pattern, places in paths.items() if isinstance(paths, dict) else ():
        for place in places if isinstance(places, list) else ():
            if isinstance(place, str):
                yield pattern, posixpath.normpath(posixpath.join(root, place))
    if isinstance(base, str):
        yield "*", posixpath.join(root, "*")
