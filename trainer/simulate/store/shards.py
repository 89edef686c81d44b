"""One shard: the chains of one scenario from one source tree, in one file that is whole or not there."""

from __future__ import annotations

import gc
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import engine.syntax
import trainer.simulate
from trainer.fingerprint import fingerprint
from trainer.simulate.scenarios import maker
from trainer.simulate.store import notes
from trainer.simulate.store.soundness import objection
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree, load

TRIES: Final = 4
"""Chains that may be made for one that is kept; and as many again where all are repeated."""
REPEATS: Final = 300
"""Chains seen before, in a row, after which a scenario has no more to give."""
REPEATED: Final = "made before"


@dataclass(frozen=True, slots=True)
class Shard:
    """What is to be made."""

    source: Path
    name: str
    """What the repository is called."""
    language: str
    scenario: str
    seed: int
    limit: int
    out: Path

    @property
    def path(self) -> Path:
        """Where the chains lie."""
        return self.out / f"{self.scenario}-{self.language}-{self.name.replace('/', '+')}.parquet"

    @property
    def note(self) -> Path:
        """Where it lies what was made, and from what."""
        return self.path.with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Made:
    """What a shard gave."""

    repository: str
    language: str
    scenario: str
    chains: int
    quiet: int
    steps: int
    skipped: dict[str, int]
    """How many chains were left out, by reason."""
    files: int
    left_out: dict[str, int]
    """How many files of the source tree were not read, by reason."""
    seconds: float
    """Of one core."""
    key: str
    """What it was made from; another key means that it is to be made again."""


def make(shard: Shard) -> Made:
    """Make a shard unless it is there already, made from the same source with the same options."""
    tree = _tree(shard.source, shard.language, shard.name)
    key = _key(shard, tree)
    known = notes.read(Made, shard.note, shard.path)
    if known is not None and known.key == key:
        return known
    from trainer.simulate.store import parquet

    began = time.process_time()
    skipped: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    with _seldom_collected():
        parquet.write(shard.path, _counted(kept(tree, shard, skipped), counts))
    made = Made(
        tree.name,
        shard.language,
        shard.scenario,
        counts["chains"],
        counts["quiet"],
        counts["steps"],
        dict(sorted(skipped.items())),
        len(tree.paths),
        dict(sorted(tree.skipped.items())),
        round(time.process_time() - began, 3),
        key,
    )
    notes.write(shard.note, made)
    return made


def kept(tree: Tree, shard: Shard, skipped: Counter[str]) -> Iterator[Trajectory]:
    """Sound chains, each once, up to the limit; what is left out is counted by reason."""
    rng = random.Random(f"{shard.seed}:{tree.name}:{tree.language}:{shard.scenario}")
    seen: set[bytes] = set()
    count = repeats = 0
    for tries, chain in enumerate(maker(shard.scenario)(tree, rng), 1):
        mark = sha256(repr((chain.trigger, chain.steps)).encode("utf-8", "replace")).digest()
        if mark in seen:
            skipped[REPEATED] += 1
            repeats += 1
        elif reason := objection(chain, tree):
            skipped[reason] += 1
        else:
            yield chain
            count += 1
            repeats = 0
        seen.add(mark)
        if count >= shard.limit or repeats >= REPEATS or tries >= TRIES * shard.limit + REPEATS:
            return


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Collect garbage less often: looking at all that is known of a tree takes a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _counted(chains: Iterator[Trajectory], counts: Counter[str]) -> Iterator[Trajectory]:
    for chain in chains:
        counts["chains"] += 1
        counts["quiet"] += chain.quiet
        counts["steps"] += len(chain.steps)
        yield chain


@lru_cache(maxsize=2)
def _tree(source: Path, language: str, name: str) -> Tree:
    """The scenarios of one tree are made one after the other, so the tree is kept."""
    return load(source, language, name)


def _key(shard: Shard, tree: Tree) -> str:
    """What the chains depend on."""
    code = fingerprint(trainer.simulate, engine.syntax)  # other code may give other chains
    digest = sha256(f"{code}:{shard.scenario}:{shard.seed}:{shard.limit}:{tree.licence}".encode())
    for path, text in tree.texts.items():
        digest.update(f"{path}\0{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
