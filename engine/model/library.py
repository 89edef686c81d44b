"""The models that a person added or fetched: where they lie, and what they are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from engine import files
from engine.config import Settings
from engine.errors import FileProblem, ModelProblem
from engine.model.checks import check

EMBEDDED: Final = "embedded"
"""The name under which the model inside the package goes."""
OWN: Final = "ripple"
"""The format of models that Ripple's trainer made."""
FILE: Final = "models.json"
PART: Final = ".part"
"""What the name of an unfinished download ends in."""
CHUNK: Final = 1 << 20
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


class Origin(StrEnum):
    """How a model came to be known, which says whose its file is."""

    EMBEDDED = "embedded"
    ADDED = "added"  # the person's own file, where it lies
    COPIED = "copied"  # ours, copied from the person's
    PULLED = "pulled"  # ours, fetched


@dataclass(frozen=True, slots=True)
class Known:
    """A model by its name."""

    name: str
    path: Path
    origin: Origin
    format: str
    """Its prompt format by PromptFormat, or OWN."""
    size: int
    sha256: str
    source: str = ""
    """Repository and file that it was fetched from."""
    licence: str = ""
    """As the place it was fetched from states it."""

    @property
    def ours(self) -> bool:
        """Whether the file lies in the data folder and goes with the name."""
        return self.origin in {Origin.COPIED, Origin.PULLED}

    @property
    def state(self) -> str:
        """ "" where the file stands as it was, else "missing" or "changed"."""
        try:
            return "" if self.path.stat().st_size == self.size else "changed"
        except OSError:
            return "missing"


