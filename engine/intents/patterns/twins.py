"""Whole lines that were deleted, and their twins: where the same lines still stand, they mostly go as well.

Measured on eight histories that train (lines are compared without their indentation; words are identifiers of
two letters or more): of the twins in the same file 69 % went too from four words on, of those in the folder
63 % from six words on; with fewer words, or farther away, few did until the lines had been deleted twice. An
import that went is needed elsewhere more often than not: every file has its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.types import Edit, Hunk

MOST: Final = 40
"""Lines of the longest block that is looked for."""
BLOCKS: Final = 6
"""Deleted blocks of one save that are looked for."""
IMPORTED: Final = 0.1
"""The rule of an import that was deleted once."""
_WORD: Final = re.compile(r"[^\W\d]\w+")
_IMPORTS: Final = re.compile(
    r"(?:import|from|use|pub use|using|#\s*include|require)\b|(?:const|let|var)\b.*\brequire\s*\("
)
"""How a line begins that imports something, in most languages."""

Where = Literal["file", "folder", "far"]
RULES: Final[dict[Where, tuple[tuple[int, float, float], ...]]] = {
    "file": ((4, 0.48, 0.9), (2, 0.2, 0.7), (1, 0.1, 0.3)),
    "folder": ((6, 0.45, 0.85), (4, 0.2, 0.4), (1, 0.06, 0.1)),
    "far": ((6, 0.3, 0.45), (4, 0.1, 0.4), (1, 0.06, 0.1)),
}
"""By place: from how many words on, the rule where the lines were deleted once, and more often.

After one deletion it stays below what structure shows by itself: a model that weighs the place must agree.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that were deleted."""

    lines: tuple[str, ...]
    """Without their indentation and without blank lines around them."""
    at: int
    """Where they stood, in the text after."""
    seen: int
    """How often they were deleted, in this save and the ones before."""

    @property
    def words(self) -> list[str]:
        """Every word of it, in order."""
        return [word for line in self.lines for word in _WORD.findall(line)]

    def rule(self, where: Where) -> float:
        """How sure it is that a twin goes, too."""
        words = len(self.words)
        if self.seen == 1 and all(map(_IMPORTS.match, self.lines)):
            return IMPORTED
        for least, once, again in RULES[where]:
            if words >= least:
                return once if self.seen == 1 else again
        return 0.0


def blocks(edit: Edit, recent: Sequence[Edit]) -> list[Block]:
    """The blocks that an edit deleted, each once."""
    before = [lines for earlier in recent for lines, _ in _deleted(earlier)]
    own = list(_deleted(edit))
    every = [*before, *(lines for lines, _ in own)]
    found = {lines: Block(lines, at, every.count(lines)) for lines, at in reversed(own)}
    return list(found.values())[::-1][:BLOCKS]


def twins(block: Block, text: str) -> Iterator[tuple[int, int]]:
    """Where the lines of a block stand in a text: the start of the first, the end of the last."""
    if block.lines[0] not in text:
        return
    lines = text.splitlines(keepends=True)
    bare = [line.strip() for line in lines]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    count, last = len(block.lines), -1
    for number in range(len(lines) - count + 1):
        if bare[number] != block.lines[0] or number < last:
            continue
        if tuple(bare[number : number + count]) == block.lines:
            last = number + count
            yield starts[number], starts[last]


def _deleted(edit: Edit) -> Iterator[tuple[tuple[str, ...], int]]:
    """The whole lines that an edit deleted without writing others there."""
    for hunk in edit.hunks:
        if not hunk.new and _whole(edit.before, hunk):
            lines = [line.strip() for line in hunk.old.strip().splitlines()]
            if 0 < len(lines) <= MOST and any(map(_WORD.search, lines)):
                yield tuple(lines), hunk.new_start


def _whole(text: str, hunk: Hunk) -> bool:
    """Whether a hunk covers lines from their starts to their ends; where they begin may be the end before."""
    breaks = ("\n", "\r")
    before = hunk.start == 0 or text[hunk.start - 1] in breaks or hunk.old[0] in breaks
    behind = hunk.end == len(text) or text[hunk.end] in breaks or hunk.old[-1] in breaks
    return before and behind and (hunk.old[-1] in breaks or hunk.old[0] in breaks or hunk.end == len(text))
