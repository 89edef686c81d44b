"""Debian's format of fields and paragraphs, and its machine-readable copyright files.

https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_FORMAT = re.compile(r"copyright-format/1\.0/?$|\bdep\.debian\.net/deps/dep5|\bDEP-?5\b", re.IGNORECASE)
_GLOB = re.compile(r"\\(.)|([*?])|([^\\*?]+)|(\\)", re.DOTALL)


def paragraphs(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """The paragraphs of a text, each as its fields by their names in lower case."""
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        line = line.rstrip("\r\n")
        if not line.strip():
            if fields:
                yield fields
            fields, name = {}, ""
        elif line[0] in " \t":
            if name:
                fields[name] += "\n" + line.strip()
        elif not line.startswith("#"):
            name, colon, value = line.partition(":")
            name = name.lower() if colon else ""
            if name:
                fields[name] = value.strip()
    if fields:
        yield fields


@dataclass(frozen=True, slots=True)
class Copyright:
    """Which licence each file of a package is under."""

    rules: tuple[tuple[re.Pattern[str], str], ...]
    """Patterns of paths with a licence's name, in the order of the file."""

    def licence_of(self, path: str) -> str:
        """A file's licence in Debian's terms: of the last paragraph that speaks of it; "" where none does."""
        return next((licence for paths, licence in reversed(self.rules) if paths.fullmatch(path)), "")


def copyright_of(text: str) -> Copyright | None:
    """What a debian/copyright says; None where it is not machine-readable."""
    found = list(paragraphs(text.splitlines()))
    if not found or not _FORMAT.search(found[0].get("format", found[0].get("format-specification", ""))):
        return None
    rules = []
    for one in found[1:]:
        if "files" in one and "license" in one:
            patterns = "|".join(map(_expression, one["files"].split()))
            rules.append((re.compile(patterns, re.DOTALL), one["license"].split("\n", 1)[0].strip()))
    return Copyright(tuple(rules))


def _expression(glob: str) -> str:
    """A pattern as a regular expression: * and ? stand for slashes, too; a backslash takes their meaning."""
    out = ""
    for match in _GLOB.finditer(glob.removeprefix("./")):
        escaped, wild, plain, stray = match.groups()
        out += {"*": ".*", "?": "."}[wild] if wild else re.escape(escaped or plain or stray)
    return out
