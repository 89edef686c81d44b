"""Values with a written type in a source tree: where a field's type stands again, found by the texts alone.

Only what its own line and function show is taken: `self.x = x`, a function that returns `self.x` and nothing
else, a local that is set from `self.x`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from engine.syntax.forms import Class, Function, Parameter
from trainer.simulate.tree import Tree

Role = Literal["parameter", "field", "result", "local", "made"]
_TYPE: Final = r"(?P<type>[^=;\n{}#]+?)"
_LINE: Final = re.MULTILINE


class Spot(NamedTuple):
    """One place where the type of a value is written."""

    path: str
    start: int
    text: str
    role: Role
    owner: str = ""
    """The function that the parameter or result belongs to."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class with every place that says its type."""

    name: str
    type: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """How a language writes that a value goes from here to there; $x is the field, $v the value."""

    store: str
    """A statement of a method that sets a field from a name; the groups are member and value."""
    give: str
    """What a function returns that gives a field away."""
    exits: str
    """Every way out of a function with a value."""
    field: str
    """A declared field in the body of a class, as far as its type."""
    local: str
    """A local with a written type that is set from the field."""
    made: str
    """The field is set to a new instance of the class $t."""
    literal: str = ""
    """An instance of the class $c made by its fields, with what stands inside as its group."""
    pair: str = ""
    """A field and the name it is set from inside such a literal."""


WRITING: Final = {
    "python": Writing(
        r"^[ \t]*self\.(?P<member>\w+)(?:[ \t]*:[ \t]*[^=\n]+?)?[ \t]*=[ \t]*(?P<value>[A-Za-z_]\w*)[ \t]*$",
        r"self\.$x[ \t]*$",
        r"^[ \t]*return\b[ \t]*(?P<what>[^\n]*)$",
        rf"^[ \t]+(?:self\.)?(?P<name>\w+)[ \t]*:[ \t]*{_TYPE}[ \t]*(?:=[^=]|#|$)",
        rf"^[ \t]+\w+[ \t]*:[ \t]*{_TYPE}[ \t]*=[ \t]*self\.$x[ \t]*$",
        r"\bself\.$x(?:[ \t]*:[^=\n]*)?[ \t]*=[ \t]*(?P<type>$t)\(",
    ),
    "typescript": Writing(
        r"\bthis\.(?P<member>[\w#]+) = (?P<value>[A-Za-z_$][\w$]*)[ \t]*(?=[;\n}])",
        r"this\.$x\b[ \t]*;?$",
        r"\breturn\b[ \t]*(?P<what>[^\n;}]*)",
        r"^[ \t]+(?:(?:private|public|protected|readonly|declare|override)\s+)*"
        rf"(?P<name>[\w#$]+)[!]?:[ \t]*{_TYPE}[ \t]*(?:=[^>]|;|$)",
        rf"\b(?:const|let)\s+\w+[ \t]*:[ \t]*{_TYPE}[ \t]*=[ \t]*this\.$x[ \t]*(?=[;\n])",
        r"\bthis\.$x = new (?P<type>$t)\(",
    ),
    "java": Writing(
        r"\bthis\.(?P<member>\w+) = (?:Objects\.requireNonNull\()?"
        r"(?P<value>[A-Za-z_]\w*)(?:(?:, [^;]*)?\))?;",
        r"(?:this\.)?$x$",
        r"\breturn\b[ \t]*(?P<what>[^;]*);",
        r"^[ \t]+(?:(?:private|public|protected|final|static|volatile|transient|@\w+)\s+)*"
        r"(?!return\b|throw\b|new\b)"
        r"(?P<type>[A-Za-z][\w.]*(?:<[^;=(){}]*>)?(?:\[\])*)[ \t]+(?P<name>\w+)[ \t]*(?:=[^=]|;)",
        r"^[ \t]+(?:final )?(?P<type>[A-Za-z][\w.]*(?:<[^;=(){}]*>)?(?:\[\])*) \w+ = this\.$x;",
        r"\bthis\.$x = new (?P<type>$t)\(",
    ),
    "go": Writing(
        r"^[ \t]*(?P<receiver>\w+)\.(?P<member>\w+) = (?P<value>[A-Za-z_]\w*)[ \t]*$",
        r"\w+\.$x$",
        r"\breturn\b[ \t]*(?P<what>[^\n}]*)",
        r"^[ \t]+(?P<name>\w+)[ \t]+(?P<type>[^\s`/,]+)[ \t]*(?:`|//|$)",
        r"\bvar \w+ (?P<type>[^\s=]+) = \w+\.$x[ \t]*$",
        r"\b\w+\.$x = &?(?P<type>$t)\{",
        r"\b$c\{(?P<inside>[^{}]*)\}",
        r"\b(?P<member>\w+):[ \t]*(?P<value>[A-Za-z_]\w*)[ \t]*(?=,|\n|$)",
    ),
    "rust": Writing(
        r"\bself\.(?P<member>\w+) = (?P<value>[A-Za-z_]\w*);",
        r"(?:&(?:mut )?)?self\.$x$",
        r"\breturn\b[ \t]*(?P<what>[^;]*);|(?P<tail>[^;{}\n]+)\s*\}\s*\Z",
        rf"^[ \t]+(?:pub(?:\([^)]*\))? )?(?P<name>\w+): {_TYPE},?$",
        rf"\blet \w+: {_TYPE} = &?self\.$x;",
        r"\bself\.$x = (?P<type>$t)::",
        r"(?<!-> )(?<!impl )(?<!for )\b(?:Self|$c) \{(?P<inside>[^{}]*)\}",
        r"(?:^|(?<=[,{\s]))(?P<member>\w+)(?::[ \t]*(?P<value>[a-z_]\w*))?[ \t]*(?=,|\n|$|\})",
    ),
}
SELF: Final = {"python": "self.", "typescript": "this.", "java": "this.", "go": "", "rust": "self."}
_KIND: Final = {"go": ("struct",), "rust": ("struct",)}
_FRONT = re.compile(r"^(?:&(?:'\w+ )?(?:mut )?)+")


