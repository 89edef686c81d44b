"""The record of the nights: what each one learnt from, what it changed, and whether it was published.

One folder a night, `data_dir/nights/<id>/`, whose `night.json` the trainer writes and the app reads; beside
it lie the night's log and the results of its steps.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from engine.errors import FileProblem
from engine.files import problem, write_atomic

FOLDER: Final = "nights"
FILE: Final = "night.json"
LOG: Final = "night.log"
LOCK: Final = "night.lock"

log = logging.getLogger(__name__)


class NightOutcome(StrEnum):
    """How a night ended."""

    RUNNING = "running"  # not over, or ended without a word; a later run takes it up again
    PUBLISHED = "published"  # the gate let its adapter through
    KEPT = "kept"  # the gate did not; the adapter lies in the night's folder
    NO_DATA = "no data"  # too few tuples to learn from, or to judge by
    STOPPED = "stopped"  # asked to; a later run takes it up again
    FAILED = "failed"


FINAL: Final = frozenset(
    {NightOutcome.PUBLISHED, NightOutcome.KEPT, NightOutcome.NO_DATA, NightOutcome.FAILED}
)
"""A night with one of these is not taken up again."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure without and with the night's adapter, on the same held-out cases."""

    before: float
    after: float
    low: float
    high: float
    """The 95 % bootstrap interval of `after - before`, paired."""
    of: int
    """How many cases it rests on."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A stretch of the confidence calibration: what was said, and how often it was right."""

    p: float
    """The mean chance given."""
    right: float
    """The share that was right."""
    count: int


@dataclass(frozen=True, slots=True)
class Taste:
    """What decisions said of an intent, or of it in one kind of place."""

    intent: str
    fact: str
    """The kind of place, as prompts name it ("node:docstring"); empty for all places."""
    before: float
    """The mean chance that was given to the decided actions by the model's own calibration."""
    after: float
    of: int
    """How many were decided."""


@dataclass(frozen=True, slots=True)
class Night:
    """One night."""

    id: str
    """Its folder's name; those of later nights sort behind it."""
    started: float
    """Seconds since the epoch; so is `ended`."""
    base: str
    """The sha256 of the base model."""
    outcome: NightOutcome = NightOutcome.RUNNING
    reason: str = ""
    """One sentence: why published, why not, or what went wrong and what to do."""
    ended: float | None = None
    step: str = ""
    """The step that was begun last."""
    tuples: Mapping[str, int] = field(default_factory=dict)
    """Preference tuples learnt from, by signal ("rejected", "corrected", "history"...)."""
    from_decisions: int = 0
    """Of these, how many the person's decisions told."""
    from_history: int = 0
    """Of these, how many the self-replay of git histories gave."""
    held: int = 0
    """Tuples that were held out to judge by."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Tuples and rows that were not used, by reason ("secret", "broken row", "another model"...)."""
    minutes: Mapping[str, float] = field(default_factory=dict)
    """How long each step ran, in the order of the steps."""
    peak_mb: float = 0.0
    """The most memory that the trainer held."""
    steps: int = 0
    """Steps of the optimizer."""
    loss_first: float | None = None
    loss_last: float | None = None
    """The mean loss over the first and over the last tenth of the steps."""
    figures: Mapping[str, Compared] = field(default_factory=dict)
    """"preference" (share of held-out tuples in which accepted beats rejected), and of the replay
    "acceptance", "generation", "activity", "quiet", "completion", and "reach", activity where something
    follows."""
    yesterday: Compared | None = None
    """"preference" again, of the adapter that ran until then (`before`) and of the night's (`after`)."""
    by_intent: Mapping[str, Compared] = field(default_factory=dict)
    """Acceptance on the replay, by intent."""
    calibration_before: tuple[Bin, ...] = ()
    calibration_after: tuple[Bin, ...] = ()
    """Of the actions considered on the replay."""
    tastes: tuple[Taste, ...] = ()
    """How decisions moved the chances that are shown: intents, each with its kinds of places behind it."""
    adapter: str = ""
    """The first 12 digits of the adapter file's sha256; empty where none came to be."""
    adapter_before: str = ""
    """The same of the adapter that was current when the night began."""

    @property
    def over(self) -> bool:
        """Whether it will not be taken up again."""
        return self.outcome in FINAL

    def counted(self) -> int:
        """Tuples that were learnt from."""
        return sum(self.tuples.values())