class Library:
    """The list in the data folder, read anew for every question and replaced in one step."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "models"
        self._file = self.folder / FILE

    def all(self) -> tuple[Known, ...]:
        """Those added, in their order. Raises ModelProblem."""
        try:
            raw = json.loads(self._file.read_bytes())
            return tuple(_known(one) for one in raw["models"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelProblem(
                f"{self._file} cannot be read: {error}.",
                "Correct or remove it, then add the models again; their files are untouched.",
                "The list of models is damaged",
            ) from error

    def get(self, name: str) -> Known:
        """The model of this name. Raises ModelProblem."""
        models = self.all()
        for one in models:
            if one.name == name:
                return one
        names = ", ".join([EMBEDDED, *(one.name for one in models)])
        raise ModelProblem(
            f"No model is named `{name}`.",
            f"There are: {names}. `ripple model add FILE` adds one.",
            "Unknown model",
        )

    def put(self, known: Known, fresh: Path | None = None) -> None:
        """Add a model, in place of the one of the same name; what is new of its file is so for all its names.

        `fresh`, a file beside it, becomes its file as the last step. Raises ModelProblem, FileProblem.
        """
        others = [one for one in self.all() if one.name != known.name]
        self._write([*(_renewed(one, known) if one.path == known.path else one for one in others), known])
        if fresh is not None:
            try:
                fresh.replace(known.path)
            except OSError as error:
                raise files.problem(known.path, error) from error

    def others(self, known: Known) -> tuple[Known, ...]:
        """The other names of the same file. Raises ModelProblem."""
        real = known.path.resolve()
        return tuple(one for one in self.all() if one.name != known.name and one.path.resolve() == real)

    def take(self, known: Known) -> None:
        """Forget a model, and delete its file if that is for us to do. Raises ModelProblem, FileProblem."""
        alone = self.is_last(known)
        self._write(one for one in self.all() if one.name != known.name)
        if alone:
            try:
                known.path.unlink(missing_ok=True)
            except OSError as error:
                raise files.problem(known.path, error) from error

    def is_last(self, known: Known) -> bool:
        """Whether its file goes with this name: it is ours and has no other. Raises ModelProblem."""
        inside = known.path.resolve().is_relative_to(self.folder.resolve())
        return known.ours and inside and not self.others(known)

    def free_name(self, wanted: str, path: Path) -> str:
        """The name, if a model at this path may have it. Raises ModelProblem."""
        if not _NAME.fullmatch(wanted) or wanted == EMBEDDED:
            raise ModelProblem(
                f"`{wanted}` cannot be a model's name.",
                "Give one with --name: letters, digits, dots, dashes, plus signs; not `embedded`.",
            )
        taken = next((one for one in self.all() if one.name == wanted), None)
        if taken is not None and taken.path != path:
            raise ModelProblem(
                f"`{wanted}` is the model at {taken.path}.",
                f"Give another name with --name, or `ripple model remove {wanted}` first.",
                "The name is taken",
            )
        return wanted

    def add(self, path: Path, name: str = "", told: str = "", copy: bool = False) -> Known:
        """Check a person's file and list it, where it lies or as a copy. Raises ModelProblem, FileProblem."""
        path = Path(os.path.abspath(path))  # noqa: PTH100  (a link stays the name that the person chose)
        told_format = examined(path, told)
        target = self.folder / path.name if copy else path
        name = self.free_name(name or re.sub(r"[^A-Za-z0-9._+-]+", "-", path.stem).strip("-._+"), target)
        there = next((one for one in self.all() if one.path == target), None)
        plain = Known(name, target, Origin.COPIED if copy else Origin.ADDED, told_format, 0, "")
        if copy and target != path:
            if there is not None and (there.name != name or self.others(there)):
                raise ModelProblem(f"{target} is another model's.", "Rename the file, then add it.")
            with self._copied(path) as beside:
                known = replace(plain, size=beside.stat().st_size, sha256=digest(beside))
                self.put(known, beside)
            return known
        known = replace(plain, size=target.stat().st_size, sha256=digest(target))
        if there is not None:
            known = replace(known, origin=there.origin)
            if there.sha256 == known.sha256:
                known = replace(known, source=there.source, licence=there.licence)
        self.put(known)
        return known

    def unfinished(self) -> tuple[Path, ...]:
        """Downloads that wait to be gone on with."""
        return tuple(sorted(self.folder.glob(f"*{PART}")))

    def make_folder(self) -> None:
        """The folder of our own files, readable by its owner alone. Raises FileProblem."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise files.problem(self.folder, error) from error

    @contextmanager
    def _copied(self, path: Path) -> Iterator[Path]:
        """A copy among our files, for the caller to give its name; it is gone if the caller does not."""
        self.make_folder()
        try:
            descriptor, beside = tempfile.mkstemp(prefix=".copy-", dir=self.folder)
            os.close(descriptor)
            try:
                shutil.copyfile(path, beside)
                yield Path(beside)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    Path(beside).unlink()
        except OSError as error:
            raise FileProblem(
                f"{path} cannot be copied to {self.folder}: {error.strerror or error}.",
                "Make room there, or leave out --copy to use the file where it lies.",
            ) from error

    def _write(self, models: Iterable[Known]) -> None:
        rows = [{**asdict(one), "path": str(one.path)} for one in models]
        self.make_folder()
        data = json.dumps({"models": rows}, indent=2) + "\n"
        files.write_atomic(self._file, data.encode(), 0o600)


def described(path: Path, told: str = "", file_name: str = "") -> str:
    """How the model in this file is asked, "ripple" for our own prompt. Raises ModelProblem."""
    _, speaks = check(path, told, file_name)
    return OWN if speaks is None else speaks.value


def examined(path: Path, told: str = "", file_name: str = "") -> str:
    """The same, once llama.cpp too has accepted the file; where that is missing, the header has to do."""
    format_ = described(path, told, file_name)
    try:
        from engine.model.runtime import try_out
    except (ImportError, OSError, RuntimeError):
        return format_
    try_out(path)
    return format_


def decides(settings: Settings, known: Known) -> bool:
    """Whether these settings mean this model: its file, asked as it is."""
    if settings.model != known.path:
        return False
    if known.format == OWN or settings.model_format:
        return settings.model_format == known.format or known.format == OWN
    try:
        return described(known.path) == known.format
    except ModelProblem:
        return True


def digest(path: Path) -> str:
    """The sha256 of a file of any size. Raises FileProblem."""
    total = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                total.update(chunk)
    except OSError as error:
        raise files.problem(path, error) from error
    return total.hexdigest()


def embedded(path: Path) -> Known | None:
    """The model inside the package as one of the list; None where this copy of Ripple has none."""
    if not path.is_file():
        return None
    return Known(EMBEDDED, path, Origin.EMBEDDED, OWN, path.stat().st_size, digest(path), licence="MIT")


def _renewed(one: Known, known: Known) -> Known:
    """Another name of a file that was looked at anew; how it is asked stays, if the file leaves a choice."""
    format_ = known.format if OWN in {one.format, known.format} else one.format
    return replace(
        one,
        format=format_,
        size=known.size,
        sha256=known.sha256,
        source=known.source,
        licence=known.licence,
    )


def _known(raw: dict[str, object]) -> Known:
    """A model out of the file; TypeError, KeyError or ValueError where it is not one."""
    texts = {field.name: str(raw[field.name]) for field in fields(Known) if field.name != "size"}
    size = raw["size"]
    if not isinstance(size, int):
        raise TypeError("size")
    plain = Known(
        texts["name"], Path(texts["path"]), Origin(texts["origin"]), texts["format"], size, texts["sha256"]
    )
    return replace(plain, source=texts["source"], licence=texts["licence"])
