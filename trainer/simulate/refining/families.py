"""Classes of a tree that inherit from each other, found by the names in their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.syntax.forms import Class, Function
from trainer.simulate.tree import Tree

Held = tuple[str, Class]
_WORD = re.compile(r"[A-Za-z_]\w*")


class Families:
    """Answers which methods override which, in classes whose names are defined once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._classes: dict[str, tuple[Class, ...]] = {}
        self._defined: dict[str, tuple[Held, ...]] = {}
        self._bases: dict[str, set[str]] = {}
        self._methods: dict[str, list[tuple[str, Class, Function]]] = {}
        self._relatives: dict[tuple[str, int, str], list[tuple[str, Function]] | None] = {}

    def classes(self, path: str) -> tuple[Class, ...]:
        """The classes of a file."""
        if path not in self._classes:
            self._classes[path] = self._tree.shapes(path).classes()
        return self._classes[path]

    def defined(self, name: str) -> tuple[Held, ...]:
        """The classes of this name, blocks that add to them left out."""
        if name not in self._defined:
            paths = dict.fromkeys(place.path for place in self._tree.words.get(name, ()))
            self._defined[name] = tuple(
                (path, one)
                for path in paths
                for one in self.classes(path)
                if one.name == name and one.kind != "impl"
            )
        return self._defined[name]

    def bases(self, found: Class) -> set[str]:
        """The names of the classes above, as far as they are defined once in the tree."""
        key = f"{found.name} {found.bases}"
        if key not in self._bases:
            self._bases[key] = self._above(found)
        return self._bases[key]

    def _above(self, found: Class) -> set[str]:
        above: set[str] = set()
        open_ = [found]
        while open_:
            for base in open_.pop().bases:
                words = _WORD.findall(re.split(r"[<\[(]", base)[0])
                name = words[-1] if words else ""
                held = self.defined(name)
                if name not in above and len(held) == 1:
                    above.add(name)
                    open_.append(held[0][1])
        return above

    def methods(self, name: str) -> list[tuple[str, Class, Function]]:
        """Every method of this name with its class."""
        if name not in self._methods:
            self._methods[name] = list(self._named(name))
        return self._methods[name]

    def _named(self, name: str) -> Iterator[tuple[str, Class, Function]]:
        for path in dict.fromkeys(place.path for place in self._tree.words.get(name, ())):
            for one in self.classes(path):
                for method in one.methods:
                    if method.name == name:
                        yield path, one, method

    def is_overloaded(self, name: str) -> bool:
        """Whether some class has two methods of this name, of which others may override one."""
        held = [_key(path, one) for path, one, _ in self.methods(name)]
        return len(set(held)) < len(held)

    def functions(self, name: str) -> list[tuple[str, Function]]:
        """Every function and method of this name in the tree."""
        found = []
        for path, start in self._tree.words.get(name, ()):
            function = self._tree.shapes(path).function_at(start)
            if function is not None:
                found.append((path, function))
        return found

    def relatives(self, path: str, found: Class, name: str) -> list[tuple[str, Function]] | None:
        """The methods of this name in classes above and below; None where that is not certain."""
        key = (path, found.name_start, name)
        if key not in self._relatives:
            self._relatives[key] = self._related(path, found, name)
        return self._relatives[key]

    def _related(self, path: str, found: Class, name: str) -> list[tuple[str, Function]] | None:
        all_methods = self.methods(name)
        if len(all_methods) > 60:
            return None
        keys = [_key(item[0], item[1]) for item in all_methods]
        names = [item[1].name for item in all_methods]
        above = [self.bases(item[1]) for item in all_methods]
        group = {number for number, key in enumerate(keys) if key == _key(path, found)}
        if not group or any(len(self.defined(names[number])) > 1 for number in group):
            return None
        grown = True
        while grown:
            grown = False
            for number in range(len(keys)):
                related = any(
                    names[one] in above[number] or names[number] in above[one]
                    for one in group
                    if one != number
                )
                if number not in group and related:
                    group.add(number)
                    grown = True
        own = {number for number, key in enumerate(keys) if key == _key(path, found)}
        return [(all_methods[number][0], all_methods[number][2]) for number in sorted(group - own)]


def _key(path: str, found: Class) -> tuple[str, int]:
    return path, found.name_start
