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
from engine.lsp.held import Held
from engine.lsp.table import Found
from engine.types import Edit

if TYPE_CHECKING:  # loading pygls takes longer than a save may: the thread does it
    from engine.lsp.connection import Connection
    from engine.lsp.wire import Progress, Published

BASELINE: Final = 20.0
"""Seconds that a server has for its first look at a file."""
HUNG: Final = 30.0
"""Seconds without a word after a save, when the next one comes, that make a server one that hangs."""
SETTLED: Final = 0.15
"""Seconds of quiet that end the word of a server which does not say what text it speaks of."""
QUIET: Final = 1.5
"""Seconds after which a server that is at no work, and says nothing of clean files, has none to say."""
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


_Item: TypeAlias = "Saved | Changed | Configured | Published | Progress | Ended | Stop"
"""What reaches the thread."""


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
        self._spoken = 0.0
        """When the server said anything last."""
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
                self._spoken = time.monotonic()
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
        held.write(text, self._found.server.check)
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
            quiet = self._quiet(held)
            end = min(until, until if settled is None else settled, until if quiet is None else quiet)
            try:
                item = self._inbox.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                if time.monotonic() >= until:
                    return
                if held.known is None and quiet is not None and time.monotonic() >= quiet:
                    held.known = ()
                continue
            if isinstance(item, Saved | Changed | Configured | Stop):
                self._backlog.append(item)
            else:
                self._work(item)

    def _quiet(self, held: Held) -> float | None:
        """When a server that is silent about clean files has been it long enough; None while it works."""
        connection = self._connection
        if not self._found.server.silent or connection is None or connection.busy:
            return None
        return max(held.since, self._spoken) + QUIET

    def _heard(self, published: Published | Progress) -> None:
        from engine.lsp.wire import Published

        server = self._found.server
        if not isinstance(published, Published):
            if server.check is not None and published.title.startswith(server.check.title):
                for one in self._held.values():
                    one.check(published.ended)
            return
        held, version = self._held.get(published.path), published.version
        if held is None or (server.versioned if version is None else version != held.version):
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
        from engine.lsp.news import News
        from engine.lsp.report import report

        saves = self._saves
        found = report(
            connection,
            path,
            News(held.base, held.checked, (held.text, held.known), self._found.server.check),
            self._text_of,
            lambda: self._saves == saves and not self._stopping,
        )
        self._tell(held.asked.id, self.name, found)

    # -- its life

    def _started(self) -> Connection | None:
        """The running server, started if need be; None where it is given up."""
        connection = self._connection
        if connection is not None and self._hangs(connection):
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

    def _hangs(self, connection: Connection) -> bool:
        now = time.monotonic()
        mute = (
            path
            for path, one in self._held.items()
            if one.asked and one.known is None and now - max(one.since, self._spoken) > HUNG
        )
        path = next(mute, None)
        if path is None or not self._found.server.silent:
            return path is not None
        return not connection.answers(path, lambda: not self._stopping)

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
