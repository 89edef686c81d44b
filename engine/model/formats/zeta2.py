"""Zeta 2 (zed-industries/zeta-2, Seed-Coder): the rest of the file first, then the edits, then the region.

Source: zed-industries/zed, crates/zeta_prompt, format V0211SeedCoder, without related files (Zed takes them
from language servers). The region is given as in a merge conflict, and the answer is its other side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.model.formats.contract import (
    Part,
    Prompt,
    Rewrite,
    Special,
    Window,
    cut,
    joined,
    mentions,
    settled,
)
from engine.model.formats.excerpt import Excerpt, Place, excerpt, place_of, tokens
from engine.model.formats.history import fitting, unified
from engine.model.prompt import TextOf
from engine.types import Edit, PromptFormat

SUFFIX: Final = "<[fim-suffix]>"
PREFIX: Final = "<[fim-prefix]>"
MIDDLE: Final = "<[fim-middle]>"
FILE: Final = "<filename>"
CURSOR: Final = "<|user_cursor|>"
CURRENT: Final = "<<<<<<< CURRENT\n"
BETWEEN: Final = "=======\n"
UPDATED: Final = ">>>>>>> UPDATED\n"
NO_EDITS: Final = "NO_EDITS"
ACCEPTED: Final = "// User accepted prediction:\n"

EDITABLE: Final = 350
CONTEXT: Final = 150
EVENTS: Final = 6
LONGEST: Final = 4096
"""Tokens of a whole prompt, at three bytes each."""
BUDGET: Final = LONGEST * 9 // 10
LIMIT: Final = 1024


@dataclass(frozen=True, slots=True)
class Zeta2:
    """See the module."""

    name: PromptFormat = PromptFormat.ZETA_2
    n_ctx: int = 6144

    def ask(self, edits: Sequence[Edit], text_of: TextOf) -> Prompt | None:
        """The prompt; None where the excerpt holds one of the markers."""
        place = place_of(edits, text_of)
        if place is None:
            return None
        part = excerpt(place, EDITABLE, CONTEXT)
        marks = (SUFFIX, PREFIX, MIDDLE, FILE, CURSOR, CURRENT, BETWEEN, UPDATED)
        if mentions(place.text[part.first : part.last], marks):
            return None
        text = place.text
        region = CURRENT + text[part.start : place.at] + CURSOR + text[place.at : part.end]
        region += "" if region.endswith("\n") else "\n"
        return assembled(edits, place, part, region + BETWEEN, (UPDATED.rstrip("\n"),))

    def read(self, prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
        """The answer as it is, but for where the cursor would go."""
        if not finished or answer.strip() == NO_EDITS:
            return None
        return settled(prompt.window, cut(answer, 0, len(answer), CURSOR))

    def write(self, prompt: Prompt, text: str, touched: tuple[int, int]) -> tuple[Part, ...]:
        """The text and the end of the conflict."""
        return text.rstrip("\n") + "\n", Special(prompt.stops[0])


def assembled(
    edits: Sequence[Edit], place: Place, part: Excerpt, region: str, stops: tuple[str, ...]
) -> Prompt | None:
    """The frame that Zeta 2 and Zeta 2.1 share, around their ways to give the region."""
    text = place.text
    behind = text[part.end : part.last]
    behind += "" if behind.endswith("\n") else "\n"
    here = f"{place.path}\n{text[part.first : part.start]}{region}"
    taken = tokens(SUFFIX + behind + PREFIX) + tokens(FILE + here + MIDDLE)
    history = _history(edits, BUDGET - taken)
    told: list[Part] = [Special(FILE), f"edit_history\n{history}\n"] if history else []
    parts: list[Part] = [
        Special(SUFFIX),
        behind,
        Special(PREFIX),
        *told,
        Special(FILE),
        here,
        Special(MIDDLE),
    ]
    window = Window(place.path, part.start, part.end, text[part.start : part.end])
    prompt = Prompt(window, joined(parts), stops, LIMIT)
    return None if tokens(prompt.text) > LONGEST else prompt


def _history(edits: Sequence[Edit], budget: int) -> str:
    """The newest edits that fit, oldest first."""
    left = budget - tokens(f"{FILE}edit_history\n")
    return "".join(fitting(edits, _event, EVENTS, left)) if left > 0 else ""


def _event(edit: Edit) -> str:
    accepted = ACCEPTED if edit.by == "ripple" else ""
    names = f"--- a/{edit.moved_from or edit.path}\n+++ b/{edit.path}\n"
    return accepted + names + unified(edit.before, edit.after)
