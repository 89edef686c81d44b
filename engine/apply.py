"""Writing a change set over several files so that a kill at any moment leaves it wholly done or wholly not.

The protocol: (1) `prepare` puts every file's bytes before and after into one journal file and brings it to
disk; nothing else has been touched. (2) `write` replaces the files one by one, each atomically and only if it
is still as it was; if one cannot be written, those before it are put back. (3) The caller logs the decision
under the record's name. (4) `commit` renames the journal file from .open to .done. What `recover` finds .open
was interrupted: it is finished if its decision was logged, else undone. A .done record is what `undo` reads,
also after a restart.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from engine import files
from engine.errors import FileProblem, StaleFile

KEPT = 200
"""How many change sets can be taken back."""
NAMED = 5
"""Files that a message names."""
_LIMIT = 1 << 31


@dataclass(frozen=True)
class FileChange:
    """The new content of one file, and the hash of the content it was made from."""

    path: str
    """Relative to the project, with forward slashes."""
    before_sha256: str
    data: bytes


@dataclass(frozen=True)
class AppliedFiles:
    """A change set in the journal."""

    record: str
    """Its name, for `commit`, `discard` and `undo`."""
    paths: tuple[str, ...]


@dataclass(frozen=True)
class _Swap:
    """One file's content before and after."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True)
class _Record:
    """A journal file as it was read."""

    name: str
    root: Path
    kind: Literal["apply", "undo"]
    swaps: tuple[_Swap, ...]


class Applier:
    """Applies change sets below project roots and takes them back; its journal is a folder (0700)."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._held: dict[str, int] = {}

    def apply(self, root: Path, changes: Sequence[FileChange]) -> AppliedFiles:
        """All steps at once, for callers that log nothing. After a FileProblem all is as it was."""
        applied = self.prepare(root, changes)
        self.write(applied)
        self.commit(applied.record)
        return applied

    def prepare(self, root: Path, changes: Sequence[FileChange]) -> AppliedFiles:
        """Journals the change set and touches nothing else. Raises StaleFile, FileProblem."""
        swaps = [_Swap(change.path, self._present(root, change), change.data) for change in changes]
        if len({swap.path for swap in swaps}) < len(swaps):
            raise ValueError("a change set names a file twice")
        return self._put(root, "apply", swaps)

    def write(self, applied: AppliedFiles) -> None:
        """Writes the files of a prepared change set. On StaleFile or FileProblem all are as they were."""
        record = self._read(applied.record, "open")
        for count, swap in enumerate(record.swaps):
            try:
                _write(record.root, swap.path, swap.before, swap.after)
            except FileProblem:
                _put_back(record.root, record.swaps[:count])
                _sync(record)
                self.discard(applied.record)
                raise
        _sync(record)

    def commit(self, record: str) -> None:
        """Marks a written change set as decided; from here on `undo` can take it back."""
        self._file(record, "open").replace(self._file(record, "done"))
        files.sync_folder(self._journal)
        self._release(record)
        for old in sorted(self._journal.glob("*.done"))[:-KEPT]:
            old.unlink(missing_ok=True)

    def discard(self, record: str) -> None:
        """Forgets a prepared change set of which nothing stands on disk."""
        self._file(record, "open").unlink(missing_ok=True)
        self._release(record)

    def roll_back(self, applied: AppliedFiles) -> None:
        """Puts the files of a written but uncommitted change set back: its decision was not logged."""
        record = self._read(applied.record, "open")
        _put_back(record.root, record.swaps)
        _sync(record)
        self.discard(applied.record)

    def undo(self, applied: AppliedFiles | str) -> tuple[str, ...]:
        """Puts the files of a committed change set back and returns their paths; again does no harm.

        Raises StaleFile where one has changed since (nothing is put back then), FileProblem.
        """
        name = applied if isinstance(applied, str) else applied.record
        record = self._read(name, "done")
        swaps = [_Swap(swap.path, swap.after, swap.before) for swap in record.swaps]
        pending: list[_Swap] = []
        stale: list[str] = []
        for swap in swaps:
            present = files.read_bytes(_target(record.root, swap.path), _LIMIT)[0]
            if present == swap.before:
                pending.append(swap)
            elif present != swap.after:
                stale.append(swap.path)
        if stale:
            raise StaleFile(
                f"{_named(stale)} changed since, so nothing was taken back.",
                "Undo it in your editor, or with your version control.",
            )
        taken_back = self._put(record.root, "undo", pending)
        self.write(taken_back)
        self.discard(taken_back.record)
        return tuple(swap.path for swap in swaps)

    def recover(self, root: Path, logged: Callable[[str], bool] | None = None) -> list[str]:
        """Ends what a crash interrupted below this root, and says in sentences what was done.

        `logged` says whether a record's decision reached the log: then its files are finished, else put back.
        An interrupted undo is always finished. What another running process holds is left alone.
        """
        notes: list[str] = []
        for path in sorted(self._journal.glob("*.open")):
            try:
                record = self._read(path.stem, "open")
            except FileProblem:
                continue
            if record.root != root.resolve() or not self._hold(path):
                continue
            forward = record.kind == "undo" or (logged is not None and logged(record.name))
            notes += _ended(record, forward)
            if forward and record.kind == "apply":
                self.commit(record.name)
            else:
                self.discard(record.name)
        for leftover in self._journal.glob("*.new"):
            if time.time() - leftover.stat().st_mtime > 60:
                leftover.unlink(missing_ok=True)
        return notes

    def forget(self, root: Path | None = None) -> int:
        """Deletes what the journal holds of one project or of all, which can then no longer be taken back."""
        count = 0
        for path in self._journal.glob("*.done"):
            if root is None or self._read(path.stem, "done").root == root.resolve():
                path.unlink(missing_ok=True)
                count += 1
        return count

    def _present(self, root: Path, change: FileChange) -> bytes:
        """The file's present bytes, if they are those that the change was made from."""
        data, _ = files.read_bytes(_target(root, change.path))
        if files.sha256(data) != change.before_sha256:
            raise StaleFile(f"{change.path} has changed since this was suggested.", "It is looked at again.")
        return data

    def _put(self, root: Path, kind: Literal["apply", "undo"], swaps: Sequence[_Swap]) -> AppliedFiles:
        """Brings a record to disk and holds it, so that no other process takes it for a crashed one's."""
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        head = {
            "root": str(root.resolve()),
            "kind": kind,
            "files": [[swap.path, len(swap.before), len(swap.after)] for swap in swaps],
        }
        new = self._file(name, "new")
        try:
            self._journal.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self._held[name] = descriptor
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(json.dumps(head).encode() + b"\n")
                for swap in swaps:
                    file.write(swap.before)
                    file.write(swap.after)
            os.fsync(descriptor)
            new.replace(self._file(name, "open"))
            files.sync_folder(self._journal)
        except OSError as error:
            new.unlink(missing_ok=True)
            self._release(name)
            raise files.problem(new, error) from error
        return AppliedFiles(name, tuple(swap.path for swap in swaps))

    def _read(self, name: str, state: Literal["open", "done"]) -> _Record:
        """A record from disk; raises FileProblem where there is none or it is damaged."""
        try:
            line, _, rest = self._file(name, state).read_bytes().partition(b"\n")
            head = cast("dict[str, object]", json.loads(line))
            sizes = cast("list[tuple[str, int, int]]", head["files"])
            at, swaps = 0, []
            for path, before, after in sizes:
                swaps.append(_Swap(path, rest[at : at + before], rest[at + before : at + before + after]))
                at += before + after
            if at != len(rest):
                raise ValueError("the record is cut short")
            kind: Literal["apply", "undo"] = "undo" if head["kind"] == "undo" else "apply"
            return _Record(name, Path(str(head["root"])), kind, tuple(swaps))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FileProblem(
                "This change is not in the journal any more.",
                "Undo it in your editor, or with version control.",
            ) from error

    def _file(self, name: str, state: Literal["new", "open", "done"]) -> Path:
        return self._journal / f"{name}.{state}"

    def _hold(self, path: Path) -> bool:
        """Takes over a record, unless a running process holds it."""
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._held[path.stem] = descriptor
        return True

    def _release(self, name: str) -> None:
        descriptor = self._held.pop(name, None)
        if descriptor is not None:
            os.close(descriptor)


