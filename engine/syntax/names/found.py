"""What a search for references has seen, and the rules that say how sure each kind of place is."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.syntax.document import Document, Mention
from engine.types import NodeKind, Relation

CERTAIN = {
    Relation.SAME_SCOPE: 0.97,
    Relation.INNER_SCOPE: 0.96,
    Relation.SAME_CLASS: 0.93,
    Relation.TYPED: 0.9,
    Relation.IMPORTED: 0.94,
    Relation.UNIQUE: 0.7,
    Relation.AMBIGUOUS: 0.25,
    Relation.SHADOWED: 0.05,
    Relation.TEXTUAL: 0.15,
}
OVERRIDE = 0.85
"""An override in a subclass of the class whose member was renamed."""
UPWARD = 0.45
"""The same member in a base class: it may as well be that the subclass no longer overrides it."""
UPWARD_CHECKED = 0.8
"""The same where a compiler would then complain."""
UNBOUND = 0.6
"""A bare name in a file that does not parse, like the one that was renamed there."""
KEYWORD_RULE = 0.92
ABSTRACT = 0.75
"""Used through a base class that leaves the member to its subclasses."""
FAMILIAR = 0.12
TELLING_TEXT = 0.5
VAGUE, VAGUE_WORD = 0.8, 0.5
"""What is left of a rule where the receiver is what foreign code returned; for plain words even less."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One place; offsets are characters."""

    path: str
    start: int
    end: int
    node: NodeKind
    relation: Relation
    rule: float
    defines: bool
    role: str
    short: str = ""
    """For a shorthand that is a name and a property at once: "key" if the property is meant, else "value"."""


@dataclass(slots=True)
class Found:
    """What a search over the candidate files has seen so far."""

    sure: list[tuple[Mention, Relation, float]] = field(default_factory=list)
    open: list[Mention] = field(default_factory=list)
    """Members of receivers of which nothing is known."""
    vague: list[Mention] = field(default_factory=list)
    """Members of what foreign code returned."""
    strangers: int = 0
    """Definitions of the same member name in unrelated classes."""
    complete: bool = True
    """Whether all candidate files were looked at."""


def text_rule(document: Document | None, mention: Mention, of_parameter: bool) -> float:
    """How likely a mention in a comment or docstring means the code: low for plain words, and where the entry
    of a parameter names something that is none."""
    if document is None:
        return 0.0
    name = mention.name
    if not of_parameter and _is_entry(document, mention):
        return CERTAIN[Relation.TEXTUAL]
    before = document.data[max(0, mention.start - 12) : mention.start]
    after = document.data[mention.end : mention.end + 2]
    marked = before.endswith((b"`", b":param ", b"``")) or after.startswith((b"`", b"()", b":\n"))
    rule = TELLING_TEXT if marked or telling(name) else CERTAIN[Relation.TEXTUAL]
    return rule + (0.08 if marked and telling(name) else 0.0)


def _is_entry(document: Document, mention: Mention) -> bool:
    """Whether a line of a docstring says what a parameter is: `:param size: ..` or `size (int): ..`."""
    line = document.data[document.data.rfind(b"\n", 0, mention.start) + 1 : mention.start].strip()
    typed = not line and document.data[mention.end : mention.end + 2] == b" ("
    return mention.role == "docstring" and (typed or line.startswith(b":param"))


def telling(name: str) -> bool:
    """Whether a name cannot be taken for a plain word: an underscore or a capital inside."""
    return "_" in name or any(one.isupper() for one in name[1:])
