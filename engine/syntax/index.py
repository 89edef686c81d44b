"""The project index: which file has which words, what is defined where, and what a name refers to."""

from __future__ import annotations

import gc
import posixpath
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from engine.syntax import cache as disk
from engine.syntax.border import find_word
from engine.syntax.document import PRIVATE, Document, count_errors
from engine.syntax.facts import EMPTY, Facts, facts
from engine.syntax.grammars import QUERIES, Grammar, grammar, language_of
from engine.syntax.linking.dependencies import Dependencies
from engine.syntax.linking.imports import Statement
from engine.syntax.linking.mining import Mined
from engine.syntax.linking.modules import Modules, module_name
from engine.syntax.occurrences import Occurrence, occurrences
from engine.syntax.postings import Postings
from engine.syntax.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

TREES_BYTES = 2_500_000
"""How much source text is kept parsed; a tree takes about twenty times its text."""
MOST_FRESH = 24
"""Texts that are searched as they are rather than by their words."""
PLAIN = frozenset({".md", ".rst", ".txt", ".cfg", ".ini", ".mod"})
"""Files without a grammar whose words are indexed all the same."""


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What a build did."""

    files: int
    symbols: int
    ms: float
    cached: int = 0
    """Files whose facts came from the cache."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition that others can see; offsets are characters."""

    path: str
    name: str
    kind: str
    """class, function, method, variable, field or type."""
    start: int
    end: int
    container: str
    """The name of the enclosing class or function, or nothing."""


