"""What is on the table: the open chain, what became of earlier ones, and how all of it is logged."""

from __future__ import annotations

import itertools
import secrets
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from engine.diff import LineStarts
from engine.errors import UnknownTarget
from engine.records import BURST, Answer, Decided
from engine.session.account import details, silence_reason
from engine.session.aftermath import Aftermath
from engine.session.chain import Chain, Offer
from engine.session.log import Log, edit_diff
from engine.session.project import Project
from engine.session.thinking import Question, Thinker, Thought
from engine.types import (
    Action,
    Candidate,
    Edit,
    Event,
    Refused,
    Rejected,
    Suggestion,
    Verdict,
    Why,
    Withdrawn,
)
from engine.verify import line_of, nth_of

RENEWALS: Final = 1
"""How often a chain is offered anew, unasked, when the person saves one of its files instead of taking it."""
PAST: Final = 8
"""Closed chains that are still followed: the person may make their edits by hand."""
READ: Final = 1.0
"""Seconds on screen from which on a suggestion that was saved on past was seen, and let go."""
REPLACED: Final = "a newer save has replaced this suggestion; its places have moved"


class Desk:
    """The chains of one project. Not thread-safe: the session's lock guards it."""

    def __init__(self, project: Project, log: Log, emit: Callable[[Event], None]) -> None:
        self.project = project
        self.log = log
        self.emit = emit
        self.chain: Chain | None = None
        self._past: deque[Chain] = deque(maxlen=PAST)
        self._session = secrets.token_hex(3)
        self._numbers = itertools.count(1)
        self._bursts = (f"{BURST}{self._session}-{number}" for number in itertools.count(1))
        self.aftermath = Aftermath(project, log, self._bursts)

    def question(self, edit: Edit, since: float, index_ms: float) -> Question:
        """The question that a person's save asks, with what it leaves standing of the open chain."""
        recent = self.project.history.recent()
        if not recent or recent[-1].id != edit.id:
            return Question(edit, edit, recent, since, index_ms, reason="the edit took itself back")
        chain = self.chain
        carried: tuple[Candidate, ...] = ()
        if chain is not None and chain.stale and _worth_renewing(chain):
            carried = tuple(offer.again() for offer in chain.open)
        return Question(recent[-1], edit, recent[:-1], since, index_ms, carried)

    def burst(self, paths: Sequence[str], since: float, by_git: bool) -> Question:
        """The question of many files that changed at once, or by git; it is answered by silence."""
        chain = self.chain
        if chain is not None:
            about = {chain.question.edit.path, *(offer.action.path for offer in chain.open)}
            chain.moot |= not about.isdisjoint(paths)
        self._retire(())
        text = self.project.text(paths[-1]) or ""
        edit = Edit(next(self._bursts), paths[-1], text, text, (), "person", self.log.now())
        count = "1 file" if len(paths) == 1 else f"{len(paths)} files"
        what = f"git changed {count}" if by_git else f"{count} changed at once"
        return Question(edit, edit, (), since, reason=f"burst: {what}")

    def follow(self, edit: Edit) -> None:
        """Take an edit in: places move, and what was offered may have been made by hand."""
        self.aftermath.look()
        for chain in (*self._past, *([self.chain] if self.chain else [])):
            self.log.settle(chain.answer, chain.follow(edit))
            moved = chain.stand(edit.path, edit.after)
            self.log.stands(chain.answer, moved)
        self.aftermath.follow(edit)

    def forget_files(self, paths: Collection[str]) -> None:
        """Files are gone, with what was offered there or followed from them."""
        self.aftermath.look()
        chain = self.chain
        if chain is None:
            return
        moot = chain.question.edit.path in paths
        gone = [offer for offer in chain.open if moot or offer.action.path in paths]
        if not gone:
            return
        for offer in gone:
            offer.open, offer.withdrawn = False, True
        self.log.settle(chain.answer, [Decided(offer.action.n, Verdict.SUPERSEDED) for offer in gone])
        first = chain.question.edit.path if moot else min(offer.action.path for offer in gone)
        numbers = tuple(offer.action.n for offer in gone)
        self.emit(Withdrawn(chain.id, numbers, f"{first} is gone"))
        self.done(chain)

    def chain_of(self, suggestion_id: str) -> Chain | None:
        """The open chain; None, and a refusal, where a newer save replaced it. Raises UnknownTarget."""
        if self.chain is not None and self.chain.id == suggestion_id:
            return self.chain
        lost = (chain.replaced & chain.watched for chain in self._past if chain.id == suggestion_id)
        numbers = sorted(next(lost, ()))
        if not numbers:
            message = f"There is no open suggestion {suggestion_id}."
            raise UnknownTarget(message, "It may be decided already; save a file to get a new one.")
        for n in numbers:
            self.emit(Refused(suggestion_id, n, REPLACED))
        return None

    def reject(self, chain: Chain, numbers: Sequence[int] | None = None) -> None:
        """Log that the person wants none of these, or of the rest, which closes the chain.

        Emits Rejected where actions are named. Raises UnknownTarget, StoreProblem: then nothing is decided.
        """
        unwanted = chain.chosen(numbers)
        decided = [Decided(offer.action.n, Verdict.REJECTED) for offer in unwanted]
        self.log.decide(chain.answer, decided)
        chain.close(unwanted)
        if numbers is not None:
            self.emit(Rejected(chain.id, tuple(one.n for one in decided)))
        self.done(chain)

    def show(self, question: Question, thought: Thought, thinker: Thinker) -> Suggestion:
        """Put the answer so far on the table."""
        chain = self.chain
        if chain is None or chain.question is not question:
            renewals = chain.renewals + 1 if chain is not None and thought.renewed else 0
            self._retire(thought.kept)
            triggers = [(hunk.new_start, hunk.new) for hunk in question.edit.hunks]
            answer = self._answered(question, thought, thinker)
            chain = Chain(question, answer, {}, renewals, triggers=triggers)
            self.chain = chain
        lines: dict[str, LineStarts] = {}
        for candidate in thought.kept[len(chain.offers) :]:
            action = self._action(len(chain.offers) + 1, candidate, lines)
            action = replace(action, guess=thought.propensity is not None)
            chain.offers[action.n] = Offer(action, candidate, action.start, self.log.now())
        offers = [offer for _, offer in sorted(chain.offers.items())]
        actions = tuple(offer.action for offer in offers)
        chain.answer = replace(
            chain.answer,
            latency=thought.latency(question.since),
            prompts=tuple(thought.prompts),
            prompt="\n".join(thought.prompt),
            considered=thought.rows(),
            written=tuple(thought.written),
            actions=actions,
            contexts=tuple(line_of(self._text(one), one.start) for one in offers),
            nths=tuple(nth_of(self._text(one), one.start, one.action.old) for one in offers),
            sites=tuple(thought.site_of),
            propensities=tuple(1.0 if thought.propensity is None else thought.propensity for _ in actions),
            shown_at=tuple(offer.shown_at for offer in offers),
        )
        if thought.complete:
            held = [(self._action(0, candidate, lines), candidate) for candidate in thought.held]
            chain.held = [Offer(action, candidate, action.start, 0.0) for action, candidate in held]
            self.log.answer(chain.answer)
            self.aftermath.answered(chain.answer)
        return Suggestion(chain.id, question.said.id, thought.complete, chain.answer.latency, chain.shown)

    def stay_silent(self, question: Question, thought: Thought, thinker: Thinker, reason: str) -> None:
        """Log a silence; a chain whose places or reason have changed cannot stay on the table."""
        chain = self.chain
        if chain is not None and (chain.stale or chain.moot) and reason != "superseded":
            self._retire(())
        answer = replace(self._answered(question, thought, thinker), reason=reason)
        self.log.answer(answer)
        self.aftermath.answered(answer)

    def account(self, question: Question, thought: Thought) -> Why:
        """Why the answer is what it is."""
        if thought.kept:
            again = " again: the file has changed" if thought.renewed else ""
            reason = f"{len(thought.kept)} of {len(thought.considered)} places are shown{again}"
            if thought.propensity is not None:
                reason = "a guess is shown, to learn from what you say of it (the setting `explore`)"
        else:
            reason = silence_reason(thought, question)
        return Why(question.said.id, reason, details(thought, self.project.text))

    def done(self, chain: Chain) -> None:
        """Take a chain off the table once nothing of it is open."""
        if self.chain is chain and not chain.open:
            self._past.append(chain)
            self.chain = None

    def _retire(self, newer: Iterable[Candidate]) -> None:
        """A newer chain takes the table: what it offers again is superseded, the rest was saved on past."""
        chain = self.chain
        if chain is None:
            return
        again = {(c.site.path, c.site.start, c.new) for c in newer}
        rest, now = chain.open, self.log.now()
        decided = [
            Decided(
                offer.action.n,
                Verdict.SUPERSEDED
                if chain.stale or chain.moot or (offer.action.path, offer.start, offer.action.new) in again
                else Verdict.IGNORED
                if now - offer.shown_at >= READ
                else Verdict.FLASHED,
            )
            for offer in rest
        ]
        self.log.settle(chain.answer, decided)
        chain.replaced = frozenset(offer.action.n for offer in rest)
        chain.close(rest)
        self.done(chain)

    def _text(self, offer: Offer) -> str:
        return self.project.text(offer.action.path) or ""

    def _action(self, n: int, candidate: Candidate, lines: dict[str, LineStarts]) -> Action:
        site = candidate.site
        if site.path not in lines:
            lines[site.path] = LineStarts(self.project.text(site.path) or "")
        spot = lines[site.path].range(site.start, site.end)
        p = round(candidate.p, 4)
        return Action(n, site.path, site.start, spot, site.old, candidate.new, site.intent, p, site.why)

    def _answered(self, question: Question, thought: Thought, thinker: Thinker) -> Answer:
        return Answer(
            id=f"s{self._session}-{next(self._numbers)}",
            root=self.log.root,
            edit=question.said,
            diff=edit_diff(question.said),
            at=self.log.now(),
            model=thinker.predictor.info,
            threshold=thinker.threshold,
            latency=thought.latency(question.since),
            prompts=tuple(thought.prompts),
            prompt="\n".join(thought.prompt),
            considered=thought.rows(),
            written=tuple(thought.written),
        )


def _worth_renewing(chain: Chain) -> bool:
    """Whether the person still seems to want it: typing on after a part was taken says no."""
    if any(offer.action.guess for offer in chain.open):
        return False
    return not chain.moot and (chain.wanted or (not chain.written and chain.renewals < RENEWALS))
