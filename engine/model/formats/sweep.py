"""Sweep Next-Edit (sweepai): blocks named original, current and updated, behind a file separator.

Two generations are published. The first is the one of run_model.py beside sweep-next-edit-1.5B. The second
is that of Sweep's server (sweep-autocomplete 0.1.1, next_edit_autocomplete.py) and of inference.py beside
sweep-next-edit-v2-7B: with line numbers, the cursor, and the file around the block. The window is that of the
model's training, ten lines on either side, and its line numbers are those of the file, both as in
inference.py; the server shows fewer lines and counts from the cursor. The answer is not begun for the model.
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
from engine.model.formats.excerpt import Place, place_of
from engine.model.formats.history import Change, changes, earlier, oldest
from engine.model.prompt import TextOf
from engine.types import Edit, PromptFormat

FILE: Final = "<|file_sep|>"
CURSOR: Final = "<|cursor|>"
AROUND: Final = 10
CHANGES: Final = 6
LIMIT: Final = 1024
LONG_LINE: Final = 600
ADDED: Final = 20
"""The most lines that an answer may add; the server cuts a longer one, which would delete what it lacks."""
WHOLE_FILE: Final = 800
CHUNK: Final = 300
CHECKED: Final = 16_128
"""Characters from which on the server looks at a prompt's length; here a part of the file is shown then."""


