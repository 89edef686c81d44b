"""The adapters that training published for one base model: files named by their hash, and which of them runs.

`current.json` holds the trail of what ran, the last of it running now, and what is kept. It is replaced in
one step as the last act of publishing, so a kill at any moment leaves the adapter of before in place. Writers
of several processes take turns by a lock; readers need none.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine import files
from engine.errors import ModelProblem
from engine.model import header

FOLDER: Final = "adapters"
POINTER: Final = "current.json"
LOCK: Final = "lock"
KEPT: Final = 5
"""How many of the newest files stay; the current one and the one before it stay in any case."""
CHUNK: Final = 1 << 20
PART: Final = ".part-"
_NAME: Final = re.compile(r"[0-9a-f]{12}")

Stamp = tuple[int, int, int]
"""What tells one state of the pointer from another: inode, size, time of change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A published adapter."""

    name: str
    """The first 12 digits of its sha256."""
    path: Path
    size: int
    at: float
    """When it was published, in seconds since the epoch."""
    current: bool


@dataclass(frozen=True, slots=True)
class _Pointer:
    trail: tuple[str, ...] = ()
    """Names of what ran, oldest first; the last runs now, and none runs where it is empty."""
    published: tuple[tuple[str, float], ...] = ()
    """All that is kept, with its time, oldest first."""

    @property
    def current(self) -> str | None:
        return self.trail[-1] if self.trail else None


class Adapters:
    """Those of the model with this sha256. Every question reads the disk anew."""

    def __init__(self, data_dir: Path, base_sha256: str) -> None:
        self.base_sha256 = base_sha256
        self.folder = data_dir / FOLDER / base_sha256[:16]
        self._pointer = self.folder / POINTER

    def stamp(self) -> Stamp | None:
        """Another value after every change of what is current: the cheap look, one stat."""
        try:
            status = self._pointer.stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns

    def current(self) -> Path | None:
        """The file of the adapter that runs, whole as it was published; None for the model as it is.

        Raises ModelProblem where the pointer is damaged, or the file is gone or is not what it was.
        """
        name = self._read().current
        return None if name is None else self._whole(name)

    def all(self) -> tuple[Adapter, ...]:
        """Those that are kept, newest first. Raises ModelProblem."""
        pointer = self._read()
        found: list[Adapter] = []
        for name, at in reversed(pointer.published):
            path = self._path(name)
            with contextlib.suppress(FileNotFoundError):
                found.append(Adapter(name, path, path.stat().st_size, at, name == pointer.current))
        return tuple(found)

    def publish(self, file: Path) -> Path:
        """Copy a file in and let it run from now on; publishing what is there already makes it current.

        Raises ModelProblem where it is no adapter of this base, FileProblem where the disk does not take it.
        """
        self._check(file)
        with self._writing():
            path = self._copied(file)
            name = path.stem
            pointer = self._read_or_found()
            others = tuple(one for one in pointer.published if one[0] != name)
            trail = (*(one for one in pointer.trail if one != name), name)
            self._write(_Pointer(trail[-KEPT:], (*others, (name, time.time()))))
            return path

    def rollback(self) -> Path | None:
        """Let the one before run again, or none where there is none; damaged ones are passed over.

        Raises FileProblem.
        """
        with self._writing():
            pointer = self._read_or_found()
            trail = pointer.trail[:-1]
            while trail and not self._is_whole(trail[-1]):
                trail = trail[:-1]
            self._write(_Pointer(trail, pointer.published))
            return self._path(trail[-1]) if trail else None

    def use(self, name: str | None) -> Path | None:
        """Let a kept one run, by its name or how that begins, or none. Raises ModelProblem, FileProblem."""
        with self._writing():
            pointer = self._read_or_found()
            if name is None:
                self._write(_Pointer((), pointer.published))
                return None
            kept = [one for one, _ in pointer.published if one.startswith(name)]
            if len(kept) != 1:
                names = ", ".join(one for one, _ in reversed(pointer.published)) or "none"
                raise ModelProblem(
                    f"No single adapter is named `{name}`.", f"There are: {names}.", "Unknown adapter"
                )
            path = self._whole(kept[0])
            trail = (*(one for one in pointer.trail if one != kept[0]), kept[0])
            self._write(_Pointer(trail[-KEPT:], pointer.published))
            return path

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.gguf"

    def _whole(self, name: str) -> Path:
        """A file whose content still has the hash that it is named by. Raises ModelProblem."""
        path = self._path(name)
        try:
            digest = _digest(path)
        except OSError as error:
            raise ModelProblem(
                f"The adapter {path} cannot be read ({error.strerror}).",
                "`ripple model rollback` takes the one before it; the next night makes a new one.",
                "The adapter is missing",
            ) from error
        if not digest.startswith(name):
            raise ModelProblem(
                f"The adapter {path} is not what was published.",
                "`ripple model rollback` takes the one before it; the next night makes a new one.",
                "The adapter is damaged",
            )
        return path

    def _is_whole(self, name: str) -> bool:
        try:
            self._whole(name)
        except ModelProblem:
            return False
        return True

    def _check(self, file: Path) -> None:
        """Whether it is an adapter of this base; its shapes are looked at when it is loaded."""
        head = header.read(file)
        if head.text("general.type") != "adapter" or head.text("adapter.type") != "lora":
            raise ModelProblem(f"{file} is not a LoRA adapter.", "Choose a file that training has made.")
        if head.text("ripple.base_sha256") != self.base_sha256:
            raise ModelProblem(
                f"The adapter {file} was trained on another model.",
                "Train a new one on the model that runs.",
                "The adapter does not fit",
            )

    def _copied(self, file: Path) -> Path:
        """The file among ours under its name, on the disk for good. Raises FileProblem."""
        try:
            descriptor, beside = tempfile.mkstemp(prefix=PART, dir=self.folder)
            total = hashlib.sha256()
            try:
                with os.fdopen(descriptor, "wb") as copy, file.open("rb") as source:
                    while chunk := source.read(CHUNK):
                        total.update(chunk)
                        copy.write(chunk)
                    copy.flush()
                    os.fsync(descriptor)
                path = self._path(total.hexdigest()[:12])
                Path(beside).replace(path)
            except BaseException:
                Path(beside).unlink(missing_ok=True)
                raise
            files.sync_folder(self.folder)
        except OSError as error:
            raise files.problem(
                file if isinstance(error, FileNotFoundError) else self.folder, error
            ) from error
        return path

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, among processes too; what killed ones left is gone, and so is what is old.

        Raises FileProblem.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise files.problem(self.folder, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in self.folder.glob(f"{PART}*"):
                left.unlink(missing_ok=True)
            yield
        finally:
            os.close(lock)

    def _read(self) -> _Pointer:
        """The pointer; an empty one where nothing was published. Raises ModelProblem."""
        try:
            return _pointer(json.loads(self._pointer.read_bytes()))
        except FileNotFoundError:
            return _Pointer()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelProblem(
                f"{self._pointer} cannot be read: {error}.",
                "`ripple model rollback` puts it right; the adapters beside it are untouched.",
                "The list of adapters is damaged",
            ) from error

    def _read_or_found(self) -> _Pointer:
        """The pointer, or where it is damaged, one that keeps what lies there and runs none of it."""
        try:
            return self._read()
        except ModelProblem:
            there = [(path.stem, path.stat().st_mtime) for path in self.folder.glob("*.gguf")]
            return _Pointer((), tuple(sorted((one for one in there if _NAME.fullmatch(one[0])), key=_time)))

    def _write(self, pointer: _Pointer) -> None:
        """Replace the pointer, then delete what it does not keep. Raises FileProblem."""
        newest = {name for name, _ in pointer.published[-KEPT:]}
        kept = newest | set(pointer.trail[-2:])
        published = tuple(one for one in pointer.published if one[0] in kept)
        trail = tuple(name for name in pointer.trail if name in kept)
        rows = [{"name": name, "at": at} for name, at in published]
        data = json.dumps({"trail": trail, "published": rows}, indent=2) + "\n"
        files.write_atomic(self._pointer, data.encode(), 0o600)
        for path in self.folder.glob("*.gguf"):
            if path.stem not in kept:
                with contextlib.suppress(OSError):
                    path.unlink()


def _pointer(raw: dict[str, object]) -> _Pointer:
    """A pointer out of the file; KeyError, TypeError or ValueError where it is not one."""
    trail, rows = raw["trail"], raw["published"]
    if not isinstance(trail, list) or not isinstance(rows, list):
        raise TypeError("it holds no lists")
    published = tuple((str(row["name"]), float(row["at"])) for row in rows)
    names = tuple(str(name) for name in trail)
    if not all(map(_NAME.fullmatch, (*names, *(name for name, _ in published)))):
        raise ValueError("it names what is no adapter")
    return _Pointer(names, published)


def _time(one: tuple[str, float]) -> float:
    return one[1]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
