"""Which files git itself has just written, told from its own index; git is never run.

When git writes a file, in a checkout, a pull, a stash, it notes the file's size and time in its index, which
it replaces at the end. A file that a person saves is newer than what the index says of it.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.head import git_folder, last_commit

PATIENCE: Final = 0.3
"""Seconds for which git at work is waited for."""
STALE: Final = 5.0
"""Seconds after which a lock is one that somebody keeps, or that a crash left."""
LARGEST: Final = 64_000_000
"""Bytes of an index that is read."""
_HEAD: Final = struct.Struct(">4sII")
_ENTRY: Final = struct.Struct(">10I20sH")
_EXTENDED: Final = 0x4000


@dataclass(frozen=True, slots=True)
class _Noted:
    """What the index says of a file."""

    modified: tuple[int, int]
    """Seconds and nanoseconds."""
    size: int
    """Modulo 2**32."""


class Checkout:
    """The working tree that a project lies in, if it lies in one."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def wrote(self, paths: Collection[str]) -> bool:
        """Whether git wrote, or took away, every one of these files; waits a moment for a git at work."""
        found = git_folder(self._root)
        if found is None or not paths:
            return False
        tree, folder = found
        self._wait(folder / "index.lock")
        try:
            times = [self._modified(path) for path in paths]
            index = folder / "index"
            stat = index.stat()
            newest = max((moment for moment in times if moment is not None), default=0)
            if stat.st_mtime_ns < newest or stat.st_size > LARGEST or time.time() - stat.st_mtime > STALE:
                return False
            noted = dict(_entries(index.read_bytes()))
        except (OSError, ValueError, struct.error):
            return False
        inside = self._root.relative_to(tree).as_posix()
        prefix = "" if inside == "." else f"{inside}/"
        if not all(self._matches(path, noted.get(f"{prefix}{path}")) for path in paths):
            return False
        committed = last_commit(folder)
        return committed is None or committed < newest // 1_000_000_000

    def _modified(self, path: str) -> int | None:
        try:
            return (self._root / path).lstat().st_mtime_ns
        except FileNotFoundError:
            return None

    def _matches(self, path: str, noted: _Noted | None) -> bool:
        try:
            stat = (self._root / path).lstat()
        except FileNotFoundError:
            return noted is None
        modified = divmod(stat.st_mtime_ns, 1_000_000_000)
        return noted is not None and (noted.modified, noted.size) == (modified, stat.st_size % (1 << 32))

    def _wait(self, lock: Path) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if time.time() - lock.stat().st_mtime > STALE:
                    return
            except OSError:
                return
            time.sleep(0.01)


def _entries(data: bytes) -> Iterator[tuple[str, _Noted]]:
    """The files of an index of version 2, 3 or 4; raises ValueError, struct.error."""
    magic, version, count = _HEAD.unpack_from(data)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index that is known")
    at, name = _HEAD.size, b""
    for _ in range(count):
        start = at
        *numbers, _, flags = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size + (2 if flags & _EXTENDED else 0)
        kept = 0
        if version == 4:
            dropped, at = _varint(data, at)
            kept = len(name) - dropped
        end = data.index(b"\0", at)
        name = name[:kept] + data[at:end]
        at = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        yield name.decode("utf-8", "surrogateescape"), _Noted((numbers[2], numbers[3]), numbers[9])


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number as git packs it, and where it ends."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = (value + 1 << 7) | (data[at] & 0x7F)
    return value, at + 1
