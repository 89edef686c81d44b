"""Fixed points: what the prototype was asked along histories, with the truth; every arm is asked again.

A commit is played once with the prototype. Each of its questions is kept with its prompts and with every
place that was considered; another model's answer is what it would have shown of these. What it would have
been asked afterwards is not followed: real replays do that.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from engine.config import Settings
from engine.diff import token_distance
from engine.errors import FileProblem
from engine.files import write_atomic
from engine.model.calibrate import Calibration
from engine.model.predictor import Predictor
from engine.session.thinking import LATER
from trainer.replay.developer import Developer
from trainer.replay.minds import Engine, Ground
from trainer.replay.playing import Judged, Play
from trainer.replay.run import Plan, chosen, texts_of
from trainer.repository import Repository, Walk

MOST: Final = 96
"""Places of one question that are kept: those that were shown, and the likeliest others."""
_SETTLE: Final = 8
"""Commits after which the index takes in what was shown to it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that was considered, in the order of the chain."""

    window: int | None
    """The prompt that asks about it; None where the rule decides."""
    label: int
    intent: str
    rule: float
    right: bool
    tokens: int
    """Tokens that the action deletes and inserts."""
    p: float
    """The prototype's chance."""
    shown: bool
    """Whether the prototype showed it."""
    taken: bool
    """Whether the developer accepted it: it stands in front of the first wrong one."""
    refused: bool
    """It would not have held whatever its chance: verification turned it down."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One question."""

    by: str
    """Who saved: "person", or "ripple" where the question is what follows from what was accepted."""
    follows: bool
    prompts: tuple[tuple[int, ...], ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """One commit."""

    project: str
    sha: str
    tokens: int
    """Tokens changed after the first stretch."""
    questions: tuple[Asking, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A set of fixed points, and when something is shown there."""

    split: str
    courses: Sequence[Course]
    calibration: Calibration
    threshold: float
    by_rule: float


def of_clone(
    git: Path, project: str, newest: int, settings: Settings, predictor: Predictor
) -> Iterator[Course]:
    """Play the newest usable commits of a clone, oldest first. Raises CalledProcessError, OSError."""
    commits = list(reversed(chosen(Plan(git, newest, settings, git))))
    repository = Repository(git, "")
    walk = Walk(project.rsplit("/", 1)[-1], repository)
    try:
        for number, commit in enumerate(commits):
            world = walk.go(commit.parent)
            _, after = texts_of(repository, commit)
            heard: list[tuple[tuple[tuple[int, ...], ...], tuple[Place, ...]]] = []

            def hear(judged: Judged, heard: list[Any] = heard) -> None:
                heard.append((tuple(judged.thought.prompts), places(judged)))

            mind = Engine(Ground(world.index.root, world), predictor, settings)
            played = Play(world, mind, commit, Developer.over(world, after), heard=hear).run()
            questions = tuple(
                Asking(point.by, point.follows, prompts, found)
                for point, (prompts, found) in zip(played.points, heard, strict=True)
            )
            yield Course(project, commit.sha, played.tokens, questions)
            world.show({})
            if number % _SETTLE == 0:
                world.settle()
    finally:
        repository.close()


def places(judged: Judged) -> tuple[Place, ...]:
    """The places of one question with the truth about them."""
    thought = judged.thought
    shown = {number: at for at, number in enumerate(thought.site_of) if number is not None}
    rows = thought.rows()
    others = sorted((n for n in range(len(rows)) if n not in shown), key=lambda n: -rows[n].p)
    kept = sorted({*shown, *others[: max(0, MOST - len(shown))]})
    out = []
    for number in kept:
        row, candidate, at = rows[number], thought.considered[number], shown.get(number)
        out.append(
            Place(
                row.window if row.label is not None else None,
                row.label if row.label is not None else -1,
                row.intent,
                round(row.rule, 4),
                judged.right(candidate) if at is None else judged.rights[at],
                token_distance(row.old, row.new),
                round(row.p, 5),
                at is not None,
                at is not None and at < judged.accepted,
                _refused(row.left_out),
            )
        )
    return tuple(out)


def _refused(left_out: str | None) -> bool:
    """Whether a place was left out for another reason than its chance, or that others come first."""
    return left_out is not None and left_out != LATER and not left_out.startswith(("p ", "more than "))


def made(job: Callable[[], Iterator[Course]], path: Path, key: str) -> list[Course]:
    """The courses of a file, which is made where it is missing or was made from other things."""
    known = _read(path, key)
    if known is not None:
        return known
    found = list(job())
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"key": key}), *(json.dumps(asdict(one)) for one in found)]
    write_atomic(path, gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))
    return found


def key_of(git: Path, newest: int, settings: Settings, predictor: Predictor) -> str:
    """What courses were made from: other commits or another model are other courses."""
    repository = Repository(git, "")
    try:
        commit = repository.newest()
    finally:
        repository.close()
    adapter = f":{predictor.info.adapter}" if predictor.info.adapter else ""
    return f"{commit}:{newest}:{settings.threshold}:{predictor.info.sha256}{adapter}"


def _read(path: Path, key: str) -> list[Course] | None:
    """The courses of a file; None where it is not there, or made from something else."""
    if not path.is_file():
        return None
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            if json.loads(next(lines))["key"] != key:
                return None
            return [_course(json.loads(line)) for line in lines]
    except (OSError, EOFError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise FileProblem(
            f"{path} cannot be read as points: {error}.", "Remove it; it is made again.", "Damaged points"
        ) from error


def _course(raw: dict[str, Any]) -> Course:
    return Course(
        raw["project"],
        raw["sha"],
        raw["tokens"],
        tuple(
            Asking(
                one["by"],
                one["follows"],
                tuple(tuple(ids) for ids in one["prompts"]),
                tuple(Place(**place) for place in one["places"]),
            )
            for one in raw["questions"]
        ),
    )
