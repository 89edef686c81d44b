"""What turning a repeat down says of its like elsewhere: histories played by a developer who says so.

--projects are git clones, --limit the newest usable commits of each. Counted are the repeats that the model
holds for possible (p at least LEAST), shown or not, by what the developer had said of the same replacement
elsewhere in the commit: how often they are right, how often their p says so, and the shift of the odds that
makes p likeliest.
"""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.config import Settings
from engine.model.predictor import Predictor, open_predictor
from engine.session.likes import Like, Likes
from engine.session.thinking import Question, Thought
from engine.types import Candidate, IntentKind
from tests.benchmarks.common import table
from trainer.measures import log_loss, sigmoid
from trainer.replay.developer import Developer
from trainer.replay.minds import Engine, Ground, Told
from trainer.replay.playing import Judged, Play
from trainer.replay.run import Plan, chosen, texts_of
from trainer.repository import Repository, Walk

LEAST = 0.15
MOST = 60
SHIFTS = np.arange(-5, 1.01, 0.1)


@dataclass(frozen=True)
class Row:
    """A repeat, and what had been said of its like."""

    taken: int
    refused: int
    p: float
    right: bool


class Listening(Told):
    """Hears what is said, and keeps it from the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[Like] = Counter()
        self.turned_down: Counter[Like] = Counter()

    def took(self, one: Candidate) -> None:
        self.taken[like(one)] += 1

    def refused(self, one: Candidate, text: str) -> None:
        super().refused(one, text)
        self.turned_down[like(one)] += 1

    def likes(self) -> Likes:
        return Likes()


class Noting:
    """The engine, and a row for every repeat that it weighs."""

    def __init__(self, ground: Ground, predictor: Predictor, settings: Settings, said: Listening) -> None:
        self._engine = Engine(ground, predictor, settings, said)
        self._said = said
        self._before: tuple[Counter[Like], Counter[Like]] = Counter(), Counter()
        self.rows: list[Row] = []

    def answer(self, question: Question) -> Thought:
        """The engine's answer; what was said until now is what it is held against."""
        self._before = self._said.taken.copy(), self._said.turned_down.copy()
        return self._engine.answer(question)

    def hear(self, judged: Judged) -> None:
        """Take in what became of an answer."""
        kept = dict(zip(map(id, judged.thought.kept), judged.rights, strict=True))
        taken, refused = self._before
        for one in judged.thought.considered[:MOST]:
            if one.site.intent is IntentKind.REPEAT and one.p >= LEAST:
                right = kept[id(one)] if id(one) in kept else judged.right(one)
                self.rows.append(Row(taken[like(one)], refused[like(one)], one.p, right))


def like(one: Candidate) -> Like:
    """What is replaced by what."""
    return one.site.old.strip(), one.new.strip()


def played(clone: Path, limit: int, settings: Settings) -> Iterator[Row]:
    """The rows of a clone's newest commits."""
    commits = chosen(Plan(clone, limit, settings, settings.data_dir))
    repository = Repository(clone, "")
    predictor = open_predictor(settings, print)
    walk = Walk(clone.name, repository)
    try:
        for commit in commits:
            world = walk.go(commit.parent)
            developer = Developer.over(world, texts_of(repository, commit)[1])
            said = Listening()
            mind = Noting(Ground(world.index.root, world), predictor, settings, said)
            Play(world, mind, commit, developer, heard=mind.hear, told=said).run()
            yield from mind.rows
            world.show({})
            world.settle()
    finally:
        predictor.close()
        repository.close()


def shift(rows: Sequence[Row]) -> float:
    """The shift of all odds, in nats, with which the rows are likeliest."""
    p = np.clip([row.p for row in rows], 1e-3, 1 - 1e-3)
    right = np.array([row.right for row in rows])
    odds = np.log(p / (1 - p))
    return float(min(SHIFTS, key=lambda one: log_loss(sigmoid(odds + one), right)))


def run(options: Namespace) -> dict[str, object]:
    """The table over all clones."""
    if not options.projects:
        raise SystemExit("likes: name git clones with --projects")
    nowhere = Path(options.work)
    settings = Settings(nowhere, nowhere, nowhere / "config.toml")
    rows = [row for one in options.projects for row in played(Path(one), options.limit, settings)]
    groups = {
        "nothing was said": [row for row in rows if not row.refused and not row.taken],
        "only taken": [row for row in rows if not row.refused and row.taken],
        "only turned down": [row for row in rows if row.refused and not row.taken],
        "both": [row for row in rows if row.refused and row.taken],
    }
    found = {
        name: {
            "repeats": len(some),
            "right": float(np.mean([row.right for row in some])),
            "said": float(np.mean([row.p for row in some])),
            "shift": shift(some),
        }
        for name, some in groups.items()
        if some
    }
    table(
        f"repeats of {len(options.projects)} histories, by what was said of their like",
        ("said", "repeats", "right", "p says", "shift"),
        [
            [name, one["repeats"], *(f"{one[what]:.3f}" for what in ("right", "said")), f"{one['shift']:.1f}"]
            for name, one in found.items()
        ],
    )
    return dict(found)
