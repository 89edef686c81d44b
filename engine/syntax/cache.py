"""The index on disk between two starts: one compact file, rebuilt whenever it is not exactly right."""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path

from engine.syntax.facts import Facts

VERSION = 1
MAGIC = f"ripple-index {VERSION} {sys.version_info[0]}.{sys.version_info[1]}\n".encode()

Entry = tuple[int, int, bytes, Facts]
"""Modification time in nanoseconds, size, hash of the text, facts."""


def load(path: Path, key: str) -> tuple[dict[str, Entry], dict[bytes, bytes]]:
    """Files and postings as they were saved under this key; both empty if anything is off."""
    try:
        data = path.read_bytes()
    except OSError:
        return {}, {}
    head = len(MAGIC) + 32
    body = memoryview(data)[head:]
    if not data.startswith(MAGIC) or hashlib.sha256(body).digest() != data[len(MAGIC) : head]:
        return {}, {}
    try:
        stored, files, postings = marshal.loads(body)
    except (ValueError, TypeError, EOFError):
        return {}, {}
    if stored != key:
        return {}, {}
    return files, postings


def save(path: Path, key: str, files: dict[str, Entry], postings: dict[bytes, bytes]) -> None:
    """Write atomically; a cache that cannot be written is only slower, so errors of the disk are let go."""
    body = marshal.dumps((key, files, postings))
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.write_bytes(MAGIC + hashlib.sha256(body).digest() + body)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()


def fingerprint(folder: Path) -> str:
    """A hash of the query files: other queries make other facts."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.scm")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
