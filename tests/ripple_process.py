"""The real program behind `ripple watch --json`, as a test or another editor drives it."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

PATIENCE = 30.0
"""Seconds to wait for what must come; a machine under load is slow."""


class RippleProcess:
    """Starts the program on a project, with a home of its own beside it; reads events, sends commands."""

    def __init__(self, project: Path, *options: str, wrapper: tuple[str, ...] = ()) -> None:
        self.project = project
        self.home = project.parent / f"{project.name}.home"
        self.home.mkdir(exist_ok=True)
        folders = {f"XDG_{n}_HOME": str(self.home / n.lower()) for n in ("DATA", "CONFIG", "CACHE", "STATE")}
        code = wrapper or ("-m", "app")
        root = Path(__file__).parent.parent
        with (self.home / "stderr.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *code, "watch", str(project), "--json", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "HOME": str(self.home), **folders, "PYTHONPATH": str(root)},
            )
        self._inbox: queue.Queue[dict | None] = queue.Queue()
        self.events: list[dict] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def database(self) -> Path:
        return self.home / "data" / "ripple" / "ripple.db"

    def stderr(self) -> str:
        return (self.home / "stderr.log").read_text(errors="replace")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._inbox.put(json.loads(line))
        self._inbox.put(None)

    def wait(self, *kinds: str, timeout: float = PATIENCE) -> dict:
        """The next event of these kinds."""
        end = time.monotonic() + timeout
        while True:
            try:
                event = self._inbox.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(
                    f"no {kinds} came; {self.events[-5:]}; {self.stderr()[-2000:]}"
                ) from None
            if event is None:
                raise EOFError(f"the program ended; {self.events[-5:]}; {self.stderr()[-2000:]}")
            self.events.append(event)
            if event["event"] in kinds:
                return event

    def nothing(self, seconds: float = 0.5) -> bool:
        """Whether no event comes for a while."""
        try:
            event = self._inbox.get(timeout=seconds)
        except queue.Empty:
            return True
        self.events.append(event or {"event": "EOF"})
        return False

    def answer(self) -> dict:
        """The final suggestion or the silence that follows."""
        while True:
            event = self.wait("suggestion", "silent")
            if event["event"] == "silent" or event["final"]:
                return event

    def send(self, line: bytes | None = None, **command: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n" if line is None else line)
        self.process.stdin.flush()

    def save(self, path: str, text: str) -> None:
        """Save as most editors do: a temporary file beside, renamed over."""
        atomic_replace(self.project / path, text)

    def end(self, timeout: float = PATIENCE) -> int:
        """Wait until the program has ended; its exit code."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue
        return code

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def __enter__(self) -> RippleProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.end(10)
        except subprocess.TimeoutExpired:
            self.kill()


def in_place(target: Path, text: str) -> None:
    """Truncate and write."""
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def atomic_replace(target: Path, text: str) -> None:
    """A temporary file beside it, renamed over it."""
    beside = target.with_name(f".{target.name}.tmp~")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.replace(target)


def backup_and_rename(target: Path, text: str) -> None:
    """As vim does: the old file becomes a backup, a new one is written, the backup goes."""
    backup = target.with_name(f"{target.name}~")
    target.rename(backup)
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    backup.unlink()


def copy_and_touch(target: Path, text: str) -> None:
    """In two writes, and the time set afterwards, as copying tools and some editors do."""
    half = len(text) // 2
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(text[:half])
        file.flush()
        file.write(text[half:])
    shutil.copymode(target, target)
    os.utime(target)
