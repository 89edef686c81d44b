"""What is noted beside a Parquet file of chains: it is there only where the file is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


def write(note: Path, made: DataclassInstance) -> None:
    """Write a note in one step."""
    part = note.with_name(note.name + ".part")
    part.write_text(json.dumps(asdict(made), indent=1) + "\n", encoding="utf-8")
    part.replace(note)


def read(kind: Callable[..., T], note: Path, path: Path) -> T | None:
    """What is noted of a file; None where it is not whole, or the note is another version's."""
    try:
        noted = json.loads(note.read_text("utf-8"))
        return kind(**noted) if path.is_file() else None
    except (OSError, ValueError, TypeError):
        return None
