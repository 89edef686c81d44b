"""Tuples for the tests of ActionRL: texts of one character a token, sites whose place is their label."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import vocabulary as v
from trainer.tuples import Asked, Chain, Choice, Preference

FIRST = len(v.SPECIALS)
"""The token of "a"."""
SIZE = FIRST + 32


def encode(text: str) -> list[int]:
    """A token for each lower-case letter or mark."""
    return [FIRST + (ord(letter) - ord("a") if letter.isalpha() else 26 + ord(letter) % 6) for letter in text]


def asking(*drafts: str | None, head: str = "edit") -> tuple[tuple[int, ...], tuple[Asked, ...]]:
    """A prompt that asks about sites with these drafts, and the sites."""
    ids = [v.RIPPLE, *encode(head)]
    for label, draft in enumerate(drafts):
        ids += [v.SITE, *(encode(draft) if draft else [v.NONE]), v.LABELS[label], v.ASK]
    return tuple(ids), tuple(Asked(draft, 0.5, "rename", f"a.py:{n}") for n, draft in enumerate(drafts))


def preferring(
    accepted: list[Chain],
    rejected: list[Chain],
    *windows: tuple[tuple[int, ...], tuple[Asked, ...]],
    weight: float = 1.0,
    at: float = 0.0,
) -> Preference:
    """A tuple over the windows that `asking` made."""
    return Preference(
        prompts=tuple(ids for ids, _ in windows),
        sites=tuple(sites for _, sites in windows),
        accepted=tuple(accepted),
        rejected=tuple(rejected),
        weight=weight,
        at=at,
        project="p",
        path="a.py",
        signal="rejected",
        model="0" * 64,
    )


def take(*labels: int, texts: Sequence[str] = "abcdefgh", window: int = 0) -> Chain:
    """A chain of sites whose texts are one letter each."""
    return tuple(Choice(window, label, texts[label]) for label in labels)
