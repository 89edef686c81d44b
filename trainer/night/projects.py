"""The person's projects as the database knows them, and which of their commits a night plays."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Final

from engine.store import FILE, Store
from trainer.night.desk import Desk
from trainer.replay.run import Plan, chosen
from trainer.repository import Commit

LOOKED_AT: Final = 5000
"""Commits of a project that are looked at, from the newest."""


@dataclass(frozen=True, slots=True)
class Project:
    """A git work tree that was worked on, and its commits that a night plays."""

    root: Path
    """The top of the work tree."""
    learnt: tuple[Commit, ...] = ()
    """To learn from, oldest first."""
    held: tuple[Commit, ...] = ()
    """The newest ones, for the gate, oldest first."""


def roots(data_dir: Path) -> list[Path]:
    """The folders that were ever watched; none where nothing was recorded. Raises StoreProblem."""
    if not (data_dir / FILE).exists():
        return []
    store = Store(data_dir / FILE)
    try:
        found = []
        for row in store.export():
            if row["table"] != "projects":
                break
            found.append(Path(str(row["root"])))
        return found
    finally:
        store.close()


def tops(folders: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The git work trees that hold these folders, each once, and the folders that are in none."""
    found: dict[Path, None] = {}
    without = []
    for folder in folders:
        top = _top(folder)
        if top is None:
            without.append(folder)
        else:
            found[top] = None
    return list(found), without


def projects(desk: Desk) -> tuple[list[Project], list[Path]]:
    """The projects with a usable history, and the folders that have none. Raises StoreProblem, Halt."""
    found, without = tops(roots(desk.plan.data_dir))
    wanted = desk.plan.held + desk.plan.learnt
    usable: dict[Path, list[Commit]] = {}
    for top in found:
        desk.check()
        desk.progress(None, f"reading the history of {top.name}")
        try:
            usable[top] = chosen(Plan(top, wanted, desk.plan.settings, desk.home, _since(top)))
        except subprocess.CalledProcessError:
            usable[top] = []
        if not usable[top]:
            without.append(top)
    return shared(usable, desk.plan.held, desk.plan.learnt), without


def shared(usable: dict[Path, list[Commit]], held: int, learnt: int) -> list[Project]:
    """Share the commits to hold and to learn from out among the projects, in turn.

    Of each project's usable commits, newest first, at most a third is held: some are to be learnt from.
    """
    most = {top: (len(commits) + 2) // 3 for top, commits in usable.items()}
    kept = _counts(most, held)
    rest = _counts({top: len(commits) - kept[top] for top, commits in usable.items()}, learnt)
    return [
        Project(
            top,
            learnt=tuple(reversed(commits[kept[top] : kept[top] + rest[top]])),
            held=tuple(reversed(commits[: kept[top]])),
        )
        for top, commits in usable.items()
        if commits
    ]


def _counts(most: dict[Path, int], wanted: int) -> dict[Path, int]:
    """How many each gives where they give in turn until enough were given."""
    turns = zip_longest(*([top] * count for top, count in most.items()))
    given = [top for turn in turns for top in turn if top is not None][:wanted]
    return {top: given.count(top) for top in most}


def _since(top: Path) -> str | None:
    """The date of the last commit that is looked at; None for all. Raises CalledProcessError."""
    told = subprocess.run(
        ["git", "-C", str(top), "log", f"-{LOOKED_AT}", "--format=%cI"],
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    dates = told.stdout.split()
    return min(dates, key=datetime.fromisoformat) if len(dates) == LOOKED_AT else None


def _top(folder: Path) -> Path | None:
    """The top of the git work tree that a folder stands in; None where it stands in none, or is gone."""
    try:
        told = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "--show-toplevel"],
            check=True, capture_output=True, encoding="utf-8", errors="surrogateescape",
        )  # fmt: skip
    except (subprocess.CalledProcessError, OSError):
        return None
    return Path(told.stdout.rstrip("\n"))