@dataclass(frozen=True, slots=True)
class Sweep1:
    """The format of run_model.py."""

    name: PromptFormat = PromptFormat.SWEEP_1
    n_ctx: int = 8192

    def ask(self, edits: Sequence[Edit], text_of: TextOf) -> Prompt | None:
        """The changes but the newest, the window before that, the window now."""
        stops = (FILE, "</s>")
        block = _block(edits, text_of, stops)
        if block is None:
            return None
        parts: list[Part] = []
        told = edits if block.before == block.now else edits[:-1]
        for change in changes(told, 0)[-CHANGES:]:
            pair = f"original:\n{change.old}\nupdated:\n{change.new}\n"
            parts += [Special(FILE), f"{change.path}.diff\n{pair}"]
        path = block.place.path
        parts += [Special(FILE), f"original/{path}\n{block.before}\n"]
        parts += [Special(FILE), f"current/{path}\n{block.now}\n", Special(FILE), f"updated/{path}"]
        return _prompt(block, parts, stops)

    def read(self, prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
        """The answer; it begins with the newline that ends its heading."""
        return _read(prompt, answer, finished)

    def write(self, prompt: Prompt, text: str, touched: tuple[int, int]) -> tuple[Part, ...]:
        """The text as a block, behind the newline that ends its heading."""
        return "\n" + text.rstrip("\n") + "\n", Special(prompt.stops[0])


@dataclass(frozen=True, slots=True)
class Sweep2:
    """The format of Sweep's server and of inference.py."""

    name: PromptFormat = PromptFormat.SWEEP_2
    n_ctx: int = 16384

    def ask(self, edits: Sequence[Edit], text_of: TextOf) -> Prompt | None:
        """The file as it was, the changes, the window before the changes, the window now with the cursor."""
        stops = ("<|endoftext|>", FILE)
        block = _block(edits, text_of, stops)
        if block is None or CURSOR in block.window.text:
            return None
        path, span = block.place.path, f":{block.first}:{block.last}\n"
        states = earlier(edits, path, block.window.start, block.end)
        before = states[-1] if states else block.whole
        now = block.whole
        if before.endswith("\n") and now.endswith("\n"):
            before, now = before[:-1], now[:-1]
        at = min(max(0, block.place.at - block.window.start), len(now))
        task: list[Part] = ["\n", Special(FILE), f"original/{path}{span}{before}\n"]
        task += [Special(FILE), f"current/{path}{span}{now[:at]}", Special(CURSOR), f"{now[at:]}\n"]
        task += [Special(FILE), f"updated/{path}{span}"]
        told = _changes(edits)
        file = oldest(edits, path) or ""
        for most in (WHOLE_FILE, 0):
            head: list[Part] = [Special(FILE), f"{path}\n{_initial(file, block.row, most)}\n"]
            prompt = _prompt(block, [*head, *told, *task], stops)
            if len(prompt.text) <= CHECKED:
                break
        return prompt

    def read(self, prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
        """The answer, but for what the server refuses too."""
        return None if answer.startswith("<|") else _read(prompt, answer, finished)

    def write(self, prompt: Prompt, text: str, touched: tuple[int, int]) -> tuple[Part, ...]:
        """The text as a block."""
        return text.rstrip("\n") + "\n", Special(prompt.stops[0])


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines around the cursor, without blank ones at either end."""

    place: Place
    window: Window
    whole: str
    """With the newline of its last line."""
    row: int
    first: int
    """Line numbers, from 1."""
    last: int
    before: str
    """The window before the newest edit."""

    @property
    def now(self) -> str:
        return self.window.text

    @property
    def end(self) -> int:
        return self.window.start + len(self.whole)


def _block(edits: Sequence[Edit], text_of: TextOf, stops: Sequence[str]) -> _Block | None:
    """The window of the newest edit; None where it is blank, has too long a line or holds a stop string."""
    place = place_of(edits, text_of)
    if place is None:
        return None
    lines = place.text.split("\n")
    row = place.text.count("\n", 0, place.at)
    first, last = max(0, row - AROUND), min(len(lines), row + AROUND + 1)
    while first < last and not lines[first].strip():
        first, last = first + 1, min(len(lines), last + 1)
    while first < last and not lines[last - 1].strip():
        last -= 1
    text = "\n".join(lines[first:last])
    start = sum(len(line) + 1 for line in lines[:first])
    fits = all(len(line) <= LONG_LINE for line in lines[first:last])
    if not text or not fits or mentions(text, stops):
        return None
    window = Window(place.path, start, start + len(text), text)
    whole = text + place.text[window.end : window.end + 1]
    states = earlier(edits, place.path, window.start, window.end)
    return _Block(place, window, whole, row, first + 1, last, states[0] if states else text)


def _changes(edits: Sequence[Edit]) -> list[Part]:
    """The last changes with a line around each."""
    parts: list[Part] = []
    for change in changes(edits, 1)[-CHANGES:]:
        parts += ["\n" if parts else "", Special(FILE), _change(change)]
    return parts


def _change(change: Change) -> str:
    old, new = change.old.strip("\n"), change.new.strip("\n")
    return f"{change.path}:{change.first}:{change.last}\noriginal:\n{old}\nupdated:\n{new}"


def _initial(file: str, row: int, most: int) -> str:
    """The whole file, or the chunk of it whose middle is nearest; chunks begin every half a chunk."""
    lines = file.removesuffix("\n").split("\n")
    if len(lines) <= max(most, CHUNK):
        return file
    step = CHUNK // 2
    start = min(max(0, round((row - CHUNK // 2) / step)) * step, max(0, len(lines) - 1))
    return "\n".join(lines[start : start + CHUNK])


def _prompt(block: _Block, parts: Sequence[Part], stops: tuple[str, ...]) -> Prompt:
    short = [_shortened(part) if isinstance(part, str) else part for part in parts]
    return Prompt(block.window, joined(short), stops, LIMIT)


def _shortened(text: str) -> str:
    """The text with very long lines cut."""
    if len(text) <= LONG_LINE:
        return text
    lines = text.split("\n")
    return "\n".join(line if len(line) <= LONG_LINE else line[:LONG_LINE] + "..." for line in lines)


def _read(prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
    """The answer without blank lines in front, which the window has none of either."""
    lost = answer.find(" No newline at end of file")
    end = lost if lost >= 0 and not answer[lost:].partition("file")[2].strip() else len(answer)
    head = answer[:end]
    start = len(head) - len(head.lstrip())
    start = head.rfind("\n", 0, start) + 1
    if not finished or head.count("\n", start) > prompt.window.text.count("\n") + ADDED:
        return None
    return settled(prompt.window, cut(answer, start, end, CURSOR))
