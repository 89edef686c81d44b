"""From an edit to a verified chain: propose, decide, verify, a window at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final, Protocol

from engine import intents, verify
from engine.config import Settings
from engine.diagnostics import Diagnostic
from engine.intents.corrected import Corrections
from engine.intents.order import WEAK
from engine.model.predictor import STRUCTURE, Decisions, Predictor
from engine.model.vocabulary import WINDOW
from engine.records import Considered, Written
from engine.session.exploring import Explorer
from engine.session.likes import Likes
from engine.syntax.index import Index
from engine.types import Candidate, Edit, IntentKind, Latency, ModelInfo, NodeKind, Site

FEW: Final = 4
"""Unsure places that are shown at once; the person's answer to them tells of the others."""
SURE: Final = {IntentKind.REPEAT: 0.8, IntentKind.RENAME: 0.7}
"""From which p on a place of these intents is sure; below it all its like may be wrong."""
EDITS: Final = 4
"""Edits that the model reads, the answered one included."""
UNLIKE: Final = ", for you turned its like down"
LATER: Final = "it is offered once others like it were taken"


@dataclass(frozen=True, slots=True)
class Question:
    """An edit that is to be answered."""

    edit: Edit
    """As it is to be understood: merged with what it goes on from."""
    said: Edit
    """As it happened; the answer names its id."""
    recent: tuple[Edit, ...]
    """The edits before it, oldest first."""
    since: float
    """When the save was noticed, by time.perf_counter."""
    index_ms: float = 0.0
    carried: tuple[Candidate, ...] = ()
    """Offers of an older chain that still stand, to be made anew if nothing else follows."""
    held: tuple[Candidate, ...] = ()
    """What was too much for the chain before this one: it comes next, as sure as it was."""
    reason: str | None = None
    """Why the answer is silence whatever could follow."""
    late: bool = False
    """It was answered already, and language servers have said more since."""

    @property
    def read(self) -> tuple[Edit, ...]:
        """The edits that a model reads, oldest first; of what Ripple wrote only the newest.

        An accepted chain, one edit a file, would crowd out what the person did; a model that reads only
        that holds the next rename for half as likely.
        """
        written = [edit for edit in self.recent if edit.by == "ripple"][-1:]
        own = [edit for edit in self.recent if edit.by == "person" or edit in written]
        return (*own, self.edit)[-EDITS:]


@dataclass(slots=True)
class Thought:
    """What is known of the answer so far."""

    kept: list[Candidate] = field(default_factory=list)
    left_out: list[tuple[Candidate, str]] = field(default_factory=list)
    held: list[Candidate] = field(default_factory=list)
    """Those of them that hold, but are more than a chain may have."""
    site_of: list[int | None] = field(default_factory=list)
    """For each kept candidate where it stands in `considered`."""
    considered: list[Candidate] = field(default_factory=list)
    asked_in: list[int | None] = field(default_factory=list)
    """For each of those the number of the prompt that asked about it."""
    prompts: list[tuple[int, ...]] = field(default_factory=list)
    prompt: list[str] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    """For each prompt what a model wrote, where it writes by itself."""
    sites: int = 0
    times: dict[str, float] = field(default_factory=dict)
    complete: bool = False
    renewed: bool = False
    """The chain is an older one, offered anew."""
    propensity: float | None = None
    """Where the chain is a guess, the probability with which it was to be shown."""
    heard: tuple[str, ...] = ()
    """What language servers said, a line each."""

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the block's milliseconds to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, (time.perf_counter() - started) * 1000)

    def add(self, stage: str, ms: float) -> None:
        """Add milliseconds to a stage."""
        self.times[stage] = self.times.get(stage, 0.0) + ms

    def latency(self, since: float) -> Latency:
        """The stages so far; `total` counts from the moment the save was noticed."""
        stages = {name: round(ms, 2) for name, ms in self.times.items()}
        return Latency(total=round((time.perf_counter() - since) * 1000, 2), **stages)

    def rows(self) -> tuple[Considered, ...]:
        """Everything that was decided about, for the log."""
        reasons = dict(self.left_out)
        return tuple(
            Considered(
                c.site.path,
                c.site.start,
                c.site.old,
                c.new,
                c.site.intent.value,
                c.p,
                reasons.get(c),
                window,
                c.label,
                c.site.rule,
            )
            for c, window in zip_longest(self.considered, self.asked_in)
        )


class Ground(Protocol):
    """The project, as far as an answer needs it."""

    @property
    def root(self) -> Path:
        """The folder that paths start from."""
        ...

    @property
    def index(self) -> Index:
        """The index over its texts."""
        ...

    def text(self, path: str) -> str | None:
        """The text of a file now."""
        ...


