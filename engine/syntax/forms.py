"""What a source file is made of: functions, parameters, calls and classes; offsets are characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ParameterKind = Literal["self", "plain", "rest", "keywords", "separator", "pattern"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One entry of a parameter list."""

    name: str
    """Empty for a pattern, a separator, or a bare type."""
    start: int
    end: int
    name_start: int
    """-1 where there is no name."""
    type: str
    type_start: int
    type_end: int
    default: str
    default_start: int
    default_end: int
    kind: ParameterKind
    keyword_only: bool = False
    optional: bool = False
    """Whether a call may leave it out though it has no default (`x?: T`)."""
    is_field: bool = False
    """Whether it declares a field of its class too (`private x: T`)."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function, method, constructor, or its bare signature."""

    name: str
    name_start: int
    start: int
    """Decorators, attributes and `export` included."""
    end: int
    list_start: int
    """Inside the parentheses."""
    list_end: int
    parameters: tuple[Parameter, ...]
    returns: str
    """The text of the return type, or nothing."""
    returns_start: int
    returns_end: int
    body_start: int
    """-1 where there is no body."""
    body_end: int
    owner: str
    """The name of the class that it stands in or belongs to, or nothing."""
    modifiers: tuple[str, ...]
    """Words and decorators in front of it, as they are written."""
    receiver: str = ""
    """The name of what it is called on, where that stands beside the parameters."""
    is_broken: bool = False
    """Whether its head does not parse."""

    @property
    def is_abstract(self) -> bool:
        """Whether it has no body."""
        return self.body_start < 0


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call."""

    start: int
    end: int
    text: str
    keyword: str = ""
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call or the making of an instance."""

    name: str
    """The last word of the callee."""
    name_start: int
    start: int
    end: int
    callee: str
    list_start: int
    """Inside the parentheses."""
    list_end: int
    arguments: tuple[Argument, ...]
    is_loose: bool = False
    """Whether it stands in a macro, where the grammar sees only words and brackets."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class, interface, struct, enum, trait or impl block."""

    name: str
    name_start: int
    start: int
    end: int
    kind: str
    """class, abstract, interface, struct, enum, record or impl."""
    body_start: int
    body_end: int
    bases: tuple[str, ...]
    """As they are written; for an impl block its trait."""
    methods: tuple[Function, ...]
    modifiers: tuple[str, ...]
