"""The database as the session uses it: a failure never stops a prediction, but it does stop a decision."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from engine.diff import unified
from engine.errors import StoreProblem
from engine.intents.corrected import Corrections
from engine.records import Answer, AppliedSet, Decided, Followed, Kept, SiteFate, Told
from engine.session.likes import Likes
from engine.store import Store
from engine.types import Action, Edit, Verdict

RETRY_SECONDS: Final = 5.0
"""For so long after a failure only decisions try the database again: waiting for it would delay answers."""

LEARNT_SECONDS: Final = 30 * 86_400.0
LEARNT: Final = 400
"""For so long back, and so many, drafts that were taken teach how the next ones are to be written."""

_WANTED: Final = frozenset((Verdict.ACCEPTED, Verdict.MADE_BY_HAND))
_TEACHES: Final = frozenset((Verdict.ACCEPTED, Verdict.CORRECTED, Verdict.MADE_BY_HAND, Verdict.UNDONE))

WAITING: Final = 1000
"""What could not be logged is kept up to this many entries, then the oldest go."""


class Log:
    """The log of one project; opened when first needed, and again after it could not be."""

    def __init__(
        self,
        path: Path,
        root: Path,
        notice: Callable[[StoreProblem], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.root = str(root)
        self.now = now
        self._path = path
        self._notice = notice
        self._store: Store | None = None
        self._told = ""
        self._again = 0.0
        self._taught: Corrections | None = None
        self._likes = Likes()
        self._taken: dict[tuple[str, int], Action] = {}
        """What was taken in this session, by suggestion and number."""
        self._queue: deque[Callable[[Store], None]] = deque(maxlen=WAITING)

    def store(self) -> Store:
        """The open database, a new one where the file was taken away; raises StoreProblem."""
        if self._store is not None and not self._store.in_place():
            self._store.close()
            self._store = None
        if self._store is None:
            self._store = Store(self._path)
        return self._store

    def open(self) -> None:
        """Open the database now, and say so if it cannot be."""
        try:
            self.store()
        except StoreProblem as problem:
            self._tell(problem)

    def answer(self, answer: Answer) -> None:
        """Log what followed a save, at the next flush."""
        self._queue.append(lambda store: store.answer(answer))

    def edit(self, edit: Edit) -> None:
        """Log an edit that gets no answer of its own, at the next flush."""
        self._queue.append(lambda store: store.edit(self.root, edit, edit_diff(edit)))

    def settle(self, answer: Answer, decided: Sequence[Decided]) -> None:
        """Log what became of actions that the person did not decide about, at the next flush."""
        at = self.now()
        if decided:
            self._learn(decided)
            self._said(answer, decided)
            self._queue.append(lambda store: store.decide(answer, decided, at))

    def stands(self, answer: Answer, numbers: Sequence[int]) -> None:
        """Log on which lines these actions of an answer stand by now: the next answer may ask of them."""
        if numbers:
            self._queue.append(lambda store: store.stands(answer, numbers))
            self.flush()

    def note(
        self,
        suggestion: str,
        decided: Sequence[Decided] = (),
        kept: Sequence[Kept] = (),
        fates: Sequence[SiteFate] = (),
    ) -> None:
        """Log what later saves tell of an answer, at the next flush."""
        at = self.now()
        if decided or kept or fates:
            self._learn(decided)
            self._queue.append(lambda store: store.note(suggestion, decided, kept, fates, at))

    def followed(self, seconds: float, most: int) -> tuple[Followed, ...]:
        """What was written lately and has not told all that it may; nothing where the log cannot be read."""
        try:
            return self.store().followed(self.root, self.now() - seconds, most)
        except StoreProblem as problem:
            self._tell(problem)
            return ()

    def told(self, seconds: float, last: int) -> tuple[Told, ...]:
        """The last answers of so many seconds; nothing where the log cannot be read."""
        try:
            found = tuple(self.store().told(self.now() - seconds, self.root, last))
        except StoreProblem as problem:
            self._tell(problem)
            return ()
        return tuple(one for one in found if isinstance(one, Told))

    def taken(self, last: int) -> tuple[bool, ...]:
        """For each of the last decided actions whether it was taken; nothing where that cannot be read."""
        if time.monotonic() < self._again:
            return ()
        try:
            return self.store().taken(self.root, last)
        except StoreProblem as problem:
            self._tell(problem)
            return ()

    def flush(self) -> None:
        """Write what waits, if it can be: after the person was answered, who need not wait for the disk."""
        while self._queue and time.monotonic() >= self._again:
            try:
                self._queue[0](self.store())
            except StoreProblem as problem:
                self._tell(problem)
                break
            self._queue.popleft()
            self._told = ""

    def decide(self, answer: Answer, decided: Sequence[Decided], record: str | None = None) -> None:
        """Log a decision now; raises StoreProblem."""
        self.flush()
        self._taught = None
        self.store().decide(answer, decided, self.now(), record)
        self._said(answer, decided)

    def applied(self) -> tuple[AppliedSet, ...]:
        """What can be taken back, newest first; raises StoreProblem."""
        self.flush()
        return self.store().applied(self.root)

    def undone(self, applied: AppliedSet) -> None:
        """Log that a set was taken back, now; raises StoreProblem."""
        self._taught = None
        self.store().undone(applied, self.now())
        back = (self._taken.pop((applied.suggestion, n), None) for n in applied.actions)
        self._likes.undone(one for one in back if one is not None)

    def rejected(self, path: str, old: str, new: str, context: str, nth: int) -> bool:
        """Whether this change at this place was turned down before; False where the log cannot be read."""
        if time.monotonic() < self._again:
            return False
        try:
            return self.store().rejected(self.root, path, old, new, context, nth)
        except StoreProblem as problem:
            self._tell(problem)
            return False

    def corrections(self) -> Corrections:
        """What the person's corrections of the last weeks teach; nothing where the log cannot be read."""
        if self._taught is None and time.monotonic() >= self._again:
            self.flush()  # what has just been decided teaches, too
            try:
                self._taught = Corrections(self.store().corrections(self.now() - LEARNT_SECONDS, LEARNT))
            except StoreProblem as problem:
                self._tell(problem)
        return self._taught or Corrections(())

    def likes(self) -> Likes:
        """What was said of replacements in this session."""
        return self._likes

    def _said(self, answer: Answer, decided: Sequence[Decided]) -> None:
        """What was decided tells of other places."""
        actions = {one.n: one for one in answer.actions}
        made = [actions[one.n] for one in decided if one.verdict in _WANTED]
        self._likes.took(made)
        self._likes.refused(actions[one.n] for one in decided if one.verdict is Verdict.REJECTED)
        self._taken.update({(answer.id, one.n): one for one in made})

    def _learn(self, decided: Sequence[Decided]) -> None:
        """What was taken or taken back changes what corrections teach; what was let go does not."""
        if any(one.verdict in _TEACHES for one in decided):
            self._taught = None

    def close(self) -> None:
        """Write what waits and close the database."""
        self.flush()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _tell(self, problem: StoreProblem) -> None:
        """Say it once until it is mended, and leave the database alone for a while."""
        self._again = time.monotonic() + RETRY_SECONDS
        if self._told != problem.message:
            self._told = problem.message
            self._notice(problem)


def edit_diff(edit: Edit) -> str:
    """The edit as a unified diff."""
    return unified(edit.before, edit.after, edit.path)
