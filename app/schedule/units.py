"""A scheduler's files in the person's folders."""

from __future__ import annotations

from pathlib import Path

from engine import files


def place(path: Path, data: bytes) -> None:
    """Write a file whole, with the folders above it. Raises FileProblem."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.problem(path.parent, error) from error
    files.write_atomic(path, data, 0o644)


def remove(path: Path) -> None:
    """Delete a file, if it is there. Raises FileProblem."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise files.problem(path, error) from error
