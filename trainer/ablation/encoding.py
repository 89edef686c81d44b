"""Preference tuples as pairs of token sequences, the way a trainer of whole chains takes them.

Behind the same prompts, a chain is its actions in order, and an action of a model that is asked is one token:
<|yes|> at its site's <|ask|>. That a chain ends is <|no|> at every ask that the other chain goes on to take.
Decisions are never fed back, so each is read behind its own prompt, whatever stands before it in the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.model.vocabulary import ASK
from trainer.tuples import END, Chain, Choice, Preference


@dataclass(frozen=True, slots=True)
class Decision:
    """One token of a chain."""

    window: int
    """Which of the pair's prompts it is read from."""
    at: int
    """Where its <|ask|> stands there."""
    yes: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """An accepted and a rejected chain behind the same prompts."""

    prompts: tuple[tuple[int, ...], ...]
    """Those that one of the two decides about."""
    chosen: tuple[Decision, ...]
    rejected: tuple[Decision, ...]


def pairs(preferences: Iterable[Preference]) -> list[Pair]:
    """Every accepted chain against every rejected one, of tuples whose actions are all drafts."""
    return [
        pair
        for one in preferences
        for accepted in one.accepted
        for rejected in one.rejected
        if (pair := _pair(one, accepted, rejected)) is not None
    ]


def drafts_only(one: Preference) -> bool:
    """Whether every action of the tuple is a site's draft, so that yes and no say it all."""
    choices = (choice for chain in (*one.accepted, *one.rejected) for choice in chain if choice != END)
    return all(_draft(one, choice) == _bare(choice.text) for choice in choices)


def _pair(one: Preference, accepted: Chain, rejected: Chain) -> Pair | None:
    if not drafts_only(one):
        return None
    used = sorted({choice.window for choice in (*accepted, *rejected) if choice != END})
    asks = {window: [at for at, token in enumerate(one.prompts[window]) if token == ASK] for window in used}

    def said(chain: Chain, other: Chain) -> tuple[Decision, ...]:
        taken = set(chain)
        out = []
        for choice in chain:
            refused: Sequence[Choice] = (choice,)
            if choice == END:
                refused = [one for one in other if one != END and one not in taken]
            out += [
                Decision(used.index(one.window), asks[one.window][one.label], choice != END)
                for one in refused
            ]
        return tuple(out)

    pair = Pair(
        tuple(one.prompts[window] for window in used), said(accepted, rejected), said(rejected, accepted)
    )
    return pair if pair.chosen and pair.rejected else None


def _draft(one: Preference, choice: Choice) -> str | None:
    draft = one.sites[choice.window][choice.label].draft
    return None if draft is None else _bare(draft)


def _bare(text: str) -> str:
    return "".join(text.split())
