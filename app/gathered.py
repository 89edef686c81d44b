"""What the screen of the nights shows, read in one go: the records, and what the log of decisions tells."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine import nights
from engine.errors import StoreProblem
from engine.nights import Night
from engine.records import Diary
from engine.store import FILE, Store

DAYS = 30
"""How far back the curves go."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The nights, newest first, and the days."""

    nights: tuple[Night, ...]
    diary: Diary
    problem: str = ""
    """Why the days are not known."""


def gather(data_dir: Path) -> Gathered:
    """Read both; a database that cannot be read takes nothing from the nights."""
    record = tuple(nights.nights(data_dir))
    try:
        with closing(Store(data_dir / FILE)) as store:
            return Gathered(record, store.diary(DAYS))
    except StoreProblem as problem:
        return Gathered(record, Diary((), (), ()), f"{problem.message} {problem.hint}")
