"""A text by its lines, and what hangs together in them: a line with the deeper ones beneath it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from engine.intents.lexer import zones
from engine.intents.patterns.template import CLOSERS, OPENERS

BODY: Final = 2
"""Lines beneath the first one of the longest element."""
_BLANKS: Final = 3
"""Blank lines that may stand in an element."""
_CLOSING: Final = tuple(CLOSERS)
_COMMENT: Final = re.compile(r"#(?!\[)|//|/\*|\*|--")
_IMPORT: Final = re.compile(
    r"(?:import|from|use|using|#\s*include|require|package)\b|\W*\"[\w./-]+\"\W*$|.*\brequire\("
)
"""A line that imports something, or names what Go imports."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text."""

    number: int
    start: int
    """Where its first character that is no blank stands."""
    text: str
    """Without the blanks around it."""
    indent: str

    @property
    def end(self) -> int:
        """Behind its last character that is no blank."""
        return self.start + len(self.text)

    @property
    def imports(self) -> bool:
        """Whether it brings in something of another file."""
        return _IMPORT.match(self.text) is not None


class Lines:
    """A file's text by its lines."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self._lines = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]

    def number(self, offset: int) -> int:
        """The number of the line on which an offset stands, from 0."""
        return bisect_right(self._starts, offset) - 1

    def line(self, number: int) -> Line:
        """A line by its number; before the first and behind the last there are empty ones."""
        if not 0 <= number < len(self._lines):
            return Line(number, len(self.text), "", "")
        raw = self._lines[number]
        bare = raw.lstrip()
        indent = raw[: len(raw) - len(bare)]
        return Line(number, self._starts[number] + len(indent), bare.rstrip(), indent)

    def around(self, first: int, last: int, reach: int) -> list[Line]:
        """The lines above `first` and below `last`, so many on each side."""
        numbers = (*range(first - reach, first), *range(last + 1, last + 1 + reach))
        return [self.line(number) for number in numbers]

    def in_words(self, line: Line) -> bool:
        """Whether a line begins in a comment or a string: then it is text."""
        return (
            _COMMENT.match(line.text) is not None or zones(self.text, self.path).kind(line.start) is not None
        )

    def element(self, line: Line) -> list[Line] | None:
        """A line with the deeper ones beneath it and what closes it; None where that is long or no whole."""
        found = [line]
        while len(found) <= BODY + 1:
            under = self.line(found[-1].number + 1)
            closes = len(found) > 1 and under.indent == line.indent and under.text.startswith(_CLOSING)
            if not closes and (not under.text or len(under.indent) <= len(line.indent)):
                whole = not self._goes_on(under.number, line.indent)
                return found if whole and balanced("\n".join(one.text for one in found)) else None
            found.append(under)
            if closes:
                return found if balanced("\n".join(one.text for one in found)) else None
        return None

    def _goes_on(self, number: int, indent: str) -> bool:
        """Whether deeper lines stand behind blank ones."""
        below = (self.line(number + blank) for blank in range(_BLANKS + 1))
        first = next((line for line in below if line.text), None)
        return first is not None and len(first.indent) > len(indent)


@lru_cache(maxsize=64)
def lines_of(text: str, path: str) -> Lines:
    """The lines of a file's text; those of the texts that were asked for last are kept."""
    return Lines(text, path)


def balanced(text: str) -> bool:
    """Whether every bracket of a text is closed in it."""
    stack: list[str] = []
    for char in text:
        if char in OPENERS:
            stack.append(OPENERS[char])
        elif char in CLOSERS and (not stack or stack.pop() != char):
            return False
    return not stack
