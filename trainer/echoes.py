"""The score card of echoes (engine/intents/patterns/evidence.py), measured and fitted on git histories.

Every commit is written stretch by stretch, as in a replay; after each save, each echo is noted with its
properties and whether the developer makes it. The card is a logistic regression over the properties.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.diff import saved
from engine.history import REMEMBERED
from engine.intents.patterns import points
from engine.intents.patterns.echo import echoes
from engine.intents.patterns.evidence import BIAS, properties
from engine.types import Distance, Edit, IntentKind, NodeKind, Relation, Site, Trigger
from trainer.examples import World
from trainer.measures import Floats, auc, precision_recall, sigmoid
from trainer.replay.developer import Developer
from trainer.replay.run import MOST_STRETCHES, texts_of
from trainer.repository import Repository, Walk
from trainer.tables import aligned

HELD_OUT: Final = 5
"""Every so manieth history is measured on and not fitted to, before the card is fitted to all of them."""
FEWEST: Final = 30
"""Echoes that must have a property before the card speaks of it."""
THRESHOLDS: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_STRENGTH: Final = 2.0
_ROUNDS: Final = 30
_CHUNK: Final = 50_000


@dataclass(frozen=True, slots=True)
class Job:
    """One history that is to be read."""

    git: Path
    name: str
    newest: int


@dataclass(frozen=True, slots=True)
class Noted:
    """The echoes of one history."""

    name: str
    properties: list[tuple[str, ...]]
    right: list[bool]
    commits: list[int]
    """The number of the commit that each stands in."""


Found = Iterable[tuple[tuple[str, ...], Site]]
"""Places with their properties."""
Finds = Callable[[Edit, Sequence[Edit], World], Found]
"""The places of an edit, with those before it, in a project."""


def note(job: Job) -> Noted:
    """Write the newest commits of a history stretch by stretch; its echoes."""
    return noted(job, _echoes)


def noted(job: Job, finds: Finds) -> Noted:
    """Write the newest commits of a history stretch by stretch; the places that are found after each."""
    every = Noted(job.name, [], [], [])
    repository = Repository(job.git, "")
    walk = Walk(job.name, repository)
    try:
        for number, commit in enumerate(islice(repository.plain(), job.newest)):
            before, after = texts_of(repository, commit)
            developer = Developer(before, after)
            if not 2 <= len(developer.open) <= MOST_STRETCHES:
                continue
            world = walk.go(commit.parent)
            for known, right in _of_commit(developer, world, finds):
                every.properties.append(known)
                every.right.append(right)
                every.commits.append(number)
            world.show({})
            world.settle()
    finally:
        repository.close()
    return every


def _of_commit(developer: Developer, world: World, finds: Finds) -> Iterator[tuple[tuple[str, ...], bool]]:
    edits: list[Edit] = []
    while (save := developer.next()) is not None:
        path, text = save
        edit = saved(path, developer.texts[path], text, len(edits) + 1)
        developer.took(path, text)
        if not developer.open:
            return
        world.show(developer.texts)
        for known, site in finds(edit, edits[1 - REMEMBERED :], world):
            yield known, developer.label(site).right
        edits.append(edit)


def _echoes(edit: Edit, recent: Sequence[Edit], world: World) -> Found:
    for echo in echoes(edit, recent, world.index):
        yield (
            properties(echo, edit.path),
            site(echo.path, echo.start, echo.replacement.old, echo.replacement.new),
        )


def site(path: str, start: int, old: str, new: str) -> Site:
    """A repeat of which only the text matters."""
    return Site(
        path, start, old, new, IntentKind.REPEAT, NodeKind.OTHER, Relation.TEXTUAL,
        Distance.FAR, Trigger.PATTERN, 0.0, "",
    )  # fmt: skip


class Rows:
    """Echoes as arrays: which points of the card each one gets."""

    def __init__(self, noted: Sequence[Noted]) -> None:
        counts = Counter(name for one in noted for row in one.properties for name in row)
        self.names = [BIAS, *sorted(name for name, count in counts.items() if count >= FEWEST)]
        number = {name: at for at, name in enumerate(self.names)}
        width = max((len(row) for one in noted for row in one.properties), default=0)
        blank = len(self.names)
        self.places: NDArray[np.int64] = np.array(
            [
                [0, *(number.get(name, blank) for name in row), *[blank] * (width - len(row))]
                for one in noted
                for row in one.properties
            ]
        )
        self.right: NDArray[np.bool_] = np.array([right for one in noted for right in one.right])
        self.history: NDArray[np.int64] = np.repeat(np.arange(len(noted)), [len(one.right) for one in noted])
        weights = []
        for one in noted:
            sizes = Counter(one.commits)
            weights += [sizes[commit] ** -0.5 for commit in one.commits]
        self.weights: Floats = np.array(weights)
        """A commit with hundreds of echoes counts for more than one with few, but not a hundred times."""

    def scores(self, card: Floats) -> Floats:
        """The sum of every echo's points."""
        total: Floats = np.append(card, 0.0)[self.places].sum(axis=1)
        return total

    def fit(self, mine: NDArray[np.bool_]) -> Floats:
        """The card that makes the labels of some echoes likeliest, by Newton's method."""
        card = np.zeros(len(self.names))
        places, right, weights = self.places[mine], self.right[mine], self.weights[mine]
        for _ in range(_ROUNDS):
            slope, bend = _STRENGTH * card, _STRENGTH * np.eye(len(card))
            bend[0, 0], slope[0] = 1e-6, 0.0
            for at in range(0, len(right), _CHUNK):
                some = slice(at, at + _CHUNK)
                design = self._design(places[some])
                p = sigmoid(design @ card)
                slope += design.T @ (weights[some] * (p - right[some]))
                bend += (design * (weights[some] * p * (1 - p))[:, None]).T @ design
            move = np.linalg.solve(bend, slope)
            card -= np.clip(move, -2.0, 2.0)
            if float(np.abs(move).max()) < 1e-5:
                break
        return card

    def _design(self, places: NDArray[np.int64]) -> Floats:
        made = np.zeros((len(places), len(self.names) + 1))
        made[np.arange(len(places))[:, None], places] = 1.0
        return made[:, :-1]


