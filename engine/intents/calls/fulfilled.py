"""Methods that are the same one though no class names another: interfaces that types fulfil unasked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.syntax.document import Document
from engine.syntax.forms import Class, Function
from engine.syntax.index import Index
from engine.syntax.names.family import Family, same_call
from engine.syntax.names.meaning import Meaning

BELOW, ABOVE = 0.75, 0.7
"""How sure it is that an implementation follows its interface, and the other way round."""
MOST_FILES = 60
MOST = 12


@dataclass(frozen=True, slots=True)
class Relative:
    """The same method in a class above, below or beside, which has to stay like it."""

    path: str
    document: Document
    function: Function
    rule: float


def relatives(meaning: Meaning, index: Index, path: str, function: Function, old: Function) -> list[Relative]:
    """The methods that promised, or kept the promise of, what the function was before."""
    family = Family(meaning)
    found: list[Relative] = []
    for where, interface in list(_interfaces(family, index, path, function, old))[:MOST]:
        document = index.document(where)
        if document is None:
            continue
        mine = [one for one in interface.methods if one.name == function.name]
        rule = BELOW if function.is_abstract else ABOVE
        if not function.is_abstract:
            found += [Relative(where, document, one, rule) for one in mine]
        wanted = [_like(old, one) if one in mine else one for one in interface.methods]
        for kin in family.fulfilling(where, wanted):
            for member in kin.members:
                other = index.document(member.path) if member.function.name == function.name else None
                if other is not None and (member.path, member.function.name_start) != (
                    path,
                    function.name_start,
                ):
                    found.append(Relative(member.path, other, member.function, rule))
    return found[:MOST]


def _like(old: Function, present: Function) -> Function:
    """The method as it was promised before."""
    return replace(present, parameters=old.parameters, returns=old.returns)


def _interfaces(
    family: Family, index: Index, path: str, function: Function, old: Function
) -> Iterator[tuple[str, Class]]:
    """The interface that the method is of, or those that its type fulfilled with what it was before."""
    if function.is_abstract:
        yield from ((path, one) for one in _around(index, path, function))
        return
    kin = family.type_(path, function.owner)
    names = {member.function.name for member in kin.members} if kin is not None else set()
    for where in index.files_with(function.name)[:MOST_FILES]:
        for name, kind, at, _, _ in index.facts(where)[0]:
            document = index.document(where) if (name, kind) == (function.name, "method") else None
            declared = (
                document.shapes.function_at(document.border.to_chars(at)) if document is not None else None
            )
            if declared is None or not declared.is_abstract or not same_call(declared, old):
                continue
            for one in _around(index, where, declared):
                if names.issuperset(method.name for method in one.methods):
                    yield where, one


def _around(index: Index, path: str, function: Function) -> Iterator[Class]:
    """The class that a method stands in."""
    document = index.document(path)
    for one in document.shapes.classes(function.name_start, function.name_start + 1) if document else ():
        if one.name == function.owner:
            yield one
