"""What an origin gives: a project's files, with what is known of them; and why it gives none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Member = tuple[str, bytes]
"""A path inside the project, with `/`, and the file's content."""


class NoProject(Exception):
    """A project cannot be had, or may not be read; the message says why."""


class NoOrigin(NoProject):
    """An origin has nothing at all at present: none of its projects can be had."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A project as its origin gave it."""

    version: str
    licence: str
    sha256: str
    """Of the archive; of all files in order where there is none."""
    origin: str
    members: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Project:
    """One source tree: where it came from, what may be done with it, and where it lies."""

    name: str
    version: str
    licence: str
    sha256: str
    origin: str
    files: int
    folder: str
    """Below the corpus' folder."""
