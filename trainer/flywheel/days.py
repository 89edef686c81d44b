"""A simulated person's day: chains of edits to their taste, answered by the engine as it stands."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from engine.config import Settings
from engine.intents.corrected import Corrections
from engine.model.predictor import Predictor
from engine.records import Correction
from engine.types import Candidate, Edit, Site
from trainer import self_replay
from trainer.examples import Labelled, World
from trainer.flywheel.personas import Persona, taught
from trainer.preference.chains import shared_out
from trainer.replay.developer import Developer
from trainer.replay.minds import Engine, Ground, Silent
from trainer.replay.playing import Judged, Play
from trainer.replay.points import Played
from trainer.repository import Commit
from trainer.simulate.scenarios import available
from trainer.simulate.source import Change, Source
from trainer.simulate.store import shards
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree, load
from trainer.tuples import Outcome, Preference

OWN: Final = 0.5
"""The share of a day's chains in which the person's taste shows."""
DRAWN: Final = 1600
"""Chains of one scenario that are looked through."""
DAY: Final = 86_400.0
PAUSE: Final = 360.0
"""Seconds between two chains."""


class Memory(Silent):
    """What the person corrected so far, as the decision log would tell it."""

    def __init__(self) -> None:
        self._known: list[Correction] = []
        self._taught: Corrections | None = None

    def corrections(self) -> Corrections:
        """What follows for other drafts."""
        if self._taught is None:
            self._taught = Corrections(self._known)
        return self._taught

    def take(self, one: Correction) -> None:
        """A draft was taken, as it was or corrected."""
        self._known.append(one)
        self._taught = None


class Place:
    """A project that a person works on, with chains of edits enough for all days."""

    def __init__(self, folder: Path, language: str, persona: Persona, seed: int) -> None:
        name = folder.name.replace("+", "/")
        self.name = name
        self.persona = persona
        self.tree: Tree = load(folder, language, name)
        self.world = World(Source(name, language, self.tree.texts), folder)
        self._rng = random.Random(f"{seed}:{persona.name}:{name}")
        own, other = self._chains(folder, language, persona, seed)
        self._own, self._other = own, other

    def _chains(
        self, folder: Path, language: str, persona: Persona, seed: int
    ) -> tuple[list[Trajectory], list[Trajectory]]:
        own: list[Trajectory] = []
        other: list[Trajectory] = []
        for scenario in available():
            mine = scenario in persona.mostly
            limit = DRAWN if mine else DRAWN // 16
            shard = shards.Shard(folder, self.name, language, scenario, seed, limit, folder)
            for chain in shards.kept(self.tree, shard, Counter()):
                concerned = mine and not chain.quiet and persona.concerns(chain, self.tree)
                (own if concerned else other).append(taught(chain, persona.taste(chain, self.tree)))
        self._rng.shuffle(own)
        self._rng.shuffle(other)
        return own, other

    def draw(self, count: int) -> list[Trajectory]:
        """Chains that were not drawn before: in most of them the taste shows."""
        wanted = min(round(count * OWN), len(self._own))
        chains = [self._own.pop() for _ in range(wanted)]
        chains += [self._other.pop() for _ in range(min(count - wanted, len(self._other)))]
        self._rng.shuffle(chains)
        return chains


@dataclass(slots=True)
class Day:
    """What a day left behind, or a history."""

    played: list[Played] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def spend(
    place: Place,
    chains: Iterable[Trajectory],
    predictor: Predictor,
    settings: Settings,
    memory: Memory,
    at: float,
) -> Day:
    """Play the chains one after the other, from the time `at` on."""
    day = Day()
    for number, made in enumerate(chains):
        world = place.world
        world.show(made.before)
        mind = Engine(Ground(world.index.root, world), predictor, settings, memory)
        after = {**made.before, **made.end()}
        about = self_replay.About(place.name, at + number * PAUSE, predictor.info.sha256, settings.threshold)
        person = _Person(place, made, after)
        heard = _Ear(about, day, memory, person)
        commit = Commit(f"{number:040d}", "", tuple(after), f"{made.scenario}/{made.kind}")
        play = Play(world, mind, commit, person, heard=heard)
        day.played.append(play.run())
        world.show({})
    place.world.settle()
    return day


class _Person(Developer):
    """Begins with the chain's first edit, goes on to what is nearest, takes no text against their taste."""

    def __init__(self, place: Place, chain: Trajectory, after: dict[str, str]) -> None:
        super().__init__(chain.before, after)
        self._place = place
        self._chain = chain
        self._first: tuple[str, str] | None = (chain.trigger[0], chain.saved)

    def next(self) -> tuple[str, str] | None:
        """The next save: path and new text; None when all is done."""
        if self._first is None:
            return super().next()
        first, self._first = self._first, None
        self.stand(*first)
        return first

    def label(self, site: Site) -> Labelled:
        """A part of what the person writes is not enough where their taste would add to it."""
        found = super().label(site)
        against = site.draft is not None and self.rewritten(site) != site.draft
        return Labelled(site, False, "") if found.right and against else found

    def rewritten(self, site: Site) -> str:
        """What the person makes of a site's draft."""
        text = self.texts.get(site.path) or self._place.world.text_of(site.path) or ""
        change = Change(site.start, site.old, site.draft or "")
        return self._place.persona.rewrites(change, self._chain, text).new


class _Ear:
    """Hears of every answer, and notes what a person's decisions would have left in the log."""

    def __init__(self, about: self_replay.About, day: Day, memory: Memory, person: _Person) -> None:
        self._person = person
        self._about = about
        self._day = day
        self._memory = memory

    def __call__(self, judged: Judged) -> None:
        """Take in one answer."""
        judged = replace(judged, instead=partial(self._instead, judged))
        kept, edit = judged.thought.kept, judged.question.edit
        for one in kept[: judged.accepted]:
            self._memory.take(_taken(edit, one, one.new))
        for one in kept[judged.accepted : judged.accepted + 1]:
            if text := judged.instead(one):
                self._memory.take(_taken(edit, one, text))
        found = self_replay.told(self._about, judged)
        self._day.outcomes += _decided(judged, [one for one in found if isinstance(one, Outcome)])
        signal = "rejected" if judged.accepted < len(kept) else "made_by_hand"
        self._day.preferences += [
            replace(one, weight=1.0, signal=signal) for one in found if isinstance(one, Preference)
        ]

    def _instead(self, judged: Judged, one: Candidate) -> str:
        """What the person makes of a draft, where that is right, else what they write at its place."""
        text = self._person.rewritten(replace(one.site, draft=one.new))
        if text != one.new and judged.right(replace(one, new=text)):
            return text
        return judged.instead(one)


def _decided(judged: Judged, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Of the truth about everything what a log would have: the actions up to the first wrong one."""
    shown = len([number for number in judged.thought.site_of if number is not None])
    said = outcomes[: min(judged.accepted + 1, shown)]
    return shared_out(
        [replace(one, weight=1.0, signal="accepted" if one.right else "rejected") for one in said]
    )


def _taken(edit: Edit, one: Candidate, new: str) -> Correction:
    changes = tuple((hunk.old, hunk.new) for hunk in edit.hunks)
    return Correction(one.site.intent.value, one.site.path, one.new, new, changes)
