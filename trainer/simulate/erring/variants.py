"""A variant comes to an enumeration: every list of all others gets its arm.

The enumeration is one of the tree's own (or, where it has none, one with names like those), and the lists
are written into it before the edit: a body says its variant's name, calls what bears it, is the same for all,
or is a value of its own, so that the new arm can only be left to be written.
"""

from __future__ import annotations

import posixpath
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from engine.syntax.blocks.arms import Enumeration, enumerations
from trainer.simulate.erring.listings import WRITINGS, Listing, Writing
from trainer.simulate.source import Change, join_name, split_name
from trainer.simulate.trajectory import Step, Trajectory
from trainer.simulate.tree import Tree

FEWEST, MOST = 3, 9
"""Variants of an enumeration, the new one among them."""
OWN: Final = 0.6
"""How often the tree's own enumerations are taken, where it has some."""
Kind = Literal["named", "called", "same", "unwritten"]
KINDS: Final[tuple[Kind, ...]] = ("named", "called", "same", "unwritten")
QUIET: Final = 0.25
"""How often the lists have an arm for all the rest."""
_PACKAGE: Final = re.compile(r"^package [\w.]+;", re.MULTILINE)
_SPELLINGS: Final = ("a_b", "aB", "Ab", "A_B")


@dataclass(frozen=True, slots=True)
class Growing:
    """An enumeration with and without its newest variant."""

    path: str
    before: str
    """The file without the variant."""
    trigger: Change
    name: str
    variants: tuple[str, ...]
    """All of them, the new one among them, in order."""
    new: int


def chains(tree: Tree, rng: random.Random) -> Iterator[Trajectory | None]:
    """Grown enumerations, without end; none in a language that has no enumerations."""
    writing = WRITINGS.get(tree.language)
    if writing is None:
        return
    own = list(_own(tree))
    while True:
        found = rng.choice(own) if own and rng.random() < OWN else None
        growing = _taken(tree, *found, rng) if found is not None else _invented(tree, writing, rng)
        yield None if growing is None else _chain(tree, writing, growing, rng)


def _own(tree: Tree) -> Iterator[tuple[str, Enumeration]]:
    """The tree's enumerations of plain variants, each on a line of its own."""
    for path in tree.paths:
        text = tree.texts[path]
        for one in enumerations(tree.document(path), 0, len(text)):
            lines = {text.count("\n", 0, variant.start) for variant in one.variants}
            plain = all(not variant.payload and variant.name.isidentifier() for variant in one.variants)
            if plain and FEWEST <= len(one.variants) <= MOST and len(lines) == len(one.variants):
                yield path, one


def _taken(tree: Tree, path: str, found: Enumeration, rng: random.Random) -> Growing | None:
    """One of the tree's own enumerations, without one of its variants that stands between others."""
    text, names = tree.texts[path], tuple(one.name for one in found.variants)
    new = rng.randrange(1, len(names) - 1)
    at = text.rfind("\n", 0, found.variants[new].start) + 1
    end = text.find("\n", at) + 1
    line = text[at:end]
    if line.count("(") != line.count(")") or "{" in line or "iota" in line:
        return None
    return Growing(path, text[:at] + text[end:], Change(at, "", line), found.name, names, new)


def _invented(tree: Tree, writing: Writing, rng: random.Random) -> Growing | None:
    """An enumeration at the end of one of the tree's files."""
    path = rng.choice(tree.paths)
    style = {"python": "A_B", "java": "A_B"}.get(tree.language, "Ab")
    words = {_spelt(tree.common(rng), style) for _ in range(rng.randrange(FEWEST, MOST))}
    names = tuple(sorted(name for name in words if tree.is_free(name)))
    name = _spelt(tree.invented("ItemKind", rng), "Ab")
    if len(names) < FEWEST or name in names or not tree.is_free(name):
        return None
    new = rng.randrange(1, len(names))
    head = writing.enumeration.format(e=name, first=names[0])
    given = names[1:] if "{first}" in writing.enumeration else names
    entries = [writing.entry.format(v=one) for one in given]
    at = given.index(names[new])
    base = tree.texts[path].rstrip("\n") + "\n"
    if tree.language == "java":
        path, base = posixpath.join(posixpath.dirname(path), f"{name}.java"), _package(base)
    start = len(base) + len(head) + sum(map(len, entries[:at]))
    tail = writing.closing.format()
    before = base + head + "".join(entries[:at] + entries[at + 1 :]) + tail
    return Growing(path, before, Change(start, "", entries[at]), name, names, new)