def table(rows: Rows) -> str:
    """What a card fitted to the other histories is worth on every fifth one, and the share that is right."""
    held = rows.history % HELD_OUT == 0
    if held.all() or not held.any():
        return "Too few histories to hold one out."
    chances, right = sigmoid(rows.scores(rows.fit(~held))[held]), rows.right[held]
    lines = [("chance from", "echoes", "right", "of all right ones")]
    for threshold in THRESHOLDS:
        precision, recall = precision_recall(chances, right, threshold)
        lines.append(
            (f"{threshold:.2f}", str(int((chances >= threshold).sum())), f"{precision:.3f}", f"{recall:.3f}")
        )
    count, area = int(rows.right.sum()), auc(chances, right)
    return (
        f"{len(rows.right)} echoes, {count} right; on held-out histories AUC {area:.3f}\n\n{aligned(lines)}"
    )


def install(rows: Rows) -> Path:
    """Fit the card to all histories and write it where the engine reads it. Raises OSError."""
    card = rows.fit(np.ones(len(rows.right), dtype=np.bool_))
    path = Path(points.__file__)
    lines = [f'    "{name}": {value:.2f},' for name, value in zip(rows.names, card, strict=True)]
    path.write_text(
        '"""The score card of echoes, written by `ripple train echoes --install`: points by property."""\n\n'
        "from __future__ import annotations\n\nfrom typing import Final\n\n"
        "POINTS: Final[dict[str, float]] = {\n" + "\n".join(lines) + "\n}\n",
        encoding="utf-8",
    )
    return path
