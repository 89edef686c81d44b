"""What of an archive is source text worth reading."""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from engine.syntax.linking.manifests import SAYING
from trainer.corpus.project import Member, NoProject
from trainer.simulate.licences import is_telling

_ENDINGS: Final = frozenset({".py", ".ts", ".tsx", ".js", ".mjs", ".go", ".rs", ".java"})
_SKIPPED = """
_vendor vendor vendored _vendored third_party extern node_modules dist cjs esm _esm _cjs build
_types " "site-packages lib2to3 idlelib turtledemo test es5 lib-esm lib.esm lib.commonjs browser
fonts examples testdata
"""
_SKIPPED_FOLDERS = frozenset(_SKIPPED.split())
MAX_FILE: Final = 120_000
"""Bytes of the largest file that is kept."""
MAX_FILES: Final = 260


def is_source(path: str) -> bool:
    """Whether a path inside an archive is source text worth reading."""
    pure = PurePosixPath(path)
    if pure.suffix not in _ENDINGS or path.endswith((".d.ts", ".min.js", ".bundle.js")):
        return False
    return not _SKIPPED_FOLDERS.intersection(pure.parts[:-1])


def is_about(path: str) -> bool:
    """Whether a file says how a project's modules are called, or at its top what its licence is."""
    pure = PurePosixPath(path)
    named = pure.name in SAYING or (len(pure.parts) == 1 and is_telling(pure.name))
    return named and not _SKIPPED_FOLDERS.intersection(pure.parts[:-1])


def is_safe(name: str) -> bool:
    """Whether a path stays below the folder that it is written to."""
    pure = PurePosixPath(name)
    return not pure.is_absolute() and ".." not in pure.parts and "\\" not in name


def thin(members: Iterable[Member]) -> list[Member]:
    """At most MAX_FILES sources of usual size, folder by folder so that references stay inside the tree.

    With them is kept what says how their modules are called, and the licence.
    """
    safe = sorted({path: data for path, data in members if is_safe(path)}.items())
    good = [(path, data) for path, data in safe if is_source(path) and 200 < len(data) <= MAX_FILE]
    return good[:MAX_FILES] + [(path, data) for path, data in safe if is_about(path)]


def tar_members(archive: Path, wanted: Callable[[str], bool]) -> list[Member]:
    """The wanted files of a tar, without the folder around all. Raises NoProject where it is damaged."""
    found: list[Member] = []
    tops: set[str] = set()
    try:
        with tarfile.open(archive, "r:*") as tar:
            for member in tar:
                path = member.name.removeprefix("./")
                if path in ("", ".", "pax_global_header"):
                    continue
                top, slash, inner = path.partition("/")
                tops.add(top if slash or member.isdir() else path + "/")
                if not member.isfile() or member.size > MAX_FILE or not (wanted(path) or wanted(inner)):
                    continue
                if (stream := tar.extractfile(member)) is not None:
                    found.append((path, stream.read()))
    except (tarfile.TarError, EOFError, OSError, lzma.LZMAError, zlib.error) as error:
        raise NoProject(f"{archive.name} is damaged: {error}") from error
    if len(tops) == 1:
        found = [(path.partition("/")[2], data) for path, data in found]
    return [(path, data) for path, data in found if wanted(path)]
