"""Releases of PyPI packages as source trees: found and fetched by pip, so its settings say from where."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.corpus.licences import licence_of
from trainer.simulate.tree import load

TIMEOUT = 600
"""Seconds for one answer of pip."""


class NoRelease(Exception):
    """A package or a release cannot be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Sdist:
    """One release as it was fetched."""

    name: str
    version: str
    sha256: str
    archive: Path


@dataclass(frozen=True, slots=True)
class Release:
    """One release's Python files."""

    name: str
    version: str
    licence: str
    texts: Mapping[str, str]


def consecutive(package: str, count: int, cache: Path, options: Sequence[str] = ()) -> list[Sdist]:
    """The newest releases that have an sdist, oldest first. Raises NoRelease where there are not two.

    `options` go to pip: another index, a folder of archives.
    """
    found: list[Sdist] = []
    reasons: list[str] = []
    for version in versions(package, options):
        try:
            found.append(fetched(package, version, cache, options))
        except NoRelease as error:
            reasons.append(str(error))
        if len(found) == count or len(reasons) > count:
            break
    if len(found) < 2:
        raise NoRelease("; ".join(reasons) or f"{package} has no two releases with an sdist")
    return found[::-1]


def versions(package: str, options: Sequence[str] = ()) -> list[str]:
    """All final versions, the newest first."""
    said = _pip("index", "versions", package, *options)
    match = re.search(r"Available versions: (.+)", said)
    return [one.strip() for one in match[1].split(",")] if match else []


def fetched(package: str, version: str, cache: Path, options: Sequence[str] = ()) -> Sdist:
    """The sdist, from the cache where it lies there."""
    folder = cache / f"{package}-{version}"
    if not (found := _sdists(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        only = ["--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
        _pip("download", "--quiet", *only, *options, f"{package}=={version}")
        found = _sdists(folder)
    if not found:
        raise NoRelease(f"{package} {version} has no sdist that can be unpacked")
    return Sdist(package, version, hashlib.sha256(found[0].read_bytes()).hexdigest(), found[0])


def unpacked(sdist: Sdist) -> Release:
    """The Python files of an sdist, without its outer folder. Raises NoRelease."""
    package, version = sdist.name, sdist.version
    with tempfile.TemporaryDirectory() as target:
        try:
            with tarfile.open(sdist.archive) as tar:
                tar.extractall(target, filter="data")
        except (tarfile.TarError, OSError) as error:
            raise NoRelease(f"{package} {version} cannot be unpacked: {error}") from error
        inner = [path for path in Path(target).iterdir() if path.is_dir()]
        if len(inner) != 1:
            raise NoRelease(f"{package} {version} is not laid out as an sdist")
        tree = load(inner[0], "python", package)
        metadata = inner[0] / "PKG-INFO"
        stated = licence_of(metadata.read_text("utf-8", "replace")) if metadata.is_file() else "unknown"
    return Release(package, version, tree.licence if stated == "unknown" else stated, tree.texts)


def _sdists(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.tar.gz"), *folder.glob("*.tar.bz2"), *folder.glob("*.tgz")])


def _pip(*arguments: str) -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as error:
        raise NoRelease(f"pip {arguments[0]} {arguments[-1]} took too long") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NoRelease(lines[-1].removeprefix("ERROR: ") if lines else f"pip {arguments[0]} failed")
    return done.stdout
