"""Git repositories as training reads them: their usable commits, and the project as it stood before each."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.syntax.grammars import SPECS
from trainer.examples import World
from trainer.simulate.source import Source

MAX_LINES: Final = 400
LARGEST: Final = 500_000
"""Characters of the largest file that is read."""
_SKIPPED = re.compile(
    r"revert|merge|bump|release|format|\bblack\b|isort|pre-commit|pyupgrade|ruff|lint|flake8|typo|whitespace|version",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that changes a handful of files."""

    sha: str
    parent: str
    paths: tuple[str, ...]
    subject: str = ""


class Repository:
    """A git repository read without a work tree, as far as it is written in one language; "" for all six."""

    def __init__(self, git: Path, language: str = "python") -> None:
        self.language = language
        self._endings = extensions(language)
        self._git = git
        self._batch = subprocess.Popen(
            ["git", "-C", str(git), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what is wrong is said by the next command
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
        """Usable commits among the `newest` ones that touch the language, oldest first."""
        found = []
        for commit, rows in self._log(f"-{newest}"):
            own = [row for row in rows if row[2].endswith(self._endings) and row[0] != "-" and row[1] != "0"]
            if _handy(own, 10) and not _SKIPPED.search(commit.subject):
                found.append(replace(commit, paths=tuple(row[2] for row in own)))
        return found[::-1]

    def plain(self, since: str | None = None) -> Iterator[Commit]:
        """Every commit of a handful of files, newest first, whatever it is for.

        Raises CalledProcessError where git does not understand `since` or there is no history.
        """
        for commit, rows in self._log(*([f"--since={since}"] if since else [])):
            own = [row for row in rows if row[2].endswith(self._endings) and row[0] != "-"]
            if _handy(own, 20):
                yield replace(commit, paths=tuple(row[2] for row in own))

    def _log(self, *limits: str) -> Iterator[tuple[Commit, list[list[str]]]]:
        """Commits that touch the language, newest first; (lines added, deleted, path) of their files."""
        log = self.git(
            "log",
            *limits,
            "--no-merges",
            "--no-renames",
            "--numstat",
            "--format=%x01%H %P%x02%s",
            "--",
            *(f"*{ending}" for ending in self._endings),
        )
        for block in log.split("\x01")[1:]:
            head, _, body = block.partition("\n")
            shas, _, subject = head.partition("\x02")
            parts = shas.split()
            if len(parts) == 2:
                rows = [row.split("\t") for row in body.splitlines() if row.count("\t") == 2]
                yield Commit(parts[0], parts[1], (), subject), rows

    def newest(self) -> str:
        """The newest commit."""
        return self.git("rev-parse", "HEAD").strip()

    def paths(self, revision: str) -> list[str]:
        """All files at a revision."""
        return self.git("ls-tree", "-r", "--full-tree", "--name-only", revision).splitlines()

    def tree(self, revision: str) -> dict[str, str]:
        """Path to blob of the language's files at a revision."""
        rows = (
            line.split(None, 3) for line in self.git("ls-tree", "-r", "--full-tree", revision).splitlines()
        )
        return {row[3]: row[2] for row in rows if row[3].endswith(self._endings) and row[1] == "blob"}

    def git(self, *arguments: str) -> str:
        """What a command of git prints. Raises CalledProcessError."""
        command = ["git", "-C", str(self._git), "-c", "core.quotepath=off", *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, encoding="utf-8", errors="replace"
        ).stdout


class Walk:
    """One repository under one index that goes along its commits."""

    def __init__(self, name: str, repository: Repository) -> None:
        self._name = name
        self._repository = repository
        self._texts: dict[str, str] = {}
        self._blobs: dict[str, str] = {}
        self._source = Source(name, repository.language, self._texts)
        self._world: World | None = None

    def go(self, revision: str) -> World:
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
            if text is not None and len(text) < LARGEST:
                self._texts[path] = text
            else:
                self._texts.pop(path, None)
        if self._world is None:
            self._world = World(self._source, Path("/nowhere") / self._name)
        else:
            self._world.refresh([*gone, *changed])
        self._blobs = tree
        return self._world


def _handy(rows: Sequence[Sequence[str]], files: int) -> bool:
    """Whether that many lines in that many files are a change that one reads as one."""
    return 1 <= len(rows) <= files and 2 <= sum(int(row[0]) + int(row[1]) for row in rows) <= MAX_LINES


def extensions(language: str) -> tuple[str, ...]:
    """How the files of a language end; typescript holds tsx, and "" is every language of the table."""
    names = {"": tuple(SPECS), "typescript": ("typescript", "tsx")}.get(language, (language,))
    return tuple(ending for name in names for ending in SPECS[name].extensions)
