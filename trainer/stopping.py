"""Ctrl-C and SIGTERM as a wish: the run is told, finishes its step, saves and ends."""

from __future__ import annotations

import signal
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
