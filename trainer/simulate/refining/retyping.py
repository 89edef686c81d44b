"""What simulated type refinements share: places to draw from, and chains before they are told."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Generic, TypeVar

from engine.syntax.forms import Class, Function, Parameter
from trainer.simulate.refining.closed import is_closed, leaks
from trainer.simulate.refining.exchange import exchanged
from trainer.simulate.refining.families import Families
from trainer.simulate.refining.spots import Field, body_of, fields, is_own, is_plain, is_type
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step
from trainer.simulate.tree import Tree

T = TypeVar("T")
TRIES: Final = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """A chain in the making; offsets are those of the texts before."""

    kind: str
    path: str
    trigger: tuple[Change, ...]
    steps: tuple[Step, ...]
    before: dict[str, str] = field(default_factory=dict)
    """Texts that differ from the tree's."""
    reversible: bool = False
    """Whether it may be told backward: the same places, from the new type to the old one."""


class Pool(Generic[T]):
    """Draws from what the files of a tree hold; a file is looked at when it is drawn."""

    def __init__(self, paths: Iterable[str], find: Callable[[str], list[T]]) -> None:
        self._paths = list(paths)
        self._find = find
        self._found: dict[str, list[T]] = {}

    def draw(self, rng: random.Random) -> tuple[str, T] | None:
        """A file and something in it; None where a few files in a row have nothing."""
        for _ in range(TRIES):
            if not self._paths:
                return None
            path = rng.choice(self._paths)
            if path not in self._found:
                self._found[path] = self._find(path)
            if self._found[path]:
                return path, rng.choice(self._found[path])
            self._paths.remove(path)
        return None


class Work:
    """A tree with what the moves look for in it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.families = Families(tree)

    @cached_property
    def fields(self) -> Pool[tuple[Class, Field]]:
        """Fields whose type stands at several places."""
        return Pool(
            self.tree.paths,
            lambda path: [
                (one, held)
                for one in self.families.classes(path)
                for held in fields(self.tree, path, one)
                if is_closed(self.tree, path, one, held)
            ],
        )

    @cached_property
    def parameters(self) -> Pool[tuple[Function, Parameter]]:
        """Parameters with a written type of functions with a body."""
        return Pool(
            self.tree.paths,
            lambda path: [
                (one, parameter)
                for one in self.tree.shapes(path).functions()
                if one.body_start >= 0
                for parameter in one.parameters
                if is_plain(parameter) and is_type(parameter.type) and is_own(one, parameter)
            ],
        )

    @cached_property
    def methods(self) -> Pool[tuple[Class, Function]]:
        """Methods that have relatives."""
        return Pool(self.tree.paths, self._related)

    def _related(self, path: str) -> list[tuple[Class, Function]]:
        return [
            (one, method)
            for one in self.families.classes(path)
            for method in one.methods
            if (method.returns or any(is_plain(p) for p in method.parameters))
            and not method.name.startswith("__")
            and method.name != one.name
            and self.families.relatives(path, one, method.name)
        ]

    def class_of(self, path: str, function: Function) -> Class | None:
        """The class that a method stands in."""
        around = [
            one for one in self.families.classes(path) if one.body_start <= function.name_start < one.body_end
        ]
        return max(around, key=lambda one: one.body_start, default=None)

    def is_alone(self, path: str, function: Function) -> bool:
        """Whether no other method overrides this one or is overridden by it."""
        if not function.owner:
            return True
        found = self.class_of(path, function)
        if self.tree.language in ("go", "rust"):
            return len(self.families.functions(function.name)) == 1
        return found is not None and self.families.relatives(path, found, function.name) == []

    def confined(self, rng: random.Random) -> tuple[str, Function, Parameter] | None:
        """A parameter whose value goes nowhere else as it is, of a function without relatives."""
        drawn = self.parameters.draw(rng)
        if drawn is None:
            return None
        path, (function, parameter) = drawn
        leaking = leaks(self.tree.language, self.body(path, function), parameter.name)
        return None if leaking or not self.is_alone(path, function) else (path, function, parameter)

    def is_foreign(self, callee: str) -> bool:
        """Whether what a call names before its last dot is no module of the tree: it is a library's then."""
        words = re.split(r"\.|::", callee)
        return len(words) > 1 and words[-2] not in self._modules

    @cached_property
    def _modules(self) -> frozenset[str]:
        """The names of the tree's files and folders, and words that stand for them."""
        own = {word for path in self.tree.paths for word in re.split(r"[/.]", path)}
        return frozenset({*own, "self", "crate", "super"})

    def other(self, paths: Iterable[str], old: str, rng: random.Random) -> str:
        """A type to exchange the old one for."""
        return exchanged(self.tree, list(dict.fromkeys(paths)), old, rng)

    def body(self, path: str, function: Function) -> str:
        """The text of a function's body."""
        return body_of(self.tree, path, function)[1]


def ordered(path: str, at: int, steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps as a careful person takes them: down from the edit, then above it, then in other files."""
    unique = dict.fromkeys(steps)
    return tuple(
        sorted(unique, key=lambda step: (step[0] != path, step[0], step[1].start < at, step[1].start))
    )
