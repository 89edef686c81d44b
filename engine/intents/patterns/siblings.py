"""Siblings: lines that were inserted beside one like them, and what turns that one's name into theirs.

Beneath the field `style` comes `class_light`: the lesson is that `style` becomes `class_light`. `beside`
looks for the lines where `style` is handled, too, and `kinship` says how sure each of them is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from posixpath import splitext
from typing import Final

from engine.intents.lexer import shape_of
from engine.intents.patterns.echo import common
from engine.intents.patterns.kin import (
    LONGEST,
    Pair,
    Words,
    core,
    differing,
    exchanged,
    full,
    names,
    pieces,
)
from engine.intents.patterns.lines import Line, Lines, lines_of
from engine.intents.subwords import words
from engine.types import Edit

LESSONS: Final = 8
"""Lessons of one edit that are looked for."""
TOGETHER: Final = 12
"""Inserted lines of the longest stretch that is read."""
BESIDE: Final = 3
"""Lines above and below a sibling that tell its family, or that a place has it already."""
_SNAKES: Final = frozenset({".py", ".pyi", ".rs", ".rb", ".c", ".h"})
"""Endings of languages in which small names have underscores."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What makes a sibling's name the new ones."""

    pairs: tuple[Pair, ...]
    """One for each new line, in order."""
    more: tuple[Pair, ...]
    """What else was exchanged in the line, where one line came."""
    name: Words
    """The sibling's whole name, of which the words that are exchanged may be a part."""
    exact: bool
    """Whether that makes the sibling's whole line the new ones."""
    behind: bool
    """Whether the new lines came behind their sibling."""
    at: int
    """Where the new lines stand, in the text after."""
    family: frozenset[Words]
    """The names of the lines around, the sibling's left out."""
    beyond: frozenset[Words]
    """The names of the line on the other side of the new ones."""
    told: tuple[str, tuple[str, ...]]
    """The sibling's line from its name on, and the new ones from theirs, word for word."""
    line: str
    """The sibling's line."""
    kept: frozenset[str]
    """The tokens of it that stand in all new ones."""

    @property
    def key(self) -> tuple[Words, ...]:
        """The same for the same lesson anywhere."""
        return self.pairs[0].old, *(pair.new for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class _Made:
    """A new line that was made of an old one."""

    line: Line
    name: str
    """The first name of the old line that is another in the new one."""
    new: str
    pair: Pair
    more: tuple[Pair, ...]
    exact: bool


def lessons(edit: Edit) -> list[Lesson]:
    """What the inserted lines of an edit teach, one lesson for a name, the surest first."""
    if shape_of(edit.path) == "prose":
        return []
    text = lines_of(edit.after, edit.path)
    blocks = _inserted(edit, text)
    numbers = {line.number for block in blocks for line in block}
    found: dict[tuple[Words, ...], Lesson] = {}
    for block in blocks:
        near = text.around(block[0].number, block[-1].number, 1)
        taught = [
            one
            for line in near
            if line.text and line.number not in numbers and (one := _lesson(block, line, text))
        ]
        for one in sorted(taught, key=lambda one: (not one.exact, not one.behind)):
            found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: not one.exact)[:LESSONS]


def _inserted(edit: Edit, text: Lines) -> list[list[Line]]:
    """The lines that came whole, by the stretch in which they came."""
    found: list[list[Line]] = []
    for hunk in edit.hunks:
        if hunk.old.strip() or not hunk.new.strip():
            continue
        numbers = range(text.number(hunk.new_start), text.number(hunk.new_end) + 1)
        lines = [text.line(number) for number in numbers]
        whole = [
            line for line in lines if line.text and hunk.new_start <= line.start and line.end <= hunk.new_end
        ]
        if 0 < len(whole) <= TOGETHER:
            found.append(whole)
    return found


def _lesson(block: Sequence[Line], old: Line, text: Lines) -> Lesson | None:
    """What a line beside inserted ones teaches; None where they are no siblings."""
    if len(old.text) > LONGEST or old.imports or text.in_words(old):
        return None
    joined = "_" if splitext(text.path)[1] in _SNAKES else ""
    made = [one for line in block if line.indent == old.indent and (one := _made(old, line, joined))]
    made = [one for one in made if one.name == made[0].name]
    if len({one.pair.old for one in made}) > 1:
        made = [replace(one, pair=pair) for one in made if (pair := full(one.name, one.new, joined))]
    if not made:
        return None
    first, last = made[0].line, made[-1].line
    behind = old.number < first.number
    if (first.number - old.number if behind else old.number - last.number) != 1:
        return None
    own = {line.number for line in block}
    around = text.around(old.number, old.number, BESIDE + len(block))
    around = [line for line in around if line.number not in own]
    name, head = words(made[0].name), _head(old.text, made[0])
    return Lesson(
        pairs=tuple(one.pair for one in made),
        more=made[0].more if len(made) == 1 else (),
        name=name,
        exact=all(one.exact for one in made),
        behind=behind,
        at=first.start,
        family=frozenset(said for line in around for said in names(line.text)) - {name},
        beyond=frozenset(names(text.line(last.number + 1 if behind else first.number - 1).text)),
        told=(old.text[head:], tuple(one.line.text[head:] for one in made)),
        line=old.text,
        kept=frozenset(pieces(old.text)).intersection(*(pieces(one.line.text) for one in made)),
    )


def _kinds(line: Words, at: int) -> Words:
    """What follows a name, and how its line ends; a type or a value is as good as another."""
    return tuple("n" if piece[0].isalnum() else piece for piece in (*line[at + 1 : at + 2], line[-1]))


def _head(old: str, made: _Made) -> int:
    """How much of a line is the same before the name."""
    same = common(old, made.line.text)
    return same - len(re.split(r"\W", old[:same])[-1])


def _made(old: Line, new: Line, joined: str) -> _Made | None:
    """What made a new line of an old one; None where they are not the same but for names."""
    if len(new.text) > LONGEST:
        return None
    one, other = pieces(old.text), pieces(new.text)
    at = next((n for n, two in enumerate(zip(one, other, strict=False)) if two[0] != two[1]), None)
    differ, only = differing(old.text, new.text)
    if at is None or not differ or differ[0] != (one[at], other[at]):
        return None
    pair = core(*differ[0], joined)
    if pair is None:
        return None
    further = [two for two in differ[1:] if pieces(exchanged(two[0], pair)[0]) != (two[1],)]
    more = core(*further[0], joined) if len(further) == 1 else None
    text = exchanged(old.text, pair)[0]
    text = exchanged(text, more)[0] if more else text
    if only and pieces(text) == other:
        return _Made(new, *differ[0], pair, (more,) if more else (), True)
    if _kinds(one, at) != _kinds(other, at):
        return None
    return _Made(new, *differ[0], pair, (), False)
