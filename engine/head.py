"""When the project was last committed, read from git's own files; git is never run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ENTRY: Final = re.compile(r"^[0-9a-f]+ [0-9a-f]+ .*?> (\d+) [+-]\d{4}\t(.*)$")
"""A line of the log of HEAD: two hashes, who, when, and what was done."""
_COMMITS: Final = ("commit:", "commit (", "merge ")
"""How what was done begins where it made a commit of the working tree."""
TAIL: Final = 65_536
"""Bytes at the end of the log that are read."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is checked out."""

    ref: str | None
    """The branch, None where HEAD is detached."""
    commit: str | None
    """None before the first commit."""


class Commits:
    """The commits of the repository that a project lies in, if it lies in one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder: Path | None = None
        self._seen: tuple[float, ...] = ()
        self._stamp: tuple[int, int] | None = None
        self._head: Head | None = None

    def look(self, now: float) -> None:
        """Take in what was committed since the last look; a few small files are read."""
        if self._folder is None and (found := git_folder(self._root)) is not None:
            self._folder = found[1]
        if self._folder is None:
            return
        log = self._folder / "logs" / "HEAD"
        try:
            stat = log.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._stamp:
                self._seen, self._stamp = _logged(log, stat.st_size), stamp
        except OSError:  # logs may be switched off: then a branch that moves tells of a commit
            head = _head(self._folder)
            before, self._head = self._head, head
            if before and head and head.ref == before.ref and head.commit != before.commit:
                self._seen = (*self._seen, now)

    def after(self, at: float) -> float | None:
        """When the first commit after this moment was made, as far as was looked."""
        return next((moment for moment in self._seen if moment >= at), None)


def git_folder(root: Path) -> tuple[Path, Path] | None:
    """The working tree around `root`, and the folder that holds its HEAD; a linked tree has its own."""
    for folder in (root, *root.parents):
        place = folder / ".git"
        if place.is_dir():
            return folder, place
        if place.is_file():
            said = _read(place)
            if said is None or not said.startswith("gitdir:"):
                return None
            return folder, (folder / said.removeprefix("gitdir:").strip()).resolve()
    return None


def last_commit(folder: Path) -> int | None:
    """The second of the last entry in the log of HEAD, where that is a commit of the person's."""
    log = folder / "logs" / "HEAD"
    try:
        lines = _tail(log, log.stat().st_size)
    except OSError:
        return None
    found = _ENTRY.match(lines[-1]) if lines else None
    return int(found.group(1)) if found and found.group(2).startswith("commit") else None


def _logged(log: Path, size: int) -> tuple[float, ...]:
    """The moments of the commits at the end of a log; raises OSError."""
    found = (_ENTRY.match(line) for line in _tail(log, size))
    return tuple(float(m.group(1)) for m in found if m and m.group(2).startswith(_COMMITS))


def _tail(log: Path, size: int) -> list[str]:
    with log.open("rb") as file:
        file.seek(max(0, size - TAIL))
        return file.read().decode("utf-8", "replace").splitlines()


def _head(folder: Path) -> Head | None:
    said = _read(folder / "HEAD")
    if said is None:
        return None
    if not said.startswith("ref:"):
        return Head(None, said)
    ref = said.removeprefix("ref:").strip()
    shared = _read(folder / "commondir")
    common = (folder / shared).resolve() if shared else folder
    return Head(ref, _read(common / ref) or _packed(common, ref))


def _packed(common: Path, ref: str) -> str | None:
    """A branch's commit from the file that packs many."""
    for line in (_read(common / "packed-refs") or "").splitlines():
        commit, _, name = line.partition(" ")
        if name == ref:
            return commit
    return None


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
