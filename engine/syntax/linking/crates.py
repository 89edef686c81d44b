"""Rust's modules by their paths: the crate of a file, what a `use` in it names, and how it writes another."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from engine.syntax.linking.modules import CRATE_FILES, ROOT_FILES, Modules

STEPS = ("crate", "self", "super")


class Crates:
    """The crates of a project."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._roots: dict[str, str] = {}
        self._asked: dict[str, frozenset[str] | None] = {}

    @cached_property
    def libraries(self) -> dict[str, str]:
        """The folder of its sources by the name under which others use a library."""
        return {name: posixpath.dirname(root) for name, root in self._modules.crates.items()}

    def root(self, path: str) -> str:
        """The folder that `crate` means in a file."""
        folder = posixpath.dirname(path)
        if folder not in self._roots:
            self._roots[folder] = self._modules.crate_root(folder)
        return self._roots[folder]

    def words(self, path: str) -> list[str]:
        """A file's path inside its crate."""
        root = self.root(path)
        folder, file = posixpath.split(path)
        if folder == root and (file in ROOT_FILES or self._modules.stand_alone(folder)):
            return []
        stem = folder if file in CRATE_FILES else posixpath.splitext(path)[0]
        inside = posixpath.relpath(stem, root or ".")
        return [] if inside == "." or inside.startswith("..") else inside.split("/")

    def key(self, path: str, module: str) -> str | None:
        """What a module's text in a file stands for, from its crate's root; None where it is foreign."""
        first, *rest = module.replace(" ", "").split("::")
        base = self.words(path)
        if first in STEPS:
            words = [] if first == "crate" else base[:-1] if first == "super" else base
            while rest and rest[0] == "super":
                words, rest = words[:-1], rest[1:]
            return "::".join((self.root(path), *words, *rest))
        if first in self.libraries:
            return "::".join((self.libraries[first], *rest))
        if self.is_child(path, first):
            return "::".join((self.root(path), *base, first, *rest))
        return None

    def depends(self, path: str, library: str) -> bool:
        """Whether the package of a file asks for a library, or is it; without a manifest it may."""
        asked = self._asked_by(path)
        return asked is None or library in asked

    def names(self, path: str, library: str) -> bool:
        """Whether the manifest says that the package of a file asks for a library."""
        return library in (self._asked_by(path) or ())

    def _asked_by(self, path: str) -> frozenset[str] | None:
        folder = posixpath.dirname(path)
        if folder not in self._asked:
            self._asked[folder] = self._modules.crates_for(folder)
        return self._asked[folder]

    def is_child(self, path: str, word: str) -> bool:
        """Whether a word is a module inside a file's own."""
        if word in self.libraries or word in STEPS:
            return False
        return self._modules.resolve("crate", path, f"self::{word}") is not None

    def spell(self, path: str, key: str, example: str, own: Iterable[str]) -> str | None:
        """A module as a file writes it whose imports are `own`; `example` is how another file does."""
        root, *words = key.split("::")
        if root != self.root(path):
            name = next((name for name, folder in self.libraries.items() if folder == root), None)
            return None if name is None or not self.depends(path, name) else "::".join((name, *words))
        here = self.words(path)
        if words == here:
            return None
        mine = tuple(own)
        written = Counter(module for module in mine if self.key(path, module) == key)
        if written:
            return written.most_common(1)[0][0]
        beside = [one for one in mine if self._is_beside(self.key(path, one), key)]
        shown = Counter(module.split("::")[0] for module in beside or mine)
        named = example.split("::")[0] in self.libraries
        if not shown["super"] and not shown["crate"] and not named and self.key(path, example) == key:
            return example
        if shown["super"] > shown["crate"] and here and words[: len(here) - 1] == here[:-1]:
            return "::".join(("super", *words[len(here) - 1 :]))
        if words[: len(here)] == here:
            inside = words[len(here) :]
            if any(self.is_child(path, word) for word in shown if word):
                return "::".join(inside)
            if shown["self"] > shown["crate"]:
                return "::".join(("self", *inside))
        return "::".join(("crate", *words))

    def _is_beside(self, key: str | None, other: str) -> bool:
        """Whether two modules stand in one folder of modules."""
        return key is not None and key.rpartition("::")[0] == other.rpartition("::")[0]
