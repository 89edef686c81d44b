"""A simulated week: by day a person's decisions, by night an adapter from them, and what it was worth.

Each night begins from the base model with all tuples so far, as the real one does; what it makes runs from
then on if it passes the same gate. Measured are chains of the same person that no day has, and chains without
any taste from other projects, on which nothing may be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from engine.config import Settings
from engine.model.llama import LlamaPredictor
from engine.model.runtime import Runtime
from trainer.flywheel.days import DAY, Day, Memory, Place, spend
from trainer.flywheel.personas import NOBODY, Persona
from trainer.night import compared, gate
from trainer.night.replays import Pair
from trainer.night.scores import Judge
from trainer.preference.split import before, split
from trainer.replay.figures import Figure, figures, sums
from trainer.replay.points import Played
from trainer.simulate.trajectory import Trajectory
from trainer.tuples import Outcome, Preference

CHAINS: Final = 60
"""Chains of a day."""
MEASURED: Final = 50
"""Chains that are measured on."""
GATED: Final = 30
"""Chains of the past days, the newest, that the gate replays."""
LEAST: Final = 20
"""Tuples below which a night makes nothing."""


class Learn(Protocol):
    """Makes a calibrated adapter of tuples and outcomes."""

    def __call__(
        self, preferences: Sequence[Preference], outcomes: Sequence[Outcome], now: float, folder: Path
    ) -> Path:
        """The adapter's file."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """What a week needs of a person: where they work, what they are measured by, and what all share."""

    place: Place
    own: Sequence[Trajectory]
    commons: Sequence[tuple[Place, Sequence[Trajectory]]]
    past: Day
    """What the project's own history says."""


def person(
    tree: Path, commons: Sequence[Path], language: str, persona: Persona, seed: int, past: Day
) -> Person:
    """Someone who works on a tree, with chains to measure on: theirs, and of people without a taste."""
    place = Place(tree, language, persona, seed)
    others = [Place(other, language, NOBODY, seed) for other in commons]
    share = MEASURED // max(1, len(others))
    return Person(place, place.draw(MEASURED), [(one, one.draw(share)) for one in others], past)


@dataclass(frozen=True, slots=True)
class Stand:
    """How things stand after a night (0: before the first)."""

    night: int
    tuples: int
    published: bool
    reason: str
    own: dict[str, Figure]
    """Measured on the person's own chains, with what was corrected so far and the adapter that runs."""
    remembered: dict[str, Figure]
    """The same without any adapter."""
    common: dict[str, Figure]


class Week:
    """One person's days and nights."""

    def __init__(
        self, person: Person, base: Path, settings: Settings, learn: Learn, folder: Path, threads: int = 1
    ) -> None:
        self._person = person
        self._settings = settings
        self._learn = learn
        self._folder = folder
        self._runtime = Runtime(base, threads)
        self._predictor = LlamaPredictor(self._runtime)
        self._memory = Memory()
        self._adapter: Path | None = None
        self._preferences: list[Preference] = []
        self._outcomes: list[Outcome] = []
        self._made: list[Trajectory] = []

    def close(self) -> None:
        """Free the model."""
        self._predictor.close()

    def run(self, nights: int, say: Callable[[Stand], object]) -> list[Stand]:
        """All nights; `say` hears how things stand before the first and after each."""
        stands = [self._stand(0, False, "")]
        say(stands[0])
        for night in range(1, nights + 1):
            made = self._person.place.draw(CHAINS)
            day = self._play(self._person.place, made, self._memory, night * DAY)
            self._preferences += day.preferences
            self._outcomes += day.outcomes
            self._made += made
            reason = self._night(night)
            stands.append(self._stand(night, not reason, reason))
            say(stands[-1])
        return stands

    def _play(self, place: Place, made: Sequence[Trajectory], memory: Memory, at: float) -> Day:
        return spend(place, made, self._predictor, self._settings, memory, at)

    def _night(self, night: int) -> str:
        """Learn, and let the adapter run if it passes; why it may not, else nothing."""
        part, past = split(self._preferences), self._person.past
        if len(part.learnt) < LEAST or not part.held:
            return f"{len(part.learnt)} tuples are not enough"
        told = [*past.outcomes, *before(self._outcomes, part.since)]
        learnt = [*past.preferences, *part.learnt]
        adapter = self._learn(learnt, told, (night + 0.9) * DAY, self._folder / f"night-{night}")
        reason = self._against(part.held, adapter)
        if not reason:
            self._adapter = adapter
        self._predictor.set_adapter(self._adapter)
        return reason

    def _against(self, held: Sequence[Preference], adapter: Path) -> str:
        """Why the gate keeps an adapter back."""
        won: list[list[tuple[int, int]]] = []
        played: list[list[Played]] = []
        newest = self._made[-GATED:]
        for path in (None, adapter):
            self._predictor.set_adapter(path)
            one = Judge(self._runtime, self._settings, bool)
            won.append([one.won(preference) for preference in held])
            played.append(self._measured(self._person.place, newest, self._memory))
        preference = gate.preferred(held, *won)
        if preference is None:
            return "Nothing is held out to judge by."
        found = compared.replayed([Pair(*pair) for pair in zip(*played, strict=True)])
        return " ".join([*gate.behind(preference, None), *gate.fallen(found)])

    def _stand(self, night: int, published: bool, reason: str) -> Stand:
        person = self._person
        own = self._measured(person.place, person.own, self._memory)
        common = [one for place, made in person.commons for one in self._measured(place, made, Memory())]
        self._predictor.set_adapter(None)
        remembered = self._measured(person.place, person.own, self._memory)
        self._predictor.set_adapter(self._adapter)
        return Stand(
            night,
            len(self._preferences),
            published,
            reason,
            figures([sums(one) for one in own]),
            figures([sums(one) for one in remembered]),
            figures([sums(one) for one in common]),
        )

    def _measured(self, place: Place, made: Sequence[Trajectory], memory: Memory) -> list[Played]:
        """Chains played with what is known, of which nothing is learnt."""
        return self._play(place, made, deepcopy(memory), 0.0).played
