"""A server's process: started on pipes, written to without ever blocking, ended with all that it started."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Final

import psutil

MOST_BYTES: Final = 64_000_000
"""The largest message that is read; a server that sends more has lost its way."""
MOST_HEADERS: Final = 64
"""Lines that may follow one another without a message among them."""
LONGEST_HEADER: Final = 4096
GRACE: Final = 0.5
"""Seconds that a process has to end by itself, and again after it was told to terminate."""


class Garbled(OSError):
    """What comes out of the process is not the protocol."""


class Process:
    """One child process that speaks on stdin and stdout; what it says on stderr is dropped."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        """Starts it; raises OSError."""
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.output = Output(self._process.stdout)
        self._stdin = self._process.stdin
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._writing = threading.Thread(target=self._write, name="lsp-write", daemon=True)
        self._writing.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._process.poll()

    def write(self, data: bytes) -> None:
        """Send bytes soon; never waits for the process to read them."""
        self._waiting.put(data)

    def close(self) -> None:
        """End what is sent: most servers end when their input does."""
        self._waiting.put(None)

    def kill(self) -> None:
        """End it at once; `end` must still follow."""
        self._process.kill()

    def end(self) -> None:
        """Let it end, make it end, and what it started too; takes a few times GRACE at most."""
        family = self._family()
        self.close()
        if not _gone(family[:1], GRACE):
            for process in family[:1]:
                _told(process, "terminate")
        _gone(family, GRACE)
        for process in family:
            _told(process, "kill")
        _gone(family, GRACE)
        self._process.poll()
        with suppress(subprocess.TimeoutExpired):  # the system keeps it, and there is no more to be done
            self._process.wait(GRACE)
        self._writing.join(GRACE)
        self.output.close()

    def _family(self) -> list[psutil.Process]:
        """The process and those that it started, while they still can be told apart from others."""
        try:
            first = psutil.Process(self.pid)
            return [first, *first.children(recursive=True)]
        except psutil.Error:
            return []

    def _write(self) -> None:
        try:
            while (data := self._waiting.get()) is not None:
                self._stdin.write(data)
                self._stdin.flush()
        except (OSError, ValueError):  # it has ended, and its reader sees that too
            pass
        finally:
            _closed(self._stdin)


class Output:
    """What a process says, for a reader that trusts its sender: this one stops at what cannot be true."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._headers = 0

    def readline(self) -> bytes:
        """The next header line; raises Garbled."""
        line = self._stream.readline(LONGEST_HEADER)
        self._headers += 1
        if self._headers > MOST_HEADERS or len(line) == LONGEST_HEADER:
            raise Garbled("it does not speak the protocol")
        return line

    def read(self, size: int) -> bytes:
        """The next message; raises Garbled."""
        if size > MOST_BYTES:
            raise Garbled(f"it sent a message of {size:,} bytes")
        self._headers = 0
        return self._stream.read(size)

    def close(self) -> None:
        """Let go of the pipe."""
        _closed(self._stream)


def _closed(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except (OSError, ValueError):  # what was still to be written has no reader any more
        return


def _told(process: psutil.Process, what: str) -> None:
    try:
        process.terminate() if what == "terminate" else process.kill()
    except psutil.Error:  # it has ended meanwhile
        return


def _gone(processes: list[psutil.Process], seconds: float) -> bool:
    return not psutil.wait_procs(processes, seconds)[1]
