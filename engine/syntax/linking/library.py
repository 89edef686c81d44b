"""What is known of a language's imports beside its grammar: how they are written, and its standard library.

`queries/<language>/forms.txt` says how an import is found in a text and written, `library.txt` which modules
the standard library has and what they export, `builtins.txt` (or globals.txt) what needs no import at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tree_sitter import Query

from engine.syntax.grammars import QUERIES, SPECS, grammar


@dataclass(frozen=True, slots=True)
class Library:
    """The standard library of a language; the likelier module stands first everywhere."""

    modules: tuple[str, ...]
    exporters: Mapping[str, tuple[str, ...]]
    """Name to the modules that export it."""
    roots: frozenset[str]
    """The first words of the modules' names."""
    builtins: frozenset[str]
    """Names that need no import."""
    members: Mapping[str, frozenset[str]]
    """What more a module holds, where something else bears its name."""

    def holds(self, module: str, name: str) -> bool:
        """Whether a module of the standard library has the name, even one that is seldom imported from it."""
        return self.exports(module, name) or name in self.members.get(module, ())

    def exports(self, module: str, name: str) -> bool:
        """Whether a module of the standard library exports the name."""
        return module in self.exporters.get(name, ())


@dataclass(frozen=True, slots=True)
class Forms:
    """How imports of a language are written."""

    find: re.Pattern[str]
    """Finds import statements in a text that is not parsed."""
    templates: Mapping[str, str]
    """Form ("name", "module.alias", "require.default") to the text with {module}, {name}, {local}, {item}."""
    brackets: tuple[str, str] | None
    """What encloses a list of imported names."""
    joins: bool
    """Whether one statement brings in several names of a module."""
    joins_alias: bool
    """Whether a renamed import stands in the same list as others."""
    orders: tuple[str, ...]
    """Ways to sort statements, the likeliest first."""
    item_orders: tuple[str, ...]
    width: int
    """Columns after which a list goes over several lines."""
    grouped: bool
    """Whether blank lines between kinds of modules are the custom."""
    end: str
    quotes: str
    """The quotes around a module's name, the likelier first; empty for none."""
    between: str
    """What stands between the words of a module's name."""
    inner: bool
    """Whether blocks with imports of their own are the custom."""


@dataclass(frozen=True, slots=True)
class Imports:
    """All that there is to know of a language's imports."""

    language: str
    query: Query
    """Import statements and what they bring in."""
    places: Query | None
    """Where a use needs no binding (skip), and where it is one of a type alone (typed)."""
    forms: Forms
    library: Library
    implicit: frozenset[str]
    """Names that are used without being mentioned: traits of the standard library."""
    ambient: frozenset[str]
    """Names that may be there without an import."""


def _texts(language: str, file: str) -> list[str]:
    paths = (QUERIES / folder / file for folder in SPECS[language].queries)
    return [path.read_text("utf-8") for path in paths if path.is_file()]


def _lines(language: str, file: str) -> list[str]:
    text = "\n".join(_texts(language, file))
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def imports_of(language: str) -> Imports | None:
    """The imports of a language by its grammar's name; None where none are described."""
    known = grammar(language) if language in SPECS else None
    if known is None:
        return None
    lines = _lines(language, "forms.txt")
    items, skips = ("\n".join(_texts(language, file)) for file in ("import_items.scm", "unbound.scm"))
    if not lines or not items:
        return None
    queries = (Query(known.language, items), Query(known.language, skips) if skips else None)
    implicit, ambient = (
        frozenset(" ".join(_lines(language, file)).split()) for file in ("implicit.txt", "ambient.txt")
    )
    return Imports(language, *queries, _forms(lines), _library(language), implicit, ambient)


def _forms(lines: list[str]) -> Forms:
    given = dict(_pair(line) for line in lines)
    brackets = given.get("list", "").split()
    fixed = {
        "find",
        "list",
        "joins",
        "joins.alias",
        "sort",
        "items",
        "width",
        "grouped",
        "end",
        "quotes",
        "between",
        "inner",
    }
    return Forms(
        find=re.compile(given["find"], re.MULTILINE),
        templates={name: text for name, text in given.items() if name not in fixed},
        brackets=(brackets[0], brackets[1]) if len(brackets) == 2 else None,
        joins=given.get("joins") == "yes",
        joins_alias=given.get("joins.alias") == "yes",
        orders=tuple(given.get("sort", "").split()),
        item_orders=tuple(given.get("items", "").split()),
        width=int(given.get("width", "100")),
        grouped=given.get("grouped") == "yes",
        end=given.get("end", ""),
        quotes=given.get("quotes", ""),
        between=given["between"],
        inner=given.get("inner") == "yes",
    )


def _pair(line: str) -> tuple[str, str]:
    name, _, text = line.partition(" =")
    return name.strip(), text.strip()


def _library(language: str) -> Library:
    modules: list[str] = []
    exporters: dict[str, list[str]] = {}
    members: dict[str, frozenset[str]] = {}
    for line in _lines(language, "library.txt"):
        module, _, names = line.partition(": ") if ": " in line else (line.rstrip(":"), "", "")
        if module.startswith("with "):
            members[module.removeprefix("with ")] = frozenset(names.split())
            continue
        if module.startswith("from "):
            module = module.removeprefix("from ")
        else:
            modules.append(module)
        for name in names.split():
            exporters.setdefault(name, []).append(module)
    between = _between(language)
    builtins = _lines(language, "builtins.txt") or " ".join(_lines(language, "globals.txt")).split()
    return Library(
        tuple(modules),
        {name: tuple(found) for name, found in exporters.items()},
        frozenset(module.split(between)[0] for module in modules),
        frozenset(builtins),
        members,
    )


def _between(language: str) -> str:
    return next(text for name, text in map(_pair, _lines(language, "forms.txt")) if name == "between")


def is_of_library(language: str, name: str) -> bool:
    """Whether a name is one that the language's own library has, so that an import may be all it lacks."""
    known = imports_of(language)
    return known is not None and (name in known.library.exporters or name in known.library.modules)
