"""Ripple's own question in plain words, for a code model that knows no format for the next edit.

The edits as diffs, then the lines around the newest as they were, as they are, and, in the model's words, as
they shall be. The fences are longer than any run of backquotes in the lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.model.formats.contract import Part, Prompt, Rewrite, Window, cut, settled
from engine.model.formats.excerpt import excerpt, place_of, tokens
from engine.model.formats.history import earlier, unified
from engine.model.prompt import TextOf
from engine.types import Edit, PromptFormat

EDITABLE: Final = 350
EVENTS: Final = 4
LONGEST: Final = 4096
"""Tokens of a whole prompt, at three bytes each."""


@dataclass(frozen=True, slots=True)
class Plain:
    """See the module."""

    name: PromptFormat = PromptFormat.TEXT
    n_ctx: int = 6144

    def ask(self, edits: Sequence[Edit], text_of: TextOf) -> Prompt | None:
        """The prompt, with as many of the newest edits as fit."""
        place = place_of(edits, text_of)
        if place is None:
            return None
        part = excerpt(place, EDITABLE, 0)
        now = place.text[part.start : part.end]
        before = next(iter(earlier(edits, place.path, part.start, part.end)), now)
        window = Window(place.path, part.start, part.end, now)
        before, now = before.rstrip("\n"), now.rstrip("\n")
        fence = "`" * max(3, 3, *(len(run) + 1 for run in re.findall("`+", before + now)))
        first = place.text.count("\n", 0, part.start) + 1
        where = f"lines {first} to {first + now.count(chr(10))} of {place.path}"
        task = (
            f"\nBefore the last of these changes, {where} were:\n{fence}\n{before}\n{fence}\n"
            f"\nNow they are:\n{fence}\n{now}\n{fence}\n"
            "\nOnce everything is done that follows from the changes, and nothing else, they are:\n"
            f"{fence}\n"
        )
        told = _history(edits, LONGEST - tokens(task))
        text = f"These changes were made to a project, the oldest first:\n\n{told}{task}"
        return Prompt(window, (text,), (f"\n{fence}",), 1024) if told else None

    def read(self, prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
        """The answer up to the fence."""
        return settled(prompt.window, cut(answer, 0, len(answer))) if finished else None

    def write(self, prompt: Prompt, text: str, touched: tuple[int, int]) -> tuple[Part, ...]:
        """The text and the fence."""
        return (text.rstrip("\n") + prompt.stops[0],)


def _history(edits: Sequence[Edit], left: int) -> str:
    found: list[str] = []
    for edit in reversed(edits[-EVENTS:]):
        names = f"--- a/{edit.moved_from or edit.path}\n+++ b/{edit.path}\n"
        event = names + unified(edit.before, edit.after)
        left -= tokens(event) + 20
        if left < 0:
            break
        found.insert(0, event)
    return "".join(found)
