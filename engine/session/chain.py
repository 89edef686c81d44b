"""A suggestion on the table: which actions are undecided, and where they stand after later edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engine.errors import UnknownTarget
from engine.records import Answer, Decided
from engine.session.anchor import Fate, Gone, Made, Moved, fate
from engine.session.thinking import Question
from engine.types import Action, Candidate, Edit, Verdict
from engine.verify import line_of, nth_of


@dataclass(slots=True)
class Offer:
    """One action and its present place."""

    action: Action
    candidate: Candidate
    start: int
    shown_at: float
    open: bool = True
    withdrawn: bool = False
    """Its file, or what it followed from, is gone."""

    def follow(self, edit: Edit) -> Fate:
        """Stay with the text through an edit of this file."""
        action = self.action
        own = edit.by == "ripple"
        outcome = fate(self.start, action.old, action.new, edit.before, edit.after, edit.hunks, own)
        if isinstance(outcome, Moved):
            self.start = outcome.start
        return outcome

    def again(self) -> Candidate:
        """The same, to be offered at the present place."""
        return replace(self.candidate, site=replace(self.candidate.site, start=self.start))


@dataclass(slots=True)
class Chain:
    """The suggestion that is shown, or was."""

    question: Question
    answer: Answer
    offers: dict[int, Offer]
    renewals: int = 0
    """How often it was offered anew because the person saved one of its files."""
    stale: set[str] = field(default_factory=set)
    """Files with open actions that the person has changed since."""
    triggers: list[tuple[int, str]] = field(default_factory=list)
    """What the answered edit wrote, and where it stands now."""
    wanted: bool = False
    """The person tried to accept it and was refused."""
    moot: bool = False
    """The person has changed what the chain followed from."""
    written: list[Edit] = field(default_factory=list)
    """What accepting parts of it has done so far."""
    watched: set[int] = field(default_factory=set)
    """Actions that were closed without being written; the person may still make them by hand."""
    held: list[Offer] = field(default_factory=list)
    """What was too much for it, and comes next where all of it is taken."""
    replaced: frozenset[int] = frozenset()
    """Those that were open when a newer save took the chain off the table."""

    @property
    def id(self) -> str:
        """The suggestion's id."""
        return self.answer.id

    @property
    def open(self) -> list[Offer]:
        """The undecided actions, in order."""
        return [offer for _, offer in sorted(self.offers.items()) if offer.open]

    @property
    def shown(self) -> tuple[Action, ...]:
        """What is on the table, decided or not, in order."""
        return tuple(offer.action for _, offer in sorted(self.offers.items()) if not offer.withdrawn)

    def chosen(self, numbers: Sequence[int] | None) -> list[Offer]:
        """The open actions with these numbers, or all; raises UnknownTarget."""
        wanted = self.open if numbers is None else [self._open(n) for n in dict.fromkeys(numbers)]
        if not wanted:
            raise UnknownTarget("No action was named that is still open.", "Look at the open suggestion.")
        return wanted

    def _open(self, n: int) -> Offer:
        offer = self.offers.get(n)
        if offer is None:
            raise UnknownTarget(f"The suggestion has no action {n}.", f"It has 1 to {len(self.offers)}.")
        if not offer.open:
            hint = "Make it by hand." if n in self.watched else "Take it back with undo."
            raise UnknownTarget(f"Action {n} is decided already.", hint)
        return offer

    def close(self, offers: Iterable[Offer]) -> None:
        """These are decided and nothing is written for them; whether the person makes them is watched."""
        for offer in offers:
            offer.open = False
            self.watched.add(offer.action.n)

    def follow(self, edit: Edit) -> list[Decided]:
        """Take an edit in; what it says of actions that it made by hand or made impossible, now closed."""
        if edit.path == self.question.edit.path:
            self._follow_triggers(edit)
        by_hand = edit.by == "person"
        self.held = [
            one for one in self.held if one.action.path != edit.path or isinstance(one.follow(edit), Moved)
        ]
        decided: list[Decided] = []
        for n, offer in self._unwritten(edit.path):
            if offer.open and by_hand:
                self.stale.add(edit.path)
            outcome = offer.follow(edit)
            if isinstance(outcome, Moved):
                continue
            if isinstance(outcome, Made) and by_hand:
                decided.append(Decided(n, Verdict.MADE_BY_HAND))
            elif offer.open:
                decided.append(Decided(n, Verdict.SUPERSEDED))
            offer.open = False
            self.watched.discard(n)
        return decided

    def stand(self, path: str, text: str) -> list[int]:
        """Note on which lines of a file's text its unwritten actions stand now; the numbers of the changed.

        What is turned down is turned down on the line as it then is, whatever was written beside it.
        """
        contexts, nths = list(self.answer.contexts), list(self.answer.nths)
        changed: list[int] = []
        for n, offer in self._unwritten(path):
            stands = line_of(text, offer.start), nth_of(text, offer.start, offer.action.old)
            if stands != (contexts[n - 1], nths[n - 1]):
                contexts[n - 1], nths[n - 1] = stands
                changed.append(n)
        self.answer = replace(self.answer, contexts=tuple(contexts), nths=tuple(nths))
        return changed

    def _unwritten(self, path: str) -> list[tuple[int, Offer]]:
        """The actions in a file that are open, or watched."""
        return [
            (n, offer)
            for n, offer in self.offers.items()
            if offer.action.path == path and (offer.open or n in self.watched)
        ]

    def _follow_triggers(self, edit: Edit) -> None:
        kept: list[tuple[int, str]] = []
        for start, text in self.triggers:
            outcome = fate(start, text, text, edit.before, edit.after, edit.hunks)
            if isinstance(outcome, Moved):
                kept.append((outcome.start, text))
            elif edit.by == "person" and isinstance(outcome, Gone):
                self.moot = True
        self.triggers = kept
