"""`ripple watch --json`: a session driven by lines on stdin, told by lines on stdout.

One thread reads stdin, the watcher's thread reports touched files, both into one queue that the main thread
works off; another thread predicts. What they say leaves through one lock, a line at a time.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from app.json_lines import Accept, AskWhy, Correct, Quit, Reject, Undo, parse, render
from engine.config import Settings
from engine.errors import EngineError
from engine.session import Session
from engine.types import Event, Failed, Saved

LOOK_SECONDS = 1.5
"""How often an idle session looks for another adapter; a busy one looks before each prediction."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line came in."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Touched:
    """Files were touched."""

    paths: frozenset[str]
    burst: bool
    since: float


@dataclass(frozen=True, slots=True)
class End:
    """Nobody speaks to us any more, or we are told to go."""


class Front:
    """The queue between the threads, and the way out."""

    def __init__(self, root: Path, settings: Settings, out: int, structure_only: bool = False) -> None:
        self._inbox: SimpleQueue[Line | Touched | End] = SimpleQueue()
        self._out = out
        self._speaking = threading.Lock()
        self._saved = threading.Event()
        self._ending = False
        self._predicting = threading.Thread(target=self._predict, name="predict", daemon=True)
        self.session = Session(root, settings, self.emit, self._touched, structure_only)

    def run(self, lines: int) -> int:
        """Serve the file descriptor `lines` until its end or "quit"; the exit code."""
        signal.signal(signal.SIGTERM, self._told_to_end)
        signal.signal(signal.SIGINT, self._told_to_end)
        threading.Thread(target=self._read, args=(lines,), name="stdin", daemon=True).start()
        try:
            self.session.start()
        except EngineError as problem:
            self.emit(Failed(problem.title, problem.message, problem.hint))
            return 1
        self._predicting.start()
        while self._handle(self._next()):
            pass
        self._ending = True
        self._saved.set()
        self.session.close()
        self._predicting.join(5)
        return 0

    def emit(self, event: Event) -> None:
        """Write an event's line, unbuffered; a reader that has gone ends the program."""
        line = render(event) + b"\n"
        with self._speaking:
            try:
                while line:
                    line = line[os.write(self._out, line) :]
            except BrokenPipeError:
                self._inbox.put(End())
        if isinstance(event, Saved):
            self._saved.set()

    def _next(self) -> Line | Touched | End:
        """What comes in next; meanwhile it is looked now and then whether another adapter is current."""
        while True:
            try:
                return self._inbox.get(timeout=LOOK_SECONDS)
            except Empty:
                self._guarded(self.session.refresh)

    def _told_to_end(self, *_: object) -> None:
        self.session.interrupt()
        self._inbox.put(End())

    def _touched(self, paths: frozenset[str], burst: bool) -> None:
        self._inbox.put(Touched(paths, burst, time.perf_counter()))

    def _read(self, descriptor: int) -> None:
        """Cut stdin into lines; unbuffered, so that nothing is held when the program ends."""
        rest = b""
        while chunk := os.read(descriptor, 1 << 16):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._inbox.put(Line(line))
        if rest.strip():
            self._inbox.put(Line(rest))
        self._inbox.put(End())

    def _handle(self, item: Line | Touched | End) -> bool:
        """Work one thing off; False where it is the last."""
        match item:
            case End():
                return False
            case Touched(paths=paths, burst=burst, since=since):
                self._guarded(lambda: self.session.observe(paths, burst, since))
            case Line(text=text):
                return self._obey(text)
        return True

    def _obey(self, line: bytes) -> bool:
        try:
            command = parse(line)
        except EngineError as problem:
            self.emit(Failed(problem.title, problem.message, problem.hint))
            return True
        match command:
            case Accept(suggestion=suggestion, actions=actions):
                self._guarded(lambda: self.session.accept(suggestion, actions))
            case Correct(suggestion=suggestion, action=action, new=new):
                self._guarded(lambda: self.session.correct(suggestion, action, new))
            case Reject(suggestion=suggestion, actions=actions):
                self._guarded(lambda: self.session.reject(suggestion, actions))
            case Undo():
                self._guarded(self.session.undo)
            case AskWhy():
                self.emit(self.session.why())
            case Quit():
                return False
        return True

    def _predict(self) -> None:
        """Answer saves, newest first, until the end."""
        while not self._ending:
            self._saved.wait()
            self._saved.clear()
            self._guarded(lambda: self.session.predict(lambda: self._ending))

    def _guarded(self, call: Callable[[], None]) -> None:
        """A failure nobody foresaw is told, and the session goes on."""
        try:
            call()
        except Exception as error:  # noqa: BLE001  the one place of this front end where it would be lost
            sys.excepthook(type(error), error, error.__traceback__)
            self.emit(
                Failed("Something went wrong", repr(error), "Please report this; the log on stderr has more.")
            )


def serve(root: Path, settings: Settings, structure_only: bool = False) -> int:
    """Serve stdin and stdout. What foreign code prints goes to stderr: stdout carries events only."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    sys.stdout.flush()
    out = os.dup(1)
    os.dup2(2, 1)
    return Front(root, settings, out, structure_only).run(0)
