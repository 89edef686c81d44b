"""Keeps a night inside its bounds, from a thread of its own.

A signal sets the wish (trainer/stopping.py) as soon as Python's main thread gets to it, which a call into
torch may delay. So the watch hears it from the interpreter's wake-up pipe, and ends the process itself where
the wish was not heeded in time. That loses nothing: whatever a night writes, it writes in one step, and the
next run goes on from there.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from types import TracebackType
from typing import Final, NoReturn

import psutil

from engine.errors import FileProblem
from engine.nights import Night, NightOutcome
from trainer.night.desk import Desk, Halt
from trainer.stopping import SIGNALS, Stop

GRACE: Final = {signal.SIGINT: 0.8, signal.SIGTERM: 0.8, signal.SIGXCPU: 30.0, signal.SIGXFSZ: 10.0}
"""Seconds from a wish to the end of the process. The last two stand for minutes and for memory that are
used up: those wishes are the watch's own."""
LOOK: Final = 0.25
"""Seconds between two looks at time and memory."""


def code(night: Night, stop: Stop) -> int:
    """The exit code: 0 where the night or its minutes came to an end, 1 failed, 128 + n by signal n."""
    if night.outcome is NightOutcome.FAILED:
        return 1
    return 128 + stop.by if stop.by in SIGNALS else 0


def leave(night: Night, stop: Stop) -> NoReturn:
    """End the process with the night's exit code; at once where it was asked to stop.

    Everything is on disk by then, and Python takes seconds to take torch down.
    """
    if stop.by in SIGNALS:
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code(night, stop))
    sys.exit(code(night, stop))


class Watch:
    """Watches over a desk while the block runs. For the main thread, around whatever handles the signals."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._limit = desk.plan.memory * 1e9
        self._me = psutil.Process()
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._thread = threading.Thread(target=self._look, name="night-watch", daemon=True)
        self._over = threading.Event()

    def __enter__(self) -> Watch:
        self._before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(self._before)
        self._over.set()
        self._thread.join()
        os.close(self._read)
        os.close(self._write)

    def _look(self) -> None:
        asked = 0.0
        while not self._over.is_set():
            self._heard()
            self._measure()
            by = self._desk.stop.by
            if by is not None:
                asked = asked or time.monotonic()
                if time.monotonic() - asked >= GRACE[by]:
                    self._end(by)

    def _heard(self) -> None:
        """Wait a moment for a signal, and take its wish to where it is looked for."""
        ready, _, _ = select.select([self._read], [], [], LOOK / 5 if self._desk.stop.asked else LOOK)
        if not ready:
            return
        for number in os.read(self._read, 64):
            if number in SIGNALS and self._desk.stop.by is None:
                self._desk.stop.by = signal.Signals(number)

    def _measure(self) -> None:
        if self._desk.stop.asked:
            return
        held = self._me.memory_info().rss
        if held > self._limit:
            limit, step = self._desk.plan.memory, self._desk.night.step
            reason = (
                f"Step {step} needed more than the {limit:g} GB that it may have; --memory gives it more."
            )
            self._desk.over = Halt(NightOutcome.FAILED, reason)
            self._desk.stop.by = signal.SIGXFSZ
        elif self._desk.left() < 0:
            minutes, step = self._desk.plan.minutes, self._desk.night.step
            reason = f"Its {minutes:g} minutes were over in step {step}; the next run goes on from there."
            self._desk.over = Halt(NightOutcome.STOPPED, reason)
            self._desk.stop.by = signal.SIGXCPU

    def _end(self, by: signal.Signals) -> None:
        """The wish was not heeded: say so in the record, and end the process."""
        if self._desk.hold(0.2):
            try:
                self._desk.end(self._desk.stopped())
            except FileProblem as problem:
                self._desk.tell(self._desk.night.step, None, problem.message)
        os._exit(code(self._desk.night, self._desk.stop))
