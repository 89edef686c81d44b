"""The border between the protocol's positions (lines and code units) and character offsets."""

from __future__ import annotations

import re
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]
BREAK = re.compile(r"\r\n|\n|\r")
"""What ends a line in the protocol; other separators of Unicode do not."""
_UNIT = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Positions:
    """Converts the positions that a server gives in one text, exactly."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self._text = text
        self._codec, self._width = _UNIT[encoding]
        self._plain = encoding == "utf-32" or text.isascii()
        self._starts = [0]
        self._ends: list[int] = []
        for match in BREAK.finditer(text):
            self._ends.append(match.start())
            self._starts.append(match.end())
        self._ends.append(len(text))

    def offset(self, line: int, units: int) -> int:
        """The character offset of a position; one behind the end of its line or text is the end."""
        if line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[line], self._ends[line]
        if self._plain:
            return min(start + units, end)
        data = self._text[start:end].encode(self._codec, "surrogatepass")
        return start + len(data[: units * self._width].decode(self._codec, "ignore"))
