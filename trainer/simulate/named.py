"""Symbols whose every mention is known for certain: a name that a project declares once stands for that.

Whatever could be otherwise (the name is declared again, is a word of the language's library, is a key of a
literal that may be of any type, stands in a file that was not read) is left out.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from engine.syntax.blocks.around import Around, around
from engine.syntax.document import Document
from engine.syntax.names.found import telling
from trainer.simulate.roles import KINDS, Kinds, Place, place
from trainer.simulate.tree import Tree

MOST = 80
"""Mentions of one symbol."""
_HEADER_WORD = re.compile(r"[A-Za-z_]\w*")
_BARE = ("function", "class", "variable")
_RECEIVERS = re.compile(r"(?:self|cls|this)\s*(?:\.|->)\s*$")
_QUALIFIER = re.compile(r"([A-Za-z_]\w*)(?:<[^<>]*>)?\s*(\.|::)\s*$")
_MODULE = re.compile(r"^(?:import|export)\b|\brequire\(|\bexports\b", re.MULTILINE)
_LIBRARY = re.compile(r"\b(?:std|core|alloc)(?:::\w+)*::\Z")
_GENERIC = re.compile(r"<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>")
_PACKAGE = re.compile(r"^import\b", re.MULTILINE)
_UPWARD = re.compile(r"\bsuper\s*(?:\(\s*\w*(?:\s*,\s*\w+)?\s*\))?\s*(?:\.|::)\s*$")
_WRITTEN_FIELD = re.compile(r"\s*(?::[^=\n]+)?=[^=]")


@dataclass(frozen=True)
class Named:
    """One symbol with all its mentions in code."""

    name: str
    kind: str
    """function, class, variable, method, family, field, parameter, local or alias."""
    places: tuple[Place, ...]
    declared: tuple[Place, ...]
    region: tuple[str, int, int] | None = None
    """Where a local or an alias lives."""
    pairs: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    """Shorthand mentions, which are written out when the symbol is renamed."""

    @property
    def paths(self) -> frozenset[str]:
        """The files that mention it."""
        return frozenset(one.path for one in self.places)

    def text(self, at: Place, new: str) -> str:
        """What a mention becomes."""
        return f"{self.name}: {new}" if (at.path, at.start) in self.pairs else new


def _docstring(nodes: tuple[Around, ...]) -> bool:
    """Whether a place is inside of a string that is a statement by itself."""
    strings = [number for number, node in enumerate(nodes) if node.type == "string"]
    return bool(strings) and nodes[strings[0] + 1].type == "expression_statement"


def is_spoken(document: Document, at: int) -> bool:
    """Whether a place is in a comment or in a documentation string."""
    nodes = around(document, at)
    prose = any("comment" in node.type for node in nodes)
    return prose or (document.grammar.name == "python" and len(nodes) > 2 and _docstring(nodes))


class Symbols:
    """Finds certain symbols in one tree; what a name is everywhere is worked out once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.kinds: Kinds = KINDS[tree.language]
        self._known: dict[str, tuple[Place, ...]] = {}
        self._names = [
            name for name, places in tree.words.items() if 2 <= len(places) <= MOST and len(name) > 2
        ]

    def places(self, name: str) -> tuple[Place, ...]:
        """Every mention of a name in code."""
        if name not in self._known:
            self._known[name] = tuple(
                place(self.tree.document(path), path, start, self.tree.language)
                for path, start in self.tree.words.get(name, ())
            )
        return self._known[name]

    def shared(self, rng: random.Random) -> Named | None:
        """A symbol that others can see, drawn at random; None if the draw hits none."""
        if not self._names:
            return None
        return self.unique(rng.choice(self._names))

    def unique(self, name: str) -> Named | None:
        """The symbol of a name that the tree declares once (or in one family of classes)."""
        if self.tree.grammar.is_word(name) or name.startswith("__") or name in self.tree.unread:
            return None
        places = self.places(name)
        if any(one.role in {"other", "short", "keyword"} for one in places):
            return None
        declared = tuple(one for one in places if one.defines)
        if not declared or (len(declared) == len(places) and len(declared) == 1):
            return None
        kind = declared[0].role
        uses: set[str] = {one.role for one in places if not one.defines}
        if kind in _BARE and len(declared) == 1:
            return self._bare(name, kind, places, declared, uses)
        if kind == "method" and all(one.role == "method" for one in declared):
            return self._method(name, places, declared, uses)
        if kind == "field" and len(declared) == 1 and self._member(name):
            return self._field(name, places, declared, uses)
        return None

    def _bare(
        self, name: str, kind: str, places: tuple[Place, ...], declared: tuple[Place, ...], uses: set[str]
    ) -> Named | None:
        if "key" in uses or any(one.role == "member" and not self._qualified(one) for one in places):
            return None
        home = declared[0].path
        if any(one.path != home for one in places) and not self._is_given_away(name, home):
            return None  # what bears its name in other files is something else
        return Named(name, kind, places, declared)

    def _is_given_away(self, name: str, path: str) -> bool:
        """Whether a module of the web exports a name; elsewhere whatever a file declares can be had."""
        text = self.tree.texts[path]
        if self.tree.language not in {"javascript", "typescript"} or _MODULE.search(text) is None:
            return True
        return (
            re.search(rf"\bexports?\b[^;]{{0,4000}}?(?<![\w$]){re.escape(name)}(?![\w$])", text) is not None
        )

    def _qualified(self, one: Place) -> bool:
        """Whether a member is that of a module: what stands before it is imported by name."""
        text = self.tree.texts[one.path]
        match = _QUALIFIER.search(text, max(0, one.start - 80), one.start)
        if match is None:
            return False
        if match[2] == "::":
            return _LIBRARY.search(text, max(0, one.start - 80), one.start) is None
        return any(
            other.path == one.path
            and (other.role == "alias" or (other.role == "import" and self._is_own(match[1])))
            for other in self.places(match[1])
        ) or (self.tree.language == "go" and _PACKAGE.search(text, 0) is not None and f'/{match[1]}"' in text)

    def _is_own(self, module: str) -> bool:
        """Whether a file or folder of the tree has this name: a module of a library is none of its own."""
        return any(module in re.split(r"[/.]", path) for path in self.tree.paths)

    def _member(self, name: str) -> bool:
        """Whether a name of a member is not one that a library has, too, as far as can be told."""
        return telling(name) and len(name) > 4 and not self.tree.grammar.is_familiar(name)

    def _method(
        self, name: str, places: tuple[Place, ...], declared: tuple[Place, ...], uses: set[str]
    ) -> Named | None:
        allowed = {"member", "ref"} if self.tree.language == "java" else {"member"}
        if not self._member(name) or not uses <= allowed:
            return None
        if len(declared) == 1:
            if any(self._upward(one) for one in places) or self._is_promised(declared[0]):
                return None  # it overrides what is not in the tree
            if self._is_handed_down(declared[0], places):
                return None  # what it is called on there may be of a library
            return Named(name, "method", places, declared)
        if not self._related(declared):
            return None
        # where no compiler checks, a rename of another one may as well mean that it no longer overrides
        return Named(name, "family", places, declared if self.tree.grammar.checked else self.roots(declared))

    def roots(self, declared: tuple[Place, ...]) -> tuple[Place, ...]:
        """The declarations in classes that name none of the others."""
        headers = [(one, self._header(one)) for one in declared]
        names = {own[0] for _, own in headers if own is not None}
        return tuple(one for one, own in headers if own is not None and not own[1] & names) or declared

    def _field(
        self, name: str, places: tuple[Place, ...], declared: tuple[Place, ...], uses: set[str]
    ) -> Named | None:
        allowed = {"member", "ref"} if self.tree.language == "java" else {"member"}
        if self.tree.language in {"go", "rust"}:
            allowed |= {"key"}
        return Named(name, "field", places, declared) if uses <= allowed else None

    def _upward(self, one: Place) -> bool:
        text = self.tree.texts[one.path]
        return _UPWARD.search(text, max(0, one.start - 60), one.start) is not None

    def _is_promised(self, one: Place) -> bool:
        """Whether a method of Rust stands in the implementation of a trait that is not of the tree."""
        node = one.inside(frozenset({"impl_item"}))
        text = self.tree.texts[one.path][node.start : one.start] if node is not None else ""
        head = text.partition("{")[0]
        return " for " in re.split(r"\bwhere\b", head)[0] and self._header(one) is None

    def _is_handed_down(self, declared: Place, places: tuple[Place, ...]) -> bool:
        """Whether a method calls its own name on something else than its own instance."""
        function = self.tree.shapes(declared.path).function_at(declared.start)
        text = self.tree.texts[declared.path]
        return function is not None and any(
            one.path == declared.path
            and function.body_start <= one.start < function.body_end
            and _RECEIVERS.search(text, max(0, one.start - 12), one.start) is None
            for one in places
        )

    def _related(self, declared: tuple[Place, ...]) -> bool:
        """Whether all these methods are declared in classes that name each other in their headers."""
        headers = [self._header(one) for one in declared]
        if len(headers) > 12 or any(own is None for own in headers):
            return False
        known = [own for own in headers if own is not None]
        if len({own[0] for own in known}) < len(known) and self.tree.language != "rust":
            return False  # an overload
        joined, rest = known[:1], known[1:]
        while rest:
            names = {own[0] for own in joined}
            bases = {base for own in joined for base in own[1]}
            near = [own for own in rest if own[0] in bases or own[1] & names or own[0] in names]
            if not near:
                return False
            joined += near
            rest = [own for own in rest if own not in near]
        return True

    def _header(self, one: Place) -> tuple[str, frozenset[str]] | None:
        """The name of the class around a method, and the project's classes that its header names besides."""
        found = [number for number, node in enumerate(one.nodes) if node.type in self.kinds.classes]
        if not found or self.tree.language == "go":
            return None
        node = one.nodes[found[0]]
        if node.type == "class_body":
            node = one.nodes[found[0] + 1]
            if node.type not in self.kinds.classes:
                return None  # a class without a name
        text = self.tree.texts[one.path][node.start : one.start]
        head = re.split(r"[{:]\s*\n|\{", text, maxsplit=1)[0]
        if self.tree.language == "rust":
            return self._rust_header(head, node.type == "impl_item")
        words = [
            (word, sum(other.role == "class" for other in self.places(word)))
            for word in _HEADER_WORD.findall(head)
        ]
        known = [(word, count) for word, count in words if count]
        if not known or any(count > 1 for _, count in known):
            return None
        own = known[-1 if node.type == "impl_item" else 0][0]
        return own, frozenset(word for word, _ in known if word != own)

    def _rust_header(self, head: str, implements: bool) -> tuple[str, frozenset[str]] | None:
        """The same of a trait, or of a block that implements one for a type."""
        head = _GENERIC.sub("", re.split(r"\bwhere\b", head)[0])  # what a parameter must be says nothing here
        if implements:
            first, for_, last = head.rpartition(" for ")
        else:
            last, for_, first = head.partition(":")
        own, bases = self._classes(last), self._classes(first)
        if len(own) != 1 or (implements and for_ and not bases):
            return None  # what a library promises, no one changes here
        if any(count > 1 for count in (*own.values(), *bases.values())):
            return None
        return next(iter(own)), frozenset(bases.keys() - own.keys())

    def _classes(self, text: str) -> dict[str, int]:
        """The words that classes of the tree are called by, and how many of them."""
        words = {
            word: sum(other.role == "class" for other in self.places(word))
            for word in _HEADER_WORD.findall(text)
        }
        return {word: count for word, count in words.items() if count}

    # -- attributes that Python writes through self

    def attribute(self, rng: random.Random) -> Named | None:
        """A Python attribute that one class sets on itself, drawn at random."""
        if self.tree.language != "python" or not self._names:
            return None
        name = rng.choice(self._names)
        places = self.places(name)
        if not self._member(name) or any(one.role != "member" for one in places):
            return None
        written = [one for one in places if self._written(one)]
        owners = {(one.path, node.start) for one in written if (node := one.inside(self.kinds.classes))}
        own = [one for one in places if self._on_self(one)]
        others = {
            (one.path, node.start if (node := one.inside(self.kinds.classes)) else -1) for one in own
        } - owners
        if len(owners) != 1 or others or len(own) * 2 < len(places) or len(places) < 2:
            return None
        return Named(name, "field", places, tuple(written[:1]))

    def _on_self(self, one: Place) -> bool:
        text = self.tree.texts[one.path]
        return _RECEIVERS.search(text, max(0, one.start - 8), one.start) is not None

    def _written(self, one: Place) -> bool:
        text = self.tree.texts[one.path]
        end = one.nodes[0].end
        return self._on_self(one) and _WRITTEN_FIELD.match(text, end) is not None

    # -- prose

    def spoken(self, symbol: Named) -> tuple[Place, ...]:
        """Comments, docstrings and quoted annotations that must mean the symbol: nothing else bears the name.

        A careful person takes these along where the name is not a plain word, or is marked as code.
        """
        found: list[Place] = []
        word = re.compile(rf"(?<![\w$]){re.escape(symbol.name)}(?![\w$])")
        for path in sorted(symbol.paths):
            code = {start for where, start in self.tree.words[symbol.name] if where == path}
            document = self.tree.document(path)
            start, end = symbol.region[1:] if symbol.region is not None else (0, len(self.tree.texts[path]))
            for match in word.finditer(self.tree.texts[path], start, end):
                if match.start() not in code:
                    nodes = around(document, match.start())
                    if self._means(symbol, path, match.start(), nodes):
                        found.append(Place(path, match.start(), "text", nodes))
        return tuple(found)

    def _means(self, symbol: Named, path: str, start: int, nodes: tuple[Around, ...]) -> bool:
        if is_spoken(self.tree.document(path), start):
            text = self.tree.texts[path]
            before, after = text[max(0, start - 7) : start], text[start + len(symbol.name) :][:2]
            return (
                telling(symbol.name) or before.endswith(("`", ":param ")) or after[:1] == "`" or after == "()"
            )
        return self.tree.language == "python" and any(node.type == "type" for node in nodes)