def _package(text: str) -> str:
    found = _PACKAGE.search(text)
    return f"{found.group()}\n\n" if found else ""


def _chain(tree: Tree, writing: Writing, growing: Growing, rng: random.Random) -> Trajectory:
    scribe = _Scribe(tree, writing, growing, rng)
    quiet = rng.random() < QUIET
    listings = [one for one in writing.listings if one.rest or not quiet]
    texts, steps, kinds = {growing.path: growing.before}, list[Step](), list[str]()
    for listing in rng.sample(listings, rng.randrange(1, len(listings) + 1)):
        kind = rng.choice(KINDS[: -1 if listing.values else len(KINDS)])
        path = scribe.path_of(growing.path)
        base = texts.get(path, _package(growing.before) + "\n" if path != growing.path else "")
        written, at, arm = scribe.listed(listing, kind, quiet)
        texts[path] = base + written
        kinds.append(f"{listing.name}_{kind}")
        if not quiet:
            steps.append((path, Change(len(base) + at, "", arm)))
    name = "quiet/rest" if quiet else f"variant/{kinds[0]}"
    trigger = growing.path, (growing.trigger,)
    return tree.chain("fix", name, texts, trigger, steps)


class _Scribe:
    """Writes lists of an enumeration's variants."""

    def __init__(self, tree: Tree, writing: Writing, growing: Growing, rng: random.Random) -> None:
        self._tree = tree
        self._writing = writing
        self._growing = growing
        self._rng = rng
        self._snake = tree.language in {"python", "rust"}
        self._holder = ""

    def path_of(self, path: str) -> str:
        """The file of the next list: the enumeration's own, or one of its own in a language of classes."""
        if self._tree.language != "java":
            return path
        self._holder = _spelt(self._tree.invented("Printer", self._rng), "Ab")
        return posixpath.join(posixpath.dirname(path), f"{self._holder}.java")

    def listed(self, listing: Listing, kind: Kind, quiet: bool) -> tuple[str, int, str]:
        """A list of all variants but the new one, and the new one's arm with its place."""
        growing, tree = self._growing, self._tree
        function = _spelt(tree.invented("show", self._rng), "a_b" if self._snake else "aB")
        names = {"f": function, "x": tree.common(self._rng), "e": growing.name, "c": self._holder}
        bodies = self._bodies(listing, kind, names)
        arms: list[str] = []
        for number, (variant, body) in enumerate(zip(growing.variants, bodies, strict=True)):
            template = listing.first if listing.first and number == 0 else listing.arm
            arms.append(template.format(**names, v=variant, b=body))
        head = listing.head.format(**names)
        others = arms[: growing.new] + arms[growing.new + 1 :]
        rest = listing.rest.format(**names, b=bodies[0]) if quiet else ""
        at = len(head) + sum(map(len, arms[: growing.new]))
        return head + "".join(others) + rest + listing.tail.format(), at, arms[growing.new]

    def _bodies(self, listing: Listing, kind: Kind, names: dict[str, str]) -> list[str]:
        """What each arm does."""
        style, literal = self._rng.choice(_SPELLINGS), self._tree.literal(self._rng)
        values = [self._value(variant, kind, style, literal, names) for variant in self._growing.variants]
        if not listing.values:
            put = listing.body or self._writing.body
            values = [
                (value if kind == "called" and listing.body else put.format(b=value)) for value in values
            ]
            values = [f"{value};" if listing.body and kind == "called" else value for value in values]
        if kind == "unwritten":
            values[self._growing.new] = self._writing.stub
        return values

    def _value(self, variant: str, kind: Kind, style: str, literal: str, names: dict[str, str]) -> str:
        match kind:
            case "named":
                return f'"{_spelt(variant, style)}"'
            case "called":
                return self._writing.call.format(**names, s=_spelt(variant, "a_b" if self._snake else "Ab"))
            case "same":
                return literal
            case "unwritten":
                return str(self._rng.randrange(10, 10_000))


def _spelt(name: str, like: str) -> str:
    return join_name(split_name(name) or [name.lower()], like)
