"""All servers of a project, as a session sees them: told of saves, asked for what is new."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from queue import SimpleQueue

from engine.config import Settings
from engine.diagnostics import Diagnostic
from engine.lsp.table import Found, find, outfit
from engine.lsp.worker import Changed, Configured, Saved, Worker
from engine.types import Edit


class Servers:
    """`late` is called, on a thread of its own, with an edit's id when more is said than `wait` gave."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        text_of: Callable[[str], str | None],
        late: Callable[[str], None],
        notice: Callable[[str], None],
    ) -> None:
        self._root = root
        self._settings = settings
        self._text_of = text_of
        self._late = late
        self._notice = notice
        self._workers: tuple[tuple[Found, Worker], ...] = ()
        self._replaced: list[Worker] = []
        """Workers of programs that are no longer there, or no longer the first; they end by themselves."""
        self._outfit: tuple[tuple[int, ...], str | None] | None = None
        self._changes = threading.Condition()
        self._edit: Edit | None = None
        self._said: dict[str, tuple[Diagnostic, ...]] = {}
        self._awaited: set[str] = set()
        """Servers that have said nothing of the newest edit yet."""
        self._given: frozenset[Diagnostic] | None = None
        """What `wait` gave; None while nobody has waited."""
        self._lates: SimpleQueue[str | None] = SimpleQueue()
        self._calling: threading.Thread | None = None
        self._closed = False

    def saved(self, edit: Edit) -> None:
        """The person saved a file; never waits."""
        workers = self._serving(edit.path)
        with self._changes:
            self._edit, self._said, self._given = edit, {}, None
            self._awaited = {worker.name for worker in workers}
            self._changes.notify_all()
        for worker in workers:
            worker.post(Saved(edit))

    def changed(self, path: str, text: str | None) -> None:
        """A file has a new text that no person just saved, or is gone; never waits."""
        for _, worker in self._workers:
            worker.post(Changed(path, text))

    def wait(self, edit: str, until: float) -> tuple[Diagnostic, ...]:
        """What is new after the newest edit, as far as it is known by `until` (perf_counter)."""
        with self._changes:
            while self._edit is not None and self._edit.id == edit and self._awaited and not self._closed:
                rest = until - time.perf_counter()
                if rest <= 0 or not self._changes.wait(rest):
                    break
            if self._edit is None or self._edit.id != edit:
                return ()
            found = self._found()
            self._given = frozenset(found)
            return found

    def account(self, edit: str) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
        """What was said of an edit, and a line for each server that has not said anything."""
        with self._changes:
            if self._edit is None or self._edit.id != edit:
                return (), ()
            silent = [
                worker for _, worker in self._workers if worker.name in self._awaited or worker.given_up
            ]
            return self._found(), tuple(f"{worker.name}: {worker.state}" for worker in silent)

    def close(self) -> None:
        """End all servers; must not be called with a lock that `late` takes."""
        with self._changes:
            self._closed = True
            self._changes.notify_all()
        workers = [worker for _, worker in self._workers]
        for worker in workers:
            worker.stop()
        for worker in (*workers, *self._replaced):
            worker.join()
        self._lates.put(None)
        if self._calling is not None and self._calling is not threading.current_thread():
            self._calling.join()

    def _serving(self, path: str) -> list[Worker]:
        if not self._settings.lsp or self._closed:
            return []
        self._look()
        suffix = PurePosixPath(path).suffix
        return [worker for found, worker in self._workers if suffix in found.server.languages]

    def _look(self) -> None:
        """Find the servers, anew once the project has another environment or other programs in it."""
        before, self._outfit = self._outfit, outfit(self._root)
        if before == self._outfit:
            return
        known = self._workers
        self._workers = tuple(
            next((pair for pair in known if pair[0] == found), (found, self._worker(found)))
            for found in find(self._root, self._settings.lsp_servers)
        )
        for pair in known:
            if pair not in self._workers:
                pair[1].stop()
                self._replaced.append(pair[1])
        if before is not None and before[1] != self._outfit[1]:
            for _, worker in self._workers:
                worker.post(Configured())

    def _worker(self, found: Found) -> Worker:
        return Worker(found, self._root, self._text_of, self._tell, self._notice)

    def _tell(self, edit: str, server: str, found: tuple[Diagnostic, ...]) -> None:
        """Take what a server says; on its own thread."""
        with self._changes:
            if self._closed or self._edit is None or self._edit.id != edit:
                return
            self._said[server] = found
            self._awaited.discard(server)
            self._changes.notify_all()
            if self._given is None or set(self._found()) <= self._given:
                return
            self._given = frozenset(self._found())
            if self._calling is None:
                self._calling = threading.Thread(target=self._call, name="lsp-late", daemon=True)
                self._calling.start()
        self._lates.put(edit)

    def _call(self) -> None:
        while (edit := self._lates.get()) is not None:
            self._late(edit)

    def _found(self) -> tuple[Diagnostic, ...]:
        """What all of them say; several that complain of one thing are one, with the fixes of all."""
        found: dict[tuple[str, int, str], Diagnostic] = {}
        for one in (one for said in self._said.values() for one in said):
            other = found.setdefault((one.path, one.start, one.family), one)
            if other is not one:
                known = {fix.changes for fix in other.fixes}
                more = tuple(fix for fix in one.fixes if fix.changes not in known)
                found[one.path, one.start, one.family] = replace(other, fixes=(*other.fixes, *more))
        return tuple(sorted(found.values(), key=lambda one: (one.path, one.start, one.source)))
