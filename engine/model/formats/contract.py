"""What a prompt format is: edits and texts become a prompt, and the answer becomes a window's new text.

All texts here have plain newlines (LF); the caller turns those of the file into them and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.model.prompt import TextOf
from engine.types import Edit, PromptFormat


@dataclass(frozen=True, slots=True)
class Special:
    """A control token of the foreign model, by its text; where the model has none, it is plain text."""

    text: str


Part = str | Special
"""User text, in which nothing is ever taken for a control token, or a control token."""


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of a file that the model writes anew: characters of the file's present text."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to the model."""

    window: Window
    parts: tuple[Part, ...]
    stops: tuple[str, ...]
    """The answer ends before the first of these, or where the model ends it."""
    limit: int
    """The most tokens that an answer may have; a longer one is no answer."""

    @property
    def text(self) -> str:
        """The prompt as a person reads it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the window's new text."""

    text: str
    at: int | None
    """Where it stands in the answer; None where it is the window's own text, which was not asked for."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The window's new text, and which part of the answer each part of it is."""

    stretches: tuple[Stretch, ...]

    @property
    def text(self) -> str:
        """The new text as a whole."""
        return "".join(stretch.text for stretch in self.stretches)

    def origins(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of the answer that stand at start..end of the new text."""
        at = 0
        for stretch in self.stretches:
            low, high = max(start, at), min(end, at + len(stretch.text))
            if stretch.at is not None and low < high:
                yield stretch.at + low - at, stretch.at + high - at
            at += len(stretch.text)


class Format(Protocol):
    """One published way to ask a model for the next edit."""

    @property
    def name(self) -> PromptFormat:
        """By what name the settings know it."""
        ...

    @property
    def n_ctx(self) -> int:
        """Tokens of context that its longest prompt and answer need."""
        ...

    def ask(self, edits: Sequence[Edit], text_of: TextOf) -> Prompt | None:
        """The prompt for the newest of these edits (oldest first); None where it cannot be asked."""
        ...

    def read(self, prompt: Prompt, answer: str, finished: bool) -> Rewrite | None:
        """The window's new text; None where the answer is malformed, cut off or changes nothing."""
        ...

    def write(self, prompt: Prompt, text: str, touched: tuple[int, int]) -> tuple[Part, ...]:
        """The answer from which this text is read, with what ends it.

        `touched` is the stretch of the window outside of which the text is the window's own; a format that
        writes only a part of the window writes that one. So answers with the same `touched` can be compared.
        """
        ...


def cut(answer: str, start: int, end: int, *markers: str) -> list[Stretch]:
    """The answer from start to end without these markers."""
    found: list[Stretch] = []
    at = start
    while at < end:
        places = [(place, mark) for mark in markers if (place := answer.find(mark, at, end)) >= 0]
        stop, mark = min(places, default=(end, ""))
        if at < stop:
            found.append(Stretch(answer[at:stop], at))
        at = stop + len(mark)
    return found


def settled(window: Window, stretches: Sequence[Stretch]) -> Rewrite | None:
    """What a model wrote for the window, with the newlines at the window's end as they were.

    Models are careless about these: they add the one that ends the section or leave blank lines out, and
    what they did not mean must not become a deletion. None where nothing is left or nothing changes.
    """
    kept = list(stretches)
    while kept and not kept[-1].text.rstrip("\n"):
        kept.pop()
    if not kept:
        return None
    kept[-1] = Stretch(kept[-1].text.rstrip("\n"), kept[-1].at)
    body = window.text.rstrip("\n")
    rewrite = Rewrite((*kept, Stretch(window.text[len(body) :], None)))
    return rewrite if rewrite.text.strip() and rewrite.text != window.text else None


def mentions(text: str, marks: Sequence[str]) -> bool:
    """Whether a text holds one of these marks; one that ends in a newline must be a line of its own."""
    lines = set(text.split("\n")) if any(mark.endswith("\n") for mark in marks) else set()
    return any(mark[:-1] in lines if mark.endswith("\n") else mark in text for mark in marks)


def joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with neighbouring texts made one, so that a tokenizer sees them as they are read."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif part != "":
            found.append(part)
    return tuple(found)
