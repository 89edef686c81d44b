"""How a file sorts and groups its imports, found from the imports that stand there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from engine.syntax.linking.imports import Statement
from engine.syntax.linking.library import Imports
from engine.syntax.linking.spelling import Speller

FUTURE, LIBRARY, FOREIGN, OWN, UPWARD, BESIDE = range(6)
"""Kinds of modules, in the order in which most files have them."""
SORTED = 0.34
"""The share of neighbours out of order up to which a group counts as sorted."""
WELL_SORTED = 0.15
"""The share up to which the order is trusted more than what other files do."""
_DOTS = re.compile(r"^(\.+)\s*")
_CAMEL = re.compile(r"[A-Z].*[a-z]|[A-Z]$")

Key = tuple[object, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """What a statement is sorted by."""

    module: str
    named: bool
    """Whether it brings in names, not the module."""
    name: str
    text: str
    kind: int
    """What kind of module it is."""
    static: bool = False
    type_only: bool = False


def line_of(statement: Statement, kind: int) -> Line:
    """A statement as it is sorted."""
    first = statement.items[0] if statement.items else None
    named = first is not None and first.kind not in {"module", "effect"}
    name = "" if first is None else first.name
    if len(statement.items) > 1 or statement.lists:
        name = "{"
    module = statement.module
    if statement.lists and statement.lists[0].module:
        module = min((one.module for one in statement.lists), key=len)
    return Line(module, named, name, statement.text, kind, statement.static, statement.type_only)


def module_kind(speller: Speller, known: Imports, module: str) -> int:
    """What kind of module an import in the speller's file names."""
    if module == "__future__":
        return FUTURE
    if module.startswith(".."):
        return UPWARD if known.forms.between == "/" else BESIDE
    if module.startswith("."):
        return BESIDE
    bare = module.removeprefix("node:")
    first = bare.split(known.forms.between)[0]
    if bare in known.library.modules or (first in known.library.roots and "." not in first):
        origin = speller.origin(speller.path, module)
        return OWN if origin.own else LIBRARY
    if known.forms.between == "::":
        return OWN if first in {"self", "super", "crate"} or speller.is_child(first) else FOREIGN
    if "own.kind" in known.forms.templates:
        return FOREIGN
    return OWN if speller.origin(speller.path, module).own else FOREIGN


def _isort(module: str) -> str:
    """A module as isort compares it: of relative ones the farther first."""
    return _DOTS.sub(lambda found: f"{found.group(1)}_", module)


def _segments(line: Line) -> Key:
    words = [word for word in (*line.module.split("::"), line.name) if word]
    return tuple(map(_word, words))


def _word(word: str) -> tuple[int, str]:
    """How rustfmt compares one word of a path: lists last, names by their case."""
    if word in {"self", "super", "crate"}:
        return ({"self": 0, "super": 1, "crate": 2}[word], "")
    if word.startswith("{"):
        return (9, "")
    bare = word.split("::")[0].split(" ")[0]
    case = 4 if bare[:1].islower() or bare[:1] == "_" else 5 if _CAMEL.match(bare) else 6
    return (case, bare)


ORDERS: dict[str, Callable[[Line], Key]] = {
    "kind_fold": lambda line: (line.named, _isort(line.module).lower(), line.name.lower(), line.name),
    "kind": lambda line: (line.named, _isort(line.module), line.name),
    "fold": lambda line: (_isort(line.module).lower(), line.named, line.name.lower(), line.name),
    "module": lambda line: (_isort(line.module), line.named, line.name),
    "full": lambda line: (line.module + "." + line.name,),
    "line": lambda line: (line.text,),
    "line_fold": lambda line: (line.text.lower(),),
    "length": lambda line: (len(line.text),),
    "segments": _segments,
}

ITEM_ORDERS: dict[str, Callable[[str], Key]] = {
    "typed": lambda name: (_case(name), _plain(name).lower(), _plain(name)),
    "fold": lambda name: (_plain(name).lower(), _plain(name)),
    "exact": lambda name: (_plain(name),),
    "segments": lambda name: tuple(map(_word, name.split("::"))),
}


def _plain(name: str) -> str:
    """A name of a list without the mark of a type."""
    return name.removeprefix("type ")


def _case(name: str) -> int:
    bare = _plain(name).split(" ")[0]
    return 0 if bare.isupper() and len(bare) > 1 else 1 if bare[:1].isupper() else 2


def best_order(groups: Iterable[Sequence[Line]], names: Sequence[str]) -> tuple[str, float]:
    """The order that the groups follow best, and the share of neighbours that break it."""
    return _best(groups, {name: ORDERS[name] for name in names})


def best_item_order(lists: Iterable[Sequence[str]], names: Sequence[str]) -> tuple[str, float]:
    """The same for the names in lists."""
    return _best(lists, {name: ITEM_ORDERS[name] for name in names})


def _best(groups: Iterable[Sequence[T]], orders: Mapping[str, Callable[[T], Key]]) -> tuple[str, float]:
    pairs = [pair for group in groups for pair in pairwise(group)]
    broken = {name: sum(key(a) > key(b) for a, b in pairs) for name, key in orders.items()}
    name = min(broken, key=lambda one: broken[one])
    return name, broken[name] / len(pairs) if pairs else 0.0