class Reports(Protocol):
    """What language servers say."""

    def wait(self, edit: str, until: float) -> tuple[Diagnostic, ...]:
        """What is new after an edit, as far as it is known by `until` (perf_counter)."""
        ...

    def account(self, edit: str) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
        """What was said of an edit, and a line for each server that has not said anything."""
        ...


class Memory(Protocol):
    """What the person decided before."""

    def rejected(self, path: str, old: str, new: str, context: str, nth: int) -> bool:
        """Whether this change of the nth such text (from 0) on this line was turned down."""
        ...

    def corrections(self) -> Corrections:
        """What the person's corrections teach."""
        ...

    def likes(self) -> Likes:
        """What was said of replacements in this session."""
        ...


class Thinker:
    """Answers questions about one project. `lock` guards the project; the model is asked without it."""

    def __init__(
        self,
        project: Ground,
        predictor: Predictor,
        servers: Reports,
        log: Memory,
        settings: Settings,
        lock: threading.RLock,
    ) -> None:
        self.project = project
        self.predictor = predictor
        self.servers = servers
        self.log = log
        self.settings = settings
        self.lock = lock
        self.explorer: Explorer | None = None
        """Who draws guesses; a replay and a benchmark have none."""

    @property
    def threshold(self) -> float:
        """The least p that is shown."""
        return threshold(self.predictor.info, self.settings)

    def think(self, question: Question, should_stop: Callable[[], bool]) -> Iterator[Thought]:
        """The answer as it grows; the last one is complete, unless it was stopped."""
        thought = Thought()
        thought.add("index", question.index_ms)
        if question.held:
            with self.lock, thought.timed("verify"):
                self._offer(thought, question.held, question)
            if thought.kept:
                thought.complete = True
                yield thought
                return
        with thought.timed("sites"):
            sites, texts = self._sites(question)
        thought.sites = len(sites)
        if sites or self.predictor.info.format is not None:
            for decisions in self.predictor.decide(question.read, sites, texts.get, should_stop):
                with self.lock, thought.timed("verify"):
                    if should_stop():  # asked with the lock: what is decided meanwhile changes the texts
                        return
                    full = len(thought.kept) >= self.settings.max_actions
                    self._take(thought, decisions, question)
                if not full and (decisions.more or 0 < len(thought.prompts) * WINDOW < len(sites)):
                    yield thought
        if should_stop():
            return
        if not thought.kept and question.carried:
            with self.lock, thought.timed("verify"):
                self._renew(thought, question)
        if not thought.kept and question.said.by == "person" and not question.late:
            with self.lock, thought.timed("verify"):
                self._guess(thought, question)
        with self.lock:
            thought.heard = self._heard(question)
        thought.complete = True
        yield thought

    def _sites(self, question: Question) -> tuple[tuple[Site, ...], dict[str, str]]:
        """What is proposed; where structure is sure of nothing, the servers get a moment to say something."""
        heard = self.servers.wait(question.edit.id, time.perf_counter())
        with self.lock:
            index, without = self.project.index, self.settings.without
            proposals = intents.Proposals(question.edit, question.recent, index, without)
            proposed = self._propose(question, proposals, heard)
        if question.late or any(site.draft is not None and site.rule >= WEAK for site in proposed[0]):
            return proposed
        more = self.servers.wait(question.edit.id, question.since + self.settings.lsp_wait_ms / 1000)
        if set(more) <= set(heard):
            return proposed
        with self.lock:
            return self._propose(question, proposals, more)

    def _heard(self, question: Question) -> tuple[str, ...]:
        """What the servers have said of an edit, for the person."""
        found, silent = self.servers.account(question.edit.id)
        lines = []
        for one in found:
            line = (self.project.text(one.path) or "").count("\n", 0, one.start) + 1
            code = f" ({one.code})" if one.code else ""
            lines.append(f"{one.source}: {one.path}:{line} {one.message}{code}")
        return (*lines, *silent)

    def _propose(
        self, question: Question, proposals: intents.Proposals, heard: Sequence[Diagnostic]
    ) -> tuple[tuple[Site, ...], dict[str, str]]:
        """The sites, and a snapshot of the texts they stand in."""
        sites = proposals.sites(heard)
        if not self.settings.docs:
            sites = tuple(site for site in sites if site.node not in (NodeKind.COMMENT, NodeKind.DOCSTRING))
        sites = self.log.corrections().beside(sites, question.edit)
        paths = {site.path for site in sites} | {edit.path for edit in (*question.recent, question.edit)}
        texts = {path: self.project.text(path) for path in paths}
        return sites, {path: text for path, text in texts.items() if text is not None}

    def _take(self, thought: Thought, decisions: Decisions, question: Question) -> None:
        """Verify what one window brought and append what holds; what is kept already stays as it is."""
        thought.add("prompt", decisions.prompt_ms)
        thought.add("prefill", decisions.prefill_ms)
        thought.add("decode", decisions.decode_ms)
        if decisions.prompt_ids:
            thought.prompts.append(decisions.prompt_ids)
            thought.prompt.append(decisions.prompt)
        if decisions.written is not None:
            thought.written.append(decisions.written)
        candidates = [self.log.likes().weighed(candidate) for candidate in decisions.candidates]
        first = len(thought.considered)
        thought.considered += candidates
        window = len(thought.prompts) - 1 if decisions.prompt_ids else None
        thought.asked_in += [window if c.label is not None else None for c in candidates]
        number = {c: first + n for n, c in enumerate(candidates)}
        likely = self._likely(thought, candidates)
        full = len(thought.kept) >= self.settings.max_actions  # what comes next is verified then
        kept = likely if full else self._verified(thought, likely, question)
        thought.site_of += [number[c] for c in self._fitting(thought, kept)]

    def _likely(self, thought: Thought, candidates: Iterable[Candidate]) -> list[Candidate]:
        likely: list[Candidate] = []
        unsure = sum(map(_unsure, thought.kept))
        for candidate in candidates:
            least = self._least(candidate)
            if candidate.p < least:
                said = UNLIKE if self.log.likes().against(candidate) else ""
                thought.left_out.append((candidate, f"p {candidate.p:.2f} is below {least:.2f}{said}"))
            elif _unsure(candidate) and unsure >= FEW:
                thought.left_out.append((candidate, LATER))
            else:
                unsure += _unsure(candidate)
                likely.append(candidate)
        return likely

    def _least(self, candidate: Candidate) -> float:
        return self.settings.structure_threshold if candidate.by_rule else self.threshold

    def _guess(self, thought: Thought, question: Question) -> None:
        """Show the likeliest place a little under the threshold that holds, where chance will have it."""
        explorer = self.explorer
        near = explorer.near([c for c, _ in thought.left_out], self._least) if explorer else iter(())
        first = next(near, None)
        if explorer is None or first is None or not explorer.draws():
            return
        for candidate in (first, *near):
            if self._check([candidate], question)[0]:
                thought.kept, thought.propensity = [candidate], explorer.share
                thought.site_of = [thought.considered.index(candidate)]
                thought.left_out = [pair for pair in thought.left_out if pair[0] is not candidate]
                return

    def _verified(self, thought: Thought, new: Sequence[Candidate], question: Question) -> list[Candidate]:
        """Those of `new` that hold beside what is kept."""
        if not new:
            return []
        kept, dropped = self._check([*thought.kept, *new], question, thought.kept)
        shown, standing = set(thought.kept), set(kept)
        if shown <= standing:
            thought.left_out += dropped
            return [c for c in kept if c not in shown]
        disturbed = {c.site.path for c in shown - standing}
        thought.left_out += [
            (c, "it does not fit what is shown already") for c in new if c.site.path in disturbed
        ]
        return self._verified(thought, [c for c in new if c.site.path not in disturbed], question)

    def _check(
        self, candidates: Sequence[Candidate], question: Question, shown: Sequence[Candidate] = ()
    ) -> tuple[list[Candidate], list[tuple[Candidate, str]]]:
        return verify.check(
            candidates,
            text_of=self.project.text,
            root=self.project.root,
            recent=(*question.recent, question.edit),
            rejected=self.log.rejected,
            shown=shown,
            errors=self.project.index.errors,
        )

    def _fitting(self, thought: Thought, kept: Sequence[Candidate]) -> Sequence[Candidate]:
        """Keep as many as a chain may have; those that were kept."""
        most = self.settings.max_actions
        room = most - len(thought.kept)
        thought.left_out += [(c, f"more than {most} actions: it comes next") for c in kept[room:]]
        thought.held += kept[room:]
        thought.kept += kept[:room]
        return kept[:room]

    def _offer(self, thought: Thought, candidates: Sequence[Candidate], question: Question) -> None:
        """Offer what was decided before, where it still holds; nobody is asked about it again."""
        first, most = len(thought.considered), self.settings.max_actions
        for start in range(0, len(candidates), most):
            part = candidates[start : start + most]
            if len(thought.kept) >= most:
                thought.held += part
            else:
                thought.considered += self._fitting(thought, self._verified(thought, part, question))
        thought.site_of = list(range(first, len(thought.considered)))

    def _renew(self, thought: Thought, question: Question) -> None:
        """Offer what an older chain left, where it still holds."""
        self._offer(thought, question.carried, question)
        thought.renewed = True


def _unsure(candidate: Candidate) -> bool:
    return candidate.p < SURE.get(candidate.site.intent, 0.0)


def threshold(info: ModelInfo, settings: Settings) -> float:
    """The least p that is shown: rules and models are calibrated apart."""
    return settings.structure_threshold if info.name == STRUCTURE.name else settings.threshold
