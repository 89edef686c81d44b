"""Histories and releases as Parquet files of labelled chains, one for each repository and language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

import engine
import trainer
from trainer.edit_chains import Origin, commit_chains, label, release_chains
from trainer.examples import World
from trainer.fingerprint import fingerprint
from trainer.histories import steps, stretches
from trainer.releases import NoRelease, Release, Sdist, unpacked
from trainer.repository import Repository, Walk
from trainer.simulate import licences
from trainer.simulate.source import Source
from trainer.simulate.store import notes, parquet
from trainer.simulate.store.labelled import Labelled
from trainer.simulate.tree import LANGUAGES, language_in_table, repository
from trainer.tables import aligned, share

PART: Final = 0.1
"""A language with a smaller share of a repository's files is left out."""
SETTLE: Final = 20
"""Chains after which the words of the texts that were shown go into the index."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one repository gave in one language."""

    repository: str
    language: str
    commits: int
    chains: int
    steps: int
    proposed: int
    """Steps that the engine drafts."""
    drafts: dict[str, list[int]]
    """By intent: how many drafts, how many of them were made; only those with a rule from 0.5."""
    key: str


Said = Callable[[str], None]


def history(git: Path, out: Path, newest: int, limit: int, said: Said) -> Iterator[Found]:
    """The chains of a clone's commits, in each of its languages. Raises CalledProcessError: no repository."""
    name = repository(git.parent if git.name == ".git" else git).removesuffix(".git")
    licence, found = _head(git)
    for language in found:
        origin = Origin(name, licence, language)
        source = Repository(git, language)
        try:
            key = sha256(f"{_code()}:{source.newest()}:{newest}:{limit}".encode()).hexdigest()
            path = _path(out, "history", language, name)
            walked: list[str] = []
            chains = islice(_commits(source, origin, newest, walked, said), limit)
            yield _known(path, key) or _written(path, origin, key, chains, walked)
        finally:
            source.close()


def releases(sdists: Sequence[Sdist], out: Path, limit: int, said: Said) -> Found:
    """The chains between consecutive releases of one package. Raises NoRelease where there are not two."""
    name = sdists[-1].name
    versions = " ".join(f"{one.version}:{one.sha256}" for one in sdists)
    key = sha256(f"{_code()}:{versions}:{limit}".encode()).hexdigest()
    path = _path(out, "release", "python", name)
    if (known := _known(path, key)) is not None:
        return known
    found = list(_unpacked(sdists, said))
    if len(found) < 2:
        raise NoRelease(f"{name} has no two releases that can be unpacked")
    origin = Origin(name, found[-1].licence, "python")
    walked: list[str] = []
    chains = islice(_releases(found, origin, walked, said), limit)
    return _written(path, origin, key, chains, walked)


def _unpacked(sdists: Sequence[Sdist], said: Said) -> Iterator[Release]:
    for one in sdists:
        try:
            yield unpacked(one)
        except NoRelease as error:
            said(f"left out: {error}")


def _commits(
    source: Repository, origin: Origin, newest: int, walked: list[str], said: Said
) -> Iterator[Labelled]:
    walk = Walk(origin.repository, source)
    count = 0
    for commit in source.commits(newest):
        cut = stretches(source, commit)
        walked.append(commit.sha)
        said(f"{origin.repository} {origin.language} {commit.sha[:10]}")
        if not cut:
            continue
        world = walk.go(commit.parent)
        texts = {path: world.source.texts[path] for path in commit.paths if path in world.source.texts}
        known = [stretch for stretch in cut if stretch.path in texts]
        for chain in commit_chains(origin, texts, known):
            if not chain.problem():
                yield label(chain, world)
                count += 1
                if count % SETTLE == 0:
                    world.settle()


def _releases(found: Sequence[Release], origin: Origin, walked: list[str], said: Said) -> Iterator[Labelled]:
    for old, new in pairwise(found):
        walked.append(new.version)
        said(f"{origin.repository} {old.version} to {new.version}")
        world = World(Source(origin.repository, "python", old.texts), Path("/nowhere") / old.name)
        cut = [
            stretch
            for path, text in old.texts.items()
            if path in new.texts and new.texts[path] != text
            for stretch in steps(path, text, new.texts[path])
        ]
        for count, chain in enumerate(release_chains(origin, old.texts, cut), 1):
            if not chain.problem():
                yield label(chain, world)
            if count % SETTLE == 0:
                world.show({})
                world.settle()


def _path(out: Path, kind: str, language: str, name: str) -> Path:
    return out / f"{kind}-{language}-{name.replace('/', '+')}.parquet"


def _known(path: Path, key: str) -> Found | None:
    """What was counted when the same chains were written."""
    known = notes.read(Found, path.with_suffix(".json"), path)
    return known if known is not None and known.key == key else None


def _written(
    path: Path, origin: Origin, key: str, chains: Iterator[Labelled], walked: Sequence[str]
) -> Found:
    """Write the chains; what was counted."""
    counts: Counter[str] = Counter()
    drafts: dict[str, list[int]] = {}
    parquet.write_labelled(path, _counted(chains, counts, drafts))
    found = Found(
        origin.repository,
        origin.language,
        len(walked),
        counts["chains"],
        counts["steps"],
        counts["proposed"],
        dict(sorted(drafts.items())),
        key,
    )
    notes.write(path.with_suffix(".json"), found)
    return found


def _counted(
    chains: Iterator[Labelled], counts: Counter[str], drafts: dict[str, list[int]]
) -> Iterator[Labelled]:
    for one in chains:
        counts["chains"] += 1
        counts["steps"] += len(one.steps)
        counts["proposed"] += sum(one.steps)
        for draft in one.drafts:
            if draft.rule >= 0.5:
                tally = drafts.setdefault(draft.intent, [0, 0])
                tally[0] += 1
                tally[1] += draft.made
        yield one


def _code() -> str:
    """The labels say what this engine proposes."""
    return fingerprint(engine, trainer)


def _head(git: Path) -> tuple[str, list[str]]:
    """The licence of the newest commit, and the languages that matter in it."""
    source = Repository(git)
    try:
        paths = source.paths("HEAD")
        tops = [path for path in paths if "/" not in path and licences.is_telling(path)]
        licence = licences.of_files({path: source.text("HEAD", path) or "" for path in tops})
    finally:
        source.close()
    counts = Counter(language for path in paths if (language := language_in_table(path)))
    whole = sum(counts.values())
    return licence, [one for one in LANGUAGES if counts[one] and counts[one] >= PART * whole]


def table(found: Sequence[Found]) -> str:
    """What each repository gave, and by intent how often the developer made what the engine drafts."""
    head = ("repository", "language", "commits", "chains", "steps", "drafted")
    rows = [
        (
            one.repository,
            one.language,
            str(one.commits),
            str(one.chains),
            str(one.steps),
            share(one.proposed, one.steps),
        )
        for one in found
    ]
    lines = [aligned([head, *rows])]
    drafts: dict[str, list[int]] = {}
    for one in found:
        for intent, (shown, made) in one.drafts.items():
            tally = drafts.setdefault(intent, [0, 0])
            tally[0] += shown
            tally[1] += made
    lines += [
        f"drafts of {intent} (rule from 0.5): {shown}, made by the developer: {share(made, shown)}"
        for intent, (shown, made) in sorted(drafts.items())
    ]
    return "\n".join(lines)
