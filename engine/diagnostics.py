"""What language servers say of a project's files, and what they offer; positions are characters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Family(StrEnum):
    """What a language server's complaint is about, as far as something can follow from it."""

    NAME = "name"  # nothing of this name is known: misspelt or not imported
    IMPORT = "import"  # what is imported is not there
    MEMBER = "member"  # the receiver has no such member
    ARGUMENTS = "arguments"  # the number or the names of a call's arguments
    RETURN = "return"  # a way through a function gives nothing back
    MATCH = "match"  # a match that misses a case
    MISSING = "missing"  # a class without a member that it must have, a literal without a field
    UNUSED_IMPORT = "unused_import"
    UNUSED_VARIABLE = "unused_variable"
    SYNTAX = "syntax"


@dataclass(frozen=True, slots=True)
class Replacement:
    """One text of a file that another would take the place of."""

    path: str
    start: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What a language server offers against a diagnostic."""

    title: str
    changes: tuple[Replacement, ...]
    preferred: bool
    """The server says that this is the fix to take."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a language server says of a stretch of a file's present text."""

    path: str
    start: int
    end: int
    severity: Literal["error", "warning", "note", "hint"]
    family: Family
    code: str
    source: str
    """The server's name."""
    message: str
    fixes: tuple[Fix, ...] = ()
