"""Names in a stretch of text that nothing knows, and whether another would mean something in their place."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

from engine.syntax.border import find_word
from engine.syntax.document import Document, Mention
from engine.syntax.facts import words, words_near
from engine.syntax.grammars import Grammar, language_of
from engine.syntax.names.classes import Value
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.resolve import SHARED
from engine.syntax.names.words import words_of

MOST = 80
"""Different words of an edit that are looked at."""
WORK = 20_000
"""Words of an edit that are read: what was written in one save and is longer was not typed."""
SHORTEST = 3
"""Letters of a name; in a shorter one a letter more or less is another name."""
OFTEN = 2
"""How often a name that nothing binds must stand elsewhere to be known: a global of some library."""
_PLAIN = frozenset({"ref", "ref.call", "ref.type", "ref.first"})
_MEMBERS = frozenset({"member", "member.dotted"})
_HELD = frozenset({"def.member", "def.method", "def.field", "def.property", "def.outside", "def.paramfield"})
_NAMES = frozenset({"print", "exec", "type", "match", "self", "super", "this", "module", "string", "number"})
"""Words of grammars that are names all the same."""

Kind = Literal["name", "member", "loose", "keyword", "import"]
"""loose: a member of a receiver of which nothing is known."""
Open = Literal["", "base", "module"]


_KINDS: dict[str, Kind] = {
    "keyword": "keyword",
    "import.name": "import",
    **{role: "name" for role in _PLAIN},
    **{role: "member" for role in _MEMBERS},
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A name that nothing knows, at its first place in an edit."""

    name: str
    kind: Kind
    places: tuple[tuple[int, int], ...]
    """Everywhere that the edit wrote it; characters."""
    mention: Mention
    open: Open = ""
    """What may know it after all: a base outside of the project, or a module that is imported whole."""


