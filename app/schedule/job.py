"""What is scheduled, what a scheduler must be able to do, and how its programs are run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from engine.errors import EngineError

LOG: Final = "nightly.log"
"""Where in the data folder schedulers without a journal of their own put what a night says."""
SECONDS: Final = 20.0
"""How long a scheduler's program may take to answer."""
KEPT_VARIABLES: Final = (
    *("RIPPLE_DATA_DIR", "RIPPLE_CACHE_DIR", "RIPPLE_CONFIG_DIR", "RIPPLE_CONFIG_FILE"),
    *("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "RIPPLE_MODEL", "RIPPLE_MODEL_FORMAT", "PATH"),
)
"""Variables that say where things lie: a scheduler's own environment has few of them."""


class ScheduleProblem(EngineError):
    """A scheduler refused, or there is none."""

    title = "The nights cannot be scheduled"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day."""

    hour: int
    minute: int

    def __str__(self) -> str:
        return f"{self.hour:02d}:{self.minute:02d}"


@dataclass(frozen=True, slots=True)
class Job:
    """A command for every night."""

    command: tuple[str, ...]
    folder: Path
    """Where it is run."""
    variables: Mapping[str, str]
    at: Clock
    log: Path


@dataclass(frozen=True, slots=True)
class Done:
    """What a program answered."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Its complaint, on one line."""
        return " ".join((self.err or self.out).split()) or f"code {self.code}"


Run = Callable[[Sequence[str], str | None], Done]
"""Runs a program with a text as its input; code 127 where there is no such program."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was installed: where, and its text."""

    place: str
    text: str


class Scheduler(Protocol):
    """One of the machine's schedulers, as far as nights need it."""

    name: str
    note: str
    """What a person should know of it."""

    def usable(self) -> bool:
        """Whether it is there and answers."""
        ...

    def install(self, job: Job) -> tuple[Written, ...]:
        """Schedule the job, in place of what was scheduled. Raises ScheduleProblem, FileProblem."""
        ...

    def uninstall(self) -> bool:
        """Take it out; whether there was anything. Raises ScheduleProblem, FileProblem."""
        ...

    def status(self) -> str | None:
        """What is scheduled, in words; None for nothing. Raises ScheduleProblem."""
        ...


def nightly(at: Clock, minutes: float | None, data_dir: Path, env: Mapping[str, str] = os.environ) -> Job:
    """The command that begins a night, from wherever a scheduler starts it."""
    import app

    bounds = () if minutes is None else ("--minutes", f"{minutes:g}")
    command = (sys.executable, "-m", "app", "nightly", "run", *bounds)
    variables = {name: env[name] for name in KEPT_VARIABLES if env.get(name) and "\n" not in env[name]}
    return Job(command, Path(app.__file__).parent.parent, variables, at, data_dir / LOG)


def run(command: Sequence[str], given: str | None = None) -> Done:
    """Run a scheduler's program; one that hangs counts as failed."""
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        return Done(127, "", f"{command[0]} is not installed")
    except (OSError, subprocess.TimeoutExpired, UnicodeError) as error:
        return Done(126, "", str(error))
    return Done(done.returncode, done.stdout, done.stderr)
