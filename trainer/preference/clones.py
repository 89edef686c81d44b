"""Tuples of many clones on disk: two files for each, and a note of what they were made from.

A clone's files appear when they are whole, so a run that was stopped goes on with the next clone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from engine.config import Settings
from engine.model.predictor import Predictor
from trainer.replay.run import Plan, chosen
from trainer.repository import Repository
from trainer.secrets import Scrubber
from trainer.self_replay import History, tuples
from trainer.simulate.store import notes
from trainer.tables import aligned
from trainer.tuples import END, Outcome, Preference, write, write_outcomes

PREFERENCES: Final = ".jsonl.gz"
OUTCOMES: Final = ".outcomes.gz"


@dataclass(frozen=True, slots=True)
class Job:
    """One clone that is to be played."""

    git: Path
    name: str
    newest: int
    """Usable commits, newest first."""
    settings: Settings
    out: Path
    by_chance: int | None = None
    """A seed: stretches are written in any order; None for a careful person's."""

    @property
    def path(self) -> Path:
        """Where the preferences lie; the outcomes are beside them."""
        return self.out / f"{self.name.replace('/', '+')}{PREFERENCES}"

    @property
    def outcomes(self) -> Path:
        """Where the outcomes lie."""
        return outcomes_of(self.path)


@dataclass(frozen=True, slots=True)
class Made:
    """What the files of one clone hold."""

    name: str
    commits: int
    tuples: int
    corrected: int
    """Another action was right where a wrong one was shown."""
    ended: int
    """The end was right where a wrong one was shown."""
    silent: int
    """An action was right where nothing more was shown."""
    outcomes: int
    right: int
    key: str


def outcomes_of(path: Path) -> Path:
    """The file of outcomes that lies beside one of preferences."""
    return path.with_name(path.name.removesuffix(PREFERENCES) + OUTCOMES)


@dataclass(frozen=True, slots=True)
class Player:
    """Who answers, and what of it is kept."""

    predictor: Predictor
    scrubber: Scrubber
    should_stop: Callable[[], bool] = bool


def run(jobs: Sequence[Job], player: Player, done: Callable[[Made], object]) -> list[Made]:
    """Make what is missing; `done` hears of each. Raises FileProblem, OSError, Ended, CalledProcessError."""
    made = []
    for job in jobs:
        job.out.mkdir(parents=True, exist_ok=True)
        made.append(make(job, player))
        done(made[-1])
    return made


def make(job: Job, player: Player) -> Made:
    """Make the files of one clone, unless they are there already, made from the same."""
    note = job.path.with_name(job.path.name.removesuffix(PREFERENCES) + ".json")
    key = _key(job, player.predictor)
    known = notes.read(Made, note, job.path)
    if known is not None and known.key == key and job.outcomes.is_file():
        return known
    note.unlink(missing_ok=True)
    commits = tuple(reversed(chosen(Plan(job.git, job.newest, job.settings, job.out))))
    rng = None if job.by_chance is None else random.Random(f"{job.by_chance}:{job.name}")
    history = History(job.git, job.name, commits, job.settings)
    found = [one for _, some in tuples(history, player.predictor, rng, player.should_stop) for one in some]
    preferences = player.scrubber.clean(one for one in found if isinstance(one, Preference))
    outcomes = player.scrubber.clean(one for one in found if isinstance(one, Outcome))
    write(job.path, preferences)
    write_outcomes(job.outcomes, outcomes)
    kinds = Counter(map(kind, preferences))
    made = Made(
        job.name,
        len(commits),
        len(preferences),
        kinds["corrected"],
        kinds["ended"],
        kinds["silent"],
        len(outcomes),
        sum(one.right for one in outcomes),
        key,
    )
    notes.write(note, made)
    return made


def kind(one: Preference) -> str:
    """What a tuple teaches: "corrected", "ended", "silent", or "right" where nothing was rejected."""
    if not one.rejected:
        return "right"
    if any(chain[-1:] == (END,) for chain in one.rejected):
        return "silent"
    return "ended" if any(chain[-1:] == (END,) for chain in one.accepted) else "corrected"


def table(made: Sequence[Made]) -> str:
    """What there is, a line for each clone and one for all."""
    head = ("history", "commits", "tuples", "corrected", "ended", "silent", "outcomes", "right")
    return aligned([head, *(tuple(_cells(one)) for one in made), ("all", *_sums(made))])


def _cells(one: Made) -> Iterator[str]:
    yield one.name
    yield from map(str, _counts(one))


def _counts(one: Made) -> tuple[int, ...]:
    return (one.commits, one.tuples, one.corrected, one.ended, one.silent, one.outcomes, one.right)


def _sums(made: Sequence[Made]) -> tuple[str, ...]:
    return tuple(str(sum(column)) for column in zip(*map(_counts, made), strict=True))


def _key(job: Job, predictor: Predictor) -> str:
    repository = Repository(job.git, "")
    try:
        newest = repository.newest()
    finally:
        repository.close()
    info, settings = predictor.info, job.settings
    shown = (settings.threshold, settings.structure_threshold, settings.max_actions, settings.without)
    told = f"{newest}:{job.newest}:{job.by_chance}:{info.sha256}:{info.adapter}:{shown}:{settings.docs}"
    return sha256(told.encode()).hexdigest()
