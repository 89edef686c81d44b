"""Which words of a project are one symbol: truth for simulated renames, worked out apart from the engine.

A project-wide name counts as one symbol when it is distinctive (no other project of the corpus uses it),
declared once, and used in one way only. A local is resolved by Python's scope rules. What cannot be decided
is `unclear`: such places are taken out of the examples.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from trainer.simulate.scopes import Occurrence, read
from trainer.simulate.source import RESERVED, Source, Token, split_name

SymbolKind = Literal[
    "function", "class", "method", "attribute", "constant", "variable", "local", "parameter", "other"
]
Place = tuple[str, int]


@dataclass(frozen=True)
class Symbol:
    """One thing of a program and every place that names it, in the project as it is."""

    kind: SymbolKind
    name: str
    declarations: tuple[Place, ...]
    uses: tuple[Place, ...]
    mentions: tuple[Place, ...]
    """Comments, docstrings and strings that mean it."""
    unclear: tuple[Place, ...] = ()
    span: tuple[str, int, int] | None = None
    """For a local: the path, start and end of its function."""

    @property
    def places(self) -> list[Place]:
        """Everything that a full rename changes."""
        return sorted({*self.code, *self.mentions})

    @property
    def code(self) -> list[Place]:
        """Everything in code that the rename of it changes."""
        return sorted({*self.declarations, *self.uses})


class Symbols:
    """The symbols of one project whose places are certain."""

    def __init__(self, source: Source, common: frozenset[str]) -> None:
        self._source = source
        self._common = common
        self._roles: dict[str, dict[int, Occurrence]] = {}
        if source.language == "python":
            for path, text in source.texts.items():
                self._roles[path] = {item.start: item for item in read(text)}

    def shared(self) -> list[Symbol]:
        """Symbols of the whole project: functions, classes, methods, attributes, constants."""
        found = []
        for name, tokens in self._source.tokens.items():
            if not self._distinctive(name) or not 2 <= len(tokens) <= 120:
                continue
            symbol = (
                self._python(name, tokens)
                if self._source.language == "python"
                else self._script(name, tokens)
            )
            if symbol is not None:
                found.append(symbol)
        return found

    def locals(self, rng: random.Random, limit: int) -> list[Symbol]:
        """Locals and parameters with at least two places, from `limit` functions drawn at random."""
        if self._source.language != "python":
            return []
        groups: dict[tuple[str, int, str], list[Occurrence]] = defaultdict(list)
        for path, roles in self._roles.items():
            for item in roles.values():
                if item.binding >= 0 and item.name not in RESERVED:
                    groups[path, item.binding, item.name].append(item)
        keys = sorted(key for key, items in groups.items() if 2 <= len(items) <= 60 and len(key[2]) > 1)
        rng.shuffle(keys)
        picked = [
            self._local(path, name, groups[path, binding, name]) for path, binding, name in keys[:limit]
        ]
        return [symbol for symbol in picked if symbol is not None]

    def _distinctive(self, name: str) -> bool:
        if name in self._common or len(name) < 5 or name.startswith("__") or name in RESERVED:
            return False
        return "_" in name.strip("_") or len(split_name(name)) > 1 or len(name) > 7

    def _python(self, name: str, tokens: Sequence[Token]) -> Symbol | None:
        code: list[tuple[Token, Occurrence]] = []
        mentions: list[Place] = []
        uses: list[Place] = []
        for token in tokens:
            if token.kind == "template":
                uses.append((token.path, token.start))
            elif token.kind != "code":
                mentions.append((token.path, token.start))
            else:
                item = self._roles[token.path].get(token.start)
                if item is None or item.binding >= 0 or item.role in ("parameter", "keyword"):
                    return None
                code.append((token, item))
        kind = _kind(code)
        if kind is None:
            return None
        declared = [
            (t.path, t.start) for t, item in code if item.role in ("function", "class", "method", "store")
        ]
        if kind == "attribute":
            declared = declared[:1]
        uses += [(t.path, t.start) for t, _ in code if (t.path, t.start) not in declared]
        return Symbol(kind, name, tuple(declared), tuple(uses), tuple(mentions))

    def _script(self, name: str, tokens: Sequence[Token]) -> Symbol | None:
        """A symbol of JavaScript or TypeScript: declared once, then either always or never behind a dot."""
        declared: list[Place] = []
        uses: list[Place] = []
        mentions: list[Place] = []
        dotted = 0
        kind: SymbolKind = "other"
        for token in tokens:
            place = (token.path, token.start)
            if token.kind in ("comment", "string"):
                mentions.append(place)
                continue
            text = self._source.texts[token.path]
            found = _script_declaration(text, token.start, len(name))
            if found is not None:
                declared.append(place)
                kind = found
            else:
                uses.append(place)
                dotted += text[max(0, token.start - 60) : token.start].rstrip()[-1:] == "."
                if (
                    text[token.start + len(name) : token.start + len(name) + 9].lstrip()[:1] == ":"
                    and kind != "method"
                ):
                    return None
        bare = len(uses) - dotted
        if len(declared) != 1 or (dotted and bare) or (kind == "method") != bool(dotted):
            return None
        return Symbol(kind, name, tuple(declared), tuple(uses), tuple(mentions))

    def _local(self, path: str, name: str, items: list[Occurrence]) -> Symbol | None:
        first = items[0]
        start, end = first.span
        inside = [t for t in self._source.tokens[name] if t.path == path and start <= t.start < end]
        known = {item.start for item in items}
        roles = self._roles[path]
        uses = [(path, item.start) for item in items if not item.binds]
        declared = [(path, item.start) for item in items if item.binds]
        mentions: list[Place] = []
        unclear: list[Place] = []
        for token in inside:
            if token.start in known:
                continue
            if token.kind == "template":
                behind_dot = self._source.texts[path][token.start - 1] == "."
                unclear.append((path, token.start)) if behind_dot else uses.append((path, token.start))
            elif token.kind in ("comment", "string"):
                clear = "_" in name.strip("_") or (
                    token.kind == "string" and _documents(self._source, token, name)
                )
                (mentions if clear else unclear).append((path, token.start))
            elif token.start not in roles:
                return None
        kind: SymbolKind = "parameter" if any(item.role == "parameter" for item in items) else "local"
        if kind == "parameter":
            given, doubtful = self._keywords(name, first.owner)
            uses += given
            unclear += doubtful
        if not declared or len(declared) > 6:
            return None
        return Symbol(
            kind, name, tuple(declared), tuple(uses), tuple(mentions), tuple(unclear), (path, start, end)
        )

    def _keywords(self, name: str, owner: str) -> tuple[list[Place], list[Place]]:
        """Keyword arguments `name=`: in calls of `owner`, and those of which that cannot be said for sure.

        A call of something else that has such a parameter itself, and is defined once, is neither.
        """
        taken = {
            self._roles[t.path][t.start].owner
            for t in self._source.tokens[name]
            if t.start in self._roles[t.path] and self._roles[t.path][t.start].role == "parameter"
        }
        given: list[Place] = []
        doubtful: list[Place] = []
        for token in self._source.tokens[name]:
            item = self._roles[token.path].get(token.start)
            if item is None or item.role != "keyword":
                continue
            once = self._defined(item.owner) == 1
            if once and item.owner == owner:
                given.append((token.path, token.start))
            elif not (once and item.owner in taken):
                doubtful.append((token.path, token.start))
        return given, doubtful

    def _defined(self, name: str) -> int:
        """How often the project defines a function, method or class of this name."""
        places = [t for t in self._source.tokens.get(name, ()) if t.start in self._roles[t.path]]
        return sum(self._roles[t.path][t.start].role in ("function", "method", "class") for t in places)


def _kind(code: Sequence[tuple[Token, Occurrence]]) -> SymbolKind | None:
    """What the code words of one name are together, if that is one thing."""
    roles = [item.role for _, item in code]
    bare = [item for _, item in code if item.role in ("name", "store")]
    attributes = roles.count("attribute") + roles.count("set_attribute")
    defined = [item for _, item in code if item.role in ("function", "class", "method")]
    if len(defined) == 1 and "store" not in roles and "set_attribute" not in roles:
        role = defined[0].role
        if role == "method":
            return "method" if attributes and not bare and "import" not in roles else None
        if role == "function" or role == "class":
            return role if not attributes or not bare or "import" in roles else None
    if defined:
        return None
    stores = [token.path for token, item in code if item.role == "store"]
    if stores and not attributes and len(set(stores)) == 1:
        return "constant" if code[0][1].name.isupper() else "variable"
    owners = {item.owner for _, item in code if item.role == "set_attribute"}
    if "set_attribute" in roles and not bare and "import" not in roles and len(owners) == 1:
        return "attribute"
    return None


_KEYWORDS: dict[str, SymbolKind] = {
    "function": "function", "class": "class", "interface": "class", "type": "class", "enum": "class",
    "const": "variable", "let": "variable", "var": "variable",
}  # fmt: skip
_METHOD_HEAD = re.compile(
    r"^\s*(?:(?:public|private|protected|static|async|override|readonly|get|set|abstract)\s+)*$"
)


def _script_declaration(text: str, start: int, length: int) -> SymbolKind | None:
    """The kind of declaration that a word of JavaScript or TypeScript is, if it is one."""
    head = text[text.rfind("\n", 0, start) + 1 : start]
    previous = head.split()[-1] if head.split() else ""
    if previous in _KEYWORDS and head[-1:] in " \t":
        return _KEYWORDS[previous]
    tail = text[start + length : text.find("\n", start)].rstrip()
    if _METHOD_HEAD.match(head) and re.match(r"\??\(.*\{$|\(.*\):.*[{;]$|[?!]?:\s*[^,]*[;=]|\s=\s.*;$", tail):
        return "method" if not (head.strip() == "" and "=" in tail and ":" not in tail) else None
    return None


_DOCUMENTS = (
    ":param {}:",
    ":param str {}:",
    "    {}:",
    "    {} (",
    "``{}``",
    "`{}`",
    "    {} :",
    "*{}*",
    ":type {}:",
)


def _documents(source: Source, token: Token, name: str) -> bool:
    """Whether a word in a string stands as the name of a parameter in a docstring's usual forms."""
    text = source.texts[token.path]
    around = text[max(0, token.start - 8) : token.start + len(name) + 4]
    return any(form.format(name) in around for form in _DOCUMENTS)


def places_by_path(places: Sequence[Place]) -> Iterator[tuple[str, list[int]]]:
    """Places grouped by path, offsets in order."""
    groups: dict[str, list[int]] = defaultdict(list)
    for path, start in sorted(places):
        groups[path].append(start)
    yield from groups.items()
