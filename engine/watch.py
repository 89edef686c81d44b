"""Tells when files of a project were touched: events in, settled paths out. The only door to watchdog.

An event proves nothing (one save is 1 to 10 of them): a path is reported once no event has come for it for a
moment, and whoever is told looks at the text. A write that is not closed yet gets more time than one that is.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

from engine.config import Settings
from engine.ignore import Ignore as Ignore
from engine.settle import Debouncer

if sys.platform == "linux":
    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyConstants,
        InotifyEvent,
        InotifyFD,
        Mask,
        WatchDescriptor,
    )

POLL_SECONDS = 0.5
ROOT_SECONDS = 1.0  # how often it is looked whether the project's folder is the same

logger = logging.getLogger(__name__)


class Sink(Protocol):
    """Where a source of events puts what it saw."""

    def touched(self, rel: str, finished: bool = True) -> None:
        """One path, relative to the project."""

    def moved_in(self, rels: Iterable[str]) -> None:
        """Many paths at once that nobody edited: a folder came or went, rules changed, events were lost."""

    def exhausted(self, error: OSError) -> None:
        """The system has no more watches to give for a new folder."""


class Source(Protocol):
    """Something that watches a folder until it is stopped."""

    def start(self) -> None:
        """Begins; raises OSError where the system has no more watches to give."""

    def stop(self) -> None:
        """Ends, and waits until it has ended."""

    def resync(self) -> frozenset[str]:
        """Looks at the whole tree again after rules changed; returns the files that no longer count."""


class Watcher:
    """Watches a project and calls `on_touched(paths, burst)` on its own thread, once paths have settled."""

    def __init__(
        self,
        root: Path,
        ignore: Ignore,
        on_touched: Callable[[frozenset[str], bool], None],
        on_notice: Callable[[str], None],
        settings: Settings,
    ) -> None:
        self._root = root.resolve()
        self._ignore = ignore
        self._on_touched = on_touched
        self._on_notice = on_notice
        self._settings = settings
        self._debouncer = Debouncer(settings, self._settled)
        self._source: Source | None = None
        self._switch = threading.Lock()
        self._ended = threading.Event()

    def start(self) -> None:
        """Begins to watch; falls back to polling, with a notice, where the system gives no more watches."""
        self._debouncer.start()
        self._begin(self._settings.polling)
        threading.Thread(target=self._guard, args=(_identity(self._root),), daemon=True).start()

    def _begin(self, polling: bool) -> None:
        """Watches with a new source in place of the one before."""
        with self._switch:
            if self._ended.is_set():
                return
            if self._source:
                self._source.stop()
            self._source = self._polling() if polling else self._native()
            try:
                self._source.start()
                return
            except OSError as error:
                if polling:
                    raise
                problem = error
        self._poll_because(problem)

    def stop(self) -> None:
        """Ends; nothing is reported after that."""
        with self._switch:
            self._ended.set()
            if self._source:
                self._source.stop()
        self._debouncer.stop()

    def touched(self, rel: str, finished: bool = True) -> None:
        """Called by the source for each event."""
        if Ignore.sets_rules(rel) or not self._ignore.hidden(rel):
            self._debouncer.add((rel,), finished)

    def moved_in(self, rels: Iterable[str]) -> None:
        """Called by the source for what nobody edited."""
        self._debouncer.add((rel for rel in rels if not self._ignore.hidden(rel)), burst=True)

    def exhausted(self, error: OSError) -> None:
        """Called by the source on its own thread, which cannot end itself."""
        threading.Thread(target=self._poll_because, args=(error,), daemon=True).start()

    def _poll_because(self, error: OSError) -> None:
        self._begin(polling=True)
        if not self._ended.is_set():
            self._on_notice(_notice(error))

    def _guard(self, known: tuple[int, int] | None) -> None:
        """Watches anew where the project's folder is another one, or back; while a program stands in it (a
        language server), the system does not tell of its end."""
        while not self._ended.wait(ROOT_SECONDS):
            now = _identity(self._root)
            if now == known:
                continue
            known = now
            if now is None:
                self._on_notice(f"{self._root} is gone. It is watched again as soon as it is back.")
                continue
            try:
                self._ignore.reload()
                self._begin(self._settings.polling)
                self.moved_in(self._ignore.walk())
            except OSError:  # gone once more
                known = None

    def _settled(self, rels: frozenset[str], burst: bool) -> None:
        gone: frozenset[str] = frozenset()
        if self._source and not self._ended.is_set() and any(map(Ignore.sets_rules, rels)):
            self._ignore.reload()
            gone = self._source.resync()
        seen = frozenset(rel for rel in rels if not self._ignore.ignored(rel))
        if not seen | gone:
            return
        try:
            self._on_touched(seen | gone, burst or bool(gone))
        except Exception:
            logger.exception("whoever is told of touched files failed")
            self._on_notice(f"A save could not be looked at ({min(seen | gone)}); the next one will be.")

    def _native(self) -> Source:
        if sys.platform == "linux":
            return _Inotify(self._root, self._ignore, self)
        return _Observed(self._root, self._ignore, self, Observer())

    def _polling(self) -> Source:
        return _Observed(self._root, self._ignore, self, _poller(self._root, self._ignore))


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is, whatever its name; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _notice(error: OSError) -> str:
    """Why the project is polled, and what to do about it."""
    if error.errno == errno.ENOSPC:
        remedy = "raise fs.inotify.max_user_watches"
    elif error.errno == errno.EMFILE:
        remedy = "raise fs.inotify.max_user_instances"
    else:
        remedy = "look at the folder's permissions"
    return f"Not all folders can be watched ({error.strerror}), so they are polled: {remedy} for less delay."


def _relative(path: Path, root: Path) -> str:
    return "" if path == root else path.relative_to(root).as_posix()


class _Observed(FileSystemEventHandler):
    """Any of watchdog's observers as a source."""

    def __init__(self, root: Path, ignore: Ignore, sink: Sink, observer: BaseObserver) -> None:
        self._root = root
        self._ignore = ignore
        self._sink = sink
        self._observer = observer

    def start(self) -> None:
        """Begins to watch; raises OSError."""
        self._observer.schedule(self, str(self._root), recursive=True)
        self._observer.start()

    def stop(self) -> None:
        """Ends, and waits until watchdog's threads have ended."""
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join(5)

    def resync(self) -> frozenset[str]:
        """Nothing to do: these observers see the whole tree, and what they see is filtered later."""
        return frozenset()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Passes on which paths an event speaks of; a folder stands for the files in it."""
        if event.event_type in ("opened", "closed_no_write"):
            return
        for path in map(Path, {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)} - {""}):
            if not path.is_relative_to(self._root):
                continue  # the other end of a move
            rel = _relative(path, self._root)
            if not event.is_directory:
                self._sink.touched(rel)
            elif event.event_type in ("created", "moved") and rel:
                self._sink.moved_in([file for _, files in self._ignore.walk_folders(rel) for file in files])


def _poller(root: Path, ignore: Ignore) -> BaseObserver:
    """An observer that compares the tree with what it was, and does not enter folders that are ignored."""

    def listed(folder: str | None) -> Iterator[os.DirEntry[str]]:
        rel = _relative(Path(folder or root), root)
        with os.scandir(folder or root) as entries:
            for entry in entries:
                name = f"{rel}/{entry.name}" if rel else entry.name
                if not entry.is_dir(follow_symlinks=False) or not ignore.hidden(name, is_dir=True):
                    yield entry

    return PollingObserverVFS(stat=os.stat, listdir=listed, polling_interval=POLL_SECONDS)


if sys.platform == "linux":
    _EVENTS = Mask(
        InotifyConstants.IN_CREATE
        | InotifyConstants.IN_MODIFY
        | InotifyConstants.IN_CLOSE_WRITE
        | InotifyConstants.IN_MOVE
        | InotifyConstants.IN_DELETE
        | InotifyConstants.IN_ONLYDIR
        | InotifyConstants.IN_DONT_FOLLOW
    )

    class _Inotify:
        """watchdog's inotify reader with watches on the folders that are looked at, and on no others.

        watchdog's own recursive watch would put one on every folder of node_modules and .git, hides the error
        where watches run out below the root, and holds events back for half a second to pair moves.
        """

        def __init__(self, root: Path, ignore: Ignore, sink: Sink) -> None:
            self._root = root
            self._ignore = ignore
            self._sink = sink
            self._id = CallbackId(id(self))
            self._lock = threading.Lock()
            self._folders: dict[WatchDescriptor, str] = {}
            self._watches: dict[str, WatchDescriptor] = {}
            self._files: dict[str, set[str]] = {}
            self._reader: InotifyFD | None = None

        def start(self) -> None:
            """Begins to watch; raises OSError with ENOSPC or EMFILE where the system gives no more."""
            self._reader = InotifyFD()
            self._reader.start()
            try:
                with self._lock:
                    self._enter("")
            except OSError:
                self.stop()
                raise

        def stop(self) -> None:
            """Ends, and waits until the reader has ended."""
            reader, self._reader = self._reader, None
            if reader:
                reader.stop()
                reader.join(5)

        def resync(self) -> frozenset[str]:
            """Enters folders that are looked at now, leaves those that are not any more."""
            with self._lock:
                before = self._all()
                for folder in [rel for rel in self._watches if rel and self._ignore.hidden(rel, is_dir=True)]:
                    self._leave(folder)
                self._enter("")
                after = self._all()
            self._sink.moved_in(after - before)
            return before - after

        def on_event(self, event: InotifyEvent) -> None:
            """Called by watchdog on its thread for each event."""
            try:
                self._handle(event)
            except OSError as error:
                self._sink.exhausted(error)

        def _handle(self, event: InotifyEvent) -> None:
            with self._lock:
                folder = self._folders.get(event.wd)
                if folder is None or not event.name:
                    return
                name = os.fsdecode(event.name)
                rel = f"{folder}/{name}" if folder else name
                gone = event.is_delete or event.is_moved_from
                if event.is_directory:
                    files = self._leave(rel) if gone else self._enter(rel)
                elif gone:
                    self._files[folder].discard(rel)
                elif not self._ignore.hidden(rel):
                    self._files[folder].add(rel)
            if not event.is_directory:
                self._sink.touched(rel, finished=not (event.is_create or event.is_modify))
            elif event.is_create:
                for file in files:
                    self._sink.touched(file, finished=False)
            elif files:
                self._sink.moved_in(files)

        def on_watch_deleted(self, wd: WatchDescriptor) -> None:
            """Called by watchdog when a watched folder is gone."""
            with self._lock:
                folder = self._folders.pop(wd, None)
                if folder is not None and self._watches.get(folder) == wd:
                    del self._watches[folder]
                    self._files.pop(folder, None)

        def on_queue_overflow(self) -> None:
            """Called by watchdog when events were lost: everything may have changed."""
            try:
                gone = self.resync()
            except OSError as error:
                self._sink.exhausted(error)
                return
            with self._lock:
                files = self._all()
            self._sink.moved_in(files | gone)

        def _all(self) -> frozenset[str]:
            return frozenset().union(*self._files.values())

        def _enter(self, start: str) -> list[str]:
            """Watches a folder and those below it, returns their files; OSError with no watches left."""
            found: list[str] = []
            stack = [start]
            while stack and self._reader:
                folder = stack.pop()
                if self._ignore.shut(folder, entered=folder != start):
                    continue
                try:
                    if folder not in self._watches:
                        path = os.fsencode(self._root / folder)
                        wd = self._reader.add_callback(path, _EVENTS, self, self._id)
                        self._watches[folder], self._folders[wd] = wd, folder
                except OSError as error:
                    if not folder or error.errno in (errno.ENOSPC, errno.EMFILE):
                        raise
                    continue
                files, folders = self._ignore.listing(folder)
                self._files[folder] = set(files)
                if folder and self._ignore.hidden(folder, is_dir=True):
                    self._leave(folder)
                found += files
                stack += folders
            return found

        def _leave(self, start: str) -> list[str]:
            """Stops watching a folder and those below it, and returns the files that were there."""
            found: list[str] = []
            for folder in [rel for rel in self._watches if rel == start or rel.startswith(start + "/")]:
                wd = self._watches.pop(folder)
                self._folders.pop(wd, None)
                found += self._files.pop(folder, ())
                if self._reader:
                    self._reader.remove_callbacks([(wd, self._id)])
            return found
