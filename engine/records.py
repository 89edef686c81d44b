"""What goes into the database and comes out of it again, one frozen dataclass each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from engine.types import Action, Edit, Hunk, Latency, ModelInfo, Verdict

Horizon: TypeAlias = Literal["5m", "1h", "commit"]
"""When accepted text is looked at again: so long after it was written, or at the next commit."""
REVERTED_WITHIN: Final = 600.0
"""Seconds within which taking back or changing accepted text is a word about the suggestion."""
BURST: Final = "b"
"""What the id of an edit begins with that many files at once got, by a branch switch or the like."""
DAY: Final = 86_400.0
"""Seconds after a suggestion whose edits are told with it."""


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
    """Under which label it was asked there, or the how many-th difference it is of what a model wrote."""
    rule: float = 0.0
    """How sure structure was."""


@dataclass(frozen=True, slots=True)
class Written:
    """A stretch of a file as a model of the person's own wrote it anew, when one prompt asked it to."""

    format: str
    """How it was asked: a PromptFormat."""
    path: str
    start: int
    """Where the stretch begins in the file's text."""
    old: str
    """The stretch as it stood, with the file's own newlines."""
    said: str
    """What the model wrote, up to what ended it."""
    stop: str
    """The text that ends an answer to this prompt."""
    finished: bool
    """Whether it came to an end."""


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
    """The line each action begins on, as it is now."""
    sites: tuple[int | None, ...] = ()
    """Where in `considered` each action stands."""
    shown_at: tuple[float, ...] = ()
    """When each action came on screen, where that is known."""
    propensities: tuple[float, ...] = ()
    """With what probability each was shown; 1 for all where none is given."""
    written: tuple[Written, ...] = ()
    """For each window what a model wrote there; empty where it was asked about places."""
    nths: tuple[int, ...] = ()
    """Which of the same texts on its line each is, from 0; the first where none is given."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one action."""

    n: int
    verdict: Verdict
    new: str | None = None
    """What the person wrote instead, where corrected."""
    later: bool = False
    """Whether it was found from later saves."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of what an action wrote still stood a while later."""

    n: int
    horizon: Horizon
    share: float
    """1 where all of the change stands, 0 where none of it does."""
    at: float


@dataclass(frozen=True, slots=True)
class SiteFate:
    """What the person's later saves did to a considered place that Ripple did not write."""

    site: int
    """Its number in `considered`."""
    made: bool
    """Whether they made exactly the change that was considered."""
    new: str | None
    """What stands there now; None where the text around it went too."""
    at: float


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


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """A verdict, as it is stored."""

    verdict: Verdict
    new: str | None
    at: float
    later: bool


@dataclass(frozen=True, slots=True)
class ToldAction:
    """An action that was shown, and all that is known of what became of it."""

    n: int
    path: str
    start: int
    old: str
    new: str
    intent: str
    p: float
    context: str
    """The line it begins on."""
    site: int | None
    """Its number in `considered`."""
    guess: bool
    propensity: float
    shown_at: float | None
    closed_at: float | None
    """When it was first decided about."""
    decisions: tuple[ToldDecision, ...]
    """In the order of time."""
    kept: tuple[Kept, ...]

    @property
    def written(self) -> bool:
        """Whether Ripple wrote it, as it was or corrected."""
        said = (one.verdict for one in self.decisions if not one.later)
        return any(verdict in (Verdict.ACCEPTED, Verdict.CORRECTED) for verdict in said)

    @property
    def outcome(self) -> ToldDecision | None:
        """The last decision that speaks of the suggestion: to undo it much later does not."""
        written = 0.0
        last: ToldDecision | None = None
        for one in self.decisions:
            if one.verdict is Verdict.UNDONE and written and one.at - written > REVERTED_WITHIN:
                continue
            if one.verdict in (Verdict.ACCEPTED, Verdict.CORRECTED) and not one.later:
                written = one.at
            last = one
        return last


@dataclass(frozen=True, slots=True)
class ToldEdit:
    """A save that came after a suggestion, in one of its files."""

    id: str
    path: str
    by: Literal["person", "ripple"]
    at: float
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One answer with everything that is known of it and of what followed within a day."""

    suggestion: str
    project: str
    """The root."""
    edit: ToldEdit
    """The save that it answers."""
    at: float
    reason: str | None
    """Why nothing was shown, None where something was."""
    model: ModelInfo
    threshold: float
    prompts: tuple[tuple[int, ...], ...]
    """The exact token ids of each window."""
    considered: tuple[Considered, ...]
    actions: tuple[ToldAction, ...]
    fates: tuple[SiteFate, ...]
    later: tuple[ToldEdit, ...]
    """What was saved in the files of the edit and of the considered places, in the order of time."""
    written: tuple[Written, ...] = ()
    """For each window what a model wrote there; empty where it was asked about places."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A suggestion whose rows cannot be read."""

    suggestion: str
    why: str


@dataclass(frozen=True, slots=True)
class Followed:
    """An action that an earlier run wrote, of which later saves may still tell something."""

    suggestion: str
    n: int
    path: str
    start: int
    """Where it stood when it was suggested."""
    old: str
    new: str
    """What was written."""
    context: str
    """The line it begins on, before it was written."""
    at: float
    own: bool
    """Whether the text is the person's own."""
    settled: bool
    """Whether later saves have told something of it already."""
    looked: tuple[Horizon, ...]
    edits: tuple[ToldEdit, ...]
    """The logged saves of its file since it was suggested, the one that wrote it among them."""


@dataclass(frozen=True, slots=True)
class Day:
    """What one day brought, over all projects."""

    day: str
    """Like 2026-11-25, on the person's calendar."""
    shown: int
    """Actions."""
    acceptance: float | None
    """Right among those shown and decided."""
    saves: int
    """Saves by the person that were looked at to the end."""
    activity: float | None
    """The share of them that was answered with something."""
    generation: float | None
    """The share of all changed characters that accepted actions wrote."""


@dataclass(frozen=True, slots=True)
class IntentShare:
    """How the actions of one intent fared."""

    intent: str
    shown: int
    acceptance: float | None


@dataclass(frozen=True, slots=True)
class Confidence:
    """Actions of about the same p, and how many of them were taken."""

    p: float
    """Their mean."""
    share: float
    of: int


@dataclass(frozen=True, slots=True)
class Diary:
    """How Ripple has fared, as the log of decisions tells."""

    days: tuple[Day, ...]
    """Oldest first."""
    intents: tuple[IntentShare, ...]
    confidence: tuple[Confidence, ...]
    """By rising p."""


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """One line of the decision log."""

    at: float
    """Seconds since the epoch."""
    project: str
    path: str
    line: int
    """From 1, as editors count."""
    intent: str
    old: str
    new: str
    p: float
    verdict: Verdict
    corrected_to: str | None
    model: str
    adapter: str | None
    suggestion: str
    n: int
    guess: bool = False
    later: bool = False
    """Whether it was found from later saves: nobody said it."""