def fields(tree: Tree, path: str, found: Class) -> Iterator[Field]:
    """The fields of a class whose type stands at two places or more."""
    writing = WRITING[tree.language]
    if tree.language in _KIND and found.kind not in _KIND[tree.language]:
        return
    methods = methods_of(tree, path, found)
    taken: dict[str, list[Spot]] = {}
    for spot, name in (
        *_declared(tree, path, found, methods, writing),
        *_set(tree, path, found, methods, writing),
    ):
        taken.setdefault(name, []).append(spot)
    for name, spots in taken.items():
        types = {held(spot.text) for spot in spots}
        spots = [spot for spot in spots if spot.role != "made" or re.fullmatch(r"[A-Z]\w+", spot.text)]
        declared = sum(spot.role == "field" for spot in spots)
        if len(types) != 1 or declared > 1 or not is_type(written := types.pop()):
            continue
        spots += [spot for spot in _given(tree, path, methods, writing, name) if held(spot.text) == written]
        local = writing.local.replace("$x", re.escape(name))
        made = writing.made.replace("$x", re.escape(name)).replace("$t", re.escape(written))
        spots += _inside(tree, path, methods, local, "local", written)
        spots += _inside(tree, path, methods, made, "made", written)
        unique = {(spot.start, spot.text): spot for spot in spots}
        if len(unique) > 1:
            yield Field(name, written, tuple(sorted(unique.values(), key=lambda one: one.start)))


def is_type(text: str) -> bool:
    """Whether a text is a type that can be exchanged: no type parameter, no half of a line."""
    return bool(re.search(r"\w{2}", text)) and text.count("[") == text.count("]") and not text.endswith(",")


def held(text: str) -> str:
    """A type without the reference by which it is handed on."""
    return _FRONT.sub("", text)


