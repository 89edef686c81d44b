"""Who answers in a replay: the engine as a session has it, or the baseline that only repeats replacements."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from engine.config import Settings
from engine.diagnostics import Diagnostic
from engine.intents.corrected import Corrections
from engine.model.predictor import Predictor
from engine.session.likes import Likes
from engine.session.thinking import Memory, Question, Thinker, Thought
from engine.syntax.index import Index
from engine.types import Candidate, Distance, IntentKind, NodeKind, Relation, Site, Trigger
from engine.verify import check, line_of, nth_of
from trainer.examples import World

REPEAT: Final = 0.5
"""The chance that the baseline gives to every place: it cannot tell them apart."""
MOST: Final = 200
"""Places that the baseline shows at the most, as many as the engine."""


class Mind(Protocol):
    """Answers the question that a save asks."""

    def answer(self, question: Question) -> Thought:
        """What is shown, and what was considered."""
        ...


@dataclass(frozen=True)
class Ground:
    """A project in memory, as the thinker looks at one."""

    root: Path
    world: World

    @property
    def index(self) -> Index:
        """The index over the texts as they stand."""
        return self.world.index

    def text(self, path: str) -> str | None:
        """The text of a file as it stands."""
        return self.world.text_of(path)


class Silent:
    """No language server runs beside a replay, and nothing was turned down before it."""

    def wait(self, edit: str, until: float) -> tuple[Diagnostic, ...]:
        """Nothing is said."""
        return ()

    def account(self, edit: str) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
        """Nothing was said."""
        return (), ()

    def rejected(self, path: str, old: str, new: str, context: str, nth: int) -> bool:
        """Nothing was turned down."""
        return False

    def corrections(self) -> Corrections:
        """Nothing was corrected."""
        return Corrections(())

    def likes(self) -> Likes:
        """Nothing was said."""
        return Likes()


class Told(Silent):
    """What a developer took and turned down while they wrote one commit."""

    def __init__(self) -> None:
        self._likes = Likes()
        self._refused: set[tuple[str, str, str, str, int]] = set()

    def took(self, one: Candidate) -> None:
        """An action was taken."""
        self._likes.took([one])

    def refused(self, one: Candidate, text: str) -> None:
        """An action was turned down where it stands in this text of its file."""
        site = one.site
        stands = line_of(text, site.start), nth_of(text, site.start, site.old)
        self._refused.add((site.path, site.old, one.new, *stands))
        self._likes.refused([one])

    def rejected(self, path: str, old: str, new: str, context: str, nth: int) -> bool:
        """Whether this very action was turned down."""
        return (path, old, new, context, nth) in self._refused

    def likes(self) -> Likes:
        """What that says of other places."""
        return self._likes


class Engine:
    """The engine as it runs in a session."""

    def __init__(
        self, ground: Ground, predictor: Predictor, settings: Settings, memory: Memory | None = None
    ) -> None:
        silent = Silent()
        self._thinker = Thinker(ground, predictor, silent, memory or silent, settings, threading.RLock())

    def answer(self, question: Question) -> Thought:
        """The last, complete thought."""
        *_, thought = self._thinker.think(question, lambda: False)
        return thought


class Repeat:
    """Identifiers replaced one for one in the last edit are replaced wherever they still stand."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def answer(self, question: Question) -> Thought:
        """Every place that verification lets through."""
        found = [Candidate(site, site.draft or "", REPEAT) for site in self._sites(question)][:MOST]
        kept, dropped = check(
            found,
            text_of=self._ground.text,
            root=self._ground.root,
            recent=(*question.recent, question.edit),
            rejected=Silent().rejected,
            errors=self._ground.index.errors,
        )
        return Thought(kept=kept, left_out=dropped, considered=found, sites=len(found), complete=True)

    def _sites(self, question: Question) -> Iterator[Site]:
        index, edit = self._ground.index, question.edit
        pairs = {
            hunk.old: hunk.new for hunk in edit.hunks if hunk.old.isidentifier() and hunk.new.isidentifier()
        }
        for old, new in pairs.items():
            paths = sorted(index.files_with(old), key=lambda path: (path != edit.path, path))
            for path in paths:
                for one in index.occurrences(path, old):
                    yield Site(
                        path, one.start, old, new, IntentKind.REPEAT, NodeKind.OTHER, Relation.TEXTUAL,
                        Distance.FAR, Trigger.PATTERN, REPEAT, f"`{old}` became `{new}` in the last edit",
                    )  # fmt: skip


class Both:
    """What structure drafts, and after it what the baseline repeats beside that; each as sure as its rule."""

    def __init__(self, first: Mind, second: Mind) -> None:
        self._minds: Sequence[Mind] = (first, second)

    def answer(self, question: Question) -> Thought:
        """The first one's actions, then the second's where the first has none."""
        thought, more = (mind.answer(question) for mind in self._minds)
        taken = [(one.site.path, one.site.start, one.site.end) for one in thought.kept]
        free = [
            one
            for one in more.kept
            if not any(
                path == one.site.path and start < one.site.end and one.site.start < end
                for path, start, end in taken
            )
        ]
        thought.kept += free
        thought.considered += free
        return thought
