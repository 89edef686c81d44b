"""A base's signature as it reads below it: type arguments put in, types named as they are seen there."""

from __future__ import annotations

import posixpath
import re

from engine.syntax.conventions import Conventions
from engine.syntax.forms import Class
from engine.syntax.names.family import Kin, top_level

_PACKAGE = re.compile(r"^package\s+(\w+)", re.MULTILINE)
_EXPORTED = re.compile(r"(?<![\w.\"])([A-Z]\w*)\b(?!\s*\()")
_GENERIC = re.compile(r"(?:^|\.)(?:Generic|Protocol)\[(.*)\]$", re.DOTALL)


def fitted(head: str, path: str, text: str, type_: Class, kin: Kin, below: str, rules: Conventions) -> str:
    """The signature of a member of `type_` (in `text`) for a class below it (in the text `below`)."""
    arguments = _arguments(text, type_, kin.base)
    if arguments:
        names = "|".join(re.escape(name) for name in arguments)
        head = re.sub(rf"(?<![\w.$])(?:{names})(?![\w$])", lambda found: arguments[found.group()], head)
    if rules.structural and posixpath.dirname(path) != posixpath.dirname(kin.path):
        head = _qualified(head, text, below)
    return head


def _arguments(text: str, type_: Class, base: str) -> dict[str, str]:
    """What the type parameters of a class are for one that names it as its base."""
    after = type_.name_start + len(type_.name)
    head = text[after : type_.body_start]
    declared = _listed(head) if head.lstrip()[:1] in ("<", "[") else []
    for one in type_.bases:
        found = _GENERIC.search(one)
        declared = top_level(found.group(1)) if found and not declared else declared
    opened = re.search(r"[<\[]", base)
    given = _listed(base[opened.start() :]) if opened else []
    arguments: dict[str, str] = {}
    for number, one in enumerate(declared):
        name = re.match(r"(?:(?:in|out|const)\s+)*('?[\w$]+)", one)
        default = re.search(r"[^=!<>]=\s*([^=>].*)$", one, re.DOTALL)
        argument = given[number] if number < len(given) else (default.group(1) if default else "")
        if name and argument and argument != name.group(1):
            arguments[name.group(1)] = argument
    return arguments


def _listed(text: str) -> list[str]:
    """The entries of the bracketed list that a text begins with."""
    depth = 0
    for at, char in enumerate(text):
        arrow = char == ">" and text[at - 1 : at] in ("-", "=")
        depth += (char in "<[(") - (char in ">])" and not arrow)
        if depth == 0 and not char.isspace():
            return top_level(text[:at].lstrip()[1:])
    return []


def _qualified(head: str, home: str, below: str) -> str:
    """Types of the interface's package with its name before them, those of the type's own without."""
    package, other = _PACKAGE.search(home), _PACKAGE.search(below)
    if not package or not other:
        return head
    head = _EXPORTED.sub(rf"{package.group(1)}.\1", head)
    return re.sub(rf"(?<![\w.]){other.group(1)}\.(?=[A-Z])", "", head)
