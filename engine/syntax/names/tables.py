"""The bindings of one name in one file, and which of them is seen from where. All offsets here are bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.syntax.document import MODULE, Key, Mention, Scope

BINDING_IMPORTS = frozenset(
    {"import.name", "import.alias", "import.module", "import.default", "import.root", "import.foreign"}
)
HELD = frozenset({"def.member", "def.outside"})
"""Definitions of members outside of their class's scope."""


@dataclass(slots=True)
class Table:
    """All bindings of one name in one file."""

    defs: dict[Key, list[Mention]]
    declared: dict[Key, str]
    """Scopes with a `global` or `nonlocal` for the name."""
    again: dict[Key, list[Key]] = field(default_factory=dict)
    """Where a language lets a name be bound anew in the same scope: what is left of the scope after that."""


def seen_in(table: Table, scopes: Sequence[Scope], ordered: bool, mention: Mention | None) -> Key | None:
    """The innermost of these scopes that binds the name of a table, or None."""
    for depth, scope in enumerate(scopes):
        if scope.kind == "closed" or (scope.kind == "class" and depth > 0):
            continue
        declared = table.declared.get(scope.key)
        if declared == "global":
            return MODULE
        held = table.defs.get(scope.key, ()) if declared is None else ()
        if any(not ordered or mention is None or _seen_from(one, mention) for one in held):
            later = table.again.get(scope.key, ())
            at = mention.start if mention is not None else -1
            return next((rest for rest in reversed(later) if rest[0] <= at), scope.key)
    return None


def _seen_from(definition: Mention, mention: Mention | None) -> bool:
    """Whether a local definition stands before a use, and its statement does not hold the use."""
    statement = definition.part("statement")
    end = definition.start if statement is None else statement.end_byte
    return mention is None or end <= mention.start or definition.role != "def.variable"


def binding_scope(mention: Mention, table: Table) -> Key:
    """The scope in which a definition or import binds its name."""
    scopes = mention.scopes
    if mention.binds == "module":
        return MODULE
    if mention.binds == "function":
        scopes = tuple(scope for scope in scopes if scope.kind != "block")
    if mention.role == "def.typeparam":  # seen in the whole declaration, but no member of it
        scopes = tuple(scope for scope in scopes if not scope.is_class) or scopes
    if not scopes:
        return MODULE
    for rest in table.again.get(scopes[0].key, ()):
        if mention in table.defs.get(rest, ()):
            return rest
    declared = table.declared.get(scopes[0].key)
    if declared == "global":
        return MODULE
    if declared == "nonlocal":
        for scope in scopes[1:]:
            if scope.kind == "function" and scope.key in table.defs:
                return scope.key
    return scopes[0].key


def table_of(mentions: Sequence[Mention], shadows: bool = False) -> Table:
    """The bindings among the mentions of a name; `shadows`: a local may be declared again in its scope."""
    table = Table({}, {})
    for mention in mentions:
        if mention.role in {"global", "nonlocal"}:
            table.declared[mention.scopes[0].key if mention.scopes else MODULE] = mention.role
    later: list[Mention] = []
    for mention in mentions:
        if not (mention.is_def or mention.role in BINDING_IMPORTS) or mention.role in HELD:
            continue
        if mention.scopes and table.declared.get(mention.scopes[0].key) == "nonlocal":
            later.append(mention)
            continue
        table.defs.setdefault(binding_scope(mention, table), []).append(mention)
    for mention in later:
        table.defs.setdefault(binding_scope(mention, table), []).append(mention)
    for key, found in tuple(table.defs.items()) if shadows else ():
        _part(table, key, found)
    return table


def _part(table: Table, key: Key, found: list[Mention]) -> None:
    """Tell bindings of one name apart that come one after the other in one scope."""
    for one in found[1:] if key != MODULE else ():
        statement = one.part("statement")
        if one.role == "def.variable" and statement is not None:
            rest = (statement.end_byte, key[1])
            table.defs[key] = [other for other in table.defs[key] if other is not one]
            table.defs[rest] = [one]
            table.again.setdefault(key, []).append(rest)
