"""Source packages of a Debian mirror: the release names its index by hash, the index every archive.

Only the sources as their authors released them are read (.orig.tar), without Debian's patches, and of these
only the files that debian/copyright puts under a licence that is allowed. The mirror is asked over HTTPS by
default; the signature of the release is not looked at.
"""

from __future__ import annotations

import gzip
import lzma
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from trainer.corpus import download, sources
from trainer.corpus.deb822 import copyright_of, paragraphs
from trainer.corpus.download import Listed
from trainer.corpus.licences import allows
from trainer.corpus.project import Fetched, Member, NoOrigin, NoProject
from trainer.corpus.projects import is_repository

MIRROR: Final = "https://deb.debian.org/debian"
SUITE: Final = "trixie"
"""A release by its own name: what it holds stays as it is, as "stable" does not."""
_INDICES: Final = ("main/source/Sources.xz", "main/source/Sources.gz")
_ORIGINAL = re.compile(r"\.orig\.tar\.(?:gz|xz|bz2)$")
_DEBIAN = re.compile(r"\.debian\.tar\.(?:gz|xz|bz2)$")
_COPYRIGHT: Final = "debian/copyright"


class Debian:
    """One release of Debian on one mirror."""

    def __init__(self, cache: Path, names: Iterable[str], mirror: str = MIRROR, suite: str = SUITE) -> None:
        self._cache = cache
        self._names = frozenset(names)
        self._mirror = mirror.rstrip("/")
        self._suite = suite

    def fetched(self, name: str) -> Fetched:
        """A source package's files under allowed licences. Raises NoProject; OSError from the disk."""
        about = self._packages.get(name)
        if about is None:
            raise NoProject(f"Debian {self._suite} has no such source package")
        if is_repository(name, (about.get("homepage", ""), about.get("go-import-path", ""))):
            raise NoProject("it stands among the repositories, which are read as such or measured on")
        files = _listed(about)
        original = next((one for one in files if _ORIGINAL.search(one.name)), None)
        packaging = next((one for one in files if _DEBIAN.search(one.name)), None)
        if original is None or packaging is None:
            raise NoProject("it has no .orig.tar and .debian.tar that can be read")
        folder = self._cache / name
        said = self._copyright(download.file(self._mirror, packaging, folder))
        members, licences = permitted(
            sources.tar_members(download.file(self._mirror, original, folder), _wanted), said
        )
        stated = "; ".join(licence for licence, _ in licences.most_common())
        return Fetched(about["version"], stated, original.sha256, f"Debian {self._suite}", members)

    @cached_property
    def _packages(self) -> Mapping[str, Mapping[str, str]]:
        """The paragraphs of the packages that are wanted, from the release's index. Raises NoOrigin."""
        try:
            index = self._index()
            file = download.file(self._mirror, index, self._cache / f"index-{index.sha256[:16]}")
            opened = lzma.open if file.suffix == ".xz" else gzip.open
            with opened(file, "rt", encoding="utf-8") as lines:
                return {
                    one["package"]: one
                    for one in paragraphs(lines)
                    if one.get("package") in self._names and "extra-source-only" not in one
                }
        except NoProject as problem:
            raise NoOrigin(str(problem)) from problem
        except (lzma.LZMAError, zlib.error, EOFError, gzip.BadGzipFile, UnicodeDecodeError) as error:
            raise NoOrigin(f"the index of Debian {self._suite} is damaged: {error}") from error

    def _index(self) -> Listed:
        """The index as the release names it. Raises NoProject."""
        url = f"{self._mirror}/dists/{self._suite}/InRelease"
        release = next((one for one in paragraphs(download.text(url).splitlines()) if "sha256" in one), None)
        if release is None:
            raise NoProject(f"{url} names no index by its SHA-256")
        listed = {one.path: one for one in _entries(release["sha256"], "")}
        for path in _INDICES:
            if path in listed:
                one = listed[path]
                return Listed(f"dists/{self._suite}/{path}", one.sha256, one.size)
        raise NoProject(f"{url} names no index of sources")

    def _copyright(self, archive: Path) -> str:
        found = dict(sources.tar_members(archive, lambda path: path.endswith("copyright")))
        data = found.get(_COPYRIGHT, found.get("copyright"))  # the folder around may be debian/ itself
        if data is None:
            raise NoProject("it has no debian/copyright")
        return data.decode("utf-8", "replace")


def permitted(members: Iterable[Member], copyright_text: str) -> tuple[list[Member], Counter[str]]:
    """The files that may be read, and how many of the sources are under which licence. Raises NoProject."""
    said = copyright_of(copyright_text)
    if said is None:
        raise NoProject("its debian/copyright is not machine-readable")
    kept, licences, others = [], Counter[str](), Counter[str]()
    for path, data in members:
        licence = said.licence_of(path)
        (licences if allows(licence) else others)[licence or "none"] += sources.is_source(path)
        if allows(licence):
            kept.append((path, data))
    if not +licences:
        raise NoProject(f"no source file is under a licence on the list, but {', '.join(others) or 'none'}")
    return kept, +licences


def _wanted(path: str) -> bool:
    return sources.is_source(path) or sources.is_about(path)


def _listed(about: Mapping[str, str]) -> list[Listed]:
    return _entries(about.get("checksums-sha256", ""), about["directory"].rstrip("/") + "/")


def _entries(field: str, folder: str) -> list[Listed]:
    """The files of a field of hashes, sizes and names. Names with a folder above them are left out."""
    rows = (line.split() for line in field.splitlines())
    return [
        Listed(folder + row[2], row[0], int(row[1]))
        for row in rows
        if len(row) == 3 and row[1].isdigit() and sources.is_safe(row[2])
    ]
