"""The first step: what the decisions of the last weeks tell, and what the projects' histories tell."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from engine.model.predictor import Predictor
from engine.nights import NightOutcome
from engine.records import DAY, Told, Unreadable
from engine.store import FILE, Store
from trainer.night.desk import Desk, Halt
from trainer.night.projects import Project, projects
from trainer.preferences import Collected, collect
from trainer.repository import Commit
from trainer.secrets import Scrubber
from trainer.self_replay import Ended, Found, History, tuples
from trainer.tuples import Outcome, Preference, read, read_outcomes, write, write_outcomes

PROJECTS: Final = "projects.json"
PLAYED: Final = "played.json"
"""Which commits were played to learn from, and how many files of tuples they filled."""
BLOCK: Final = 8
"""Commits after which what they told is kept."""
Tuples = tuple[Commit, list[Found]]
SHARE: Final = 0.4
"""Of the night's minutes, what the histories may take."""


def found(desk: Desk) -> list[Project]:
    """The projects with their commits; looked up once, so that a night that goes on holds the same ones.

    Raises Halt where there is nothing to judge by.
    """
    if not (desk.home / PROJECTS).exists():
        known, without = projects(desk)
        for folder in without:
            desk.log(f"collect: {folder} has no git history that can be played")
        desk.keep(PROJECTS, [_raw(project) for project in known])
    known = [_project(raw) for raw in desk.kept(PROJECTS)]
    held = sum(len(project.held) for project in known)
    if held < desk.plan.least_held:
        raise Halt(
            NightOutcome.NO_DATA,
            f"The git histories of the projects have {held} commits to judge an adapter by; "
            f"{desk.plan.least_held} are needed. Whatever is learnt could not be proven.",
        )
    return known


def from_decisions(desk: Desk) -> Collected:
    """What the person decided in the last weeks tells. Raises StoreProblem."""
    path, now = desk.plan.data_dir / FILE, time.time()
    if not path.exists():
        return Collected()
    desk.progress(None, "reading the decisions")
    store = Store(path)
    try:
        told = store.told(now - desk.plan.days * DAY)
        found = collect(_heard(desk, told), desk.night.base, now)
    finally:
        store.close()
    for suggestion, why in found.broken:
        desk.log(f"collect: suggestion {suggestion} cannot be read and is left out: {why}")
    desk.log(f"collect: {found.answers} answers tell {len(found.preferences)} tuples")
    return found


def scrubber(desk: Desk) -> Scrubber:
    """What drops secrets; for the base model's tokens."""
    runtime = desk.runtime()
    try:
        pieces = [runtime.piece(token) for token in range(runtime.n_vocab)]
    finally:
        runtime.close()
    return Scrubber(
        lambda ids: b"".join(pieces[token] for token in ids).decode("utf-8", "replace"),
        desk.plan.settings.ignore,
    )


def _heard(desk: Desk, told: Iterable[Told | Unreadable]) -> Iterator[Told | Unreadable]:
    for one in told:
        desk.check()
        yield one


def from_histories(desk: Desk, known: Sequence[Project]) -> tuple[list[Preference], list[Outcome]]:
    """What the model's own answers to the projects' older commits tell. Raises Halt, FileProblem.

    The model plays without an adapter: that is where training starts from.
    """
    played = _played(desk)
    waiting = [(one, left) for one in known if (left := [c for c in one.learnt if c.sha not in played])]
    if waiting:
        predictor = desk.predictor()
        try:
            for number, (project, left) in enumerate(waiting):
                _play(desk, project, left, predictor, _time(desk) / (len(waiting) - number))
        except Ended:
            desk.halt()
        finally:
            predictor.close()
    numbers = sorted(set(_played(desk).values()))
    whole = sum(len(project.learnt) for project in known)
    desk.log(f"collect: {len(_played(desk))} of {whole} commits were played")
    return (
        [one for number in numbers for one in read(_file(desk, number, "tuples"))],
        [one for number in numbers for one in read_outcomes(_file(desk, number, "outcomes"))],
    )


def _play(
    desk: Desk, project: Project, commits: Sequence[Commit], predictor: Predictor, seconds: float
) -> None:
    """Play a project's commits until its time is over, and keep what they tell, a block at a time.

    A model that writes by itself may need long for one commit: what its time cuts off is left out.
    """
    until = time.monotonic() + seconds
    slow = desk.speaks is not None

    def should_stop() -> bool:
        return desk.should_stop() or (slow and time.monotonic() > until)

    history = History(project.root, str(project.root), tuple(commits), desk.plan.settings)
    block: list[tuple[Commit, list[Found]]] = []
    played = tuples(history, predictor, should_stop=should_stop)
    for number, (commit, found) in enumerate(_in_time(desk, played), 1):
        block.append((commit, found))
        if len(block) == BLOCK:
            _keep(desk, block)
            block = []
        desk.progress(number / len(commits), f"played {number} of {len(commits)}, {project.root.name}")
        if time.monotonic() > until:
            break
    if block:
        _keep(desk, block)


def _in_time(desk: Desk, played: Iterator[Tuples]) -> Iterator[Tuples]:
    """What was played until the time was over. Raises Ended where the night itself is to stop."""
    try:
        yield from played
    except Ended:
        if desk.should_stop():
            raise


def _keep(desk: Desk, block: Sequence[tuple[Commit, list[Found]]]) -> None:
    played = _played(desk)
    number = max(played.values(), default=-1) + 1
    found = [one for _, some in block for one in some]
    write(_file(desk, number, "tuples"), (one for one in found if isinstance(one, Preference)))
    write_outcomes(_file(desk, number, "outcomes"), (one for one in found if isinstance(one, Outcome)))
    desk.keep(PLAYED, played | {commit.sha: number for commit, _ in block})


def _played(desk: Desk) -> dict[str, int]:
    return dict(desk.kept(PLAYED)) if (desk.home / PLAYED).exists() else {}


def _time(desk: Desk) -> float:
    """Seconds that the histories may still take."""
    return max(0.0, desk.left() - 60 * desk.plan.minutes * (1 - SHARE))


def _file(desk: Desk, number: int, what: str) -> Path:
    return desk.home / f"played-{number:03}.{what}.gz"


def _raw(project: Project) -> dict[str, Any]:
    return {
        "root": str(project.root),
        "learnt": [asdict(one) for one in project.learnt],
        "held": [asdict(one) for one in project.held],
    }


def _project(raw: dict[str, Any]) -> Project:
    learnt, held = (
        tuple(Commit(one["sha"], one["parent"], tuple(one["paths"]), one["subject"]) for one in raw[name])
        for name in ("learnt", "held")
    )
    return Project(Path(raw["root"]), learnt, held)