def folder(data_dir: Path, night: str) -> Path:
    """Where a night's files lie."""
    return data_dir / FOLDER / night


def nights(data_dir: Path) -> list[Night]:
    """Every night on record, the newest first; a record that cannot be read is left out and logged."""
    try:
        names = sorted((path.name for path in (data_dir / FOLDER).iterdir()), reverse=True)
    except OSError:
        return []
    found = (read(folder(data_dir, name)) for name in names)
    return [night for night in found if night is not None]


def read(night: Path) -> Night | None:
    """The record in a night's folder; None where there is none that can be read."""
    path = night / FILE
    try:
        return parsed(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s is not a readable record of a night (%r)", path, error)
        return None


def write(data_dir: Path, night: Night) -> None:
    """Put a record in its folder, in one step. Raises FileProblem."""
    home = folder(data_dir, night.id)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise problem(home, error) from error
    text = json.dumps(asdict(night), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomic(home / FILE, f"{text}\n".encode())


def forget(data_dir: Path, everything: bool) -> None:
    """Delete what quotes the person's code: all of the nights but their figures, or those as well.

    Raises FileProblem, also where a night is at work.
    """
    if not (data_dir / FOLDER).is_dir():
        return
    with locked(data_dir) as ours:
        if not ours:
            raise FileProblem("A night is at work on what is to be forgotten.", "Stop it, then try again.")
        try:
            for night in [one for one in (data_dir / FOLDER).iterdir() if one.is_dir()]:
                if everything:
                    shutil.rmtree(night)
                else:
                    clear(night, frozenset({FILE}))
        except OSError as error:
            raise problem(data_dir / FOLDER, error) from error


def clear(night: Path, but: frozenset[str]) -> None:
    """Delete what lies in a night's folder, apart from files of these names. Raises OSError."""
    for path in night.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in but:
            path.unlink()


def parsed(text: str) -> Night:
    """A record from JSON. Raises ValueError, KeyError, TypeError or AttributeError where it is none."""
    raw = json.loads(text)
    raw["outcome"] = NightOutcome(raw["outcome"])
    for name in ("figures", "by_intent"):
        raw[name] = {key: Compared(**value) for key, value in raw.get(name, {}).items()}
    if raw.get("yesterday") is not None:
        raw["yesterday"] = Compared(**raw["yesterday"])
    for name in ("calibration_before", "calibration_after"):
        raw[name] = tuple(Bin(**one) for one in raw.get(name, ()))
    raw["tastes"] = tuple(Taste(**one) for one in raw.get("tastes", ()))
    return Night(**raw)


def running(data_dir: Path) -> bool:
    """Whether a night is at work now, in whatever process."""
    try:
        descriptor = os.open(data_dir / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _taken(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


@contextmanager
def locked(data_dir: Path) -> Iterator[bool]:
    """Hold the lock of the nights while the block runs; False where another process holds it.

    The lock is the kernel's, so it ends with its process however that ends. Raises FileProblem.
    """
    path = data_dir / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise problem(path, error) from error
    try:
        until = time.monotonic() + _LOOK
        while not (ours := _taken(descriptor, fcntl.LOCK_EX)) and time.monotonic() < until:
            time.sleep(_LOOK / 10)
        yield ours
    finally:
        os.close(descriptor)


_LOOK: Final = 0.2
"""Seconds within which one who only looks whether a night is running has let go of the lock again."""


def _taken(descriptor: int, how: int) -> bool:
    """Whether the lock could be had."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
