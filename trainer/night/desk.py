"""What every step of a night works with: its folder, its record and log, its bounds, and whom it tells."""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from engine import nights
from engine.config import Settings
from engine.errors import FileProblem
from engine.files import problem, write_atomic
from engine.model import checks, header
from engine.nights import Night, NightOutcome
from engine.types import PromptFormat
from trainer.stopping import Stop, at_once

if TYPE_CHECKING:
    from engine.model.llama import LlamaPredictor
    from engine.model.rewrite import RewritePredictor
    from engine.model.runtime import Runtime

    Asking = LlamaPredictor | RewritePredictor

Tell = Callable[[str, float | None, str], object]
"""Hears (step, share that is done or None, a few words)."""


class Halt(Exception):
    """The night ends here, for a reason that is no failure of the program."""

    def __init__(self, outcome: NightOutcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What a night may cost, and how much it needs to be worth its while."""

    settings: Settings
    minutes: float = 45.0
    memory: float = 4.0
    """GB that the process may hold."""
    threads: int = 0
    """0 leaves the choice to the engine and to torch."""
    seed: int = 1
    days: int = 30
    """Decisions that are older are not learnt from."""
    learnt: int = 300
    """Commits that are played to learn from, over all projects."""
    held: int = 80
    """The newest commits, over all projects: they are kept for the gate."""
    least: int = 40
    """Tuples below which nothing is trained."""
    least_held: int = 10
    """Held-out tuples, and held-out commits, below which nothing can be judged."""

    @property
    def data_dir(self) -> Path:
        """Where the database, the nights and the adapters lie."""
        return self.settings.data_dir


@dataclass
class Desk:
    """One night at work. `note` and `end` may be called from any thread."""

    plan: Plan
    night: Night
    base: Path
    """The GGUF of the base model."""
    stop: Stop
    tell: Tell
    over: Halt | None = None
    """Which bound was passed; the watch says it."""
    deadline: float = 0.0
    """By time.monotonic: when the minutes are over."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + 60 * self.plan.minutes

    @property
    def home(self) -> Path:
        """The night's folder."""
        return nights.folder(self.plan.data_dir, self.night.id)

    @property
    def speaks(self) -> PromptFormat | None:
        """How the base is asked; None in Ripple's own prompt. Raises ModelProblem."""
        settings = self.plan.settings
        told = "" if settings.model is None else settings.model_format
        return checks.spoken(header.read(self.base), self.base.name, told)

    def runtime(self) -> Runtime:
        """The base in llama.cpp, without an adapter. Raises ModelProblem."""
        from engine.model.opening import chosen

        return chosen(replace(self.plan.settings, threads=self.plan.threads, gpu_layers=0), self.base)

    def predictor(self) -> Asking:
        """Who asks the base as the engine does. Raises ModelProblem."""
        from engine.model.opening import asking

        return asking(self.runtime())

    def left(self) -> float:
        """Seconds until the minutes are over."""
        return self.deadline - time.monotonic()

    def should_stop(self) -> bool:
        """Whether the step at work is to give up."""
        return self.stop.asked

    def check(self) -> None:
        """Raises Halt where the night was asked to stop, or has passed one of its bounds."""
        if self.stop.asked:
            self.halt()

    def halt(self) -> NoReturn:
        """Raises Halt for what stopped the night."""
        raise self.stopped()

    def stopped(self) -> Halt:
        """What stopped the night: a bound that it passed, else whoever asked."""
        return self.over or Halt(
            NightOutcome.STOPPED, f"Stopped by {self.stop.said}; the next run goes on from here."
        )

    def progress(self, share: float | None, words: str) -> None:
        """Say how far the step at work has come."""
        self.tell(self.night.step, share, words)

    def note(self, night: Night) -> None:
        """Let the record be this one, on disk too. Raises FileProblem."""
        with self._lock:
            noted = replace(night, peak_mb=max(night.peak_mb, peak_mb()))
            nights.write(self.plan.data_dir, noted)
            self.night = noted

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While the block loads torch, a signal ends the night at once; the record says so beforehand.

        Raises Halt where the night was asked to stop before, or just after; FileProblem.
        """
        self.check()
        night = self.night
        words = f"It was ended while torch was loading in step {night.step}; the next run goes on from here."
        self.note(replace(night, outcome=NightOutcome.STOPPED, reason=words, ended=time.time()))
        with at_once():
            yield
        self.check()
        self.note(replace(self.night, outcome=night.outcome, reason=night.reason, ended=night.ended))

    def spent(self, step: str, minutes: float) -> None:
        """A step's minutes so far; the next note brings them to disk."""
        with self._lock:
            self.night = replace(self.night, minutes={**self.night.minutes, step: minutes})

    def end(self, halt: Halt) -> None:
        """Close the record. Raises FileProblem."""
        with self._lock:
            self.note(replace(self.night, outcome=halt.outcome, reason=halt.reason, ended=time.time()))
            self.log(f"{halt.outcome}: {halt.reason}")

    def hold(self, seconds: float) -> bool:
        """Keep others from writing the record, for good; False where one is writing all that time."""
        return self._lock.acquire(timeout=seconds)

    def log(self, text: str) -> None:
        """A line of the night's log; the log is not what a night fails for."""
        clock = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        try:
            with (self.home / nights.LOG).open("a", encoding="utf-8") as out:
                out.write(f"{clock} {text}\n")
        except OSError as error:
            self.tell(self.night.step, None, f"the log cannot be written: {error.strerror or error}")

    def keep(self, name: str, value: object) -> None:
        """Write a step's result, in one step. Raises FileProblem."""
        text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
        write_atomic(self.home / name, f"{text}\n".encode())

    def kept(self, name: str) -> Any:  # noqa: ANN401 - JSON, known to the step that wrote it
        """Read a step's result. Raises FileProblem where it is missing or damaged."""
        path = self.home / name
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise FileProblem(f"{path} is damaged: {error}.", "Delete the night's folder.") from error
        except OSError as error:
            raise problem(path, error) from error


_UNIT: Final = 2**20 if sys.platform == "darwin" else 2**10
"""In what ru_maxrss counts: bytes on macOS, else 1024 bytes."""


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT, 1)


def digest(path: Path) -> str:
    """The sha256 of a file. Raises FileProblem."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise problem(path, error) from error
