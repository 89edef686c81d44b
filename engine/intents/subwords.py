"""The words of a name: `getDisplayName` and `get_display_name` are both get, display, name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")


@dataclass(frozen=True, slots=True)
class Inserted:
    """Words that a person puts before (or, with `behind`, after) one word of a name."""

    word: str
    words: tuple[str, ...]
    behind: bool
    joined: str
    """What stood between the words in the name that taught it, for names of one word."""

    def into(self, name: str) -> str | None:
        """The name with these words in the style that it is written in; None where they have no place."""
        found = list(WORD.finditer(name))
        said = [match.group().lower() for match in found]
        at = next((n for n in range(len(said) - 1, -1, -1) if said[n] == self.word), None)
        if at is None or self._stands(said, at):
            return None
        match, separator = found[at], "_" if "_" in name.strip("_") else self._joiner(name, len(said))
        if not separator and name.upper() == name:
            return None
        if self.behind:
            words = [_styled(word, match.group(), separator, first=False) for word in self.words]
            return name[: match.end()] + "".join(separator + word for word in words) + name[match.end() :]
        words = [
            _styled(word, match.group(), separator, n == 0 and at == 0) for n, word in enumerate(self.words)
        ]
        own = match.group() if separator or at else match.group()[:1].upper() + match.group()[1:]
        return name[: match.start()] + "".join(word + separator for word in words) + own + name[match.end() :]

    def _joiner(self, name: str, count: int) -> str:
        """What stands between the words of a name that has no underscore."""
        return self.joined if count == 1 and name.lower() == name else ""

    def _stands(self, said: Sequence[str], at: int) -> bool:
        """Whether the words stand there already."""
        count = len(self.words)
        near = said[at + 1 : at + 1 + count] if self.behind else said[max(0, at - count) : at]
        return tuple(near) == self.words


def inserted(old: str, new: str) -> Inserted | None:
    """What was put into a name to make the other one, if that is all that was done."""
    before, after = words(old), words(new)
    joined = "_" if "_" in new.strip("_") else ""
    count = len(after) - len(before)
    if not before or count < 1:
        return None
    for at in range(len(before), -1, -1):
        if after[:at] == before[:at] and after[at + count :] == before[at:]:
            extra = after[at : at + count]
            if at < len(before):
                return Inserted(before[at], extra, False, joined)
            return Inserted(before[-1], extra, True, joined)
    return None


def words(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters."""
    return tuple(word.lower() for word in WORD.findall(name))


def _styled(word: str, like: str, separator: str, first: bool) -> str:
    """A word as the one beside it is written."""
    if like.isupper() and len(like) > 1:
        return word.upper()
    if separator:
        return word
    return word if first and like[:1].islower() else word[:1].upper() + word[1:]
