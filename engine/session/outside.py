"""What a session gets from outside and tests bring themselves: the time, and chance."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outside:
    """The time and chance of one session."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    chance: Callable[[], float] = random.random
    """From 0 to 1, a new one each time."""
