"""Reading and writing text files so that encoding, newline style and mode survive."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileProblem, StaleFile

MAX_BYTES = 1_000_000
"""Larger files are not read."""

TEMPORARY = (".ripple-", ".tmp~")
"""How the names of our temporary files begin and end."""

_MARKS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
"""Byte order marks by encoding."""
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))


@dataclass(frozen=True)
class TextFile:
    """A file as it stood when it was read."""

    text: str
    """With its byte order mark as the first character, if it has one: others count characters so too."""
    encoding: str
    """ "utf-8", "latin-1", or with a byte order mark "utf-8-sig", "utf-16-le", "utf-16-be"."""
    sha256: str
    """Of the bytes on disk."""
    mode: int
    """Permission bits."""


def sha256(data: bytes) -> str:
    """The hash by which a file's state is known, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> TextFile:
    """The file as text, newlines untouched. Raises FileProblem: missing, a folder, binary, too large."""
    data, mode = read_bytes(path)
    encoding = next((name for name, mark in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(_codec(encoding))
    except UnicodeDecodeError as error:
        if encoding in _MARKS or data.translate(None, _CONTROLS) != data:
            raise FileProblem(f"{path} is not a text file.", "Binary files are left alone.") from error
        text, encoding = data.decode("latin-1"), "latin-1"
    if "\0" in text:
        raise FileProblem(f"{path} is not a text file.", "Binary files are left alone.")
    return TextFile(text, encoding, sha256(data), mode)


def _codec(encoding: str) -> str:
    """Python's name for the encoding, by which the byte order mark is a character like others."""
    return "utf-8" if encoding == "utf-8-sig" else encoding


def read_bytes(path: Path, limit: int = MAX_BYTES) -> tuple[bytes, int]:
    """A regular file's bytes and permission bits. Raises FileProblem."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(str(path))
        if not stat.S_ISREG(status.st_mode):
            raise FileProblem(f"{path} is not a regular file.", "Pipes, sockets and devices are left alone.")
        if status.st_size > limit:
            raise FileProblem(f"{path} is larger than {limit:,} bytes.", "Files of this size are left alone.")
        return path.read_bytes(), stat.S_IMODE(status.st_mode)
    except OSError as error:
        raise problem(path, error) from error


def problem(path: Path, error: OSError) -> FileProblem:
    """The operating system's complaint as a sentence with a next step."""
    match error:
        case FileNotFoundError():
            return FileProblem(f"{path} is not there any more.", "Save the file again to go on.")
        case IsADirectoryError() | NotADirectoryError():
            return FileProblem(f"{path} is a folder, or a part of its path is a file.", "Give a file's path.")
        case PermissionError():
            return FileProblem(
                f"{path} may not be read or written.", "Check its permissions and its folder's."
            )
    reason = error.strerror or str(error)
    return FileProblem(f"{path}: {reason}.", "Check the disk and the folder, then try again.")


def encode(text: str, like: TextFile) -> bytes:
    """The text in the encoding of the file it goes into. Raises FileProblem where it cannot be said in it."""
    try:
        return text.encode(_codec(like.encoding))
    except UnicodeEncodeError as error:
        unsayable = text[error.start : error.end][:20]
        raise FileProblem(
            f"The file's encoding, {like.encoding}, has no {unsayable!r}.", "Save the file as UTF-8 first."
        ) from error


def write_atomic(
    path: Path, data: bytes, mode: int | None = None, expected: str | None = None, sync: bool = True
) -> None:
    """Replaces the file's content in one step that survives a power cut; a link's target is written.

    A temporary file beside it is written, flushed to disk and renamed over. `mode` None keeps the present
    permission bits. With `expected`, the hash of the file as it should stand, it is read once more right
    before the renaming. Without `sync` the caller brings the folder to disk, once for many files.
    Raises StaleFile, FileProblem; the file is then as it was.
    """
    try:
        target = path.resolve()
        present = _replaceable(path, target)
        if mode is None:
            mode = stat.S_IMODE(present.st_mode) if present else 0o644
        prefix, suffix = TEMPORARY
        descriptor, name = tempfile.mkstemp(
            prefix=prefix + target.name[:100], suffix=suffix, dir=target.parent
        )
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(descriptor, mode)
                _keep_owner(descriptor, present)
                os.fsync(descriptor)
            if expected is not None and sha256(read_bytes(target, limit=1 << 31)[0]) != expected:
                raise StaleFile(f"{path} has changed meanwhile.", "Save it to get a new suggestion.")
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        if sync:
            sync_folder(target.parent)
    except OSError as error:
        raise problem(path, error) from error


def _replaceable(path: Path, target: Path) -> os.stat_result | None:
    """The status of the file that will be replaced, if there is one. Raises FileProblem, OSError."""
    try:
        present = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(present.st_mode):
        raise IsADirectoryError(str(target))
    if not present.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise FileProblem(f"{path} is read-only.", "Make it writable (chmod u+w), then try again.")
    return present


def sync_folder(folder: Path) -> None:
    """Brings a folder's entries to disk, so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_owner(descriptor: int, present: os.stat_result | None) -> None:
    """Gives the new file the old one's owner where they differ and the system lets us."""
    if present is None:
        return
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (present.st_uid, present.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, present.st_uid, present.st_gid)
