"""A simulated edit chain: one save, and the ordered changes that a careful person makes after it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trainer.simulate.source import Change, apply

Step = tuple[str, Change]
"""A path and a change in it."""

_BLANKS = re.compile(r"\s+")
_GLUED = re.compile(r"(?<!\w) | (?!\w)")


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What a person did in one save, and all that follows from it; the truth is known by construction."""

    scenario: str
    kind: str
    """The variant inside the scenario: "parameter_added/default", "quiet/unrelated_name"."""
    language: str
    repository: str
    licence: str
    before: Mapping[str, str]
    """Texts before the trigger, of every file that differs from the tree or is touched."""
    trigger: tuple[str, tuple[Change, ...]]
    """The path and the changes of one save; offsets in `before`."""
    steps: tuple[Step, ...]
    """What follows, in the order of a careful person; offsets in `before`; empty where nothing does."""
    inside: bool = False
    """The steps stand in what the trigger wrote, so that their offsets are those of the texts after it."""

    @property
    def quiet(self) -> bool:
        """Whether nothing follows."""
        return not self.steps

    @property
    def saved(self) -> str:
        """The triggering file's text after the save."""
        path, changes = self.trigger
        return apply(self.before[path], changes)

    def after(self) -> dict[str, str]:
        """The texts right after the trigger."""
        return {**self.before, self.trigger[0]: self.saved}

    def end(self) -> dict[str, str]:
        """The texts when all is done."""
        if self.inside:
            return {path: apply(text, self._steps_of(path)) for path, text in self.after().items()}
        return {path: apply(self.before[path], made) for path, made in self.changes().items()}

    def _steps_of(self, path: str) -> list[Change]:
        return [change for where, change in self.steps if where == path]

    def changes(self) -> dict[str, list[Change]]:
        """Every change by file, the trigger's among them, in the order of offsets."""
        path, first = self.trigger
        if self.inside:
            end = self.end()
            return {where: [whole(self.before[where], end[where])] for where in {path, *dict(self.steps)}}
        found: dict[str, list[Change]] = defaultdict(list, {path: list(first)})
        for where, change in self.steps:
            found[where].append(change)
        return {where: sorted(made) for where, made in found.items()}

    def present(self) -> tuple[Step, ...]:
        """The steps with offsets in the texts right after the trigger."""
        path, first = self.trigger
        if self.inside:
            return self.steps
        return tuple(
            (where, moved(change, first) if where == path else change) for where, change in self.steps
        )

    def problem(self) -> str:
        """Why this is no sound chain, in a few words; empty where it is one."""
        if not self.trigger[1]:
            return "nothing is triggered"
        if self.inside:
            texts: Mapping[str, str] = self.after()
            changes = {path: self._steps_of(path) for path in dict(self.steps)}
        else:
            texts, changes = self.before, self.changes()
        for path, made in changes.items():
            text = texts.get(path)
            if text is None:
                return "a file's text is missing"
            last: Change | None = None
            for change in made:
                if change.old == change.new:
                    return "a change changes nothing"
                if not text.startswith(change.old, change.start):
                    return "an old text does not stand there"
                if last is not None and (change.start < last.end or change[:2] == last[:2]):
                    return "changes overlap"
                last = change
        return ""


def whole(before: str, after: str) -> Change:
    """What turns one text into another, as a single change."""
    least = min(len(before), len(after))
    start = next((n for n in range(least) if before[n] != after[n]), least)
    tail = next((n for n in range(least - start) if before[-1 - n] != after[-1 - n]), least - start)
    return Change(start, before[start : len(before) - tail], after[start : len(after) - tail])


def moved(change: Change, made: Iterable[Change]) -> Change:
    """A change with its offset in the text after others were made, none of which overlaps it."""
    shift = sum(len(one.new) - len(one.old) for one in made if one[:2] < change[:2])
    return Change(change.start + shift, change.old, change.new)


def undone(text: str, made: Iterable[Change]) -> tuple[str, list[Change]]:
    """A text with changes made, and what takes each of them back, in the order given."""
    changes = list(made)
    back = [Change(moved(one, changes).start, one.new, one.old) for one in changes]
    return apply(text, changes), back


def alike(text: str, one: Change, other: Change) -> bool:
    """Whether two changes of a text lead to the same text, up to blanks.

    A change may be written in many ways: with more or less of what stays as it is, with the comma before or
    the comma behind. Both are made, and the stretch that either touches is compared.
    """
    start, end = min(one.start, other.start), max(one.end, other.end)
    left, right = (text[start : made.start] + made.new + text[made.end : end] for made in (one, other))
    return left == right or squeezed(left) == squeezed(right)


def squeezed(text: str) -> str:
    """The text without blanks, except where one parts two words."""
    return _GLUED.sub("", _BLANKS.sub(" ", text).strip())