class Index:
    """What is known of a project. Not safe for use from several threads at once."""

    def __init__(self, root: Path, text_of: Callable[[str], str | None], cache: Path | None = None) -> None:
        self.root = root
        self.modules = Modules((), text_of)
        self._text_of = text_of
        self._cache = cache
        self._files: dict[str, disk.Entry] = {}
        self._postings = Postings()
        self._fresh: dict[str, bytes] = {}
        """Texts whose words are not in the postings yet, the latest last."""
        self._unread: set[str] = set()
        """Files whose facts are read when they are asked for."""
        self.mined = Mined(text_of)
        self.dependencies = Dependencies(root)
        self._documents = Shelf(TREES_BYTES)

    # -- building and refreshing

    def build(self, paths: Sequence[str], progress: Callable[[int, int], None] | None = None) -> IndexStats:
        """Read what the cache does not know; `progress` gets (done, all) now and then."""
        began = time.perf_counter()
        wanted = [path for path in paths if _indexed(path)]
        with _no_collection():
            known = self._load()
            changed = 0
            for done, path in enumerate(wanted):
                changed += self._refresh(path, known.get(path))
                if progress is not None and done % 100 == 0:
                    progress(done, len(wanted))
            gone = known.keys() - set(wanted)
            for path in gone:
                self._drop(path)
            self.modules = Modules(self._files, self._text_of)
            if changed or gone:
                self.save()
        if progress is not None:
            progress(len(wanted), len(wanted))
        symbols = sum(len(entry[3][0]) for entry in self._files.values())
        took = (time.perf_counter() - began) * 1000
        return IndexStats(len(self._files), symbols, took, len(self._files) - changed)

    def _load(self) -> dict[str, disk.Entry]:
        if self._cache is None:
            return {}
        files, postings = disk.load(self._cache, self._key())
        self._postings = Postings(files, postings)
        return files

    def _key(self) -> str:
        return f"{self.root.resolve()} {disk.fingerprint(QUERIES)}"

    def _refresh(self, path: str, entry: disk.Entry | None) -> int:
        """Take over the cached entry or read the file; 1 if its words were read."""
        try:
            stat = (self.root / path).stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamp = (0, 0)
        if entry is not None and entry[:2] == stamp and stamp != (0, 0):
            self._files[path] = entry
            return 0
        text = self._text_of(path)
        if text is None:
            self._drop(path)
            return 1 if entry is not None else 0
        data = text.encode("utf-8", "surrogatepass")
        digest = sha256(data).digest()
        if entry is not None and entry[2] == digest:
            self._files[path] = (*stamp, digest, entry[3])
            return 1
        self._fresh[path] = data
        self._files[path] = (*stamp, digest, _facts_of(path, data))
        return 1

    def _drop(self, path: str) -> None:
        self._files.pop(path, None)
        self._fresh.pop(path, None)
        self._unread.discard(path)
        self._postings.drop(path)

    def _settle(self) -> None:
        """Move the words of fresh files into the postings, and read the facts that nobody asked for."""
        for path in tuple(self._unread):
            self._read_facts(path)
        self._postings.add(self._fresh)
        self._fresh.clear()

    def save(self) -> None:
        """Write the cache, if there is one."""
        self._settle()
        if self._cache is None:
            return
        if len(self._files) != len(self._postings.paths):
            self._postings.compact(self._files)
        files = {path: self._files[path] for path in self._postings.paths}
        disk.save(self._cache, self._key(), files, self._postings.packed)

    def update(self, path: str, text: str | None) -> None:
        """A file has a new text, or is gone (None)."""
        self.mined.forget(path)
        self.dependencies.look_again()
        old = self._documents.pop(path)
        if text is None or not _indexed(path):
            self._drop(path)
            self.modules.discard(path)
            return
        known = _grammar_of(path)
        if known is not None:
            self._documents.put(Document(path, text, known, old))
        data = text.encode("utf-8", "surrogatepass")
        self._fresh.pop(path, None)
        self._fresh[path] = data
        if len(self._fresh) > MOST_FRESH:
            oldest = next(iter(self._fresh))
            self._postings.add({oldest: self._fresh.pop(oldest)})
        self._unread.add(path)
        self._files[path] = (0, 0, sha256(data).digest(), EMPTY)
        if path not in self.modules.paths:
            self.modules.add(path)
        else:
            self.modules.changed(path)

    # -- asking

    @property
    def paths(self) -> Iterable[str]:
        """The indexed files."""
        return self._files.keys()

    def text_of(self, path: str) -> str | None:
        """The present text of a file."""
        return self._text_of(path)

    def files_with(self, name: str) -> list[str]:
        """The files in which the name stands as a word, sorted."""
        key = name.removeprefix(PRIVATE).encode("utf-8", "surrogatepass")
        found = self._postings.files(key)
        found = {path for path in found if path in self._files and path not in self._fresh}
        found.update(path for path, data in self._fresh.items() if next(find_word(data, key), -1) >= 0)
        return sorted(found)

    def facts(self, path: str) -> Facts:
        """The definitions (byte offsets) and imports of a file."""
        if path in self._unread:
            self._read_facts(path)
        entry = self._files.get(path)
        return EMPTY if entry is None else entry[3]

    def _read_facts(self, path: str) -> None:
        self._unread.discard(path)
        document, entry = self.document(path), self._files.get(path)
        if document is not None and entry is not None:
            self._files[path] = (*entry[:3], facts(document.tree, document.grammar))

    def imports(self, path: str, naming: str = "") -> tuple[Statement, ...]:
        """The import statements of a file, or those in which a name stands; nothing else of it is parsed.

        Their offsets mean nothing.
        """
        return self.mined.naming(path, naming) if naming else self.mined.of(path)

    def definitions(self, name: str) -> list[Symbol]:
        """Where the name is defined so that others can see it."""
        found: list[Symbol] = []
        for path in self.files_with(name):
            for defined, kind, start, end, container in self.facts(path)[0]:
                if defined == name:
                    document = self.document(path)
                    if document is not None:
                        span = document.border.to_chars(start), document.border.to_chars(end)
                        found.append(Symbol(path, name, kind, *span, container))
        return found

    def defined(self, name: str) -> bool:
        """Whether the project defines the name anywhere that others can see."""
        return any(item[0] == name for path in self.files_with(name) for item in self.facts(path)[0])

    def defines(self, path: str, name: str) -> bool:
        """Whether a file defines the name outside of any class or function."""
        return any(item[0] == name and not item[4] for item in self.facts(path)[0])

    def importers(self, path: str, among: Collection[str] | None = None) -> list[str]:
        """The files (of these, if they are given) that import this one, found by the module's last word."""
        stem = module_name(path)
        known = _grammar_of(path)
        if known is None or not stem:
            return []
        style = known.imports

        def brings(other: str, module: str) -> bool:
            found = self.modules.resolve(style, other, module)
            return found is not None and path in (found, self.modules.child(style, found, stem))

        return [
            other
            for other in self.files_with(stem)
            if other != path
            and (among is None or other in among)
            and any(brings(other, module) for module in self.facts(other)[1])
        ]

    def occurrences(self, path: str, name: str) -> list[Occurrence]:
        """Every place in a file where the name stands, with what it is there."""
        document = self.document(path)
        return [] if document is None else occurrences(document, name)

    def errors(self, path: str, text: str) -> int | None:
        """How many places of this text do not parse; None without a grammar for the file."""
        known = _grammar_of(path)
        if known is None:
            return None
        return count_errors(known.parser().parse(text.encode("utf-8", "surrogatepass")))

    def document(self, path: str) -> Document | None:
        """The parsed file; for engine/syntax only."""
        document = self._documents.get(path)
        if document is not None:
            return document
        known = _grammar_of(path)
        text = self._text_of(path) if known is not None else None
        if known is None or text is None:
            return None
        return self._documents.put(Document(path, text, known))

    def view(self, texts: Mapping[str, str] | None = None, moved: tuple[str, str] | None = None) -> View:
        """The project as it would be with these texts in place of some files' own.

        `moved`: a file's former path and its present one; the view has the former.
        """
        return View(self, texts or {}, moved)


