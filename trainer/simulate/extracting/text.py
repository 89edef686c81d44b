"""How the languages write what an extraction adds, and where in a text it goes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from engine.syntax.blocks.pieces import Piece
from engine.syntax.document import Document
from engine.syntax.occurrences import occurrences
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, Trajectory
from trainer.simulate.tree import Tree


@dataclass(frozen=True, slots=True)
class Phrases:
    """A language's ways."""

    local: str
    constant: str
    end: str
    """What ends a statement."""


_SCRIPT = Phrases("const {name} = {value};", "const {name} = {value};", ";")
PHRASES: Final = {
    "python": Phrases("{name} = {value}", "{name} = {value}", ""),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "java": Phrases("var {name} = {value};", "private static final {type} {name} = {value};", ";"),
    "go": Phrases("{name} := {value}", "const {name} = {value}", ""),
    "rust": Phrases("let {name} = {value};", "const {name}: {type} = {value};", ";"),
}
WHOLE: Final = frozenset(
    """
    assignment variable_declarator assignment_expression let_declaration expression_list const_item
    static_item field_definition public_field_definition named_expression
    """.split()  # noqa: SIM905 (words read better as words)
)
"""Parents whose whole value an expression is: it has a name already."""
_NO_SEMICOLONS = re.compile(r"[\w)\]'\"`]\n")


def phrase(tree: Tree, text: str, form: str, **words: str) -> str:
    """A statement, without its semicolon where the file writes none."""
    made = form.format(**words)
    bare = tree.language in ("javascript", "typescript") and text.count(";\n") * 4 < len(
        _NO_SEMICOLONS.findall(text)
    )
    return made.removesuffix(";") if bare else made


def newline(text: str) -> str:
    """How the file ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def margin(text: str, start: int) -> str | None:
    """The blanks in front of a statement; None where something else stands on its line before it."""
    line = text.rfind("\n", 0, start) + 1
    blanks = text[line:start]
    return blanks if not blanks.strip() else None


def inserted(text: str, start: int, lines: str) -> Change:
    """Lines put in front of the line that an offset stands on."""
    return Change(text.rfind("\n", 0, start) + 1, "", lines + newline(text))


def bound(document: Document, text: str, names: Iterable[str], start: int, end: int) -> str:
    """ "bound" where one of the names may be bound anew inside a range, "touched" where it may be changed."""
    part = text[start:end]
    worst = ""
    for name in names:
        if name not in part:
            continue
        word = rf"(?<![\w$]){re.escape(name)}(?![\w$])"
        if re.search(
            rf"{word}(?:\[[^\]\n]*\])?\s*(?:[-+*/%&|^@?<>]{{1,3}})?=(?![=>])|{word}\s*(?:\+\+|--)|(?:\+\+|--)\s*{word}",
            part,
        ):
            return "bound"
        for one in occurrences(document, name):
            if start <= one.start < end and (
                one.defines or one.role.startswith(("import.", "global", "nonlocal"))
            ):
                return "bound"
        if re.search(
            rf"(?:&mut |&|del |delete ){word}|^[ \t]*(?:await )?{word}(?:\.\w+)*\.\w+\(", part, re.MULTILINE
        ):
            worst = "touched"
    return worst


def replaced(text: str, piece: Piece, new: str) -> Change:
    """The change that puts a name or a call in a piece's place, needless parentheses and all."""
    return Change(piece.outer_start, text[piece.outer_start : piece.outer_end], new)


def made(tree: Tree, kind: str, path: str, trigger: Iterable[Change], steps: Iterable[Change]) -> Trajectory:
    """A chain in one file."""
    chain: tuple[Step, ...] = tuple((path, change) for change in steps)
    before = {path: tree.texts[path]}
    return tree.chain("extract", kind, before, (path, trigger), chain)


def called_anew(tree: Tree, like: str, rng: random.Random) -> str:
    """A name for a new function; not that of a test."""
    for _ in range(10):
        name = tree.invented(like, rng)
        if not name.lower().startswith("test"):
            return name
        like = tree.common(rng)
    return f"un{name}"


def word_of(piece: Piece, rng: random.Random) -> str:
    """A word that tells what an expression is about."""
    words = [name for name in piece.names if len(name) > 2 and name not in ("self", "this", "cls")]
    return rng.choice(words[-2:]) if words else "value"


def has_word(text: str, name: str) -> bool:
    """Whether a name stands in a text as a whole word."""
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) is not None
