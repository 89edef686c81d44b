"""What goes into the database and comes out of it again, one frozen dataclass each."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types import Action, Edit, Latency, ModelInfo, Verdict


@dataclass(frozen=True, slots=True)
class Considered:
    """A site that was decided about; `left_out` says why it is not among the actions."""

    path: str
    start: int
    old: str
    new: str
    intent: str
    p: float
    left_out: str | None = None
    window: int | None = None
    """Which of the answer's prompts asked about it, None where none did."""
    label: int | None = None
    """Under which label it was asked there."""
    rule: float = 0.0
    """How sure structure was."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What followed a save: a chain that was shown, or (with `reason`) a silence."""

    id: str
    root: str
    edit: Edit
    diff: str
    """The edit as a unified diff, for reading."""
    at: float
    model: ModelInfo
    threshold: float
    latency: Latency
    reason: str | None = None
    prompts: tuple[tuple[int, ...], ...] = ()
    """The exact token ids of each window."""
    prompt: str = ""
    considered: tuple[Considered, ...] = ()
    actions: tuple[Action, ...] = ()
    contexts: tuple[str, ...] = ()
    """The line each action begins on."""
    sites: tuple[int | None, ...] = ()
    """Where in `considered` each action stands."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one action."""

    n: int
    verdict: Verdict
    new: str | None = None
    """What the person wrote instead, where corrected."""


@dataclass(frozen=True, slots=True)
class AppliedSet:
    """Actions that were written together and can be taken back together."""

    id: int
    suggestion: str
    actions: tuple[int, ...]
    record: str
    """The journal's description of the files, JSON."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A draft that was taken, and the text that stands for it: the person's own where it was corrected."""

    intent: str
    path: str
    draft: str
    new: str
    changes: tuple[tuple[str, str], ...]
    """Old and new texts of the edit from which the draft followed."""
