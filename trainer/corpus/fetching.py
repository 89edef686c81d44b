"""Fetch the corpus: each project from its origin, checked, thinned, and laid out as a source tree."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from trainer.corpus import debian, ledger, npm, projects, pypi
from trainer.corpus.project import Fetched, Member, NoOrigin, NoProject, Project
from trainer.corpus.sources import thin

DEBIAN: Final = "debian:"
TREES: Final = "src"
ARCHIVES: Final = "archives"
ALL: Final = {
    "python": (projects.STDLIB, *projects.PYTHON),
    "npm": tuple(npm.PREFIX + name for name in projects.NPM),
    "debian": tuple(DEBIAN + name for name in projects.DEBIAN),
}
"""What is fetched, by origin."""


@dataclass(slots=True)
class Origins:
    """Where projects come from, by the prefix of their name."""

    cache: Path
    names: Sequence[str]
    mirror: str = debian.MIRROR
    suite: str = debian.SUITE
    _debian: debian.Debian = field(init=False)

    def __post_init__(self) -> None:
        wanted = (name.removeprefix(DEBIAN) for name in self.names if name.startswith(DEBIAN))
        self._debian = debian.Debian(self.cache / "debian", wanted, self.mirror, self.suite)

    def fetched(self, name: str) -> Fetched:
        """A project's files. Raises NoProject, NoOrigin; OSError where they cannot be written."""
        if name.startswith(DEBIAN):
            return self._debian.fetched(name.removeprefix(DEBIAN))
        if name.startswith(npm.PREFIX):
            return npm.fetched(name.removeprefix(npm.PREFIX), self.cache)
        return pypi.standard_library() if name == projects.STDLIB else pypi.fetched(name, self.cache)


def fetch(
    folder: Path,
    names: Sequence[str],
    say: Callable[[str], None],
    mirror: str = debian.MIRROR,
    suite: str = debian.SUITE,
) -> list[Project]:
    """Fetch what is not there yet, and say what is left out and why. Returns all that there is.

    Raises FileProblem or OSError where nothing can be written; what is there is kept, the same call goes on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = ledger.read(folder)
    origins = Origins(folder / ARCHIVES, names, mirror, suite)
    gone: set[str] = set()
    for name in names:
        prefix, colon, bare = name.rpartition(":")
        if name in known or prefix in gone or bare in projects.MEASURED:
            continue
        try:
            found = origins.fetched(name)
            known[name] = _laid(folder, name, found)
        except NoOrigin as problem:
            gone.add(prefix)
            say(f"left out {prefix}{colon}*: {problem}")
        except NoProject as problem:
            say(f"left out {name}: {problem}")
        else:
            say(f"{name} {found.version} ({found.licence}): {known[name].files} files")
            ledger.write(folder, known)
    return list(known.values())


def _laid(folder: Path, name: str, found: Fetched) -> Project:
    """Write the tree, then move it to its place: what stands there is whole. Raises NoProject, OSError."""
    kept = thin(found.members)
    if not kept:
        raise NoProject("there are no source files inside")
    target = f"{TREES}/" + re.sub(r"[^\w.-]", "_", name)
    part = folder / ARCHIVES / "unpacking"
    shutil.rmtree(part, ignore_errors=True)
    _write(part, kept)
    place = folder / target
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(exist_ok=True)
    part.rename(place)
    return Project(name, found.version, found.licence, found.sha256, found.origin, len(kept), target)


def _write(folder: Path, members: Sequence[Member]) -> None:
    for path, data in members:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
