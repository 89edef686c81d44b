"""Decision data on disk: a compressed file of windows for each language of a tree, and for each history.

A file appears under its name when it is whole, with a note of what it was made from: a run that was stopped
goes on, and what other code or other commits made is made again.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import engine
import trainer
from engine.config import Settings
from trainer import decisions
from trainer.examples import Example, World, is_plain, write
from trainer.fingerprint import fingerprint
from trainer.pool import each
from trainer.repositories import Split, split_of
from trainer.repository import Repository
from trainer.simulate import scenarios
from trainer.simulate.source import Source
from trainer.simulate.store import notes, shards
from trainer.simulate.tree import languages, load
from trainer.tables import aligned, share

_NAME: Final = re.compile(
    r"(?P<split>train|valid|test)-(?P<kind>history|chains-[a-z]+)-(?P<name>.+)\.jsonl\.gz"
)
PLAIN_KEPT: Final = 0.3
"""The share kept of simulated windows that the rules alone settle: most are, and they teach nothing new."""
EMPTY_KEPT: Final = 0.5
"""The share kept of training windows of a history in which no draft is right, or they would drown the rest.

What is measured on is kept whole: a chance is to hold for all that a person meets.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One file that is to be made."""

    source: Path
    """A source tree, or a git directory."""
    name: str
    split: Split
    language: str
    """Of a tree; "" for a history."""
    limit: int
    """Chains of one scenario, or commits that are looked at."""
    seed: int
    out: Path

    @property
    def path(self) -> Path:
        """Where the windows lie."""
        kind = f"chains-{self.language}" if self.language else "history"
        return self.out / f"{self.split}-{kind}-{self.name.replace('/', '+')}.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Made:
    """What one file holds."""

    name: str
    split: str
    kind: str
    windows: int
    asks: int
    right: int
    by_intent: dict[str, list[int]]
    """Asks and right ones of each intent."""
    key: str


def trees(folders: Iterable[Path], limit: int, seed: int, out: Path) -> list[Job]:
    """A job for each language of each tree; a folder owner+name of another split is kept for that."""
    return [
        Job(folder, name, split_of(name) or "train", language, limit, seed, out)
        for folder in folders
        for name in [folder.name.replace("+", "/")]
        for language in languages(folder)
    ]


def histories(clones: Mapping[str, Path], newest: int, seed: int, out: Path) -> list[Job]:
    """A job for each clone that belongs to a split."""
    return [
        Job(git, name, split, "", newest, seed, out)
        for name, git in clones.items()
        if (split := split_of(name)) is not None
    ]


def files(folder: Path, split: Split, kind: str = "") -> list[Path]:
    """The files of a split, of one kind ("history", "chains") or all.

    What a file's repository is counts, not what its name says: it may have been made before that was decided.
    """
    found = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        match = _NAME.fullmatch(path.name)
        if match is None or not match["kind"].startswith(kind):
            continue
        if (split_of(match["name"].replace("+", "/")) or match["split"]) == split:
            found.append(path)
    return found


def table(found: Sequence[Made]) -> str:
    """What there is by split and kind, and by intent how often a draft is right."""
    rows = [("split", "kind", "files", "windows", "asks", "right")]
    intents = [("split", "intent", "asks", "right")]
    for split in sorted({one.split for one in found}):
        mine = [one for one in found if one.split == split]
        for kind in sorted({one.kind for one in mine}):
            some = [one for one in mine if one.kind == kind]
            windows, asks, right = (
                sum(getattr(one, name) for one in some) for name in ("windows", "asks", "right")
            )
            rows.append((split, kind, str(len(some)), str(windows), str(asks), share(right, asks)))
        for intent in sorted({name for one in mine for name in one.by_intent}):
            asks, right = (sum(one.by_intent.get(intent, [0, 0])[at] for one in mine) for at in (0, 1))
            intents.append((split, intent, str(asks), share(right, asks)))
    return f"{aligned(rows)}\n\n{aligned(intents)}"


def run(jobs: Sequence[Job], workers: int, done: Callable[[Made], object]) -> list[Made]:
    """Make what is missing; `done` hears of each. Raises OSError where it cannot be written."""
    for out in {job.out for job in jobs}:
        out.mkdir(parents=True, exist_ok=True)
    found = []
    for made in each(make, jobs, workers):
        done(made)
        found.append(made)
    return found


def make(job: Job) -> Made:
    """Make one file, unless it is there already, made from the same."""
    key = _key(job)
    note = job.path.with_name(job.path.name.removesuffix(".jsonl.gz") + ".json")
    known = notes.read(Made, note, job.path)
    if known is not None and known.key == key:
        return known
    rng = random.Random(f"{job.seed}:{job.name}:{job.language}")
    found = list(_chains(job, rng) if job.language else _history(job, rng))
    rng.shuffle(found)
    part = job.path.with_name(job.path.name + ".part")
    write(part, found)
    part.replace(job.path)
    counts: dict[str, Counter[str]] = {}
    for example in found:
        for facts, label in zip(example.facts, example.labels, strict=True):
            counts.setdefault(facts.split("/")[0], Counter()).update(asks=1, right=label)
    made = Made(
        job.name,
        job.split,
        job.language or "history",
        len(found),
        sum(len(one.labels) for one in found),
        sum(sum(one.labels) for one in found),
        {name: [one["asks"], one["right"]] for name, one in sorted(counts.items())},
        key,
    )
    notes.write(note, made)
    return made


def _key(job: Job) -> str:
    if job.language:
        stamp = "".join(
            f"{path}{path.stat().st_size}" for path in sorted(job.source.rglob("*")) if path.is_file()
        )
    else:
        repository = Repository(job.source, "")
        try:
            stamp = repository.newest()
        finally:
            repository.close()
    return sha256(f"{fingerprint(engine, trainer)}:{stamp}:{job.limit}:{job.seed}".encode()).hexdigest()


def _chains(job: Job, rng: random.Random) -> Iterator[Example]:
    tree = load(job.source, job.language, job.name)
    world = World(Source(tree.name, job.language, tree.texts), job.source)
    for scenario in scenarios.available():
        shard = shards.Shard(job.source, job.name, job.language, scenario, job.seed, job.limit, job.out)
        for number, chain in enumerate(shards.kept(tree, shard, Counter())):
            for example in decisions.of_chain(chain, world, f"{job.name}:{scenario}:{number}", rng):
                if not is_plain(example) or rng.random() < PLAIN_KEPT:
                    yield example
        world.show({})
        world.settle()


def _history(job: Job, rng: random.Random) -> Iterator[Example]:
    nowhere = Path("/nowhere")
    settings = Settings(nowhere, nowhere, nowhere)
    for example in decisions.of_history(job.source, job.name, job.limit, settings, rng):
        if any(example.labels) or job.split != "train" or rng.random() < EMPTY_KEPT:
            yield example
