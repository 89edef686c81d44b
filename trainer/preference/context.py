"""One question as the model was asked it: its prompts, and what stands at each of their asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.model.vocabulary import ASK
from engine.records import Considered, Written
from trainer.tuples import END, Asked, Chain, Choice, Outcome, Preference

UNKNOWN: Final = Asked(None, 0.0, "", "")
"""Stands at an ask whose site was not written down: one that had no draft and was not likely enough."""


Changes = tuple[tuple[str, str, str], ...]
"""A chain as (path, old text, new text) of each action."""
_PLACE: Final = re.compile(r"(.*?):(\d+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Truth:
    """How an outcome came to be known."""

    right: bool
    weight: float
    signal: str
    propensity: float = 1.0


@dataclass(frozen=True)
class Context:
    """What tuples and outcomes of one question share."""

    prompts: tuple[tuple[int, ...], ...]
    considered: Sequence[Considered]
    at: float
    project: str
    path: str
    model: str
    written: tuple[Written, ...] = ()

    def choice(self, number: int, text: str | None = None) -> Choice | None:
        """That a considered site is taken, with its draft or another text; None where no model was asked."""
        one = self.considered[number]
        if one.window is None or one.label is None:
            return None
        return Choice(one.window, one.label, one.new if text is None else text)

    def chain(self, numbers: Sequence[int]) -> Chain:
        """Considered sites in a row, as far as the model was asked about them."""
        return tuple(choice for number in numbers if (choice := self.choice(number)) is not None)

    def preference(
        self, accepted: tuple[Chain, ...], rejected: tuple[Chain, ...], weight: float, signal: str
    ) -> Preference:
        """A tuple of this question."""
        return Preference(
            prompts=self.prompts,
            sites=self.sites(),
            accepted=accepted,
            rejected=rejected,
            weight=weight,
            at=self.at,
            project=self.project,
            path=self.path,
            signal=signal,
            model=self.model,
            windows=self.written,
        )

    def writes(self, number: int) -> bool:
        """Whether a considered place is a difference of what a model wrote: no place was asked about."""
        return bool(self.written) and self.considered[number].label is not None

    def sites(self) -> tuple[tuple[Asked, ...], ...]:
        """The sites of each window, by label."""
        found = [[UNKNOWN] * (0 if self.written else prompt.count(ASK)) for prompt in self.prompts]
        for one in self.considered:
            if one.window is not None and one.label is not None:
                missing = one.label + 1 - len(found[one.window]) if self.written else 0
                found[one.window] += [UNKNOWN] * missing
                found[one.window][one.label] = Asked(one.new, one.rule, one.intent, place(one))
        return tuple(map(tuple, found))

    def outcome(self, number: int, truth: Truth) -> Outcome:
        """What became of a considered site."""
        one = self.considered[number]
        return Outcome(
            prompt=() if one.window is None else self.prompts[one.window],
            label=None if one.window is None else one.label,
            rule=one.rule,
            intent=one.intent,
            right=truth.right,
            weight=truth.weight,
            propensity=truth.propensity,
            at=self.at,
            project=self.project,
            path=one.path,
            place=place(one),
            new=one.new,
            signal=truth.signal,
            model=self.model,
        )


def place(one: Considered) -> str:
    """Which place it is; two sites with the same one exclude each other."""
    return f"{one.path}:{one.start}:{one.old}"


def parted(place: str) -> tuple[str, str]:
    """The path and the old text of a place."""
    match = _PLACE.fullmatch(place)
    return (match[1], match[3]) if match else (place, "")


def located(place: str) -> tuple[int, str]:
    """Where in its file a place begins, and its old text. Raises ValueError."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise ValueError(f"{place!r} is no place")
    return int(match[2]), match[3]


def change(preference: Preference, choice: Choice) -> tuple[str, str, str]:
    """What a choice does, wherever in its file: (path, old text, new text); empty ones for the end."""
    if choice == END:
        return "", "", ""
    asked = preference.sites[choice.window][choice.label]
    return (*parted(asked.place), choice.text)


def chosen_between(one: Preference) -> tuple[frozenset[Changes], frozenset[Changes]]:
    """The chains of a tuple as what they change, wherever in the files that stands."""
    accepted, rejected = (
        frozenset(tuple(change(one, choice) for choice in chain) for chain in chains)
        for chains in (one.accepted, one.rejected)
    )
    return accepted, rejected
