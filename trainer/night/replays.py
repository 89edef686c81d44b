"""The gate's replay: each held-out commit is played without and with the night's adapter, by the real engine.

What is finished is kept line by line, so that a night that was stopped goes on with the next commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.session.thinking import Question, Thought
from trainer.night.desk import Desk
from trainer.night.projects import Project
from trainer.replay.developer import Developer
from trainer.replay.minds import Engine, Ground, Mind
from trainer.replay.playing import Play
from trainer.replay.points import Played, played
from trainer.replay.run import texts_of
from trainer.repository import Commit, Repository, Walk

if TYPE_CHECKING:
    from trainer.night.desk import Asking

FILE: Final = "replay.jsonl"
RESERVE: Final = 20.0
"""Seconds before the minutes are over at which the judging begins, with what was replayed."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One commit, played without and with the adapter."""

    before: Played
    after: Played


class Watched:
    """A mind that gives up where the night is to stop."""

    def __init__(self, mind: Mind, desk: Desk) -> None:
        self._mind = mind
        self._desk = desk

    def answer(self, question: Question) -> Thought:
        """The mind's answer. Raises Halt."""
        self._desk.check()
        return self._mind.answer(question)


def play(desk: Desk, projects: Sequence[Project], adapter: Path) -> list[Pair]:
    """Play what is not yet played of the held-out commits, both ways. Raises Halt, OSError."""
    done = {(one.before.sha, one.after.sha): one for one in read(desk.home / FILE)}
    left = [
        (project, [one for one in project.held if (one.sha, one.sha) not in done]) for project in projects
    ]
    whole = sum(len(project.held) for project in projects)
    found = list(done.values())
    if any(commits for _, commits in left):
        predictor = desk.predictor()
        try:
            for project, commits in left:
                for pair in _project(desk, project, commits, predictor, adapter):
                    add(desk.home / FILE, pair)
                    found.append(pair)
                    desk.progress(len(found) / whole, f"replayed {len(found)} of {whole} held-out commits")
                    if desk.left() < RESERVE and len(found) >= desk.plan.least_held:
                        desk.log(f"gate: {len(found)} of {whole} commits were replayed; the minutes are over")
                        return found
        finally:
            predictor.close()
    return found


def read(path: Path) -> Iterator[Pair]:
    """What was kept; a torn line is left out."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            raw = json.loads(line)
            yield Pair(played(raw["before"]), played(raw["after"]))
        except (ValueError, TypeError, KeyError):
            continue


def add(path: Path, pair: Pair) -> None:
    """Keep one more, on a line of its own whatever was torn before it."""
    with path.open("a", encoding="utf-8") as out:
        raw = {"before": pair.before.raw(), "after": pair.after.raw()}
        out.write("\n" + json.dumps(raw, ensure_ascii=False) + "\n")


def _project(
    desk: Desk, project: Project, commits: Sequence[Commit], predictor: Asking, adapter: Path
) -> Iterator[Pair]:
    if not commits:
        return
    repository = Repository(project.root, "")
    try:
        walk = Walk(project.root.name, repository)
        for commit in commits:
            desk.check()
            world = walk.go(commit.parent)
            _, after = texts_of(repository, commit)
            arms = []
            for path in (None, adapter):
                predictor.set_adapter(path)
                mind = Engine(Ground(world.index.root, world), predictor, desk.plan.settings)
                arms.append(Play(world, Watched(mind, desk), commit, Developer.over(world, after)).run())
                world.show({})
            world.settle()
            yield Pair(*arms)
    finally:
        repository.close()