def methods_of(tree: Tree, path: str, found: Class) -> tuple[Function, ...]:
    """The functions that have to do with a class's fields: its methods, and what makes it by a literal."""
    if tree.language not in _KIND:
        return found.methods
    return tuple(
        one
        for one in tree.shapes(path).functions()
        if one.owner == found.name or re.search(rf"\b{re.escape(found.name)}\b", one.returns)
    )


def body_of(tree: Tree, path: str, function: Function) -> tuple[int, str]:
    """Where the body of a function begins, and its text."""
    if function.body_start < 0:
        return function.end, ""
    return function.body_start, tree.texts[path][function.body_start : function.body_end]


def _declared(
    tree: Tree, path: str, found: Class, methods: tuple[Function, ...], writing: Writing
) -> Iterator[tuple[Spot, str]]:
    text = tree.texts[path]
    for match in re.finditer(writing.field, text[found.body_start : found.body_end], _LINE):
        start = found.body_start + match.start("type")
        around = next((one for one in methods if one.start <= start < one.end), None)
        in_method = "self." in match.group()
        if (around is not None) == in_method and (around is None or around.body_start <= start):
            yield Spot(path, start, match["type"], "field"), match["name"]
            made = re.compile(rf"[^\n]*?= (?:new )?(?P<type>{re.escape(match['type'])})\(").match(
                text, match.end("type")
            )
            if made:
                yield Spot(path, made.start("type"), made["type"], "made"), match["name"]


def _set(
    tree: Tree, path: str, found: Class, methods: tuple[Function, ...], writing: Writing
) -> Iterator[tuple[Spot, str]]:
    """The parameters that a field is set from."""
    for function in methods:
        _, body = body_of(tree, path, function)
        pairs = [(one["member"], one["value"]) for one in re.finditer(writing.store, body, _LINE)]
        if writing.literal:
            literal = writing.literal.replace("$c", re.escape(found.name))
            for match in re.finditer(literal, body):
                inner = re.finditer(writing.pair, match["inside"], _LINE)
                pairs += [(one["member"], one["value"] or one["member"]) for one in inner]
        for parameter in function.parameters:
            if parameter.is_field and is_plain(parameter):
                yield (
                    Spot(path, parameter.type_start, parameter.type, "parameter", function.name),
                    parameter.name,
                )
                continue
            members = {member for member, value in pairs if value == parameter.name}
            if len(members) == 1 and is_plain(parameter) and is_own(function, parameter):
                yield (
                    Spot(path, parameter.type_start, parameter.type, "parameter", function.name),
                    members.pop(),
                )


def is_plain(parameter: Parameter) -> bool:
    """Whether a parameter takes one value of the type that it says."""
    return bool(parameter.kind == "plain" and parameter.name and parameter.type and parameter.type_start >= 0)


def is_own(function: Function, parameter: Parameter) -> bool:
    """Whether the written type is that of this parameter alone (not so in `a, b int`)."""
    return sum(one.type_start == parameter.type_start for one in function.parameters) == 1


def _given(
    tree: Tree, path: str, methods: tuple[Function, ...], writing: Writing, name: str
) -> Iterator[Spot]:
    """The functions that return the field and nothing else."""
    give = writing.give.replace("$x", re.escape(name))
    for function in methods:
        _, body = body_of(tree, path, function)
        locals_ = {one.name for one in function.parameters}
        if not function.returns or name in locals_ or not body:
            continue
        exits = [
            (match.groupdict().get("what") or match.groupdict().get("tail") or "").strip()
            for match in re.finditer(writing.exits, body, _LINE)
        ]
        if exits and all(re.fullmatch(give, one) for one in exits):
            yield Spot(path, function.returns_start, function.returns, "result", function.name)


def _inside(
    tree: Tree, path: str, methods: tuple[Function, ...], pattern: str, role: Role, written: str
) -> Iterator[Spot]:
    """Where a pattern finds the written type in the bodies of methods."""
    for function in methods:
        start, body = body_of(tree, path, function)
        for match in re.finditer(pattern, body, _LINE):
            if held(match["type"]) == written:
                yield Spot(path, start + match.start("type"), match["type"], role, function.name)
