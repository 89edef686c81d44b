"""What was fetched: corpus.json beside the trees, and its table for CORPUS.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from engine.errors import FileProblem
from engine.files import write_atomic
from trainer.corpus.project import Project

NAME: Final = "corpus.json"


def read(folder: Path) -> dict[str, Project]:
    """The projects that are there, by name. Raises FileProblem."""
    path = folder / NAME
    if not path.exists():
        return {}
    try:
        return {item["name"]: Project(**item) for item in json.loads(path.read_text("utf-8"))}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FileProblem(
            f"{path} cannot be read: {error}.", "Remove it, and the projects are unpacked anew."
        ) from error


def write(folder: Path, known: Mapping[str, Project]) -> None:
    """Replace the ledger in one step. Raises FileProblem."""
    write_atomic(folder / NAME, json.dumps([asdict(item) for item in known.values()], indent=1).encode())


def describe(items: Iterable[Project]) -> str:
    """The table of CORPUS.md."""
    lines = [
        "# What is fetched to train on",
        "",
        "Source trees under permissive licences, fetched from the package indexes; none of it is kept here.",
        "",
        "| project | version | licence | origin | files | sha256 of the archive |",
        "|---|---|---|---|---|---|",
    ]
    for item in sorted(items, key=lambda project: project.name):
        cells = (item.name, item.version, item.licence, item.origin, item.files, f"`{item.sha256}`")
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"
