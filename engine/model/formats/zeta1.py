"""Zeta 1 (zed-industries/zeta, Qwen2.5-Coder): an instruction in words, and an excerpt with a marked region.

Source: zed-industries/zed, crates/zeta_prompt (module zeta1) and crates/edit_prediction/src/zeta1.rs, as Zed
asks a local model. The open data set and Zed's first versions put the paths into quotes; Zed does not now.
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
    mentions,
    settled,
)
from engine.model.formats.excerpt import Excerpt, Place, excerpt, place_of, tokens
from engine.model.formats.history import fitting, unified
from engine.model.prompt import TextOf
from engine.types import Edit, PromptFormat

CURSOR: Final = "<|user_cursor_is_here|>"
FILE_START: Final = "<|start_of_file|>"
START: Final = "<|editable_region_start|>"
END: Final = "<|editable_region_end|>"
INSTRUCTION: Final = (
    "### Instruction:\n"
    "You are a code completion assistant and your task is to analyze user edits and then rewrite an excerpt "
    "that the user provides, suggesting the appropriate edits within the excerpt, taking into account the "
    "cursor location.\n\n"
    "### User Edits:\n\n"
)
EXCERPT: Final = "\n\n### User Excerpt:\n\n"
RESPONSE: Final = "\n\n### Response:\n"

EDITABLE: Final = 350
CONTEXT: Final = 150
EVENTS: Final = 6
EVENT_TOKENS: Final = 500
"""For all edits together, as in Zed's crates/edit_prediction/src/zeta1.rs."""
LIMIT: Final = 1024
LONGEST: Final = 4096
"""Tokens of a whole prompt, at three bytes each."""


@dataclass(frozen=True, slots=True)
class Zeta1:
    """See the module."""

    name: PromptFormat = PromptFormat.ZETA_1
    n_ctx: int = 6144

    def ask(self, edits: Sequence[Edit], text_of: TextOf) -> Prompt | None:
        """The instruction, the edits, the excerpt; None where the excerpt holds one of the markers."""
        place = place_of(edits, text_of)
        if place is None:
            return None
        part = excerpt(place, EDITABLE, CONTEXT)
        if mentions(place.text[part.first : part.last], (CURSOR, FILE_START, START, END)):
            return None
        window = Window(place.path, part.start, part.end, place.text[part.start : part.end])
        text = INSTRUCTION + _events(edits) + EXCERPT + _excerpt(place, part) + RESPONSE
        return None if tokens(text) > LONGEST else Prompt(window, (text,), (END,), LIMIT)

    def read(self, prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
        """What stands behind the start marker; Zed takes an answer without one for the region, we do not."""
        start = answer.find(START)
        if not finished or start < 0 or answer.find(START, start + 1) >= 0 or FILE_START in answer[start:]:
            return None
        start += len(START)
        start += answer.startswith("\n", start)
        return settled(prompt.window, cut(answer, start, len(answer), CURSOR))

    def write(self, prompt: Prompt, text: str, touched: tuple[int, int]) -> tuple[Part, ...]:
        """The text between the markers."""
        return Special(START), "\n" + text.rstrip("\n") + "\n", Special(prompt.stops[0])


def _excerpt(place: Place, part: Excerpt) -> str:
    text = place.text
    return (
        f"```{place.path}\n"
        + (f"{FILE_START}\n" if part.first == 0 else "")
        + text[part.first : part.start]
        + f"{START}\n{text[part.start : place.at]}{CURSOR}{text[place.at : part.end]}\n{END}"
        + text[part.end : part.last]
        + "\n```"
    )


def _events(edits: Sequence[Edit]) -> str:
    """The newest edits that fit, oldest first."""
    return "\n\n".join(filter(None, fitting(edits, _event, EVENTS, EVENT_TOKENS)))


def _event(edit: Edit) -> str:
    moved = f"User renamed {edit.moved_from} to {edit.path}\n\n" if edit.moved_from else ""
    diff = unified(edit.before, edit.after)
    return moved + (f"User edited {edit.path}:\n```diff\n{diff}\n```" if diff else "")
