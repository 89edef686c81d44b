"""The predictors: which sites become actions, with what text and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from engine.config import Settings
from engine.errors import ModelProblem
from engine.model.prompt import TextOf
from engine.types import Candidate, Edit, ModelInfo, Site

ShouldStop = Callable[[], bool]
Notice = Callable[[str], None]

EMBEDDED: Final = Path(__file__).parent / "assets" / "ripple.gguf"
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

    @property
    def info(self) -> ModelInfo:
        """Which model decides, and with which adapter."""
        ...

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, should_stop: ShouldStop
    ) -> Iterator[Decisions]:
        """Decide about all sites, in their order; ends early once `should_stop` says so."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


def by_rule(sites: Sequence[Site]) -> tuple[Candidate, ...]:
    """The sites that have a draft, each as sure as its rule."""
    return tuple(Candidate(site, site.draft, site.rule, True) for site in sites if site.draft is not None)


class StructurePredictor:
    """No model: a draft is as sure as the rule that made it, and a site without a draft stays out."""

    info: ModelInfo = STRUCTURE

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, should_stop: ShouldStop
    ) -> Iterator[Decisions]:
        """All sites with a draft, in one go."""
        if sites and not should_stop():
            yield Decisions(by_rule(sites))

    def close(self) -> None:
        """Nothing to free."""


def open_predictor(settings: Settings, notice: Notice) -> Predictor:
    """The predictor of these settings; structure alone, with a notice why, where no model can be had."""
    if settings.model is None and not EMBEDDED.is_file():
        notice("No model comes with this copy of Ripple: structure alone decides.")
        return StructurePredictor()
    try:
        from engine.model.llama import LlamaPredictor
        from engine.model.runtime import Runtime
    except (ImportError, OSError, RuntimeError) as error:
        notice(f"llama.cpp cannot be loaded ({error}): structure alone decides. `ripple doctor` says more.")
        return StructurePredictor()
    try:
        runtime = Runtime(settings.model or EMBEDDED, settings.threads, settings.gpu_layers)
    except ModelProblem as problem:
        notice(f"{problem.title}: {problem.message} Structure alone decides. {problem.hint}".strip())
        return StructurePredictor()
    return LlamaPredictor(runtime)
