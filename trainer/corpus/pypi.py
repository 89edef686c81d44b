"""Wheels of PyPI, by pip, whose settings say from where; and the standard library of this Python."""

from __future__ import annotations

import platform
import subprocess
import sys
import sysconfig
import zipfile
from email.parser import HeaderParser
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

from trainer.corpus import sources
from trainer.corpus.licences import is_permissive, licence_of
from trainer.corpus.project import Fetched, Member, NoProject

TIMEOUT: Final = 120
"""Seconds for one package."""
_ONLY: Final = ("-q", "--no-deps", "--only-binary=:all:")


def fetched(name: str, cache: Path) -> Fetched:
    """The newest wheel's files. Raises NoProject."""
    folder = cache / name
    if not (archive := next(folder.glob("*.whl"), None)):
        folder.mkdir(parents=True, exist_ok=True)
        run([sys.executable, "-m", "pip", "download", *_ONLY, "-d", str(folder), name], folder)
        archive = next(folder.glob("*.whl"), None)
    if archive is None:
        raise NoProject("it has no wheel")
    try:
        version, licence, members = _read(archive)
    except (zipfile.BadZipFile, NotImplementedError, StopIteration, EOFError) as error:
        archive.unlink()
        raise NoProject(f"{archive.name} is damaged, and fetched again next time: {error}") from error
    return Fetched(version, checked(licence), hash_of(archive), "PyPI", members)


def standard_library() -> Fetched:
    """The files of this Python's own library."""
    root = Path(sysconfig.get_paths()["stdlib"])
    paths = ((path.relative_to(root).as_posix(), path) for path in sorted(root.rglob("*.py")))
    members = sources.thin((name, path.read_bytes()) for name, path in paths if sources.is_source(name))
    digest = sha256(b"".join(data for _, data in members)).hexdigest()
    return Fetched(platform.python_version(), "PSF-2.0", digest, "this interpreter", members)


def checked(licence: str) -> str:
    """The licence. Raises NoProject where it is none that may be read."""
    if not is_permissive(licence):
        raise NoProject(f"licence {licence!r} is not on the list")
    return licence


def run(command: list[str], folder: Path) -> None:
    """Let a client of an index fetch into the folder. Raises NoProject with the last that it said."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except (subprocess.TimeoutExpired, FileNotFoundError) as error:
        raise NoProject(f"{Path(command[0]).name}: {error}") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "ERR" in line] or done.stderr.splitlines()
        raise NoProject(said[-1].strip() if said else f"{Path(command[0]).name} failed")


def hash_of(archive: Path) -> str:
    """The archive's SHA-256."""
    with archive.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _read(archive: Path) -> tuple[str, str, list[Member]]:
    with zipfile.ZipFile(archive) as wheel:
        entry = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = wheel.read(entry).decode("utf-8", "replace")
        version = str(HeaderParser().parsestr(metadata)["Version"])
        found = (one for one in wheel.infolist() if sources.is_source(one.filename))
        members = [(one.filename, wheel.read(one)) for one in found if one.file_size <= sources.MAX_FILE]
    return version, licence_of(metadata), members