def _target(root: Path, path: str) -> Path:
    """Where a relative path leads; raises FileProblem if that is outside the project."""
    target = (root / path).resolve()
    if not target.is_relative_to(root.resolve()):
        raise FileProblem(
            f"{path} lies outside the project.", "Only files below the project's folder are written."
        )
    return target


def _write(root: Path, path: str, old: bytes, new: bytes) -> None:
    """Replaces `old` by `new`; raises StaleFile where something else stands there."""
    files.write_atomic(_target(root, path), new, expected=files.sha256(old), sync=False)


def _sync(record: _Record) -> None:
    """Brings the folders of a record's files to disk."""
    for folder in {(record.root / swap.path).resolve().parent for swap in record.swaps}:
        with contextlib.suppress(OSError):  # gone meanwhile: nothing to bring to disk
            files.sync_folder(folder)


def _put_back(root: Path, swaps: Sequence[_Swap]) -> None:
    """Writes back what stood before, except where somebody has written meanwhile: theirs stays."""
    for swap in reversed(swaps):
        with contextlib.suppress(FileProblem):
            _write(root, swap.path, swap.after, swap.before)


def _ended(record: _Record, forward: bool) -> Iterator[str]:
    """Brings every file of an interrupted record to one side, and says what was done."""
    moved: list[str] = []
    left: list[str] = []
    for swap in record.swaps:
        old, new = (swap.before, swap.after) if forward else (swap.after, swap.before)
        try:
            target = _target(record.root, swap.path)
            _sweep(target)
            if files.read_bytes(target, _LIMIT)[0] != new:
                _write(record.root, swap.path, old, new)
                moved.append(swap.path)
        except FileProblem:
            left.append(swap.path)
    done = "Finished" if forward else "Took back"
    _sync(record)
    if moved:
        yield f"{done} a change that was interrupted: {_named(moved)}."
    if left:
        yield f"Changed after a change was interrupted, and left as it is: {_named(left)}."


def _named(paths: Sequence[str]) -> str:
    """The first of some files, and how many more there are."""
    more = len(paths) - NAMED
    return ", ".join(paths[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _sweep(target: Path) -> None:
    """Removes temporary files that a killed writer left beside a file."""
    prefix, suffix = files.TEMPORARY
    for leftover in target.parent.glob(f"{prefix}*{suffix}"):
        if leftover.name.startswith(prefix + target.name[:100]):
            leftover.unlink(missing_ok=True)
