"""What a place in a file is, in the words of engine/types.py; offsets are characters."""

from __future__ import annotations

from dataclasses import dataclass

from engine.syntax.document import Document, Mention
from engine.types import NodeKind

_KINDS = {
    "def.function": NodeKind.DECLARATION,
    "def.static": NodeKind.PARAMETER,
    "def.classself": NodeKind.PARAMETER,
    "def.self": NodeKind.PARAMETER,
    "def.parameter": NodeKind.PARAMETER,
    "def.rest": NodeKind.PARAMETER,
    "member": NodeKind.ATTRIBUTE,
    "member.dotted": NodeKind.ATTRIBUTE,
    "def.member": NodeKind.ATTRIBUTE,
    "keyword": NodeKind.KEYWORD,
    "keyword.prop": NodeKind.KEYWORD,
    "def.key": NodeKind.KEYWORD,
    "ref.short": NodeKind.KEYWORD,
    "keyword.field": NodeKind.KEYWORD,
    "ref.call": NodeKind.CALL,
    "ref.type": NodeKind.TYPE,
    "forward": NodeKind.TYPE,
    "export": NodeKind.EXPORT,
    "export.name": NodeKind.EXPORT,
    "docstring": NodeKind.DOCSTRING,
    "comment": NodeKind.COMMENT,
    "string": NodeKind.STRING,
    "ref": NodeKind.REFERENCE,
    "ref.first": NodeKind.REFERENCE,
    "global": NodeKind.REFERENCE,
    "nonlocal": NodeKind.REFERENCE,
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a name stands."""

    path: str
    start: int
    end: int
    node: NodeKind
    role: str
    """The finer role that the queries gave, as "def.parameter" or "import.name"."""
    scope: tuple[int, int]
    """Start and end of the innermost scope; (0, length of the text) for the file itself."""
    scope_kind: str
    """function, block, module, or class, open, closed."""
    depth: int
    """How many scopes are around it; 0 in the module itself."""

    @property
    def defines(self) -> bool:
        """Whether the name is bound here."""
        return self.role.startswith("def.") or self.role in {"import.name", "import.alias", "import.module"}


def kind_of(mention: Mention) -> NodeKind:
    """The syntactic role of a mention."""
    if mention.role.startswith("import."):
        return NodeKind.IMPORT
    kind = _KINDS.get(mention.role)
    if kind is NodeKind.ATTRIBUTE and mention.role != "def.member":
        if "use.call" in mention.uses:
            return NodeKind.CALL
        if "use.type" in mention.uses:
            return NodeKind.TYPE
    if kind is None:
        kind = NodeKind.DECLARATION if mention.is_def else NodeKind.OTHER
    return kind


def _plain_role(mention: Mention) -> str:
    """The role; a first parameter is only special in a method."""
    first = mention.role in {"def.self", "def.static", "def.classself"}
    in_class = len(mention.scopes) > 1 and mention.scopes[1].is_class
    return "def.parameter" if first and (mention.role == "def.static" or not in_class) else mention.role


def occurrences(document: Document, name: str) -> list[Occurrence]:
    """Every place of a file where the name stands."""
    to_chars = document.border.to_chars
    found: list[Occurrence] = []
    for mention in document.mentions(name):
        inner = mention.scopes[0] if mention.scopes else None
        start, end = inner.key if inner is not None else (0, len(document.data))
        found.append(
            Occurrence(
                document.path,
                to_chars(mention.start),
                to_chars(mention.end),
                kind_of(mention),
                _plain_role(mention),
                (to_chars(start), to_chars(end)),
                inner.kind if inner is not None else "module",
                len(mention.scopes),
            )
        )
    return found