class Doubts:
    """The names of one file that nothing knows."""

    def __init__(self, meaning: Meaning, document: Document) -> None:
        self._meaning = meaning
        self._document = document

    def find(self, spans: Iterable[tuple[int, int]], wanted: Callable[[str], bool]) -> Iterator[Doubt]:
        """The wanted names in these stretches (characters), each once, which stand nowhere else here."""
        to_bytes, to_chars = self._document.border.to_bytes, self._document.border.to_chars
        stretches = [(to_bytes(start), to_bytes(end)) for start, end in spans]
        places: dict[str, list[tuple[int, int]]] = {}
        for start, end in islice(words_near(self._document.data, stretches), WORK):
            name = self._document.data[start:end].decode("utf-8", "replace")
            if len(name) >= SHORTEST and not self._document.grammar.is_word(name):
                places.setdefault(name, []).append((start, end))
            if len(places) > MOST:
                return
        for name, found in places.items():
            inside = {start for start, _ in found}
            if any(at not in inside for at in find_word(self._document.data, name.encode())):
                continue
            if not wanted(name):
                continue
            mention = self._document.classify(*found[0], name)
            doubt = self._doubt(mention)
            if doubt is not None:
                chars = tuple((to_chars(start), to_chars(end)) for start, end in found)
                yield Doubt(name, doubt[0], chars, mention, doubt[1])

    def said(self, start: int, end: int) -> Doubt | None:
        """The doubt about one name of which somebody else says that nothing knows it; characters."""
        to_bytes = self._document.border.to_bytes
        name = self._document.border.text[start:end]
        if len(name) < SHORTEST or self._document.grammar.is_word(name):
            return None
        mention = self._document.classify(to_bytes(start), to_bytes(end), name)
        kind = _KINDS.get(mention.role)
        if kind == "member" and not self._meaning.receiver(self._document, mention):
            kind = "loose"
        return None if kind is None else Doubt(name, kind, ((start, end),), mention)

    def _doubt(self, mention: Mention) -> tuple[Kind, Open] | None:
        """The kind of doubt about a mention, and whether something foreign may know it."""
        meaning, name = self._meaning, mention.name
        if mention.role in _PLAIN:
            known = meaning.resolver.named(mention.path, mention.scopes, name, mention) is not None
            if known or meaning.inherited(mention) is not None:
                return None
            return "name", "module" if self._imports_anything() else self._inherits_foreign(mention)
        if mention.role in _MEMBERS:
            return self._member(mention)
        if mention.role == "keyword":
            values = self._callees(mention)
            if not values or any(self._takes_any(value) for value in values):
                return None
            known = any(True for _ in meaning.keyword_entities(self._document, mention))
            return None if known else ("keyword", "")
        if mention.role == "import.name":
            module = meaning.resolver.module_of(mention)
            document = None if module is None else meaning.project.document(module)
            if module is None or document is None or document.wildcards():
                return None
            return None if meaning.resolver.export(module, name) is not None else ("import", "")
        return None

    def _imports_anything(self) -> bool:
        """Whether a foreign module may bring in any name."""
        resolver, style = self._meaning.resolver, self._document.grammar.imports
        if style in SHARED:
            return False
        return any(resolver.module_of(one) is None for one in self._document.wildcards())

    def _inherits_foreign(self, mention: Mention) -> Open:
        """Whether the name may be a member of a base that is not of the project."""
        foreign = any(
            scope.kind == "open" and self._is_open(Value("class", mention.path, scope.key))
            for scope in mention.scopes
        )
        return "base" if foreign else ""

    def _is_open(self, value: Value) -> bool:
        inference = self._meaning.inference
        return any(base.kind != "class" for one in inference.family(value) for base in inference.bases(one))

    def _member(self, mention: Mention) -> tuple[Kind, Open] | None:
        meaning, name = self._meaning, mention.name
        values = meaning.receiver(self._document, mention)
        if self._document.grammar.is_familiar(name):
            return None
        if not any(value.kind in {"class", "instance", "module"} for value in values):
            return "loose", "base"
        if any(value.kind not in {"class", "instance", "module"} for value in values):
            return None
        open_: Open = ""
        for value in values:
            if value.kind == "module":
                document = meaning.project.document(value.path)
                if document is None or document.wildcards() or meaning.resolver.export(value.path, name):
                    return None
            elif meaning.owner(value, name) or any(meaning.owner(value, one) for one in _dynamic(value)):
                return None
            else:
                open_ = "base" if open_ or self._is_open(value) else ""
        return "member", open_

    def _callees(self, mention: Mention) -> tuple[Value, ...]:
        callee = mention.part("callee")
        return () if callee is None else tuple(self._meaning.inference.value(self._document, callee))

    def _takes_any(self, value: Value) -> bool:
        """Whether a call may give arguments by names that no parameter bears."""
        meaning = self._meaning
        document = meaning.project.document(value.path) if value.kind in {"function", "class"} else None
        if document is None:
            return True
        if value.kind == "class":
            makers = meaning.inference.runs(value)
            functions = [Value("function", one.path, one.own.key) for one in makers if one.own is not None]
            return any(map(self._takes_any, functions)) if functions else self._is_open(value)
        start, end = (document.border.to_chars(at) for at in value.scope)
        inside = [one for one in document.shapes.functions(start, end) if start <= one.name_start < end]
        return not inside or any(one.kind == "keywords" for one in inside[0].parameters)

    # -- what else it could be

    def pool(self, doubt: Doubt) -> set[str]:
        """The words among which the right name may be."""
        found = _texts(words(self._document.data))
        meaning, mention = self._meaning, doubt.mention
        paths: set[str] = set()
        if doubt.kind == "loose":
            found |= self._document.grammar.familiar
        elif doubt.kind == "member":
            for value in meaning.receiver(self._document, mention):
                family = (value,) if value.kind == "module" else meaning.inference.family(value)
                paths |= {one.path for one in family}
        elif doubt.kind == "keyword":
            paths |= {value.path for value in self._callees(mention)}
        elif doubt.kind == "import":
            paths.add(meaning.resolver.module_of(mention) or "")
        for path in paths - {self._document.path}:
            document = meaning.project.document(path)
            found |= _texts(words(document.data)) if document is not None else set()
        return found

    def beside(self, paths: Iterable[str]) -> set[str]:
        """The names that other files of the folder define, where the language shares them."""
        style = self._document.grammar.imports
        if style not in SHARED:
            return set()
        folder, project = posixpath.dirname(self._document.path), self._meaning.project
        near = [path for path in paths if project.modules.together(style, posixpath.dirname(path), folder)]
        return {item[0] for path in near for item in project.facts(path)[0]}

    def knows(self, doubt: Doubt, name: str) -> bool:
        """Whether another name would mean something in the doubtful one's place."""
        mention, meaning = doubt.mention, self._meaning
        match doubt.kind:
            case "name":
                bound = meaning.resolver.named(mention.path, mention.scopes, name) is not None
                if bound or self._document.grammar.is_word(name):
                    return True
                return sum(one.role in _PLAIN for one in self._document.mentions(name)) >= OFTEN
            case "member" | "keyword":
                return meaning.known(self._document, mention, name)
            case "loose":
                familiar = self._document.grammar.is_familiar(name)
                return familiar or any(one.role in _MEMBERS | _HELD for one in self._document.mentions(name))
            case "import":
                module = meaning.resolver.module_of(mention)
                return module is not None and meaning.resolver.export(module, name) is not None


def keywords(document: Document) -> frozenset[str]:
    """The words of the language that are no names: those that its grammar spells out."""
    return _keywords(document.grammar) - _NAMES


@cache
def _keywords(known: Grammar) -> frozenset[str]:
    language = known.language
    kinds = (
        language.node_kind_for_id(number)
        for number in range(language.node_kind_count)
        if not language.node_kind_is_named(number)
    )
    return frozenset(kind for kind in kinds if kind is not None and kind.isalpha())


def _texts(found: set[bytes]) -> set[str]:
    return {one.decode("utf-8", "replace") for one in found}


def _dynamic(value: Value) -> tuple[str, ...]:
    """The members by which a class may have others that nobody knows."""
    return words_of(language_of(value.path) or "").dynamic
