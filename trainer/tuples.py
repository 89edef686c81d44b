"""What a night learns from: preference tuples, and outcomes of single actions.

A tuple is a context, the chains that were accepted there, and those that were rejected. A chain is a
sequence of choices, each of which names an asked site by (window, label) and the text written there; `END`
ends a chain where that it ends is itself a choice. Of a model that writes windows anew, the sites are the
differences between a window and what may be written for it. An outcome says of one action whether it was
right: the chance that is shown rests on those. Files are gzip of JSON lines, one record each.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeVar

from engine.errors import FileProblem
from engine.files import write_atomic
from engine.records import Written


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
Record = TypeVar("Record")


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
    windows: tuple[Written, ...] = ()
    """For each prompt the window that the model wrote anew; empty where it was asked about sites."""

    def place_of(self, choice: Choice) -> str | None:
        """The place of a choice; None for the end."""
        return None if choice == END else self.sites[choice.window][choice.label].place

    def is_draft(self, choice: Choice) -> bool:
        """Whether a choice's text is its site's draft, blanks aside."""
        draft = self.sites[choice.window][choice.label].draft
        return draft is not None and bare(draft) == bare(choice.text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one action that the engine considered."""

    prompt: tuple[int, ...]
    """Token ids of the window that asked about it; empty where only the rule decided."""
    label: int | None
    """Under which label it was asked there."""
    rule: float
    intent: str
    right: bool
    weight: float
    """How strong the signal is, 0 to 1; what is old counts less by the trainer's half-life."""
    propensity: float
    """The chance with which it was looked at: 1 for what passed the threshold, less for a guess."""
    at: float
    """Seconds since the epoch."""
    project: str
    path: str
    """The file of the action."""
    place: str
    """Which place it is, as in `Asked`."""
    new: str
    signal: str
    model: str
    """The sha256 of the base model."""


def bare(text: str) -> str:
    """A text by which two choices are the same: blanks do not part them."""
    return "".join(text.split())


def write(path: Path, tuples: Iterable[Preference]) -> int:
    """Write a file in one step, for its owner alone; how many tuples it holds. Raises FileProblem."""
    return _write(path, tuples)


def read(path: Path) -> Iterator[Preference]:
    """The tuples of a file. Raises FileProblem where one is damaged."""
    return _read(path, _preference)


def write_outcomes(path: Path, outcomes: Iterable[Outcome]) -> int:
    """Write a file in one step; how many outcomes it holds. Raises FileProblem."""
    return _write(path, outcomes)


def read_outcomes(path: Path) -> Iterator[Outcome]:
    """The outcomes of a file; those of one window share their prompt. Raises FileProblem."""
    prompts: dict[tuple[int, ...], tuple[int, ...]] = {}

    def made(raw: dict[str, object]) -> Outcome:
        prompt = tuple(map(int, _list(raw["prompt"])))
        return _outcome(raw, prompts.setdefault(prompt, prompt))

    return _read(path, made)


def _write(path: Path, records: Iterable[Preference | Outcome]) -> int:
    lines = [json.dumps(asdict(one), ensure_ascii=False) for one in records]
    write_atomic(path, gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0), 0o600)
    return len(lines)


def _read(path: Path, made: Callable[[dict[str, object]], Record]) -> Iterator[Record]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield made(json.loads(line))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise FileProblem(
            f"{path} cannot be read as preference tuples: {error}.", "Make it again.", "Damaged tuples"
        ) from error


def _outcome(raw: dict[str, object], prompt: tuple[int, ...]) -> Outcome:
    label = raw["label"]
    return Outcome(
        prompt=prompt,
        label=None if label is None else int(str(label)),
        rule=float(str(raw["rule"])),
        intent=str(raw["intent"]),
        right=raw["right"] is True,
        weight=float(str(raw["weight"])),
        propensity=float(str(raw["propensity"])),
        at=float(str(raw["at"])),
        project=str(raw["project"]),
        path=str(raw["path"]),
        place=str(raw["place"]),
        new=str(raw["new"]),
        signal=str(raw["signal"]),
        model=str(raw["model"]),
    )


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
        windows=tuple(Written(**one) for one in _list(raw.get("windows", []))),
    )


def _chains(value: object) -> tuple[Chain, ...]:
    return tuple(tuple(Choice(**one) for one in chain) for chain in _list(value))


def _list(value: object) -> list:  # type: ignore[type-arg]  # JSON, checked where it is used
    if not isinstance(value, list):
        raise ValueError("a list was expected")
    return value
