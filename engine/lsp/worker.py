"""One server's thread: starts it when needed, keeps its files up to date, tells what is new after an edit."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.diagnostics import Diagnostic
from engine.lsp.table import Found
from engine.types import Edit

if TYPE_CHECKING:  # loading pygls takes longer than a save may: the thread does it
    from engine.lsp.connection import Connection
    from engine.lsp.wire import Complaint, Published

BASELINE: Final = 20.0
"""Seconds that a server has for its first look at a file."""
HUNG: Final = 30.0
"""Seconds without a word after a save, when the next one comes, that make a server one that hangs."""
SETTLED: Final = 0.15
"""Seconds of quiet that end the word of a server which does not say what text it speaks of."""
RESTARTS: Final = 1
MOST_OPEN: Final = 24
"""Files that a server holds at a time."""
END: Final = 4.0


@dataclass(frozen=True, slots=True)
class Saved:
    """The person saved a file; what is new after it is to be told."""

    edit: Edit


@dataclass(frozen=True, slots=True)
class Changed:
    """A file has another text, or is gone, and nobody asks."""

    path: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Configured:
    """The project's environment is another one."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The server's output has ended; `connection` says of which start."""

    connection: int


@dataclass(frozen=True, slots=True)
class Stop:
    """The session closes."""


_Item: TypeAlias = "Saved | Changed | Configured | Published | Ended | Stop"
"""What reaches the thread."""


@dataclass(slots=True)
class Held:
    """A file that the server holds."""

    text: str
    version: int
    known: tuple[Complaint, ...] | None = None
    """What it says of this text, once it has."""
    base: tuple[str, tuple[Complaint, ...]] | None = None
    """The text before the edit in question, and what it said of that."""
    asked: Edit | None = None
    since: float = 0.0


class Worker:
    """`tell` gets what is new after an edit, perhaps several times; `notice` hears once of a failure."""

    def __init__(
        self,
        found: Found,
        root: Path,
        text_of: Callable[[str], str | None],
        tell: Callable[[str, str, tuple[Diagnostic, ...]], None],
        notice: Callable[[str], None],
    ) -> None:
        self.name = found.name
        self.state = "not started"
        """How the server stands, for the person."""
        self._found = found
        self._root = root
        self._text_of = text_of
        self._tell = tell
        self._notice = notice
        self._inbox: SimpleQueue[_Item] = SimpleQueue()
        self._backlog: deque[_Item] = deque()
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._connection: Connection | None = None
        self._starts = 0
        self._saves = 0
        """How many there were, those that still wait counted too."""
        self._worked = False
        self.given_up = False
        self._stopping = False
        self._settling: dict[str, float] = {}
        """Files of which a server without versions has spoken, and when they are settled."""
        self._thread: threading.Thread | None = None

    def post(self, item: Saved | Changed | Configured | Stop) -> None:
        """Hand something over; never waits. The thread starts with the first save."""
        if self._thread is None:
            if not isinstance(item, Saved):
                return
            self.state = "starting"
            self._thread = threading.Thread(target=self._run, name=f"lsp-{self.name}-work", daemon=True)
            self._thread.start()
        self._saves += isinstance(item, Saved)
        self._inbox.put(item)

    def stop(self) -> None:
        """Begin to end; a server that has not shaken hands by now is not waited for."""
        self._stopping = True
        connection = self._connection
        if connection is not None and self.state != "running":
            connection.cut()
        self.post(Stop())

    def join(self) -> None:
        """Wait for the end."""
        if self._thread is not None:
            self._thread.join(END)

    # -- the thread

    def _run(self) -> None:
        try:
            while not isinstance(item := self._next(), Stop):
                if item is not None:
                    self._work(item)
        finally:
            self._drop()

    def _next(self) -> _Item | None:
        """What comes next; None where files have settled meanwhile."""
        if self._backlog:
            return self._backlog.popleft()
        if not self._settling:
            return self._inbox.get()
        try:
            return self._inbox.get(timeout=max(0.0, min(self._settling.values()) - time.monotonic()))
        except Empty:
            now = time.monotonic()
            for path in [path for path, when in self._settling.items() if when <= now]:
                del self._settling[path]
                self._report(path)
            return None

    def _work(self, item: _Item) -> None:
        match item:
            case Saved(edit=edit):
                self._saved(edit)
            case Changed(path=path, text=text):
                self._changed(path, text)
            case Configured():
                if self._connection is not None:
                    self._connection.configure()
            case Ended(connection=number):
                self._lost(number)
            case Stop():
                return
            case _:
                self._heard(item)

    def _saved(self, edit: Edit) -> None:
        connection = self._started()
        if connection is None:
            self._tell(edit.id, self.name, ())
            return
        held = self._held.get(edit.path)
        if held is None:
            held = self._open(connection, edit.path, edit.before)
            self._await(edit.path)
        if held.known is not None:
            held.base = (held.text, held.known)
        self._write(connection, edit.path, held, edit.after)
        held.asked, held.since = edit, time.monotonic()
        if held.base is None:  # without the word of before, nothing can be told to be new
            self._tell(edit.id, self.name, ())

    def _changed(self, path: str, text: str | None) -> None:
        connection, held = self._connection, self._held.get(path)
        if connection is None:
            return
        if held is None:
            connection.touched(path, self._is_there(path, text))
        elif text is None:
            connection.close(path)
            connection.touched(path, self._is_there(path, text))
            del self._held[path]
        elif held.text != text:
            if held.known is not None:
                held.base = (held.text, held.known)
            self._write(connection, path, held, text)
            held.asked = None

    def _is_there(self, path: str, text: str | None) -> bool:
        """Whether a file is on disk: one that grew too large, or came to be ignored, has no text here."""
        return text is not None or (self._root / path).is_file()

    def _open(self, connection: Connection, path: str, text: str) -> Held:
        while len(self._held) >= MOST_OPEN:
            connection.close(self._held.popitem(last=False)[0])
        held = self._held[path] = Held(text, 1, since=time.monotonic())
        connection.open(path, self._found.server.languages[PurePosixPath(path).suffix], text, 1)
        return held

    def _write(self, connection: Connection, path: str, held: Held, text: str) -> None:
        held.text, held.version, held.known = text, held.version + 1, None
        self._held.move_to_end(path)
        self._settling.pop(path, None)
        connection.change(path, text, held.version)

    def _await(self, path: str) -> None:
        """Wait for the first word about a file that was opened; what else comes is kept for later."""
        until = time.monotonic() + BASELINE
        while not self._stopping and (held := self._held.get(path)) is not None:
            settled = self._settling.get(path)
            if held.known is not None and (settled is None or settled <= time.monotonic()):
                self._settling.pop(path, None)
                return
            try:
                item = self._inbox.get(timeout=max(0.0, min(until, settled or until) - time.monotonic()))
            except Empty:
                if time.monotonic() >= until:
                    return
                continue
            if isinstance(item, Saved | Changed | Configured | Stop):
                self._backlog.append(item)
            else:
                self._work(item)

    def _heard(self, published: Published) -> None:
        held = self._held.get(published.path)
        if held is None or (published.version is not None and published.version != held.version):
            return
        held.known = published.complaints
        self._worked = True
        if published.version is None:
            self._settling[published.path] = time.monotonic() + SETTLED
        else:
            self._report(published.path)

    def _report(self, path: str) -> None:
        """Tell what is new in a file."""
        held, connection = self._held.get(path), self._connection
        if (
            held is None
            or connection is None
            or held.known is None
            or held.asked is None
            or held.base is None
        ):
            return
        from engine.lsp.report import report

        saves = self._saves
        found = report(
            connection,
            path,
            held.base,
            (held.text, held.known),
            self._text_of,
            lambda: self._saves == saves and not self._stopping,
        )
        self._tell(held.asked.id, self.name, found)

    # -- its life

    def _started(self) -> Connection | None:
        """The running server, started if need be; None where it is given up."""
        connection = self._connection
        if connection is not None and self._hangs():
            self._fail("it hangs")
            connection = None
        while connection is None and not self.given_up and not self._stopping:
            connection = self._start()
        return connection

    def _start(self) -> Connection | None:
        from engine.lsp.connection import Connection, ServerGone

        self._starts += 1
        number = self._starts
        try:
            self._connection = Connection(
                self._found, self._root, self._inbox.put, lambda: self._inbox.put(Ended(number))
            )
            if self._stopping:
                self._connection.cut()
            self._connection.begin()
        except (OSError, ServerGone) as error:
            self._fail(str(error))
            return None
        self.state = "running"
        return self._connection

    def _hangs(self) -> bool:
        now = time.monotonic()
        return any(one.known is None and now - one.since > HUNG for one in self._held.values() if one.asked)

    def _lost(self, number: int) -> None:
        if number == self._starts and self._connection is not None:
            self._fail("it ended by itself")

    def _fail(self, why: str) -> None:
        """Let the server go; it is started once more when it is needed, then left alone."""
        waiting = [
            held.asked for held in self._held.values() if held.asked is not None and held.known is None
        ]
        self._drop()
        for edit in waiting:
            self._tell(edit.id, self.name, ())
        self.given_up = self._starts > RESTARTS
        self.state = f"left alone: {why}" if self.given_up else f"to be started again: {why}"
        if self.given_up and self._worked:
            self._notice(f"{self.name} is left alone until the next start: {why}.")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._held.clear()
        self._settling.clear()
        if connection is not None:
            connection.end()
