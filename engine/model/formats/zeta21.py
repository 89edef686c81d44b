"""Zeta 2.1 (zed-industries/zeta-2.1): as Zeta 2, but only the blocks that change are written.

Source: zed-industries/zed, crates/zeta_prompt, format V0318SeedMultiRegions, and its multi_region.rs. The
region is cut into blocks of 6 to 16 lines with a numbered marker at each border, which adds no newline of its
own. The answer gives two markers and what shall stand between them; the same marker twice is no edit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from engine.model.formats.contract import (
    Part,
    Prompt,
    Rewrite,
    Special,
    Stretch,
    cut,
    mentions,
    settled,
)
from engine.model.formats.excerpt import excerpt, place_of
from engine.model.formats.zeta2 import (
    CONTEXT,
    CURSOR,
    EDITABLE,
    FILE,
    MIDDLE,
    NO_EDITS,
    PREFIX,
    SUFFIX,
    assembled,
)
from engine.model.prompt import TextOf
from engine.types import Edit, PromptFormat

MARKER: Final = "<|marker_"
ANSWER_END: Final = "<[end▁of▁sentence]>"
FEWEST: Final = 6
MOST: Final = 16
AHEAD: Final = 5
"""Lines that are looked at for a better beginning of a block."""
_TAG: Final = re.compile(r"<\|marker_(\d+)\|>")
_TAILS: Final = frozenset({"break", "continue", "return", "throw", "end"})


@dataclass(frozen=True, slots=True)
class Zeta21:
    """See the module."""

    name: PromptFormat = PromptFormat.ZETA_21
    n_ctx: int = 6144

    def ask(self, edits: Sequence[Edit], text_of: TextOf) -> Prompt | None:
        """The prompt; None where the excerpt holds one of the markers."""
        place = place_of(edits, text_of)
        if place is None:
            return None
        part = excerpt(place, EDITABLE, CONTEXT)
        marks = (SUFFIX, PREFIX, MIDDLE, FILE, ANSWER_END, CURSOR, MARKER)
        if mentions(place.text[part.first : part.last], marks):
            return None
        region = marked(place.text[part.start : part.end], place.at - part.start)
        return assembled(edits, place, part, region, (ANSWER_END,))

    def read(self, prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
        """The region with what stands between the first and the last marker of the answer put in."""
        tags = list(_TAG.finditer(answer))
        if not finished or len(tags) < 2 or answer.strip() == NO_EDITS:
            return None
        first, last = int(tags[0][1]), int(tags[-1][1])
        old = prompt.window.text
        places = borders(old)
        if not 1 <= first < last <= len(places):
            return None
        new: list[Stretch] = []
        for tag, after in pairwise(tags):
            new += cut(answer, tag.end(), after.start(), CURSOR)
        start, end = places[first - 1], places[last - 1]
        return settled(prompt.window, [Stretch(old[:start], None), *new, Stretch(old[end:], None)])

    def write(self, prompt: Prompt, text: str, touched: tuple[int, int]) -> tuple[Part, ...]:
        """The blocks that are touched, between their outer markers."""
        old = prompt.window.text
        places = borders(old)
        first = max(at for at, start in enumerate(places[:-1]) if start <= touched[0])
        last = min(at for at in range(first + 1, len(places)) if places[at] >= touched[1])
        inner = text[places[first] : len(text) - (len(old) - places[last])]
        return f"{MARKER}{first + 1}|>{inner}{MARKER}{last + 1}|>", Special(prompt.stops[0])


def marked(region: str, cursor: int) -> str:
    """The region with its markers and the cursor, and a newline at the end."""
    places = borders(region)
    out: list[str] = []
    placed = False
    for number, start in enumerate(places, 1):
        out.append(f"{MARKER}{number}|>")
        end = places[number] if number < len(places) else start
        here = not placed and number < len(places) and start <= cursor <= end
        out += [region[start:cursor], CURSOR, region[cursor:end]] if here else [region[start:end]]
        placed = placed or here
    return "".join(out) + "\n"


def borders(region: str) -> list[int]:
    """Where the blocks of a region begin, and where the last one ends."""
    if not region:
        return [0, 0]
    lines = region.split("\n")
    if len(lines) > 1 and lines[-1] == "":
        lines.pop()
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = [0]
    before = row = 0
    while row < len(lines):
        target = _cut_at(lines, row, row - before)
        if target is not None and starts[target] > found[-1]:
            found.append(starts[target])
            before, row = target, target
        row += 1
    return found if found[-1] == len(region) else [*found, len(region)]


def _cut_at(lines: Sequence[str], row: int, size: int) -> int | None:
    """The row at which a block that has reached `row` may end; None where it goes on."""
    target = next((at for at in range(row, min(len(lines), row + AHEAD)) if _opens(lines[at])), row)
    if size >= FEWEST and lines[row].strip() and not lines[row - 1].strip() and len(lines) - target >= FEWEST:
        return target
    return target if size >= MOST else None


def _opens(line: str) -> bool:
    """Whether a line is a good beginning of a block: no blank, no bracket that closes, no last statement."""
    bare = line.strip()
    return bare != "" and bare[0] not in "}])" and bare.rstrip(";") not in _TAILS
