"""The predictors: which sites become actions, with what text and how surely."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from engine.config import Settings
from engine.errors import ModelProblem
from engine.model.prompt import TextOf
from engine.records import Written
from engine.types import Candidate, Edit, IntentKind, ModelInfo, Site

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
    written: Written | None = None
    """What the model wrote, where it writes by itself."""
    more: bool = False
    """The model goes on for a while: what there is can be shown."""


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


@runtime_checkable
class Adaptable(Protocol):
    """A predictor whose model takes LoRA adapters."""

    @property
    def info(self) -> ModelInfo:
        """Which model decides, and with which adapter."""
        ...

    def set_adapter(self, path: Path | None) -> None:
        """Decide with this adapter from now on, None for none. Raises ModelProblem; all is then as before."""
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
        import engine.model.llama
        import engine.model.opening  # noqa: F401  (both are known to load from here on)
    except (ImportError, OSError, RuntimeError) as error:
        notice(f"llama.cpp cannot be loaded ({error}): structure alone decides. `ripple doctor` says more.")
        return StructurePredictor()
    try:
        return _open(settings)
    except ModelProblem as problem:
        notice(f"{problem.title}: {problem.message} Structure alone decides. {problem.hint}".strip())
        return StructurePredictor()


def _open(settings: Settings) -> Predictor:
    """The predictor of the settings' model, in Ripple's prompt or its own. Raises ModelProblem."""
    from engine.model.opening import asking, chosen

    return asking(chosen(settings, EMBEDDED), IntentKind.FREE not in settings.without)
