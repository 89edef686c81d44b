"""Files over HTTP whose size and hash are known: what was cut goes on where it was, and all is checked."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final, TypeVar

from trainer.corpus.project import NoProject

TIMEOUT: Final = 60
"""Seconds without a byte."""
TRIES: Final = 3
PAUSE: Final = 1.0
"""Seconds before a file is tried again, more with every time."""
LARGEST: Final = 8_000_000
"""Bytes of a file whose size is not known before."""
_CHUNK: Final = 1 << 16

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as an index names it."""

    path: str
    """Below the mirror."""
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The name alone."""
        return self.path.rpartition("/")[2]


class Cut(NoProject):
    """The connection failed on the way: another try may go on."""


def text(url: str) -> str:
    """A small file as text. Raises NoProject."""
    return _tried(lambda: b"".join(_chunks(_open(url, 0), LARGEST))).decode("utf-8", "replace")


def file(mirror: str, wanted: Listed, folder: Path) -> Path:
    """The file in the folder, fetched unless it is there. Raises NoProject; OSError from the disk."""
    target = folder / wanted.name
    if target.is_file() and _is(target, wanted):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    url = f"{mirror.rstrip('/')}/{wanted.path}"
    _tried(lambda: _append(url, part, wanted.size))
    if not _is(part, wanted):
        part.unlink()
        raise NoProject(f"{url} is not what the index names: its size or SHA-256 is another")
    return part.replace(target)


def _tried(fetch: Callable[[], Result]) -> Result:
    """What it gives, in one of a few tries. Raises NoProject."""
    for once in range(1, TRIES):
        try:
            return fetch()
        except Cut:
            time.sleep(PAUSE * once)
    return fetch()


def _append(url: str, part: Path, size: int) -> None:
    """Bring a file that may have been begun to its size. Raises NoProject; what came is kept."""
    have = part.stat().st_size if part.exists() else 0
    if have == size:
        return
    response = _open(url, have if have < size else 0)
    goes_on = response.status == 206
    with part.open("ab" if goes_on else "wb") as out:
        have = have if goes_on else 0
        for chunk in _chunks(response, size - have):
            out.write(chunk)
            have += len(chunk)
    if have < size:
        raise Cut(f"{url} ended after {have:,} of {size:,} bytes")


def _open(url: str, begin: int) -> HTTPResponse:
    headers = {"User-Agent": "ripple-train-corpus"}
    if begin:
        headers["Range"] = f"bytes={begin}-"
    try:
        response: HTTPResponse = urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=TIMEOUT
        )
    except urllib.error.HTTPError as error:
        error.close()
        kind = Cut if error.code >= 500 else NoProject
        raise kind(f"{url} cannot be fetched: {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise Cut(f"{url} cannot be fetched: {_reason(error)}") from error
    except ValueError as error:
        raise NoProject(f"{url} is no address: {error}") from error
    return response


def _chunks(response: HTTPResponse, most: int) -> Iterator[bytes]:
    """What comes, at most a chunk beyond `most`. Raises NoProject for what befalls the connection."""
    came = 0
    with response:
        while came <= most:
            try:
                chunk = response.read(_CHUNK)
            except (OSError, HTTPException) as error:
                raise Cut(f"{response.url} was cut off: {_reason(error)}") from error
            if not chunk:
                return
            came += len(chunk)
            yield chunk


def _reason(error: Exception) -> str:
    said = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    return str(said) or type(error).__name__


def _is(path: Path, wanted: Listed) -> bool:
    if path.stat().st_size != wanted.size:
        return False
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest() == wanted.sha256
