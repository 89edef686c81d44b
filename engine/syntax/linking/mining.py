"""The imports of many files, read without parsing them: only what looks like an import is parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Parser

from engine.syntax.border import Border
from engine.syntax.grammars import grammar, language_of
from engine.syntax.linking.imports import TOP, WITHIN, Statement, read
from engine.syntax.linking.library import imports_of

_WORD = re.compile(r"[\w$]+")
Parts = tuple[tuple[str, ...], tuple[str, ...]]
"""Import statements as they stand at the margin, and inside of something."""


class Passed(NamedTuple):
    """What a file passes on."""

    names: frozenset[str]
    """By name: its own and those of others."""
    modules: tuple[str, ...]
    """Modules of which it passes on everything."""


class Mined:
    """What the files of a project import; offsets of the statements mean nothing."""

    def __init__(self, text_of: Callable[[str], str | None]) -> None:
        self._text_of = text_of
        self._parts: dict[str, Parts] = {}
        self._whole: dict[str, tuple[Statement, ...]] = {}
        self._passed: dict[str, Passed] = {}

    def forget(self, path: str) -> None:
        """A file has changed."""
        self._parts.pop(path, None)
        self._whole.pop(path, None)
        self._passed.pop(path, None)

    def of(self, path: str) -> tuple[Statement, ...]:
        """All import statements of a file."""
        found = self._whole.get(path)
        if found is None:
            found = self._whole[path] = mined(self._parts_of(path), language_of(path) or "")
        return found

    def naming(self, path: str, name: str) -> tuple[Statement, ...]:
        """Those in which a name stands; the others are not even parsed."""
        found = self._whole.get(path)
        if found is not None:
            return tuple(one for one in found if name in one.text)
        own, inner = self._parts_of(path)
        parts = tuple(one for one in own if name in one), tuple(one for one in inner if name in one)
        return _alike(parts, language_of(path) or "") if any(parts) else ()

    def passed(self, path: str) -> Passed:
        """What a file says that it passes on to others; nothing in languages that say it by imports."""
        found = self._passed.get(path)
        if found is None:
            known = imports_of(language_of(path) or "")
            pattern = known.forms.templates.get("passes") if known is not None else None
            text = self._text_of(path) or "" if pattern is not None else ""
            pairs = re.findall(pattern, text, re.MULTILINE) if pattern is not None else []
            parts = (part for listed, _ in pairs for part in listed.split(","))
            names = (words[-1] for part in parts if (words := _WORD.findall(part)))
            found = Passed(frozenset(names), tuple(module for _, module in pairs if module))
            self._passed[path] = found
        return found

    def _parts_of(self, path: str) -> Parts:
        parts = self._parts.get(path)
        if parts is None:
            known = imports_of(language_of(path) or "")
            text = self._text_of(path) if known is not None else None
            found = [] if known is None or text is None else known.forms.find.findall(text)
            parts = self._parts[path] = (
                tuple(one for one in found if not one[:1].isspace()),
                tuple(one.strip() for one in found if one[:1].isspace()),
            )
        return parts


@lru_cache(maxsize=4096)
def _alike(parts: Parts, language: str) -> tuple[Statement, ...]:
    """The same for a few statements, which stand alike in many files."""
    return mined(parts, language)


def mined(parts: Parts, language: str) -> tuple[Statement, ...]:
    """The import statements among stretches of text."""
    known, spoken = imports_of(language), grammar(language)
    if known is None or spoken is None:
        return ()
    found: list[Statement] = []
    for group, holder in zip(parts, (TOP, WITHIN), strict=True):
        found += (
            _parsed(group, language)
            if holder == TOP
            else (replace(one, holder=holder) for one in _parsed(group, language))
        )
    return tuple(found)


def _parsed(parts: Sequence[str], language: str) -> tuple[Statement, ...]:
    known, spoken = imports_of(language), grammar(language)
    if not parts or known is None or spoken is None:
        return ()
    border = Border("\n".join(parts) + "\n")
    root = Parser(spoken.language).parse(border.data).root_node
    return tuple(read(root, border, known, spoken.imports, [(0, len(border.data))]))
