"""Real decisions: a commit is cut into hunks, a developer makes the first ones, the commit is the truth."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.diff import hunks
from trainer.corpus import Split
from trainer.examples import Example, examples, write
from trainer.repository import Commit, Repository, Walk
from trainer.simulate.source import Change
from trainer.simulate.story import Story
from trainer.simulate.trajectory import moved

REPOSITORIES: dict[str, tuple[str, Split]] = {
    "Textualize/rich": ("MIT", "train"),
    "aio-libs/aiohttp": ("Apache-2.0", "train"),
    "celery/celery": ("BSD-3-Clause", "train"),
    "networkx/networkx": ("BSD-3-Clause", "train"),
    "pallets/flask": ("BSD-3-Clause", "train"),
    "pallets/werkzeug": ("BSD-3-Clause", "train"),
    "psf/black": ("MIT", "train"),
    "pytest-dev/pytest": ("MIT", "train"),
    "scrapy/scrapy": ("BSD-3-Clause", "train"),
    "encode/starlette": ("BSD-3-Clause", "valid"),
    "pydantic/pydantic": ("MIT", "test"),
}
"""Repositories whose history is replayed: licence and split. What trains is never measured on."""
MAX_STEPS = 14
ALONE = 2
"""Steps of one commit that are also played as if they were the first and only one."""
MAX_POINTS = 4
"""Decision points taken from one order of one commit."""
PER_REPOSITORY = 1_300
"""Windows taken from one repository."""
QUIET_KEPT = 0.6
"""The share of points where nothing follows that is kept; all of them would drown the rest."""
_DEFINES = re.compile(
    r"^\s*(?:(?:export|default|pub(?:\([^)]*\))?|public|private|protected|static|final|abstract|async|unsafe)\s+)*"
    r"(?:(?:def|class|function|func|fn|interface|struct|enum|trait)\b"
    r"|type\s+\w+\s*(?:[={<]|struct\b|interface\b))"
    r"|^\s*(?:public|private|protected)\s[^=;]*\(",
    re.MULTILINE,
)
"""A line on which a function, class or type is defined, in the six languages."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of changed lines, as the developer makes it; offsets in the file before the commit."""

    path: str
    changes: tuple[Change, ...]
    defines: bool

    @property
    def rank(self) -> tuple[bool, str, int]:
        """Its place among others where definitions come first."""
        return not self.defines, self.path, self.changes[0].start


class Replay:
    """One repository under one index that walks along its commits."""

    def __init__(self, name: str, repository: Repository) -> None:
        self._repository = repository
        self._walk = Walk(name, repository)

    def points(self, commit: Commit, rng: random.Random) -> Iterator[Example]:
        """The examples of one commit; nothing where it is not usable."""
        steps = stretches(self._repository, commit)
        if not 1 <= len(steps) <= MAX_STEPS:
            return
        world = self._walk.go(commit.parent)
        for name, ordered, last in _courses(steps, rng):
            story = Story(world.source)
            for step in steps:
                for change in step.changes:
                    story.plan(step.path, change)
            for number, step in enumerate(ordered[:last]):
                done = [change for one in ordered[:number] if one.path == step.path for change in one.changes]
                story.do(step.path, [moved(change, done) for change in step.changes])
                case = story.case(f"history/{name}/{min(number, 2)}")
                made = examples(case, world, f"{commit.sha[:12]}:{name}:{number}", rng)
                if made and (not made[0].quiet or rng.random() < QUIET_KEPT):
                    yield from made


def stretches(repository: Repository, commit: Commit) -> list[Step]:
    """The changed stretches of a commit's files; those that only change blanks are left out."""
    found: list[Step] = []
    for path in commit.paths:
        before, after = repository.text(commit.parent, path), repository.text(commit.sha, path)
        if before is None or after is None or len(before) > 200_000:
            continue
        if "".join(before.split()) == "".join(after.split()):
            continue
        found += steps(path, before, after)
    return found


def steps(path: str, before: str, after: str) -> list[Step]:
    """The changed stretches of a file: token hunks of the same or the next line belong together."""
    groups: list[list[Change]] = []
    for hunk in hunks(before, after):
        change = Change(hunk.start, hunk.old, hunk.new)
        if groups and before.count("\n", groups[-1][-1].start, hunk.start) <= 1 + groups[-1][-1].old.count(
            "\n"
        ):
            groups[-1].append(change)
        else:
            groups.append([change])
    found = []
    for group in groups:
        low = before.rfind("\n", 0, group[0].start) + 1
        high = before.find("\n", group[-1].end)
        touched = before[low : high if high >= 0 else len(before)]
        found.append(Step(path, tuple(group), _DEFINES.search(touched) is not None))
    return found


def build(
    repositories: Mapping[str, Path], newest: int, seed: int, limit: int | None = None
) -> Iterator[tuple[str, Example]]:
    """(repository name, example) for every usable commit, oldest commits of each repository first."""
    for name, git in repositories.items():
        repository = Repository(git)
        replay = Replay(name, repository)
        rng = random.Random(f"{seed}:{name}")
        count = 0
        try:
            for commit in repository.commits(newest):
                for example in replay.points(commit, rng):
                    yield name, example
                    count += 1
                if limit is not None and count >= limit:
                    break
        finally:
            repository.close()


def write_splits(folder: Path, out_dir: Path, newest: int, seed: int, say: Callable[[str], None]) -> None:
    """Write {split}-history-{name}.jsonl.gz for every clone `folder`/owner+name; what is missing is said."""
    out_dir.mkdir(parents=True, exist_ok=True)
    for full, (_, split) in REPOSITORIES.items():
        name = full.split("/")[1]
        clone = folder / full.replace("/", "+")
        if not clone.exists():
            say(f"skipped {full}: no clone at {clone}")
            continue
        found = [example for _, example in build({name: clone}, newest, seed, PER_REPOSITORY)]
        random.Random(f"{seed}:{name}").shuffle(found)
        count = write(out_dir / f"{split}-history-{name}.jsonl.gz", found)
        say(f"{full}: {count} windows")


def describe(folder: Path) -> str:
    """The part of CORPUS.md about histories: which commits were replayed, by the newest one of each clone."""
    lines = ["", "## Histories", "", "| repository | licence | newest commit | split |", "|---|---|---|---|"]
    for full, (licence, split) in sorted(REPOSITORIES.items()):
        clone = folder / full.replace("/", "+")
        if clone.exists():
            repository = Repository(clone)
            lines.append(f"| {full} | {licence} | `{repository.newest()}` | {split} |")
            repository.close()
    return "\n".join(lines) + "\n"


def _courses(steps: Sequence[Step], rng: random.Random) -> Iterator[tuple[str, list[Step], int]]:
    """Ways through a commit: a name, the order of the steps, and how many are played."""
    last = min(len(steps) - 1, MAX_POINTS)
    yield (
        "defined",
        sorted(steps, key=lambda step: step.rank),
        last,
    )
    yield "random", rng.sample(list(steps), len(steps)), last
    for number, step in enumerate(rng.sample(list(steps), min(len(steps), ALONE))):
        yield f"alone{number}", [step], 1
