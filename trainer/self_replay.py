"""Tuples from a git history: the present model plays it against the simulated developer.

At each question the chain that was shown is right up to its first wrong action, which the developer turns
down. In its place stands what is known to belong there: the developer's own text for it, the next action of
the chain that is right, a right site that was considered and not shown, or the end, where the commit writes
no more in that file.
Where none of these is known there is no tuple. A silent answer, or one right to its end, with a right
site that was held back for its p is a tuple against the end. All tokens are those the model was asked with.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from engine.config import Settings
from engine.model.predictor import Predictor
from engine.model.prompt import fits_draft
from trainer.preference.chains import MISSED
from trainer.preference.context import Context, Truth, chosen_between, place
from trainer.replay.developer import Developer
from trainer.replay.minds import Engine, Ground
from trainer.replay.playing import Judged, Play
from trainer.replay.run import texts_of
from trainer.repository import Commit, Repository, Walk
from trainer.tuples import END, Chain, Choice, Outcome, Preference

SIGNAL: Final = "history"
WEIGHT: Final = 0.5
"""What a history says counts half of what a person says of the very suggestion."""
LOOKED_AT: Final = 24
"""Considered places of one question whose truth is noted; those that were shown come first."""
SETTLE: Final = 8
"""Commits after which the index takes in what was shown to it."""

Found = Preference | Outcome


class Ended(Exception):
    """The replay was asked to end."""


@dataclass(frozen=True, slots=True)
class History:
    """A clone, and which of its commits are played."""

    git: Path
    project: str
    """What tuples name as their project."""
    commits: tuple[Commit, ...]
    settings: Settings


def tuples(
    history: History,
    predictor: Predictor,
    rng: random.Random | None = None,
    should_stop: Callable[[], bool] = bool,
) -> Iterator[tuple[Commit, list[Found]]]:
    """Play each commit, oldest first, and give what it tells. With `rng` its stretches come in any order.

    Raises Ended where `should_stop` says so at a question, CalledProcessError where git does not answer.
    """
    repository = Repository(history.git, "")
    walk = Walk(history.project.rsplit("/", 1)[-1], repository)
    try:
        for number, commit in enumerate(history.commits):
            world = walk.go(commit.parent)
            _, after = texts_of(repository, commit)
            found: list[Found] = []
            about = About(
                history.project,
                made_at(repository, commit),
                predictor.info.sha256,
                history.settings.threshold,
            )
            mind = Engine(Ground(world.index.root, world), predictor, history.settings)
            hear = partial(_hear, about, should_stop, found)
            Play(world, mind, commit, Developer.over(world, after, rng), heard=hear).run()
            yield commit, _once(found)
            world.show({})
            if number % SETTLE == 0:
                world.settle()
    finally:
        repository.close()


def made_at(repository: Repository, commit: Commit) -> float:
    """When a commit was made, in seconds since the epoch."""
    return float(repository.git("show", "-s", "--format=%ct", commit.sha).split()[0])


def _once(found: list[Found]) -> list[Found]:
    """Without tuples of a commit that say again, after a later save, what one of them has said."""
    said: set[Hashable] = set()
    kept = []
    for one in found:
        key = chosen_between(one) if isinstance(one, Preference) else None
        if key is None or key not in said:
            kept.append(one)
            said.add(key)
    return kept


@dataclass(frozen=True, slots=True)
class About:
    """What the tuples of one commit have in common."""

    project: str
    at: float
    model: str
    threshold: float


def _hear(about: About, should_stop: Callable[[], bool], found: list[Found], judged: Judged) -> None:
    if should_stop():
        raise Ended
    found += told(about, judged)


def told(about: About, judged: Judged) -> list[Found]:
    """What one answer tells."""
    thought = judged.thought
    context = Context(
        tuple(thought.prompts),
        thought.rows(),
        about.at,
        about.project,
        judged.question.edit.path,
        about.model,
        tuple(thought.written),
    )
    truths = _truths(judged)
    outcomes = [
        context.outcome(number, Truth(right, WEIGHT, SIGNAL))
        for number, right in truths.items()
        if not context.writes(number)
    ]
    return [*outcomes, *_preferences(context, judged, truths, about.threshold)]


def _truths(judged: Judged) -> dict[int, bool]:
    """Whether considered places are right, by number: all that were shown, and the likeliest others."""
    thought = judged.thought
    shown = dict(zip(thought.site_of, judged.rights, strict=True))
    known = {number: right for number, right in shown.items() if number is not None}
    others = [number for number in range(len(thought.considered)) if number not in known]
    others.sort(key=lambda number: -thought.considered[number].p)
    room = max(0, LOOKED_AT - len(known))
    return known | {number: judged.right(thought.considered[number]) for number in others[:room]}


def _preferences(
    context: Context, judged: Judged, truths: dict[int, bool], threshold: float
) -> Iterator[Preference]:
    """The tuple of one answer, if it tells one."""
    thought = judged.thought
    numbers = [number for number in thought.site_of if number is not None]
    prefix = context.chain(numbers[: judged.accepted])
    hidden = [number for number, right in truths.items() if right and number not in numbers]
    if judged.accepted < len(numbers):
        wrong = context.choice(numbers[judged.accepted])
        later = [n for n, right in zip(numbers, judged.rights, strict=True) if right][judged.accepted :]
        instead = _corrected(context, judged, numbers[judged.accepted])
        instead = instead or next(iter(context.chain([*later, *hidden])), None)
        if instead is None and not judged.goes_on(thought.kept[judged.accepted].site.path):
            instead = END
        if wrong is not None and instead is not None:
            shown = context.chain(numbers[judged.accepted :])
            yield _preference(context, (*prefix, instead), (*prefix, *shown))
        return
    held_back = context.chain([n for n in hidden if thought.considered[n].p < threshold])[:MISSED]
    for missed in held_back:
        yield _preference(context, (*prefix, missed), (*prefix, END), WEIGHT / len(held_back))
    if prefix and not held_back:
        yield _preference(context, prefix)


def _corrected(context: Context, judged: Judged, wrong: int) -> Choice | None:
    """The wrong action with what the developer writes at its place, by its own site where there is one."""
    at = context.considered[wrong]
    text = judged.instead(judged.thought.considered[wrong])
    if not text or text == at.new or not fits_draft(text):
        return None
    beside = (
        context.choice(number)
        for number, one in enumerate(context.considered)
        if place(one) == place(at) and one.new == text
    )
    return next((choice for choice in beside if choice is not None), context.choice(wrong, text))


def _preference(
    context: Context, accepted: Chain, rejected: Chain | None = None, weight: float = WEIGHT
) -> Preference:
    return context.preference((accepted,), () if rejected is None else (rejected,), weight, SIGNAL)
