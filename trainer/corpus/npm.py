"""Packages of the npm registry, by npm, whose settings say from where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from trainer.corpus import sources
from trainer.corpus.project import Fetched, NoProject
from trainer.corpus.pypi import checked, hash_of, run

PREFIX: Final = "npm:"


def fetched(name: str, cache: Path) -> Fetched:
    """The newest package's files. Raises NoProject."""
    folder = cache / ("npm-" + name.replace("/", "-"))
    if not (archive := next(folder.glob("*.tgz"), None)):
        folder.mkdir(parents=True, exist_ok=True)
        run(["npm", "pack", "--silent", name], folder)
        archive = next(folder.glob("*.tgz"), None)
    if archive is None:
        raise NoProject("npm gave no archive")
    try:
        members = sources.tar_members(archive, lambda path: sources.is_source(path) or sources.is_about(path))
        about = json.loads(dict(members).get("package.json", b"{}"))
    except (NoProject, ValueError) as problem:
        archive.unlink()
        raise NoProject(f"{archive.name} is fetched again next time: {problem}") from problem
    licence = checked(str(about.get("license", "unknown")))
    return Fetched(str(about.get("version", "")), licence, hash_of(archive), "npm", members)
