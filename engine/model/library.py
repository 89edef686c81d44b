"""The models that a person added or fetched: where they lie, and what they are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from engine import files
from engine.errors import FileProblem, ModelProblem
from engine.model.checks import check

EMBEDDED: Final = "embedded"
"""The name under which the model inside the package goes."""
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
    """Its prompt format by PromptFormat; "ripple" is our own."""
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

    def put(self, known: Known) -> None:
        """Add a model, in place of the one of the same name. Raises ModelProblem, FileProblem."""
        self._write([*(one for one in self.all() if one.name != known.name), known])

    def take(self, known: Known) -> None:
        """Forget a model, and delete its file where it is ours and has no other name.

        Raises ModelProblem, FileProblem.
        """
        rest = [one for one in self.all() if one.name != known.name]
        self._write(rest)
        shared = any(one.path == known.path for one in rest)
        if known.ours and not shared and known.path.resolve().is_relative_to(self.folder.resolve()):
            try:
                known.path.unlink(missing_ok=True)
            except OSError as error:
                raise files.problem(known.path, error) from error

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
        told_format = described(path, told)
        target = self.folder / path.name if copy else path
        name = self.free_name(name or re.sub(r"[^A-Za-z0-9._+-]+", "-", path.stem).strip("-._+"), target)
        if copy and target != path:
            if any(one.path == target and one.name != name for one in self.all()):
                raise ModelProblem(f"{target} is another model's.", "Rename the file, then add it.")
            self._copy(path, target)
        origin = Origin.COPIED if copy else Origin.ADDED
        known = Known(name, target, origin, told_format, target.stat().st_size, digest(target))
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

    def _copy(self, path: Path, target: Path) -> None:
        """Copy in one step: a copy that fails leaves nothing behind."""
        self.make_folder()
        try:
            descriptor, beside = tempfile.mkstemp(prefix=".copy-", dir=self.folder)
            os.close(descriptor)
            try:
                shutil.copyfile(path, beside)
                Path(beside).replace(target)
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


def described(path: Path, told: str = "") -> str:
    """How the model in this file is asked, "ripple" for our own prompt. Raises ModelProblem."""
    _, speaks = check(path, told)
    return "ripple" if speaks is None else speaks.value


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
    return Known(EMBEDDED, path, Origin.EMBEDDED, "ripple", path.stat().st_size, digest(path), licence="MIT")


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
