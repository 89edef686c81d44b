"""What a language writes where names are looked for, read from its names.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from engine.syntax.conventions import NEVER
from engine.syntax.grammars import table_of

Kinds = frozenset[str]
"""Kinds of nodes."""


@dataclass(frozen=True, slots=True)
class Words:
    """A language's own words; empty, or a pattern that matches nothing, where it has no such thing.

    Patterns that are text hold {name} where a name goes.
    """

    trait: str
    """The kind of node whose members other types can take over."""
    implemented: str
    """The block in which a type takes a trait over; groups `held` (type parameters) and `taker`."""
    macro: str
    """The kind of node that holds what a macro is given, where the grammar sees words and brackets."""
    called: bytes
    """The sign between a macro's name and what it is given."""
    head: re.Pattern[str]
    """How a function begins in there."""
    made: str
    """How a local is made in there: a parameter, one of a closure, a variable."""
    instance: str
    """The word for the instance where a parameter is that without a name of its own."""
    unbound: frozenset[str]
    """Modifiers of a method that is called on no instance."""
    backward: bool
    """Whether a block's names may be bound behind their uses, as in a comprehension."""
    entered: tuple[str, ...]
    """The methods that give what a context manager holds."""
    dynamic: tuple[str, ...]
    """Members of a class of which nobody knows all members."""
    exports: bytes
    """The word of a statement that gives bindings away under other names."""
    assigned: bytes
    """The word for the object that a module gives away."""
    whole: tuple[str, ...]
    """Ends of the names of files that may give away one thing in place of a module."""
    importing: Kinds
    """Statements that bring in."""
    passing: Kinds
    """Statements that pass on, and so may bring in as well."""
    passed: str
    """A statement that passes a name on and binds nothing."""
    ignored: str
    """The name that stands for nothing."""
    beside: str
    """What a module's own file is called in the folder of its parts, after a slash."""


@cache
def words_of(language: str) -> Words:
    """The words of a language."""
    values = table_of(language, "names.txt")

    def split(key: str) -> tuple[str, ...]:
        return tuple(values.get(key, "").split())

    return Words(
        trait=values.get("trait", ""),
        implemented=values.get("implemented", NEVER),
        macro=values.get("macro", ""),
        called=values.get("called", "").encode(),
        head=re.compile(values.get("head", NEVER)),
        made=values.get("made", NEVER),
        instance=values.get("instance", ""),
        unbound=frozenset(split("unbound")),
        backward="backward" in values,
        entered=split("entered"),
        dynamic=split("dynamic"),
        exports=values.get("exports", "").encode(),
        assigned=values.get("assigned", "").encode(),
        whole=split("whole"),
        importing=frozenset(split("importing")),
        passing=frozenset(split("passing")),
        passed=values.get("passed", ""),
        ignored=values.get("ignored", ""),
        beside=values.get("beside", ""),
    )


def naming(pattern: str, name: str) -> str:
    """A pattern of these words for one name."""
    return pattern.replace("{name}", re.escape(name))
