"""Where a project's own files lie in the person's folders."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from engine.config import Settings
from engine.store import FILE


@dataclass(frozen=True, slots=True)
class Places:
    """The files that Ripple keeps about one project."""

    database: Path
    journal: Path
    index: Path

    @classmethod
    def of(cls, root: Path, settings: Settings) -> Places:
        """The places of the project at `root` (resolved)."""
        key = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return cls(
            database=settings.data_dir / FILE,
            journal=settings.data_dir / "journal" / key,
            index=settings.cache_dir / "index" / key,
        )
