"""The packages of a JavaScript or TypeScript project: what an import that is not relative may name.

A monorepo's package is imported by the name in its package.json, whose entry is built code that is not there;
its source stands where projects put it. A tsconfig's `paths` give names of their own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator

from engine.syntax.linking.manifests import CONFIGS, PACKAGE, json_of, package_of

SOURCES = ("", "src", "lib", "source")
"""Where a package's sources are, seen from its package.json."""


class Packages:
    """Names of packages and path aliases, with where they lead."""

    def __init__(self, paths: Iterable[str], text_of: Callable[[str], str | None]) -> None:
        self.names: dict[str, str] = {}
        """By the folder of its package.json what each package is called."""
        self._folders: dict[str, str] = {}
        self._aliases: dict[str, list[tuple[str, str]]] = {}
        """For each folder with a config: patterns and the stems that they stand for."""
        for path in sorted(paths):
            folder, file = posixpath.split(path)
            if file == PACKAGE:
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
        parts = module.split("/")
        size = 2 if module.startswith("@") else 1
        folder = self._folders.get("/".join(parts[:size]))
        if folder is not None:
            rest = parts[size:] or ["index"]
            for source in SOURCES:
                yield posixpath.join(folder, source, *rest)

    def _aliased(self, folder: str, module: str) -> Iterator[str]:
        while True:
            for pattern, stem in self._aliases.get(folder, ()):
                head, star, tail = pattern.partition("*")
                if not star and module == pattern:
                    yield stem
                elif star and module.startswith(head) and module.endswith(tail):
                    inside = module[len(head) : len(module) - len(tail)]
                    yield posixpath.normpath(stem.replace("*", inside))
            if not folder:
                return
            folder = posixpath.dirname(folder)


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
