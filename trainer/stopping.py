"""Ctrl-C and SIGTERM as a wish: the run is told, finishes its step, saves and ends.

Python hears a signal between two of its own instructions. What holds it up for long, as loading torch does on
a busy machine, is done while a signal ends the process as it would any other.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Stop:
    """Whether the run was asked to end."""

    by: signal.Signals | None = None

    @property
    def said(self) -> str:
        """What asked, by its name."""
        return self.by.name if self.by is not None else "wish"

    @property
    def asked(self) -> bool:
        """Whether anything did."""
        return self.by is not None


@contextmanager
def stopping() -> Iterator[Stop]:
    """Signals set the wish while the block runs; a second one does what it always does."""
    stop = Stop()
    before = {one: signal.getsignal(one) for one in SIGNALS}

    def heard(number: int, frame: FrameType | None) -> None:
        stop.by = signal.Signals(number)
        signal.signal(number, before[stop.by] or signal.SIG_DFL)

    for one in SIGNALS:
        signal.signal(one, heard)
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler or signal.SIG_DFL)


@contextmanager
def at_once() -> Iterator[None]:
    """While the block runs a signal ends the process at once. Only the main thread can have it so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, signal.SIG_DFL) for one in SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler or signal.SIG_DFL)