class View:
    """An index with the texts of a few files replaced; short-lived."""

    def __init__(self, index: Index, texts: Mapping[str, str], moved: tuple[str, str] | None = None) -> None:
        self._index = index
        self.imports = index.imports
        self.modules = index.modules
        self._hidden = moved[1] if moved is not None else ""
        if moved is not None:
            self.modules = Modules({*index.modules.paths, moved[0]} - {moved[1]}, index.text_of)
        self._documents: dict[str, Document | None] = {}
        for path, text in texts.items():
            known = _grammar_of(path)
            self._documents[path] = Document(path, text, known, index.document(path)) if known else None
        self._touched = frozenset(self._documents)
        self._facts: dict[str, Facts] = {}

    def document(self, path: str) -> Document | None:
        """The parsed file; kept as long as the view lives."""
        if path == self._hidden:
            return None
        if path not in self._documents:
            self._documents[path] = self._index.document(path)
        return self._documents[path]

    def files_with(self, name: str) -> list[str]:
        """The files in which the name stands as a word, sorted."""
        key = name.encode("utf-8", "surrogatepass")
        own = {path for path in self._touched if (held := self._documents[path]) and key in held.data}
        others = {path for path in self._index.files_with(name) if path not in self._touched}
        return sorted(others - {self._hidden} | own)

    def facts(self, path: str) -> Facts:
        """The definitions (byte offsets) and imports of a file."""
        held = self._documents.get(path) if path in self._touched else None
        if held is None:
            return self._index.facts(path)
        if path not in self._facts:
            self._facts[path] = facts(held.tree, held.grammar)
        return self._facts[path]


def _indexed(path: str) -> bool:
    return language_of(path) is not None or posixpath.splitext(path)[1] in PLAIN


def _grammar_of(path: str) -> Grammar | None:
    language = language_of(path)
    return None if language is None else grammar(language)


def _facts_of(path: str, data: bytes) -> Facts:
    known = _grammar_of(path)
    if known is None or known.facts is None:
        return EMPTY
    return facts(known.parser().parse(data), known)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection while many small lasting objects are made."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
