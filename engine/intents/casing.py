"""One name in its many spellings, and a text in which it is replaced by another in the same spelling."""

from __future__ import annotations

import re
from collections.abc import Callable

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


def spellings(name: str) -> tuple[str, ...]:
    """The name as it is, then as people spell it elsewhere; the same places for every name."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return (name, *(join(words) for join in _JOINS)) if words else (name,)


def abstracted(text: str, name: str) -> str:
    """The text with every spelling of the name put as its number; alike for names that are used alike."""
    known = spellings(name)
    numbers = {spelling: number for number, spelling in reversed(list(enumerate(known)))}
    if not known[0]:
        return text
    return _pattern(known).sub(lambda match: f"\0{numbers[match.group()]}\0", text)


def filled(text: str, name: str) -> str:
    """What `abstracted` gave, with the spellings of another name."""
    known = spellings(name)
    return re.sub("\0(\\d+)\0", lambda match: known[min(int(match.group(1)), len(known) - 1)], text)


def _pattern(known: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the spellings as words or as whole words inside of longer names; short names only as they are."""
    exact, *others = known
    wanted = {exact, *others} if len(exact) >= SHORTEST else {exact}
    return re.compile("|".join(map(_part, sorted(wanted, key=len, reverse=True))))


def _part(spelling: str) -> str:
    before = "A-Z" if spelling[:1].isupper() and not spelling.isupper() else "A-Za-z"
    after = "A-Za-z" if spelling.isupper() else "a-z"
    return rf"(?<![{before}0-9]){re.escape(spelling)}(?![{after}0-9])"
