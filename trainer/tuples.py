"""Preference tuples: a context, the chains that were accepted there, and those that were rejected.

A chain is a sequence of choices, each of which names an asked site by (window, label) and the text written
there; `END` ends a chain where that it ends is itself a choice. Files are gzip of JSON lines, one tuple each.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from engine.errors import FileProblem
from engine.files import write_atomic


@dataclass(frozen=True, slots=True)
class Choice:
    """One action of a chain."""

    window: int
    """Which of the context's prompts asks about the site."""
    label: int
    """Under which label."""
    text: str
    """The new text."""


END: Final = Choice(-1, -1, "")
"""That nothing more follows."""

Chain = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A site as its prompt asks about it."""

    draft: str | None
    rule: float
    """How sure structure is, 0 to 1."""
    intent: str
    place: str
    """Which place it is: two sites of one tuple with the same place exclude each other."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One tuple; the tokens are those of the model `model`."""

    prompts: tuple[tuple[int, ...], ...]
    """Token ids of each window, up to its last <|ask|>."""
    sites: tuple[tuple[Asked, ...], ...]
    """The sites of each window, by label."""
    accepted: tuple[Chain, ...]
    rejected: tuple[Chain, ...]
    weight: float
    """How strong the signal is, 0 to 1; what is old counts less by the trainer's half-life."""
    at: float
    """Seconds since the epoch."""
    project: str
    path: str
    """The file of the edit."""
    signal: str
    """What told of it: "rejected", "corrected", "made_by_hand", "undone", "ignored", "history"..."""
    model: str
    """The sha256 of the base model."""


def write(path: Path, tuples: Iterable[Preference]) -> int:
    """Write a file in one step; how many tuples it holds. Raises FileProblem."""
    lines = [json.dumps(asdict(one), ensure_ascii=False) for one in tuples]
    write_atomic(path, gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))
    return len(lines)


def read(path: Path) -> Iterator[Preference]:
    """The tuples of a file. Raises FileProblem where one is damaged."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield _preference(json.loads(line))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise FileProblem(
            f"{path} cannot be read as preference tuples: {error}.", "Make it again.", "Damaged tuples"
        ) from error


def _preference(raw: dict[str, object]) -> Preference:
    return Preference(
        prompts=tuple(tuple(map(int, ids)) for ids in _list(raw["prompts"])),
        sites=tuple(tuple(Asked(**one) for one in window) for window in _list(raw["sites"])),
        accepted=_chains(raw["accepted"]),
        rejected=_chains(raw["rejected"]),
        weight=float(str(raw["weight"])),
        at=float(str(raw["at"])),
        project=str(raw["project"]),
        path=str(raw["path"]),
        signal=str(raw["signal"]),
        model=str(raw["model"]),
    )


def _chains(value: object) -> tuple[Chain, ...]:
    return tuple(tuple(Choice(**one) for one in chain) for chain in _list(value))


def _list(value: object) -> list:  # type: ignore[type-arg]  # JSON, checked where it is used
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    return value
