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
        self._folder = self._folder or _folder(self._root)
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


def _folder(root: Path) -> Path | None:
    """The folder that holds HEAD: that of the repository around `root`, or of its linked working tree."""
    for folder in (root, *root.parents):
        place = folder / ".git"
        if place.is_dir():
            return place
        if place.is_file():
            said = _read(place)
            if said is None or not said.startswith("gitdir:"):
                return None
            return (folder / said.removeprefix("gitdir:").strip()).resolve()
    return None


def _logged(log: Path, size: int) -> tuple[float, ...]:
    """The moments of the commits at the end of a log; raises OSError."""
    with log.open("rb") as file:
        file.seek(max(0, size - TAIL))
        lines = file.read().decode("utf-8", "replace").splitlines()
    found = (_ENTRY.match(line) for line in lines)
    return tuple(float(m.group(1)) for m in found if m and m.group(2).startswith(_COMMITS))


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
