"""The frozen dataclasses that cross folder lines; positions are character offsets unless a type says more."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class IntentKind(StrEnum):
    """What an edit means; one value per scenario."""

    RENAME = "rename"
    REPEAT = "repeat"
    SIGNATURE = "signature"
    EXTRACT = "extract"
    REFINE = "refine"
    OVERRIDE = "override"
    FIX = "fix"
    IMPORT = "import"
    FREE = "free"  # what a model of the person's own wrote around the edit; no scenario proposes it


class PromptFormat(StrEnum):
    """The prompt formats of other models that a GGUF of the person's own may speak."""

    ZETA_1 = "zeta-1"
    ZETA_2 = "zeta-2"
    ZETA_21 = "zeta-2.1"
    SWEEP_1 = "sweep-v1"
    SWEEP_2 = "sweep-v2"
    TEXT = "text"  # Ripple's own, in plain words, for any code model


class NodeKind(StrEnum):
    """The syntactic role of a site's text."""

    DECLARATION = "declaration"
    PARAMETER = "parameter"
    REFERENCE = "reference"
    CALL = "call"
    ATTRIBUTE = "attribute"
    KEYWORD = "keyword"  # the name of a keyword argument, or of a struct or object field in a literal
    IMPORT = "import"
    TYPE = "type"
    EXPORT = "export"  # an entry of __all__, an export list
    DOCSTRING = "docstring"
    COMMENT = "comment"
    STRING = "string"
    OTHER = "other"
    ARGUMENT = "argument"
    STATEMENT = "statement"
    EXPRESSION = "expression"
    MEMBER = "member"  # a whole method or field of a class


class Relation(StrEnum):
    """How the site's scope relates to the scope of what was edited."""

    SAME_SCOPE = "same_scope"  # resolves to the same binding, in the same scope
    INNER_SCOPE = "inner_scope"  # resolves to the same binding, from a scope inside
    SAME_CLASS = "same_class"  # through self, cls, this, super
    TYPED = "typed"  # through a receiver whose type is known
    IMPORTED = "imported"  # through an import, re-export or alias
    UNIQUE = "unique"  # receiver unknown, but the project defines the name once
    AMBIGUOUS = "ambiguous"  # receiver unknown and the name is defined more than once
    SHADOWED = "shadowed"  # the same name, bound to something else
    TEXTUAL = "textual"  # the text is the same; no syntax says more (comments, docstrings, repeats)
    OVERRIDES = "overrides"  # in a class below or above the one that was edited
    DUPLICATE = "duplicate"  # the same code, names apart


class Distance(StrEnum):
    """Where the site stands, seen from the edit."""

    SAME_LINE = "same_line"
    NEAR = "near"  # at most 10 lines away in the same file
    SAME_FILE = "same_file"
    SAME_FOLDER = "same_folder"
    FAR = "far"


class Trigger(StrEnum):
    """What the person touched: a fact about the edit, the same for all sites of an intent."""

    DECLARATION = "declaration"  # a definition was renamed or changed
    USE = "use"  # a use was changed and its definition was not
    USE_UNKNOWN = "use_unknown"  # a use was changed to a name that nothing defines (yet)
    USE_KNOWN = "use_known"  # a use was changed to another defined name: most often nothing follows
    TEXT = "text"  # a comment, docstring or string was changed
    PATTERN = "pattern"  # a replacement inside a line, seen once
    PATTERN_AGAIN = "pattern_again"  # the same replacement, seen at least twice
    PARAMETER_ADDED = "parameter_added"
    PARAMETER_REMOVED = "parameter_removed"
    PARAMETER_CHANGED = "parameter_changed"  # renamed, moved, given or deprived of a default
    RETURN_CHANGED = "return_changed"  # what a function returns, and how: sync to async, one to many
    EXTRACTED = "extracted"  # a variable or function was written that holds code found elsewhere
    INLINED = "inlined"  # a definition was deleted that is still used
    TYPE_CHANGED = "type_changed"
    MEMBER_ADDED = "member_added"
    MEMBER_CHANGED = "member_changed"
    MEMBER_REMOVED = "member_removed"
    NAME_MISSING = "name_missing"  # the edit uses a name that nothing binds
    NAME_UNUSED = "name_unused"  # the edit removed the last use of a name
    DIAGNOSTIC = "diagnostic"  # a language server reports a new error


