"""The watched project: which files belong to it, what they say, and the index over them."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine import files
from engine.config import Settings
from engine.diff import same_but_names
from engine.errors import FileProblem
from engine.history import History
from engine.syntax.grammars import grammar, language_of
from engine.syntax.index import Index, IndexStats
from engine.syntax.linking.library import imports_of
from engine.types import Edit
from engine.watch import Ignore

WARM: Final = 2
"""Languages whose grammars are loaded before they are needed."""
GRAVE: Final = 10.0
"""Seconds for which the text of a file that went away is remembered."""


class Interrupted(Exception):
    """The scan was given up because the program is to end."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a look at touched files brought."""

    edits: tuple[Edit, ...]
    """Oldest save first."""
    gone: tuple[str, ...]
    """Files that are no longer there."""
    index_ms: float


class Project:
    """Texts, history and index of one root. Not thread-safe: the session's lock guards it."""

    def __init__(self, root: Path, settings: Settings, cache: Path) -> None:
        self.root = root
        self.ignore = Ignore(root, settings.ignore)
        self.history = History()
        self.index = Index(root, self.history.text, cache)
        self._files: set[str] = set()
        self._graves: dict[str, tuple[str, float]] = {}
        self._missed: set[str] = set()
        """Files among the graves that others import."""

    def scan(self, should_stop: Callable[[], bool]) -> IndexStats:
        """Read and index every file that is not ignored; raises Interrupted."""

        def look_up(done: int, total: int) -> None:
            if should_stop():
                raise Interrupted

        for number, path in enumerate(self.ignore.walk()):
            if number % 100 == 0:
                look_up(number, 0)
            text = self._read(path)
            if text is not None:
                self.history.load(path, text)
                self._files.add(path)
        return self.index.build(sorted(self._files), look_up)

    def warm_up(self) -> None:
        """Load what the commonest languages need, which the first save would wait for.

        What is there by now stays, so the garbage collector is to look at it no more.
        """
        languages = Counter(language for path in self._files if (language := language_of(path)))
        for language, _ in languages.most_common(WARM):
            grammar(language)
            imports_of(language)
        self.index.modules.warm_up()
        gc.collect()
        gc.freeze()

    def text(self, path: str) -> str | None:
        """The last text known of a file."""
        return self.history.text(path)

    def look(self, paths: Iterable[str], at: float) -> Taken:
        """Read touched files; what differs from the text last known is an edit."""
        edits: list[Edit] = []
        gone: list[str] = []
        spent = 0.0
        found = {path: self._now(path) for path in self._by_time(self._expanded(paths))}
        self._bury((path for path, text in found.items() if text is None), at)
        for path, text in found.items():
            if text is not None and self.text(path) is None:
                old = self._moved_from(path, text, at)
                if old:
                    edits.append(self.history.move(old, path, self._graves[old][0], text, at))
                    spent += self._note(old, None) + self._note(path, text)
                    del self._graves[old]
                    continue
                self._exhume(path, text, at)
            if text == self.text(path) and (path in self._files or text is None):
                continue
            edit = self.history.observe(path, text, "person", at)
            spent += self._note(path, text)
            if text is None:
                gone.append(path)
            elif edit is not None:
                edits.append(edit)
        return Taken(tuple(edits), tuple(gone), spent)

    def wrote(self, path: str, text: str, at: float) -> Edit | None:
        """Take over what Ripple has written, so that the watcher's word of it is no news."""
        edit = self.history.observe(path, text, "ripple", at)
        self._note(path, text)
        return edit

    def edited(self, paths: Iterable[str], limit: int) -> list[str] | None:
        """The files that a burst changed, if they are few beside those it left as they were, else None.

        So is a save that falls together with what Ripple wrote itself. Files that came or went are no edits.
        """
        changed: list[str] = []
        touched = self._expanded(paths)
        for path in touched:
            text, known = self._now(path), self.text(path)
            if text == known:
                continue
            changed.append(path)
            if text is None or known is None or len(changed) > limit:
                return None
        return changed if 2 * len(changed) < len(touched) else None

    def absorb(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Take over what a branch switch or the like did to these files, as if it had always been so."""
        changed: list[str] = []
        for path in self._expanded(paths):
            text = self._now(path)
            if text == self.text(path):
                continue
            changed.append(path)
            self.history.restart(path, text)
            self._note(path, text)
        return tuple(changed)

    def _bury(self, paths: Iterable[str], at: float) -> None:
        """Remember the texts of files that have just gone: some editors remove a file, then write it."""
        self._graves = {
            path: (text, when) for path, (text, when) in self._graves.items() if at - when < GRAVE
        }
        for path in paths:
            text = self.text(path)
            if text is not None:
                self._graves[path] = (text, at)
                if self.index.importers(path):
                    self._missed.add(path)
        self._missed &= self._graves.keys()

    def _moved_from(self, path: str, text: str, at: float) -> str:
        """Where a new file was until now, if others import it from there and only names changed in it."""
        kind = language_of(path)
        for old, (before, when) in self._graves.items():
            fresh = old in self._missed and old != path and at - when < GRAVE
            if fresh and language_of(old) == kind and same_but_names(before, text):
                return old
        return ""

    def _exhume(self, path: str, text: str, at: float) -> None:
        """A file that was just gone goes on where it was; one whose text just went elsewhere was moved."""
        recent = {path: text for path, (text, when) in self._graves.items() if at - when < GRAVE}
        if path in recent:
            self.history.load(path, recent[path])
        elif text and text in recent.values():
            self.history.load(path, text)

    def _note(self, path: str, text: str | None) -> float:
        """Bring the index up to date; milliseconds."""
        started = time.perf_counter()
        self.index.update(path, text)
        if text is None:
            self._files.discard(path)
        else:
            self._files.add(path)
        return (time.perf_counter() - started) * 1000

    def _expanded(self, paths: Iterable[str]) -> list[str]:
        """Files only: a folder stands for what it holds now and for what it was known to hold."""
        out: set[str] = set()
        folders: list[str] = []
        for path in paths:
            if path in self._files or (self.root / path).is_file():
                out.add(path)
            elif path:
                folders.append(path.rstrip("/") + "/")
        if folders:
            inside = tuple(folders)
            there = self.ignore.walk() if any((self.root / folder).is_dir() for folder in folders) else ()
            out |= {file for file in (*there, *self._files) if file.startswith(inside)}
        return sorted(out)

    def _by_time(self, paths: Iterable[str]) -> list[str]:
        """The file saved last comes last."""

        def moment(path: str) -> int:
            try:
                return (self.root / path).stat().st_mtime_ns
            except OSError:
                return 0

        return sorted(paths, key=moment)

    def _now(self, path: str) -> str | None:
        """The same for a touched file, which may have come to be ignored."""
        return None if self.ignore.ignored(path) else self._read(path)

    def _read(self, path: str) -> str | None:
        """A file's text; None where there is no file, or none that Ripple would read."""
        try:
            return files.read(self.root / path).text
        except FileProblem:
            return None
