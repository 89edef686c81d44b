"""The predictors: which sites become actions, with what text and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from engine.model.prompt import TextOf
from engine.types import Candidate, Edit, ModelInfo, Site

ShouldStop = Callable[[], bool]

STRUCTURE: Final = ModelInfo(name="structure", sha256="")


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided about the sites of one window, in their order, and what it took."""

    candidates: tuple[Candidate, ...]
    prompt_ms: float = 0.0
    prefill_ms: float = 0.0
    decode_ms: float = 0.0
    prompt_ids: tuple[int, ...] = ()
    """The exact prompt, as tokens; empty where no model was asked."""
    prompt: str = ""
    """The same prompt as a person reads it."""


class Predictor(Protocol):
    """Decides about sites, a window at a time."""

    info: ModelInfo

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, should_stop: ShouldStop
    ) -> Iterator[Decisions]:
        """Decide about all sites, in their order; ends early once `should_stop` says so."""
        ...


class StructurePredictor:
    """No model: a draft is as sure as the rule that made it, and a site without a draft stays out."""

    info: ModelInfo = STRUCTURE

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, should_stop: ShouldStop
    ) -> Iterator[Decisions]:
        """All sites with a draft, in one go."""
        if sites and not should_stop():
            yield Decisions(tuple(Candidate(s, s.draft, s.rule) for s in sites if s.draft is not None))
