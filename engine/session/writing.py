"""Writing actions to disk and taking them back: checked, journalled, logged, in full or not at all."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine import files
from engine.apply import Applier, FileChange
from engine.diff import hunks, placed, replaced
from engine.errors import EngineError, FileProblem, StaleFile, UnknownTarget
from engine.records import Decided
from engine.session.chain import Chain, Offer
from engine.session.desk import Desk
from engine.session.thinking import Question
from engine.types import Applied, Edit, Failed, Hunk, Refused, Undone, Verdict

NOTHING: Mapping[str, tuple[Hunk, ...]] = {}


class Writer:
    """Carries decisions out. Not thread-safe: the session's lock guards it."""

    def __init__(self, desk: Desk, journal: Path) -> None:
        self.desk = desk
        self.project = desk.project
        self.log = desk.log
        self._applier = Applier(journal)

    def recover(self) -> None:
        """Finish or undo what a crash interrupted, and say so."""
        for note in self._applier.recover(self.project.root, self._logged):
            self.desk.emit(Failed("Recovered after an interruption", note))

    def apply(self, chain: Chain, texts: Mapping[int, str]) -> Question | frozenset[str]:
        """Write actions (number: new text) and log them; emits Applied, or Refused for each that cannot be.

        Returns the question that follows, or after a refusal the files that must be looked at again.
        """
        offers = chain.chosen(list(texts))
        if any(texts[offer.action.n] == offer.action.old for offer in offers):
            raise UnknownTarget("That text stands there already.", "Leave it out to keep it so.")
        changes, after, refused = self._changes(chain, offers, texts)
        if refused:
            return self._refuse(chain, offers, refused)
        decided = [_decided(offer, texts[offer.action.n]) for offer in offers]
        try:
            self._write(chain, changes, decided)
        except EngineError as problem:
            return self._refuse(chain, offers, {change.path: problem for change in changes})
        for offer in offers:
            offer.open = False
        made = _hunks(offers, texts)
        edits = self._take_over(after, made)
        self.desk.aftermath.wrote(chain, offers, texts, made)
        paths = tuple(dict.fromkeys(offer.action.path for offer in offers))
        self.desk.emit(Applied(chain.id, tuple(offer.action.n for offer in offers), paths))
        question = self._next(chain, edits)
        self.desk.done(chain)
        return question

    def undo(self) -> None:
        """Take back what was applied last, in this run or before; emits Undone. Raises EngineError.

        A set of which nothing stands any more (a crash came between undoing and logging it) is passed over.
        """
        for applied in self.log.applied():
            paths = self._applier.undo(applied.record)
            edits = self._take_over({path: files.read(self.project.root / path).text for path in paths})
            self.log.undone(applied)
            for edit in edits:
                self.log.edit(edit)
            if edits:
                self.desk.emit(Undone(applied.suggestion, applied.actions, tuple(paths)))
                return
        raise UnknownTarget("There is nothing to take back.", "Undo takes back what Ripple wrote, only.")

    def _changes(
        self, chain: Chain, offers: Sequence[Offer], texts: Mapping[int, str]
    ) -> tuple[list[FileChange], dict[str, str], dict[str, EngineError]]:
        """The new bytes and the new text of each file, and the files that are not as they should be."""
        changes: list[FileChange] = []
        after: dict[str, str] = {}
        refused: dict[str, EngineError] = {}
        for path in dict.fromkeys(offer.action.path for offer in offers):
            own = [offer for offer in offers if offer.action.path == path]
            try:
                file, after[path] = self._change(chain, path, own, texts)
                changes.append(FileChange(path, file.sha256, files.encode(after[path], file)))
            except FileProblem as problem:
                refused[path] = problem
        return changes, after, refused

    def _change(
        self, chain: Chain, path: str, offers: Sequence[Offer], texts: Mapping[int, str]
    ) -> tuple[files.TextFile, str]:
        """One file and its new text; raises StaleFile, FileProblem."""
        file = files.read(self.project.root / path)
        if path in chain.stale or file.text != self.project.text(path):
            raise StaleFile(f"{path} has changed since this was suggested.", "It is looked at again.")
        steps = [(offer.start, offer.action.old, texts[offer.action.n]) for offer in offers]
        try:
            return file, replaced(file.text, steps)
        except ValueError as error:
            message = f"{path} does not hold what was suggested: {error}."
            raise StaleFile(message, "It is looked at again.") from error

    def _refuse(
        self, chain: Chain, offers: Sequence[Offer], refused: Mapping[str, EngineError]
    ) -> frozenset[str]:
        chain.wanted = True
        for offer in offers:
            problem = refused.get(offer.action.path)
            if problem is not None:
                self.desk.emit(Refused(chain.id, offer.action.n, f"{problem.message} {problem.hint}".strip()))
        return frozenset(path for path, problem in refused.items() if isinstance(problem, FileProblem))

    def _write(self, chain: Chain, changes: Sequence[FileChange], decided: Sequence[Decided]) -> None:
        """Write the files and log the decision; raises EngineError, and then nothing has happened."""
        written = self._applier.prepare(self.project.root, changes)
        self._applier.write(written)
        try:
            self.log.decide(chain.answer, decided, written.record)
        except EngineError:
            self._applier.roll_back(written)
            raise
        self._applier.commit(written.record)

    def _logged(self, record: str) -> bool:
        """Whether the decision to write a journal record is in the log."""
        return any(applied.record == record for applied in self.log.applied())

    def _take_over(
        self, texts: Mapping[str, str], made: Mapping[str, tuple[Hunk, ...]] = NOTHING
    ) -> list[Edit]:
        """Let the project know what we wrote, so that the watcher's word of it is no news.

        `made` says which changes these were, which the texts alone do not always tell.
        """
        at = self.log.now()
        edits: list[Edit] = []
        for path, text in texts.items():
            edit = self.project.wrote(path, text, at)
            if edit is not None:
                self.desk.follow(replace(edit, hunks=made.get(path, edit.hunks)))
                edits.append(edit)
        return edits

    def _next(self, chain: Chain, edits: Sequence[Edit]) -> Question:
        """What follows from the person's edit now that this much of its chain is written."""
        for edit in edits[1:]:
            self.log.edit(edit)
        chain.written += edits
        said, asked, since = edits[0], chain.question, time.perf_counter()
        base, after, rest = asked.edit, self.project.text(asked.edit.path), len(chain.open)
        if rest or after is None:
            reason = (
                f"{rest} more of this chain {'is' if rest == 1 else 'are'} open" if rest else "chain complete"
            )
            return Question(base, said, asked.recent, since, reason=reason)
        changed = hunks(base.before, after)
        base = replace(base, id=said.id, after=after, hunks=changed, at=said.at)
        elsewhere = tuple(edit for edit in chain.written if edit.path != base.path)
        held = tuple(one.again() for one in chain.held)
        return Question(base, said, (*asked.recent, *elsewhere), since, held=held)


def _hunks(offers: Sequence[Offer], texts: Mapping[int, str]) -> dict[str, tuple[Hunk, ...]]:
    """What writing these offers does to each file."""
    return {
        path: placed(
            (one.start, one.action.old, texts[one.action.n]) for one in offers if one.action.path == path
        )
        for path in {one.action.path for one in offers}
    }


def _decided(offer: Offer, new: str) -> Decided:
    """Accepted as offered, or corrected."""
    if new == offer.action.new:
        return Decided(offer.action.n, Verdict.ACCEPTED)
    return Decided(offer.action.n, Verdict.CORRECTED, new)
