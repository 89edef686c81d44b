"""Decision data: what the engine drafts after a save, and which of it the developer made.

Two sources: simulated chains (`of_chain`), at their trigger and after some steps were made by hand; and the
histories of repositories, replayed with structure alone (`of_history`). Every intent is labelled.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from engine.config import Settings
from engine.diff import saved
from engine.intents import propose
from engine.model.predictor import StructurePredictor
from engine.session.thinking import Question
from engine.syntax.grammars import language_of
from engine.types import Edit
from trainer.examples import About, Example, Labelled, World, cut, judge
from trainer.replay.developer import Developer
from trainer.replay.minds import Engine, Ground
from trainer.replay.playing import Play
from trainer.replay.run import MOST_STRETCHES, texts_of
from trainer.repository import Commit, Repository, Walk
from trainer.simulate.source import Change, apply
from trainer.simulate.trajectory import Trajectory, moved

MOST_SITES: Final = 64
FURTHER: Final = 3
"""Steps of a chain that may have been made by hand before the point."""
COURSES: Final = 2
"""Orders in which a commit is played: a careful person's, then by chance."""


def of_chain(chain: Trajectory, world: World, point: str, rng: random.Random) -> Iterator[Example]:
    """The windows after the trigger, and after some of the steps were made by hand as well."""
    path, changes = chain.trigger
    texts = dict(chain.before)
    world.show(texts)
    edits: list[Edit] = []
    _save(edits, texts, path, apply(texts[path], changes))
    left = list(chain.present())
    stops = {0}
    if len(left) > 1 and not chain.inside:
        stops.add(rng.randint(1, min(FURTHER, len(left) - 1)))
    for made in range(max(stops) + 1):
        if made:
            where, step = left.pop(0)
            _save(edits, texts, where, apply(texts[where], [step]))
            left = [(p, moved(one, [step]) if p == where else one) for p, one in left]
        if made in stops:
            world.show(texts)
            name = f"{chain.scenario}/{chain.kind}/{min(made, 1)}"
            about = About(name, chain.language, chain.repository, f"{point}:{made}")
            sites = propose(edits[-1], edits[-4:-1], world.index)[:MOST_SITES]
            labelled = [
                judge(site, texts.get(site.path) or world.text_of(site.path) or "", _open(left, site.path))
                for site in sites
                if site.draft is not None
            ]
            if labelled:
                yield from cut(edits[-4:], labelled, world.text_of, about, rng)


def _save(edits: list[Edit], texts: dict[str, str], path: str, after: str) -> None:
    edits.append(saved(path, texts[path], after, len(edits) + 1))
    texts[path] = after


def _open(left: Iterable[tuple[str, Change]], path: str) -> list[Change]:
    return [change for where, change in left if where == path]


def of_history(
    git: Path, name: str, newest: int, settings: Settings, rng: random.Random
) -> Iterator[Example]:
    """The windows of a clone's commits, oldest first; `newest` commits are looked at."""
    repository = Repository(git, "")
    walk = Walk(name, repository)
    try:
        for number, commit in enumerate(reversed(list(islice(repository.plain(), newest)))):
            world = walk.go(commit.parent)
            _, after = texts_of(repository, commit)
            for course in range(COURSES):
                yield from _course(world, commit, after, settings, (name, course), rng)
                world.show({})
            if number % 8 == 0:
                world.settle()
    finally:
        repository.close()


def _course(
    world: World,
    commit: Commit,
    after: dict[str, str],
    settings: Settings,
    where: tuple[str, int],
    rng: random.Random,
) -> list[Example]:
    found: list[Example] = []

    def note(question: Question, labelled: Sequence[Labelled]) -> None:
        if labelled:
            name, course = where
            scenario = f"history/{'chance' if course else 'careful'}/{question.said.by}"
            point = f"{commit.sha[:12]}:{course}:{len(found)}"
            about = About(scenario, language_of(question.edit.path) or "", name, point)
            found.extend(cut(question.read, labelled, world.text_of, about, rng))

    mind = Engine(Ground(world.index.root, world), StructurePredictor(), settings)
    play = Play(world, mind, commit, Developer.over(world, after, rng if where[1] else None), note)
    if play.stretches <= MOST_STRETCHES:
        play.run()
    return found
