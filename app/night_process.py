"""A night as a process: started, listened to, and stopped within two seconds."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import app
from app.extras import install
from engine.errors import EngineError

NEEDED: Final = ("torch", "peft", "transformers", "gguf")
"""What the extra `train` brings and a night cannot do without."""
STOP_SECONDS: Final = 2.0
"""How long a night that was asked to stop may take."""
ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_STEP: Final = re.compile(r"(?P<step>[a-z][a-z-]*): (?:(?P<percent>\d{1,3})% ?)?(?P<words>.*)")
"""How the trainer's lines of progress look: `train: 40% of the steps`."""


class NoTrainer(EngineError):
    """The extra `train` is not installed."""

    title = "The trainer is not installed"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a night says of itself."""

    step: str
    """Empty where it says something else."""
    share: float | None
    """How much of the step is done, 0 to 1, where it tells."""
    words: str


def check_trainer() -> None:
    """Raises NoTrainer with what to install."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise NoTrainer(
            f"A night needs {', '.join(missing)}, which Ripple itself does not.",
            f"Install with: {install('train')}",
        )


class NightProcess:
    """One run of `python -m trainer nightly`, in a process group of its own, so that we alone stop it."""

    def __init__(self, data_dir: Path, minutes: float | None = None, heard: bool = False) -> None:
        """Start it; with `heard`, what it says comes out of `progress`, else where our own output goes."""
        command = [sys.executable, "-m", "trainer", "nightly", "--data-dir", str(data_dir.absolute())]
        if minutes is not None:
            command += ["--minutes", f"{minutes:g}"]
        self._process = subprocess.Popen(
            command,
            cwd=Path(
                app.__file__
            ).parent.parent,  # so that no folder of the person's is taken for the trainer
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if heard else None,
            stderr=subprocess.STDOUT if heard else None,
            start_new_session=True,
        )
        self._stopping = threading.Lock()

    def progress(self) -> Iterator[Progress]:
        """What it says, until its output ends."""
        if self._process.stdout is not None:
            with self._process.stdout as lines:
                for line in lines:
                    if said := parse(line.decode("utf-8", "replace")):
                        yield said

    def wait(self) -> int:
        """Its exit code, once it has ended; negative where a signal ended it."""
        return self._process.wait()

    @property
    def alive(self) -> bool:
        """Whether it is at work."""
        return self._process.poll() is None

    def ask_to_stop(self) -> None:
        """Tell it to stop; does not wait."""
        if self.alive:
            self._process.terminate()

    def stop(self) -> None:
        """Tell it to stop, and kill it and what it has started if it has not within two seconds."""
        with self._stopping:
            self.ask_to_stop()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    _kill_group(self._process.pid)
                self._process.wait()


def run(data_dir: Path, minutes: float | None = None) -> int:
    """Train through a night in the foreground, and stop it when we are told to end; its exit code."""
    night = NightProcess(data_dir, minutes)
    with _ended_by_signals(night) as ended:
        code = night.wait()
        ended.set()
    return code if code >= 0 else 128 - code


@contextmanager
def _ended_by_signals(night: NightProcess) -> Iterator[threading.Event]:
    """While the block runs, a signal to end is passed on; two seconds later it is a kill."""
    ended = threading.Event()

    def pass_on(number: int, frame: FrameType | None) -> None:
        night.ask_to_stop()
        threading.Thread(target=insist, name="stop-night", daemon=True).start()

    def insist() -> None:
        if not ended.wait(STOP_SECONDS):
            night.stop()

    before = {one: signal.signal(one, pass_on) for one in ENDINGS}
    try:
        yield ended
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def parse(line: str) -> Progress | None:
    """A line of the trainer's: how far a step is, or anything else; None for an empty one."""
    text = line.strip()
    found = _STEP.fullmatch(text)
    if found is None:
        return Progress("", None, text) if text else None
    share = None if found["percent"] is None else min(int(found["percent"]), 100) / 100
    return Progress(found["step"], share, found["words"])


def _kill_group(leader: int) -> None:
    import os

    os.killpg(leader, signal.SIGKILL)
