"""Texts that are alike but for a name in one spelling or another, and the same with another name in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
SHORTEST = 3
"""Letters of a name that is looked for in other spellings."""
_JOINS: tuple[Callable[[list[str]], str], ...] = (
    lambda words: "".join(word.capitalize() for word in words),
    lambda words: "_".join(words).upper(),
    lambda words: "_".join(words),
    lambda words: "-".join(words),
    lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    lambda words: " ".join(words),
    lambda words: " ".join(words).capitalize(),
    lambda words: " ".join(word.capitalize() for word in words),
    lambda words: "-".join(words).upper(),
    lambda words: "".join(words),
    lambda words: "".join(words).upper(),
)


class Pattern(NamedTuple):
    """A text with the places at which a name stands in it."""

    parts: tuple[str, ...]
    """What stands between them: one more than places."""
    spellings: tuple[frozenset[int], ...]
    """For each place the spellings that the name may have there; one word looks the same in several."""


def spellings(name: str) -> tuple[str, ...]:
    """The name as it is, then as people spell it elsewhere; the same places for every name."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return (name, *(join(words) for join in _JOINS)) if words else (name,)


def pattern(text: str, name: str) -> Pattern:
    """Where a text has the name, in whatever spelling."""
    known = spellings(name)
    parts: list[str] = []
    found: list[frozenset[int]] = []
    at = 0
    for match in _finder(known).finditer(text) if known[0] else ():
        parts.append(text[at : match.start()])
        found.append(frozenset(n for n, one in enumerate(known) if one == match.group()))
        at = match.end()
    return Pattern((*parts, text[at:]), tuple(found))


def common(patterns: Iterable[Pattern]) -> Pattern | None:
    """What all of them may be at once, or None where they differ."""
    whole: Pattern | None = None
    for one in patterns:
        if whole is None:
            whole = one
        elif whole.parts != one.parts:
            return None
        else:
            both = tuple(a & b for a, b in zip(whole.spellings, one.spellings, strict=True))
            whole = Pattern(whole.parts, both)
    return whole if whole is not None and all(whole.spellings) else None


def filled(found: Pattern, name: str) -> str:
    """The text with another name in the first spelling that each place may have."""
    known = spellings(name)
    written = [known[min(min(places), len(known) - 1)] for places in found.spellings]
    return "".join(part + word for part, word in zip(found.parts, (*written, ""), strict=True))


def _finder(known: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the spellings as words or as whole words inside of longer names; short names only as they are."""
    exact, *others = known
    wanted = {exact, *others} if len(exact) >= SHORTEST else {exact}
    return re.compile("|".join(map(_part, sorted(wanted, key=len, reverse=True))))


def _part(spelling: str) -> str:
    before = "A-Z" if spelling[:1].isupper() and not spelling.isupper() else "A-Za-z"
    after = "A-Za-z" if spelling.isupper() else "a-z"
    return rf"(?<![{before}0-9]){re.escape(spelling)}(?![{after}0-9])"
