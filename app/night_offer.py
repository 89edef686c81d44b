"""Whether now is a good moment for a night, and whether one is at work already."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psutil

from app.night_process import NEEDED
from engine import nights
from engine.config import Settings
from engine.errors import StoreProblem
from engine.nights import NightOutcome
from engine.store import FILE, Store

IDLE_SECONDS: Final = 20 * 60.0
"""So long nothing must have been saved."""
ENOUGH: Final = 20
"""So many decisions must be new since a night has learnt last."""
LEARNT: Final = frozenset({NightOutcome.PUBLISHED, NightOutcome.KEPT})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the terminal says of nights at a moment."""

    offered: int = 0
    """How many new decisions a night would learn from; 0 where none is offered."""
    at_work: str = ""
    """The step of a night that another process works on."""


def on_mains() -> bool:
    """Whether the machine is plugged in, or has no battery, or does not tell."""
    look = getattr(psutil, "sensors_battery", None)  # not on every system
    battery = look() if look is not None else None
    return battery is None or battery.power_plugged is not False


def outlook(settings: Settings, idle: float, now: datetime, mains: Callable[[], bool] = on_mains) -> Outlook:
    """Look at the nights, and after `idle` seconds without a save whether to offer one."""
    record = nights.nights(settings.data_dir)
    if nights.running(settings.data_dir):
        return Outlook(at_work=(record[0].step if record else "") or "begun")
    ready = settings.nightly_offer and idle >= IDLE_SECONDS
    if not ready or any(datetime.fromtimestamp(one.started).date() == now.date() for one in record):
        return Outlook()
    if not mains() or any(importlib.util.find_spec(name) is None for name in NEEDED):
        return Outlook()
    since = max((one.started for one in record if one.outcome in LEARNT), default=0.0)
    try:
        with closing(Store(settings.data_dir / FILE)) as store:
            new = store.decided_since(since)
    except StoreProblem:
        return Outlook()  # the session tells of it
    return Outlook(offered=new if new >= ENOUGH else 0)
