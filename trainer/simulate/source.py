"""Projects as simulation reads them: their texts, names, and rewriting at known offsets."""

from __future__ import annotations

import bisect
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_WORDS = """
match case self cls print len str int float bool list dict set tuple type object super range
isinstance abstract any as async await boolean break catch class const constructor continue declare
default delete do else enum export extends finally for from function get if implements import in
infer instanceof interface is keyof let module namespace never new null number of override private
protected public readonly require return satisfies set static string super switch symbol this throw
true false try typeof undefined unknown var void while with yield Promise Array Object Error Map Set
"""
RESERVED = frozenset(keyword.kwlist) | frozenset(_WORDS.split())
"""Words that are never renamed: keywords, and names that every project uses."""


class Change(NamedTuple):
    """Replace `old` at `start` by `new`."""

    start: int
    old: str
    new: str

    @property
    def end(self) -> int:
        """The end of the replaced text."""
        return self.start + len(self.old)


def apply(text: str, changes: Iterable[Change]) -> str:
    """The text after changes that do not overlap."""
    parts, at = [], 0
    for change in sorted(changes):
        parts += [text[at : change.start], change.new]
        at = change.end
    return "".join([*parts, text[at:]])


class Moved:
    """Where offsets of a text stand after changes; one inside a change moves to the change's start."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._starts: list[int] = []
        self._shifts: list[int] = []
        shift = 0
        for change in sorted(changes):
            shift += len(change.new) - len(change.old)
            self._starts.append(change.start)
            self._shifts.append(shift)

    def __call__(self, offset: int) -> int:
        """The offset after the changes, for one that no change covers except at its start."""
        at = bisect.bisect_left(self._starts, offset)
        return offset + (self._shifts[at - 1] if at else 0)


@dataclass(frozen=True)
class Source:
    """The texts of one project in one language."""

    name: str
    language: str
    texts: Mapping[str, str]


def split_name(name: str) -> list[str]:
    """The words of an identifier: snake_case, camelCase and PascalCase; lower-case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def join_name(parts: Sequence[str], like: str) -> str:
    """The words as an identifier in the style of another one (leading underscores too)."""
    lead = like[: len(like) - len(like.lstrip("_"))]
    core = like.lstrip("_")
    if core.isupper() and len(core) > 1:
        return lead + "_".join(parts).upper()
    if "_" in core or core.islower():
        return lead + "_".join(parts)
    joined = "".join(part[:1].upper() + part[1:] for part in parts)
    return lead + (joined if core[:1].isupper() else joined[:1].lower() + joined[1:])


def style(name: str) -> tuple[bool, bool]:
    """How a name is written, leading underscores aside: all in capitals, and with one in front."""
    core = name.lstrip("_")
    return core.isupper(), core[:1].isupper()


COMMENTS = ("//", "#", "/*", "*")


def above(text: str, start: int, marks: tuple[str, ...] = COMMENTS) -> int:
    """The start of the comment lines right above the line of an offset, or of that line."""
    line = text.rfind("\n", 0, start) + 1
    while line:
        before = text.rfind("\n", 0, line - 1) + 1
        if not text[before:line].lstrip().startswith(marks):
            break
        line = before
    return line
