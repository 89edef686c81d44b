"""One watched project: saves and decisions come in, events go out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from engine.checkout import Checkout
from engine.config import Settings
from engine.errors import EngineError, FileProblem
from engine.lsp import Servers
from engine.model.predictor import Predictor, StructurePredictor, open_predictor
from engine.session.adapting import Adapting
from engine.session.desk import Desk
from engine.session.exploring import Explorer
from engine.session.log import Log
from engine.session.outside import Outside
from engine.session.places import Places
from engine.session.project import Interrupted, Project
from engine.session.thinking import Question, Thinker, Thought
from engine.session.writing import Writer
from engine.types import Applied, Event, Failed, Ready, Saved, Silence, Undone, Why
from engine.watch import Watcher

Touched = Callable[[frozenset[str], bool], None]


class Session:
    """Watches, predicts, applies and logs for one project.

    `emit` is called with the session's lock held, from whatever thread: it must hand the event on, not wait.
    `touched` hears of touched files on the watcher's thread; without it they are observed there at once.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        emit: Callable[[Event], None],
        touched: Touched | None = None,
        structure_only: bool = False,
        outside: Outside = Outside(),  # noqa: B008 (frozen)
    ) -> None:
        self.root = root.resolve()
        self.settings = settings
        self.emit = emit
        self._touched = touched or self.observe
        self._structure_only = structure_only
        self._lock = threading.RLock()
        self._asking = threading.Lock()
        self._closed = False
        self._started = False
        self._snoozed_until = 0.0
        self._question: Question | None = None
        self._answered: Question | None = None
        """The newest save, once it has its answer."""
        self._shown: set[tuple[str, int, str, str]] = set()
        """What that answer showed: path, start, old and new."""
        self._why = Why(None, "nothing was saved yet")
        places = Places.of(self.root, settings)
        self._places = places
        self._outside = outside
        self._checkout = Checkout(self.root)
        self._log = Log(places.database, self.root, self._failed, outside.now)
        self._watcher: Watcher | None = None
        self._servers = Servers(self.root, settings, self._text, self._hear, self._missed)

    def start(self) -> None:
        """Finish what was interrupted, index the project, load the model, watch; emits Ready."""
        if not self.root.is_dir():
            raise FileProblem(f"{self.root} is not a folder.", "Name the folder of a project.")
        with self._lock, suppress(Interrupted):
            self._open()
            self._watch()
            started = time.perf_counter()
            stats = self._project.scan(lambda: self._closed)
            indexed = time.perf_counter()
            predictor = self._predictor()
            self._thinker = Thinker(
                self._project, predictor, self._servers, self._log, self.settings, self._lock
            )
            self._thinker.explorer = Explorer.of(self.settings.explore, self._outside, self._log)
            self._adapting = Adapting(self.settings.data_dir, predictor)
            self._log.open()
            self._desk.aftermath.resume()
            self._started = True
            index_ms, model_ms = (indexed - started) * 1000, (time.perf_counter() - indexed) * 1000
            for problem in self._adapting.follow():
                if isinstance(problem, Failed):  # which adapter it is, Ready says
                    self.emit(problem)
            info = predictor.info
            self.emit(Ready(stats.files, stats.symbols, round(index_ms, 1), info, round(model_ms, 1)))
            self._project.warm_up()

    def interrupt(self) -> None:
        """Let a start or a prediction that is under way end soon; `close` must follow. Never waits."""
        self._closed = True

    def observe(self, paths: frozenset[str], burst: bool = False, since: float | None = None) -> None:
        """Look at touched files; each that changed is a save, noticed at `since` (perf_counter)."""
        since = time.perf_counter() if since is None else since
        by_git = self._checkout.wrote(paths)
        with self._lock:
            if self._closed or not self._started:
                return
            if by_git:
                self._absorb(paths, since, by_git)
                return
            if burst:
                few = self._project.edited(paths, self.settings.burst_files)
                if few is None:
                    self._absorb(paths, since, by_git)
                    return
                paths = frozenset(few)
            taken = self._project.look(paths, self._outside.now())
            for path in taken.gone:
                self._servers.changed(path, None)
            if taken.gone:
                self._desk.forget_files(taken.gone)
            for edit in taken.edits:
                self._servers.saved(edit)
                self._desk.follow(edit)
                self._ask(self._desk.question(edit, since, taken.index_ms))

    def predict(self, should_stop: Callable[[], bool]) -> None:
        """Answer the newest save with a Suggestion (perhaps several, growing) or a Silence."""
        with self._asking:
            self._follow()
            question = self._question
            if question is None:
                return
            if question.reason is not None or self._snoozed:
                self._fall_silent(question, question.reason or "snoozed")
                with self._lock:
                    self._log.flush()
                return
            self._think(question, should_stop)
            self._follow()

    def _think(self, question: Question, should_stop: Callable[[], bool]) -> None:
        """Answer a question; only one at a time."""

        def stop() -> bool:
            return self._question is not question or self._closed or should_stop()

        try:
            with self._telling():
                for thought in self._thinker.think(question, stop):
                    self._answer(question, thought)
            self._fall_silent(question, "superseded")
        finally:
            self._fall_silent(question, "something went wrong")
            with self._lock:
                self._log.flush()

    def _hear(self, edit: str) -> None:
        """Language servers have said more of an edit that was answered: perhaps more follows from it now."""
        with self._asking:
            with self._lock:
                last = self._answered
                stale = last is None or last.edit.id != edit or self._question is not None
                if last is None or stale or self._closed or self._snoozed:
                    return
                question = replace(
                    last, since=time.perf_counter(), index_ms=0.0, carried=(), held=(), late=True
                )
                self._question = question
            self._think(question, lambda: False)

    def accept(self, suggestion_id: str, actions: Literal["all"] | Sequence[int]) -> None:
        """Write actions to disk, in full or not at all; emits Applied and Saved, or Refused."""
        with self._lock, self._telling():
            chain = self._desk.chain_of(suggestion_id)
            if chain is None:
                return
            offers = chain.chosen(None if actions == "all" else actions)
            texts = {offer.action.n: offer.action.new for offer in offers}
            self._after(self._writer.apply(chain, texts))

    def correct(self, suggestion_id: str, n: int, new: str) -> None:
        """Write one action with the person's own text; the rest stays open."""
        with self._lock, self._telling():
            chain = self._desk.chain_of(suggestion_id)
            if chain is not None:
                self._after(self._writer.apply(chain, {n: new}))

    def reject(self, suggestion_id: str, actions: Literal["all"] | Sequence[int] = "all") -> None:
        """Close a suggestion, or leave actions out of it; what is rejected is not offered again."""
        with self._lock, self._telling():
            chain = self._desk.chain_of(suggestion_id)
            if chain is not None:
                self._desk.reject(chain, None if actions == "all" else actions)
                if self._question is chain.question and not chain.open:
                    self._fall_silent(chain.question, "rejected")

    def undo(self) -> None:
        """Take back what was applied last; emits Undone."""
        with self._lock, self._telling():
            self._writer.undo()

    def undoable(self) -> int:
        """How many applied sets undo could take back, those of earlier runs too."""
        with self._lock, self._telling():
            return len(self._log.applied())
        return 0

    @property
    def outdated(self) -> bool:
        """Whether another adapter is current than the one that decides; cheap, never waits."""
        return self._started and self._adapting.outdated

    def refresh(self) -> None:
        """Let the current adapter decide, unless a prediction is under way: that does it when it ends."""
        if self.outdated and self._asking.acquire(blocking=False):
            try:
                self._follow()
            finally:
                self._asking.release()

    def roll_back(self) -> None:
        """Let the adapter before this one decide again, or the model as it is; emits ModelChanged."""
        with self._lock, self._telling():
            if self._started:
                self._adapting.roll_back()
        self.refresh()

    def _follow(self) -> None:
        """Take up another adapter between two predictions; what is on the table stays there."""
        with self._lock:
            if self._started and not self._closed:
                for event in self._adapting.follow():
                    self.emit(event)

    def why(self) -> Why:
        """Account for the last answer."""
        with self._lock:
            return self._why

    def snooze(self, minutes: float) -> None:
        """Stay silent for a while; 0 wakes."""
        with self._lock:
            self._snoozed_until = time.monotonic() + 60 * minutes

    def close(self) -> None:
        """Stop watching and let go of everything; may be called while it starts."""
        self.interrupt()
        self._unwatch()
        self._servers.close()
        with self._asking, self._lock:
            if self._started:
                if self._question is not None:
                    self._fall_silent(self._question, "closed")
                self._desk.aftermath.look(ending=True)
                self._thinker.predictor.close()
                self._started = False
            self._log.close()
        self._unwatch()

    def _unwatch(self) -> None:
        """Without the lock: the watcher waits for its thread, which may wait for the lock."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()

    @property
    def _snoozed(self) -> bool:
        return time.monotonic() < self._snoozed_until

    def _ask(self, question: Question) -> None:
        """Announce a save; the one before it is overtaken if it has no answer yet."""
        if self._question is not None:
            self._fall_silent(self._question, "superseded")
        self._question, self._answered, self._shown = question, None, set()
        self.emit(Saved(question.said.id, question.said.path, question.said.by))

    def _after(self, outcome: Question | frozenset[str]) -> None:
        """Go on with what an apply left: the question that follows, or files to look at again."""
        if isinstance(outcome, Question):
            self._ask(outcome)
        elif outcome:
            self.observe(outcome)

    def _answer(self, question: Question, thought: Thought) -> None:
        """Show what holds so far, or say why nothing does."""
        with self._lock:
            if self._question is not question:
                return
            kept = {(one.site.path, one.site.start, one.site.old, one.new) for one in thought.kept}
            if question.late and not (thought.complete and kept - self._shown):
                if thought.complete:
                    self._question, self._why = None, self._desk.account(question, thought)
                return
            if thought.kept:
                self._shown |= kept
                self.emit(self._desk.show(question, thought, self._thinker))
            if not thought.complete:
                return
            self._why, self._answered = self._desk.account(question, thought), question
            if not thought.kept:
                self.emit(Silence(question.said.id, self._why.reason, thought.latency(question.since)))
                self._desk.stay_silent(question, thought, self._thinker, self._why.reason)
            self._question = None

    def _fall_silent(self, question: Question, reason: str) -> None:
        """Close a question without having thought it through."""
        with self._lock:
            if self._question is not question:
                return
            self._question = None
            if question.late:
                return
            thought = Thought()
            if reason != "superseded":
                self._why = Why(question.said.id, reason)
            self.emit(Silence(question.said.id, reason, thought.latency(question.since)))
            self._desk.stay_silent(question, thought, self._thinker, reason)

    def _absorb(self, paths: frozenset[str], since: float, by_git: bool) -> None:
        """Take a branch switch or the like over; one save and one silence tell of it."""
        self._desk.aftermath.look()
        before = self._desk.aftermath.before()
        changed = self._project.absorb(paths)
        self._desk.aftermath.reread(before)
        for path in changed:
            self._servers.changed(path, self._project.text(path))
        if changed:
            question = self._desk.burst(changed, since, by_git)
            self._ask(question)
            self._fall_silent(question, question.reason or "burst")
            self._log.flush()

    def _open(self) -> None:
        """Take up the project's own records, and end what a crash interrupted."""
        self._project = Project(self.root, self.settings, self._places.index)
        self._desk = Desk(self._project, self._log, self._say)
        self._writer = Writer(self._desk, self._places.journal)
        with self._telling():
            self._writer.recover()

    def _watch(self) -> None:
        self._watcher = Watcher(self.root, self._project.ignore, self._touched, self._noticed, self.settings)
        self._watcher.start()

    def _predictor(self) -> Predictor:
        """The model that decides, or the rules alone where there is none."""
        if self._structure_only:
            return StructurePredictor()
        return open_predictor(self.settings, lambda notice: self.emit(Failed("No model", notice)))

    def _say(self, event: Event) -> None:
        """Hand an event on; what Ripple wrote or took back, the language servers must know too."""
        if isinstance(event, Applied | Undone):
            self._answered = None
            for path in event.paths:
                self._servers.changed(path, self._project.text(path))
        self.emit(event)

    def _text(self, path: str) -> str | None:
        return self._project.text(path)

    def _missed(self, notice: str) -> None:
        self.emit(Failed("Language server", notice))

    def _noticed(self, notice: str) -> None:
        self.emit(Failed("Watching", notice))

    def _failed(self, problem: EngineError) -> None:
        self.emit(Failed(problem.title, problem.message, problem.hint))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Problems that the person should know of become events."""
        try:
            yield
        except EngineError as problem:
            self._failed(problem)
