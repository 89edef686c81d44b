"""The same example in other words: parts of names are swapped for others, everywhere alike.

What makes a decision right is how names relate, not which names they are; swapping keeps relations (equal,
contained, in the same path) and takes away what could be learnt by heart.
"""

from __future__ import annotations

import builtins
import keyword
import random
import re
from collections.abc import Callable, Iterable
from typing import Final

_PART: Final = re.compile(r"[A-Z][a-z]{2,}|[a-z]{3,}|[A-Z]{3,}(?![a-z])")
"""A part of a name: `user` and `name` of `user_name`, of `UserName` and of `USER_NAME`."""
_LANGUAGE: Final = """
    tsx jsx async await bool case catch char const constructor declare default define delete dict
    double else enum export extends false final float for function get implements import init
    instanceof int interface kwargs args let list long main namespace new none null object override
    package private protected public readonly return self set static str string struct super switch
    test the this throw true try tuple type typeof undefined union unknown var void while with yield
"""
_BUILTINS: Final = tuple(name for name in dir(builtins) if name.islower())
KEPT: Final = frozenset(
    part.lower()
    for word in (*keyword.kwlist, *keyword.softkwlist, *_BUILTINS, *_LANGUAGE.split())
    for part in _PART.findall(word)
)
"""Parts that belong to the language more than to the project."""


def parts(example: dict[str, object]) -> set[str]:
    """The parts of names in an example, in lower case, without those that are kept."""
    return {found.lower() for text in _texts(example) for found in _PART.findall(text)} - KEPT


def vary(
    example: dict[str, object], pool: list[str], rng: random.Random, share: float = 0.5
) -> dict[str, object]:
    """Swap about `share` of the parts for others from the pool that the example does not have."""
    here = parts(example)
    chosen = [part for part in sorted(here) if rng.random() < share]
    free = [part for part in dict.fromkeys(rng.choices(pool, k=2 * len(chosen) + 4)) if part not in here]
    swap = dict(zip(chosen, free, strict=False))
    if not swap:
        return example

    def swapped(text: str) -> str:
        return _PART.sub(lambda match: _like(match.group(), swap), text)

    return {**example, **_mapped(example, swapped)}


def pool_of(examples: Iterable[dict[str, object]]) -> list[str]:
    """All parts, as often as examples have them, in a fixed order."""
    return [part for example in examples for part in sorted(parts(example))]


def _texts(example: dict[str, object]) -> list[str]:
    texts: list[str] = []

    def note(text: str) -> str:
        texts.append(text)
        return text

    _mapped(example, note)
    return texts


def _mapped(example: dict[str, object], change: Callable[[str], str]) -> dict[str, object]:
    """Pieces and answer with every text changed."""
    pieces, answer = example["pieces"], example.get("answer") or []
    if not isinstance(pieces, list) or not isinstance(answer, list):
        raise ValueError("an example's pieces and answer are lists")
    return {
        "pieces": [change(piece) if isinstance(piece, str) else piece for piece in pieces],
        "answer": [[label, change(new)] for label, new in answer],
    }


def _like(found: str, swap: dict[str, str]) -> str:
    """The part that stands for another, in the same letter case."""
    new = swap.get(found.lower())
    if new is None:
        return found
    if found.isupper():
        return new.upper()
    return new.capitalize() if found[0].isupper() else new
