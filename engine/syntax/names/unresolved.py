"""Names that an edit wrote and that nothing binds, and imports that nothing uses any more.

`missing(index, document, spans)` looks only at the words inside the spans (what the hunks wrote), so it costs
nothing on the rest of a file: a name is missing if no scope around it binds it, no import, no built-in, no
other file of its package, and no wildcard of a module of the project. `Missing.maybe` says that a wildcard
import of a foreign module could still bring it in. `unused(document, statements, words)` gives the imported
names among `words` (those that an edit took away) which no code of the file mentions any more.

Offsets are characters. For misspelt names: everything in `missing` for which there is no import candidate.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import QueryCursor

from engine.syntax.document import MODULE, Document, Mention
from engine.syntax.facts import words_near
from engine.syntax.index import Index
from engine.syntax.linking.imports import TOP, Item, Span, Statement, statements
from engine.syntax.linking.library import Imports, imports_of
from engine.syntax.names.resolve import SHARED, Resolver
from engine.syntax.names.words import naming, words_of

MOST_WORDS = 150
"""Different words of an edit that are looked at."""
WORK = 5_000
"""Places of an edit that are classified: one whose words are all in strings has no end of them."""
HOPS = 6
"""Modules that are followed from one wildcard import to the next."""
_USES = ("ref", "ref.call", "ref.type", "ref.first", "ref.short", "forward")
_TYPES = frozenset({"ref.type", "forward"})
_TEXTS = frozenset({"comment", "docstring", "string", "word"})
_MEMBER = re.compile(r"(?:\??\.|::)((?:[^\W\d][\w$]*(?:\.|::))*[^\W\d][\w$]*|\$[\w$]*)")


@dataclass(frozen=True, slots=True)
class Missing:
    """A name that nothing binds, at its first place in an edit."""

    name: str
    start: int
    end: int
    called: bool
    type_only: bool
    """Whether the whole file uses it in annotations only."""
    member: str
    """What follows the name after a dot, dots included; empty for a name that stands alone."""
    blocks: tuple[Span, ...]
    """The named modules around it, from the innermost outward, which may hold imports of their own."""
    functions: tuple[Span, ...] = ()
    """The functions around it, likewise."""
    walled: bool = False
    """Whether a module inside of the file hides from it what the file binds."""
    quoted: bool = False
    """Whether all its uses are annotations in quotes, which nothing evaluates."""
    maybe: bool = False
    """Whether a wildcard import of something unknown may bring it in."""


@dataclass(frozen=True, slots=True)
class Unused:
    """An imported name that no code mentions any more."""

    statement: Statement
    item: Item
    mentioned: bool
    """Whether a comment or string still mentions it."""


def missing(index: Index, document: Document, spans: Iterable[Span]) -> tuple[Missing, ...]:
    """The names in these stretches of the text that nothing binds, each once, in order."""
    known = imports_of(document.grammar.name)
    if known is None or document.grammar.locals is None:
        return ()
    scope, ignored = _Names(index, document), words_of(document.grammar.name).ignored
    found: dict[str, Missing] = {}
    seen: set[str] = set()
    work = WORK
    for name, start, end in _words(document, spans):
        if (
            name in found
            or name == ignored
            or name in known.library.builtins
            or (name in seen and scope.is_bound(name))
        ):
            continue
        seen.add(name)
        work -= 1
        if len(seen) > MOST_WORDS or work < 0:
            break
        mention = document.classify(start, end, name)
        if mention.role in _USES and not scope.binds(mention) and not _needless(document, known, mention):
            found[name] = scope.missing(mention)
    return tuple(found.values())


def _words(document: Document, spans: Iterable[Span]) -> Iterator[tuple[str, int, int]]:
    """The bare words of some stretches, grown to word borders; members after a dot are left out."""
    data, to_bytes = document.data, document.border.to_bytes
    stretches = ((to_bytes(start), to_bytes(end)) for start, end in spans if start < end)
    for start, end in words_near(data, stretches):
        before = data[max(0, start - 2) : start]
        if before != b"::" and (not before.endswith(b".") or before == b".."):
            yield data[start:end].decode("utf-8", "replace"), start, end


def _needless(document: Document, known: Imports, mention: Mention) -> bool:
    """Whether the use stands where a name needs no binding."""
    return _stands_in("skip", document, known, mention)


def is_type(document: Document, mention: Mention) -> bool:
    """Whether a use stands in an annotation, or where only a type can."""
    known = imports_of(document.grammar.name)
    if "use.value" in mention.uses:
        return False
    plain = mention.role in _TYPES or "use.type" in mention.uses
    return plain or (known is not None and _stands_in("typed", document, known, mention))


def _stands_in(kind: str, document: Document, known: Imports, mention: Mention) -> bool:
    if known.places is None:
        return False
    cursor = QueryCursor(known.places)
    cursor.set_byte_range(mention.start, mention.end)
    nodes = cursor.captures(document.tree.root_node).get(kind, ())
    return any(node.start_byte <= mention.start and mention.end <= node.end_byte for node in nodes)


class _Names:
    """What binds a name in one file."""

    def __init__(self, index: Index, document: Document) -> None:
        self._index = index
        self._document = document
        self._resolver = Resolver(index)
        self._outside: dict[str, bool] = {}
        self._wild: tuple[tuple[str, ...], bool] | None = None
        self._style = document.grammar.imports
        self._words = words_of(document.grammar.name)

    def is_bound(self, name: str) -> bool:
        """Whether something outside the scopes of the file binds the name, as found before."""
        return self._outside.get(name, False)

    def binds(self, mention: Mention) -> bool:
        """Whether anything binds the name of a use."""
        document, name = self._document, mention.name
        scope = self._resolver.lookup(document, mention.scopes, name, mention)
        walled = self._is_walled(mention)
        if scope is not None and not (walled and scope == MODULE):
            return scope != MODULE or not self._is_only_passed_on(name)
        if walled:
            return False
        if name not in self._outside:
            self._outside[name] = (
                self._imported(name) or self._beside(name) or self._by_wildcard(name) or self._unparsed(name)
            )
        return self._outside[name]

    @cached_property
    def _own(self) -> tuple[Statement, ...]:
        return statements(self._document)

    @cached_property
    def _shared(self) -> list[Item]:
        """What the file imports for all of itself; a module inside of it may see none of it."""
        if self._style != "crate":
            return [item for one in self._index.imports(self._document.path) for item in one.items]
        return [item for one in self._own if one.holder == TOP for item in one.items]

    def _is_only_passed_on(self, name: str) -> bool:
        """Whether all that seems to bind a name is a statement that passes it on, and tells others alone."""
        passed = naming(self._words.passed, name)
        if not passed or not re.search(passed, self._document.border.text):
            return False
        made = [one for one in self._document.mentions(name) if one.role.startswith(("def", "import"))]
        if any(one.role.startswith("def") for one in made):
            return False
        starts = [self._document.border.to_chars(one.start) for one in made]
        return bool(starts) and not any(one.start <= at < one.end for one in self._own for at in starts)

    def _is_walled(self, mention: Mention) -> bool:
        """Whether a use stands in a module inside of the file that does not import all that is around it."""
        sign = self._words.called
        if self._style != "crate" or (sign and self._document.data.startswith(sign, mention.end)):
            return False
        scope = next((one for one in mention.scopes if one.kind == "open"), None)
        if scope is None:
            return False
        border = self._document.border
        start, end = border.to_chars(scope.node.start_byte), border.to_chars(scope.node.end_byte)
        return not any(
            item.kind == "all"
            for one in self._own
            for item in one.items
            if start <= one.start < end and not one.public
        )

    def _unparsed(self, name: str) -> bool:
        """Whether a definition stands where the grammar sees mere words, as in the braces of a macro."""
        known = imports_of(self._document.grammar.name)
        pattern = known.forms.templates.get("defined") if known is not None else None
        found = pattern is not None and re.search(
            pattern.replace("{name}", re.escape(name)), self._document.border.text
        )
        return bool(found)

    def _imported(self, name: str) -> bool:
        """Imports of whole modules bind names that are not written in them (the last word of a path)."""
        return any(
            item.local == name
            for one in self._index.imports(self._document.path)
            for item in one.items
            if one.holder == TOP
        )

    def _beside(self, name: str) -> bool:
        """A definition in another file of the package, where files share one scope."""
        if self._style not in SHARED:
            return False
        folder, modules = posixpath.dirname(self._document.path), self._index.modules
        return any(
            modules.together(self._style, posixpath.dirname(other), folder)
            and self._index.defines(other, name)
            for other in self._index.files_with(name)
            if other != self._document.path
        )

    def _wildcards(self) -> tuple[tuple[str, ...], bool]:
        """The project's modules that the file imports everything from, and whether there are foreign ones."""
        if self._wild is None:
            own, foreign = list[str](), False
            known = imports_of(self._document.grammar.name)
            for item in self._shared:
                if item.kind != "all":
                    continue
                path = self._index.modules.resolve(self._style, self._document.path, item.module)
                if path is not None:
                    own.append(path)
                elif known is None or item.module not in known.library.modules:
                    last = item.module.replace("::", ".").rpartition(".")[2]
                    foreign = foreign or not last[:1].isupper()
            self._wild = (tuple(own), foreign and self._style not in SHARED)
        return self._wild

    def _by_wildcard(self, name: str) -> bool:
        known = imports_of(self._document.grammar.name)
        for item in self._shared:
            if item.kind == "all" and known is not None and known.library.exports(item.module, name):
                return True
        return any(self._exports(path, name, HOPS) for path in self._wildcards()[0])

    def _exports(self, module: str, name: str, hops: int) -> bool:
        """Whether a module has the name, by definition or by an import that this file sees."""
        holder = posixpath.splitext(module)[0].removesuffix(self._words.beside)
        inside = self._document.path.startswith(holder + "/")
        if module.endswith("/"):
            folder = module.rstrip("/")
            return any(
                posixpath.dirname(path) == folder and self._index.defines(path, name)
                for path in self._index.files_with(name)
            )
        if self._index.defines(module, name):
            return True
        for statement in self._index.imports(module):
            for item in statement.items:
                seen = statement.public or self._style != "crate" or inside
                if seen and item.local == name and item.kind not in {"all", "effect"}:
                    return True
                if item.kind == "all" and hops:
                    other = self._index.modules.resolve(self._style, module, item.module)
                    if other is not None and other != module and self._exports(other, name, hops - 1):
                        return True
        return False

    def missing(self, mention: Mention) -> Missing:
        """The facts about a use that nothing binds."""
        document = self._document
        start, end = document.border.to_chars(mention.start), document.border.to_chars(mention.end)
        uses = [one for one in document.mentions(mention.name) if one.role not in _TEXTS]
        ends = [end, *(document.border.to_chars(one.end) for one in uses if one.role in _USES)]
        found = (_MEMBER.match(document.border.text, at) for at in ends)
        follows = next((one for one in found if one is not None), None)
        typed = all(is_type(document, one) for one in uses)
        return Missing(
            mention.name,
            start,
            end,
            mention.role == "ref.call",
            typed,
            follows.group(1) if follows else "",
            self._around(mention, "open"),
            self._around(mention, "function"),
            self._is_walled(mention),
            all(one.role == "forward" for one in uses),
            self._wildcards()[1],
        )

    def _around(self, mention: Mention, kind: str) -> tuple[Span, ...]:
        border = self._document.border
        return tuple(
            (border.to_chars(scope.node.start_byte), border.to_chars(scope.node.end_byte))
            for scope in mention.scopes
            if scope.kind == kind
        )


def is_type_only(document: Document, name: str) -> bool:
    """Whether a file uses what it imports by a name, and in annotations alone."""
    mentions = document.mentions(name)
    uses = [one for one in mentions if one.role not in _TEXTS and not one.role.startswith("import")]
    return bool(uses) and all(is_type(document, one) for one in uses)


def unused(document: Document, own: Sequence[Statement], words: Collection[str]) -> tuple[Unused, ...]:
    """The imports whose name is among the words and that no code of the file mentions any more."""
    found: list[Unused] = []
    for statement in own:
        for item in statement.items:
            if item.local in words and item.kind not in {"all", "effect"} and item.local != "_":
                others = _mentions_outside(document, own, item.local)
                if all(one.role in _TEXTS for one in others):
                    found.append(Unused(statement, item, bool(others)))
    return tuple(found)


def _mentions_outside(document: Document, own: Sequence[Statement], name: str) -> list[Mention]:
    """Where a name is mentioned outside of import statements."""
    spans = [(document.border.to_bytes(one.start), document.border.to_bytes(one.end)) for one in own]
    return [
        one
        for one in document.mentions(name)
        if not any(start <= one.start < end for start, end in spans)
        and one.role not in {"member", "def.member", "keyword", "member.key", "def.key"}
    ]
