"""What becomes of accepted text: how much of it is kept, and whether the person puts it right or back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.head import Commits
from engine.records import BURST, REVERTED_WITHIN, Decided, Followed, Horizon, Kept
from engine.session.log import Log
from engine.trace import Stretch, followed, left_of, narrowed, same
from engine.types import Edit, Verdict

SETTLED: Final = 20.0
"""Seconds for which changed text must have been left alone: some editors save while one types."""
AFTER: Final[dict[Horizon, float]] = {"5m": 300.0, "1h": 3600.0}
FOLLOWED: Final = 3 * 86_400.0
"""Seconds for which text is followed at the most, where no commit comes."""
LONGEST: Final = 2000
"""Characters of a text that a person wrote in a place; of what is longer only that it is there is noted."""
MOST: Final = 500
"""Actions that are followed at once; the oldest give way."""


def _never() -> bool:
    return False


@dataclass(slots=True, eq=False)
class Written:
    """An action that was written, where it stands now, and what has been said of it."""

    suggestion: str
    n: int
    path: str
    old: str
    new: str
    at: float
    place: Stretch
    own: bool = False
    """Whether the text is the person's own: then only how much is kept is of interest."""
    moot: Callable[[], bool] = _never
    """Whether the person has changed what the suggestion followed from: then a change is no word about it."""
    due: list[Horizon] = field(default_factory=lambda: ["5m", "1h", "commit"])
    said: str | None = None
    """The text of which a verdict speaks already."""
    since: float | None = None
    """When the person changed it last, of which no verdict speaks yet."""

    def follow(self, edit: Edit) -> None:
        """Take an edit of its file in."""
        before = self.place.text
        self.place = narrowed(followed(self.place, edit.hunks), self.new)
        if self.place.text == before:
            return
        if edit.by == "ripple":
            self.said, self.since = self.place.text, None
        elif edit.at - self.at <= REVERTED_WITHIN:
            self.since = edit.at

    def verdicts(self) -> Iterator[Decided]:
        """What the text that stands there now says of the suggestion, if anything new."""
        self.since = None
        text, known = self.place.text, self.new if self.said is None else self.said
        if self.own or self.place.wide or self.moot() or text == known:
            return
        self.said = text
        written_on = len(text) > LONGEST or text.count("\n") > self.new.count("\n")
        if same(text, self.new):
            if not same(text, known):
                yield Decided(self.n, Verdict.ACCEPTED, later=True)
        elif same(text, self.old) or not text.strip():
            yield Decided(self.n, Verdict.UNDONE, later=True)
        elif not written_on:
            yield Decided(self.n, Verdict.CORRECTED, text, later=True)


class Writings:
    """All text that was accepted lately. Not thread-safe: the session's lock guards it."""

    def __init__(self, log: Log, commits: Commits, text_of: Callable[[str], str | None]) -> None:
        self._log = log
        self._commits = commits
        self._text_of = text_of
        self._all: list[Written] = []

    def add(self, written: Iterable[Written]) -> None:
        """Follow these, too."""
        self._all = [*self._all, *written][-MOST:]

    def follow(self, edit: Edit) -> None:
        """Take an edit in; what was due before it must have been looked at.

        A file that went and came back much later begins anew: what stood in it is let go of.
        """
        before = edit.moved_from or edit.path
        mine = [one for one in self._all if one.path == before]
        lost = [one for one in mine if not edit.before.startswith(one.place.text, one.place.start)]
        self._all = [one for one in self._all if one not in lost]
        for one in mine:
            one.path = edit.path
            one.follow(edit)

    def look(self, now: float, ending: bool = False) -> None:
        """Log what is due by now; when the session is `ending`, what is not settled yet as well."""
        if not self._all:
            return
        self._commits.look(now)
        kept: dict[str, list[Kept]] = defaultdict(list)
        said: dict[str, list[Decided]] = defaultdict(list)
        for one in self._all:
            kept[one.suggestion] += self._kept(one, now)
            if one.since is not None and (ending or now - one.since >= SETTLED):
                said[one.suggestion] += one.verdicts()
        for suggestion in kept:
            self._log.note(suggestion, said[suggestion], kept[suggestion])
        self._all = [one for one in self._all if one.due and now - one.at < FOLLOWED]

    @property
    def paths(self) -> frozenset[str]:
        """The files that text is followed in."""
        return frozenset(one.path for one in self._all)

    def reread(self, paths: Sequence[str]) -> None:
        """Let go of what does not stand where it stood, after files changed without an edit."""
        self._all = [one for one in self._all if one.path not in paths or self._stands(one)]

    def _stands(self, one: Written) -> bool:
        text = self._text_of(one.path)
        return text is not None and text.startswith(one.place.text, one.place.start)

    def _kept(self, one: Written, now: float) -> Iterator[Kept]:
        if self._text_of(one.path) is None:  # deleted, or moved without a word: nobody knows
            return
        for horizon in tuple(one.due):
            due = one.at + AFTER[horizon] if horizon in AFTER else self._commits.after(one.at)
            if due is not None and due <= now:
                one.due.remove(horizon)
                yield Kept(one.n, horizon, round(left_of(one.old, one.new, one.place), 4), now)


def resumed(one: Followed, text: str | None) -> Written | None:
    """An action of an earlier run, found again in its file's present text; None where it cannot be.

    Its place is followed through the logged saves. Where the file was changed unseen, the line that it was
    written on tells, if it still stands somewhere.
    """
    written = Written(
        one.suggestion, one.n, one.path, one.old, one.new, one.at, Stretch(one.start, one.old), one.own
    )
    written.due = [horizon for horizon in written.due if horizon not in one.looked]
    for edit in one.edits:
        before = written.place.text
        written.place = narrowed(followed(written.place, edit.hunks), one.new)
        changed = written.place.text != before and edit.by == "person" and edit.at > one.at
        if changed and edit.id.startswith(BURST):
            return None
        if changed and not one.settled and edit.at - one.at <= REVERTED_WITHIN:
            written.since = edit.at
    if one.settled:
        written.said = written.place.text
    if text is None or not text.startswith(written.place.text, written.place.start):
        start = _found(one, text or "", written.place.start)
        if start is None:
            return None
        written.place, written.since = Stretch(start, one.new), None
    return written


def _found(one: Followed, text: str, near: int) -> int | None:
    """Where the accepted text stands on a line like the one that it was written on, nearest to a place."""
    line = one.context.replace(one.old, one.new, 1) if one.old else ""
    if not line or "\n" in one.old + one.new or not one.new:
        return None
    places: list[int] = []
    at = 0
    for each in text.splitlines(keepends=True):
        if each.strip() == line:
            places.append(at + each.index(one.new, len(each) - len(each.lstrip()) + line.index(one.new)))
        at += len(each)
    return min(places, key=lambda place: abs(place - near), default=None)