class Verdict(StrEnum):
    """What became of an action."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    IGNORED = "ignored"  # on screen for a second at least, then saved on past
    FLASHED = "flashed"  # the same, on screen for less: nobody can have read it
    SUPERSEDED = "superseded"
    MADE_BY_HAND = "made_by_hand"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Position:
    """A place as the JSON front end speaks of it."""

    line: int
    """From 0; lines are those of str.splitlines."""
    character: int
    """From 0, in Unicode code points."""


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of text between two positions; the end is exclusive."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Hunk:
    """One contiguous replacement inside an edit, cut at token borders."""

    start: int
    """Offset in the text before."""
    old: str
    new_start: int
    """Offset in the text after."""
    new: str

    @property
    def end(self) -> int:
        """The end of the replaced text, in the text before."""
        return self.start + len(self.old)

    @property
    def new_end(self) -> int:
        """The end of the written text, in the text after."""
        return self.new_start + len(self.new)


@dataclass(frozen=True, slots=True)
class Edit:
    """What the person (or Ripple) did in one save, in one file."""

    id: str
    path: str
    """Relative to the project, with forward slashes."""
    before: str
    after: str
    hunks: tuple[Hunk, ...]
    by: Literal["person", "ripple"]
    at: float
    """Seconds since the epoch."""
    moved_from: str = ""
    """Where the file was before, if the edit is that it went to `path`; then `hunks` may be empty."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place that may have to change, with what structure says about it."""

    path: str
    start: int
    """Offset in the file's present text."""
    old: str
    draft: str | None
    """The new text that structure proposes, or None where it cannot tell."""
    intent: IntentKind
    node: NodeKind
    relation: Relation
    distance: Distance
    trigger: Trigger
    rule: float
    """How sure the rule is that the draft is right, 0 to 1."""
    why: str
    """One sentence for the person: "call of `total`, renamed in src/b.py"."""

    @property
    def end(self) -> int:
        """The end of the site's old text."""
        return self.start + len(self.old)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site with the text that would go there, before verification makes it an action."""

    site: Site
    new: str
    p: float
    """The calibrated chance that writing `new` is right, 0 to 1."""
    by_rule: bool = False
    """Whether `p` is the rule's word, because no model knows this intent."""
    label: int | None = None
    """Under which label the model was asked, in the window it decided last; None where it was not.

    Of what a model wrote for a window: the how many-th difference it is, from 0.
    """


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a chain as it is shown: replace `old` by `new` at `range` of `path`."""

    n: int
    """From 1, in the order of the chain."""
    path: str
    start: int
    range: Range
    old: str
    new: str
    intent: IntentKind
    p: float
    """The calibrated chance that the action is right, 0 to 1."""
    why: str
    guess: bool = False
    """Whether it is below the threshold, and shown to learn what the person says of it."""

    @property
    def end(self) -> int:
        """The end of the replaced text."""
        return self.start + len(self.old)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds spent between the save and the answer, by stage."""

    total: float = 0.0
    index: float = 0.0
    sites: float = 0.0
    prompt: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0
    verify: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model decides; name "structure" and an empty hash where none does."""

    name: str
    sha256: str
    adapter: str | None = None
    """The name of its file without the ending: the beginning of its hash, where training published it."""
    format: PromptFormat | None = None
    """How a model is asked that was not trained for Ripple."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The project is indexed and the model is loaded."""

    files: int
    symbols: int
    index_ms: float
    model: ModelInfo
    model_ms: float


@dataclass(frozen=True, slots=True)
class Saved:
    """A file was saved with a new text."""

    edit: str
    path: str
    by: Literal["person", "ripple"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A chain that is shown."""

    id: str
    edit: str
    final: bool
    latency: Latency
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is shown after a save, and why."""

    edit: str
    reason: str
    latency: Latency = field(default_factory=Latency)


@dataclass(frozen=True, slots=True)
class Applied:
    """Actions were written to disk and logged."""

    suggestion: str
    actions: tuple[int, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An action was not applied, and why."""

    suggestion: str
    action: int
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Actions cannot be taken any more: their file, or the one that they followed from, is gone."""

    suggestion: str
    actions: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Single actions were left out of a suggestion; what is open of the rest stays open."""

    suggestion: str
    actions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """The last applied actions were taken back."""

    suggestion: str
    actions: tuple[int, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong that the person should know of."""

    title: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to "why (is it silent)?"."""

    edit: str | None
    reason: str
    details: tuple[str, ...] = ()
    """One line per site that was considered: where, its p, and why it was left out."""


@dataclass(frozen=True, slots=True)
class ModelChanged:
    """Another adapter decides from now on, or none."""

    model: ModelInfo


Event = (
    Ready
    | Saved
    | Suggestion
    | Silence
    | Applied
    | Refused
    | Rejected
    | Withdrawn
    | Undone
    | Failed
    | Why
    | ModelChanged
)
"""What a session tells its front end."""
