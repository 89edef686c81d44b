"""Real decisions: a commit is cut into hunks, a developer makes the first ones, the commit is the truth."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.diff import hunks
from trainer.corpus import Split
from trainer.examples import Example, World, examples, write
from trainer.simulate.source import Change, Source
from trainer.simulate.story import Story

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
MAX_LINES = 400
MAX_STEPS = 14
ALONE = 2
"""Steps of one commit that are also played as if they were the first and only one."""
MAX_POINTS = 4
"""Decision points taken from one order of one commit."""
PER_REPOSITORY = 1_300
"""Windows taken from one repository."""
QUIET_KEPT = 0.6
"""The share of points where nothing follows that is kept; all of them would drown the rest."""
_SKIPPED = re.compile(
    r"revert|merge|bump|release|format|\bblack\b|isort|pre-commit|pyupgrade|ruff|lint|flake8|typo|whitespace|version",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"^\s*(?:async\s+def|def|class)\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that changes a handful of Python files."""

    sha: str
    parent: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of changed lines, as the developer makes it; offsets in the file before the commit."""

    path: str
    changes: tuple[Change, ...]
    defines: bool


class Repository:
    """A git repository read without a work tree."""

    def __init__(self, git: Path) -> None:
        self._git = git
        self._batch = subprocess.Popen(
            ["git", "-C", str(git), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def close(self) -> None:
        """End the git process."""
        self._batch.communicate()

    def text(self, revision: str, path: str) -> str | None:
        """The text of a file at a revision, None where it is missing or not UTF-8."""
        stdin, stdout = self._batch.stdin, self._batch.stdout
        if stdin is None or stdout is None:
            return None
        stdin.write(f"{revision}:{path}\n".encode())
        stdin.flush()
        head = stdout.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            return None
        data = stdout.read(int(head[2]) + 1)[:-1]
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def commits(self, newest: int) -> list[Commit]:
        """Usable commits among the `newest` ones, oldest first."""
        log = self._run(
            "log",
            f"-{newest}",
            "--no-merges",
            "--no-renames",
            "--numstat",
            "--format=%x01%H %P%x02%s",
            "--",
            "*.py",
        )
        found = []
        for block in log.split("\x01")[1:]:
            head, _, body = block.partition("\n")
            shas, _, subject = head.partition("\x02")
            parts = shas.split()
            rows = [row.split("\t") for row in body.splitlines() if row.count("\t") == 2]
            python = [row for row in rows if row[2].endswith(".py") and row[0] != "-" and row[1] != "0"]
            lines = sum(int(row[0]) + int(row[1]) for row in python)
            if (
                len(parts) == 2
                and 1 <= len(python) <= 10
                and 2 <= lines <= MAX_LINES
                and not _SKIPPED.search(subject)
            ):
                found.append(Commit(parts[0], parts[1], tuple(row[2] for row in python)))
        return found[::-1]

    def newest(self) -> str:
        """The newest commit."""
        return self._run("rev-parse", "HEAD").strip()

    def tree(self, revision: str) -> dict[str, str]:
        """Path to blob of the Python files at a revision."""
        rows = (line.split(None, 3) for line in self._run("ls-tree", "-r", revision).splitlines())
        return {row[3]: row[2] for row in rows if row[3].endswith(".py") and row[1] == "blob"}

    def _run(self, *arguments: str) -> str:
        command = ["git", "-C", str(self._git), "-c", "core.quotepath=off", *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, encoding="utf-8", errors="replace"
        ).stdout


class Replay:
    """One repository under one index that walks along its commits."""

    def __init__(self, name: str, repository: Repository) -> None:
        self._name = name
        self._repository = repository
        self._texts: dict[str, str] = {}
        self._blobs: dict[str, str] = {}
        self._source = Source(name, "python", self._texts)
        self._world: World | None = None

    def points(self, commit: Commit, rng: random.Random) -> Iterator[Example]:
        """The examples of one commit; nothing where it is not usable."""
        steps = self._steps(commit)
        if not 1 <= len(steps) <= MAX_STEPS:
            return
        world = self._go(commit.parent)
        for name, ordered, last in _courses(steps, rng):
            story = Story(self._source)
            for step in steps:
                for change in step.changes:
                    story.plan(step.path, change)
            for number, step in enumerate(ordered[:last]):
                story.do(step.path, _now(ordered[:number], step))
                case = story.case(f"history/{name}/{min(number, 2)}")
                made = examples(case, world, f"{commit.sha[:12]}:{name}:{number}", rng)
                if made and (not made[0].quiet or rng.random() < QUIET_KEPT):
                    yield from made

    def _steps(self, commit: Commit) -> list[Step]:
        found: list[Step] = []
        for path in commit.paths:
            before, after = (
                self._repository.text(commit.parent, path),
                self._repository.text(commit.sha, path),
            )
            if before is None or after is None or len(before) > 200_000:
                continue
            if "".join(before.split()) == "".join(after.split()):
                continue
            found += steps(path, before, after)
        return found

    def _go(self, revision: str) -> World:
        """Bring texts and index to a revision; only files that changed since the last one are read."""
        tree = self._repository.tree(revision)
        if self._world is not None:
            self._world.show({})
        gone = self._blobs.keys() - tree.keys()
        changed = [path for path, blob in tree.items() if self._blobs.get(path) != blob]
        for path in gone:
            self._texts.pop(path, None)
        for path in changed:
            text = self._repository.text(revision, path)
            if text is not None and len(text) < 500_000:
                self._texts[path] = text
            else:
                self._texts.pop(path, None)
        if self._world is None:
            self._world = World(self._source, Path("/nowhere") / self._name)
        else:
            self._world.refresh([*gone, *changed])
        self._blobs = tree
        return self._world


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
        sorted(steps, key=lambda step: (not step.defines, step.path, step.changes[0].start)),
        last,
    )
    yield "random", rng.sample(list(steps), len(steps)), last
    for number, step in enumerate(rng.sample(list(steps), min(len(steps), ALONE))):
        yield f"alone{number}", [step], 1


def _now(done: Sequence[Step], step: Step) -> list[Change]:
    """A step's changes in the text as it stands after the steps done before."""
    earlier = [change for other in done if other.path == step.path for change in other.changes]
    moved = []
    for change in step.changes:
        shift = sum(len(e.new) - len(e.old) for e in earlier if e.start < change.start)
        moved.append(change._replace(start=change.start + shift))
    return moved
