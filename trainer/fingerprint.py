"""What made a file: a hash of the code, so that what other code made is made again."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Final

_KINDS: Final = frozenset({".py", ".scm", ".txt"})


@cache
def fingerprint(*packages: ModuleType) -> str:
    """A hash of all that these packages are made of."""
    digest = sha256()
    for package in packages:
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in _KINDS:
                    digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
