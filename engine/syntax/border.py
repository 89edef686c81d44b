"""The border between characters (everywhere else) and bytes (tree-sitter)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

STEP = 512
"""Characters between two anchors of the offset table."""


WORD_BYTES = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$" + bytes(range(128, 256))
)


def find_word(data: bytes, word: bytes) -> Iterator[int]:
    """Where a word stands on its own in UTF-8 text; nowhere for an empty one."""
    size = len(word)
    at = data.find(word) if word else -1
    while at >= 0:
        end = at + size
        if (at == 0 or data[at - 1] not in WORD_BYTES) and (end == len(data) or data[end] not in WORD_BYTES):
            yield at
        at = data.find(word, end)


class Border:
    """Converts offsets of one text in both directions; an ASCII text costs nothing."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "surrogatepass")
        self._plain = len(self.data) == len(text)
        self.text = text
        self._anchors: list[int] | None = None

    def _table(self) -> list[int]:
        if self._anchors is None:
            anchors, at = [0], 0
            for start in range(0, len(self.text), STEP):
                at += len(self.text[start : start + STEP].encode("utf-8", "surrogatepass"))
                anchors.append(at)
            self._anchors = anchors
        return self._anchors

    def to_bytes(self, offset: int) -> int:
        """The byte offset of a character offset."""
        if self._plain:
            return offset
        block = offset // STEP
        start = block * STEP
        return self._table()[block] + len(self.text[start:offset].encode("utf-8", "surrogatepass"))

    def to_chars(self, offset: int) -> int:
        """The character offset of a byte offset (which must stand at a character's start)."""
        if self._plain:
            return offset
        table = self._table()
        block = min(bisect_right(table, offset), len(table) - 1) - 1
        return block * STEP + len(self.data[table[block] : offset].decode("utf-8", "surrogatepass"))
