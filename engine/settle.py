"""Holds what was touched until it settles, and tells single saves from bursts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from engine.config import Settings

UNFINISHED_MS = 150
"""How long a file that is written but not closed may stay so before it is looked at all the same."""
LONGEST_HOLD_MS = 10_000
"""A burst that does not end is reported in parts of this length."""


class Debouncer:
    """Holds touched paths until they settle, and tells single saves from bursts."""

    def __init__(self, settings: Settings, deliver: Callable[[frozenset[str], bool], None]) -> None:
        self._settings = settings
        self._deliver = deliver
        self._wake = threading.Condition()
        self._due: dict[str, float] = {}
        self._since: dict[str, float] = {}
        self._recent: dict[str, float] = {}
        self._last = 0.0
        self._burst_since: float | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="ripple-debounce", daemon=True)

    def start(self) -> None:
        """Begins to deliver, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Ends without delivering what has not settled; may be called from `deliver`."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(5)

    def add(self, rels: Iterable[str], finished: bool = True, burst: bool = False) -> None:
        """Notes events; `burst` says that nobody edited these one by one."""
        now = time.monotonic()
        delay = (self._settings.debounce_ms if finished else UNFINISHED_MS) / 1000
        with self._wake:
            for rel in rels:
                self._since.setdefault(rel, now)
                self._due[rel] = min(now + delay, self._since[rel] + 1.0)
                self._recent.pop(rel, None)
                self._recent[rel] = now
            self._last = now
            if self._burst_since is None and (burst or self._many(now)):
                self._burst_since = now
            self._wake.notify()

    def _run(self) -> None:
        while (ready := self._next()) is not None:
            self._deliver(*ready)

    def _next(self) -> tuple[frozenset[str], bool] | None:
        """Waits for what has settled; None at the end."""
        with self._wake:
            while not self._stopped:
                now = time.monotonic()
                at = self._ready_at()
                if at is not None and at <= now:
                    return self._take(now)
                self._wake.wait(None if at is None else at - now)
            return None

    def _ready_at(self) -> float | None:
        """When something is to be delivered next, with what is known now."""
        if not self._due:
            self._burst_since = None
            return None
        if self._burst_since is not None:
            window = self._settings.burst_window_ms / 1000
            return min(self._last + window, self._burst_since + LONGEST_HOLD_MS / 1000)
        return min(self._due.values())

    def _many(self, now: float) -> bool:
        """Whether more files than a person saves were touched within the window."""
        if len(self._recent) > self._settings.burst_files:
            oldest = now - self._settings.burst_window_ms / 1000
            self._recent = {rel: at for rel, at in self._recent.items() if at >= oldest}
        return len(self._recent) > self._settings.burst_files

    def _take(self, now: float) -> tuple[frozenset[str], bool]:
        burst = self._burst_since is not None
        ready = frozenset(rel for rel, due in self._due.items() if burst or due <= now)
        for rel in ready:
            del self._due[rel], self._since[rel]
        if burst:
            self._burst_since = None
            self._recent.clear()
        return ready, burst
