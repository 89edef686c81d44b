"""A commit cut into stretches of changed lines, as its developer makes them one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.diff import hunks
from trainer.repository import Commit, Repository
from trainer.simulate.source import Change

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
