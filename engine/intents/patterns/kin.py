"""Names of one family: the words in which two differ, exchanged in a line as each place spells them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from engine.intents.lexer import KEYWORDS
from engine.intents.patterns.replacement import tokens_of
from engine.intents.subwords import WORD, words

LONGEST: Final = 160
"""Characters of a line that is read."""
_PLAIN: Final = KEYWORDS | frozenset(
    """
    args array assert bytes callable char config context data date dict error err false field file get
    hash index info integer item items iterable kwargs key keys len line list log main message method
    model name node none ok option options params path print promise record request response
    result return sequence set size state test text time tuple union
    unit unknown util utils value values vec
    """.split()  # noqa: SIM905 (words read better as words)
)
"""Words that name no member of one family."""
_LETTER: Final = re.compile(r"[^\W\d_]|_+[^\W\d_]")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The words of a name that are exchanged, and those that come in their place."""

    old: Words
    """In small letters, as `new`."""
    new: Words
    capital: Words
    """The new ones with capitals, as the example has them (`WOFF2`, `ProtoBuf`)."""
    joined: str
    """What stands between the new ones where one small word alone does not tell."""


@lru_cache(maxsize=8192)
def pieces(line: str) -> Words:
    """The tokens of a line; what is in strings counts word by word."""
    return tuple(token.text for token in tokens_of(line[:LONGEST]))


@lru_cache(maxsize=4096)
def outline(line: str) -> Words:
    """What a line looks like, names and numbers apart."""
    return tuple(word if word in KEYWORDS or not word[0].isalnum() else "n" for word in pieces(line))


def is_name(piece: str) -> bool:
    """Whether a token is a name that says something."""
    return _LETTER.match(piece) is not None and len(piece) > 2 and piece.lower() not in _PLAIN


def names(line: str) -> list[Words]:
    """The names of a line that say something, by their words."""
    return [words(piece) for piece in pieces(line) if is_name(piece)]


def differing(old: str, new: str) -> tuple[list[tuple[str, str]], bool]:
    """The names that stand in one line where others stand in the other, and whether that is all."""
    one, other = pieces(old), pieces(new)
    pairs = dict.fromkeys(pair for pair in zip(one, other, strict=False) if pair[0] != pair[1])
    found = [pair for pair in pairs if all(_LETTER.match(piece) for piece in pair)]
    return found, len(found) == len(pairs) and len(one) == len(other)


def core(old: str, new: str, joined: str) -> Pair | None:
    """The words in which two names differ, at least one of each; None where they are no telling ones."""
    before, after = words(old), words(new)
    most = min(len(before), len(after)) - 1
    if most < 0 or before == after:
        return None
    head = 0
    while head < most and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < most - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return _pair(before[head : len(before) - tail], after, slice(head, len(after) - tail), new, joined)


def full(old: str, new: str, joined: str) -> Pair | None:
    """All words of two names; None where they are no telling ones."""
    after = words(new)
    return _pair(words(old), after, slice(0, len(after)), new, joined)


def _pair(before: Words, after: Words, part: slice, new: str, joined: str) -> Pair | None:
    if not (telling(before) and telling(after[part])) or before == after[part]:
        return None
    said = WORD.findall(new)[part]
    whole = new.isupper() or not any(word[:1].isupper() for word in said)
    capital = tuple(word[:1].upper() + word[1:] for word in (map(str.lower, said) if whole else said))
    return Pair(before, after[part], capital, "_" if "_" in new.strip("_") else joined)


def telling(said: Words) -> bool:
    """Whether some words are enough to know a member of a family by."""
    letters = sum(len(word) for word in said if word.isalpha())
    return letters >= 3 and not (len(said) == 1 and said[0] in _PLAIN)


def spellings(said: Words) -> Words:
    """Some words as one name, in the ways that names are written."""
    capital = [word[:1].upper() + word[1:] for word in said]
    every = "_".join(said), said[0] + "".join(capital[1:]), "".join(capital), "_".join(said).upper()
    return tuple(dict.fromkeys((*every, "-".join(said))))


def holds(text: str, said: Words) -> bool:
    """Whether a name with these words in a row stands in a text."""
    return said[0] in text.lower() and next(_standing(text, said), None) is not None


def exchanged(text: str, pair: Pair) -> tuple[str, int]:
    """A text with the words of a pair exchanged, each as it is written there, and how often."""
    parts: list[str] = []
    done = count = 0
    for start, end, first, known in _standing(text, pair.old):
        gap = known if known is not None else _gap(text, start, end, pair.joined)
        parts += text[done:start], _spelt(pair, first, gap)
        done, count = end, count + 1
    return "".join((*parts, text[done:])), count


def _standing(text: str, said: Words) -> Iterator[tuple[int, int, str, str | None]]:
    """Where words stand in a row: start, end, the first one, and what is between them if they are several."""
    found = list(WORD.finditer(text))
    at = 0
    while at + len(said) <= len(found):
        group = found[at : at + len(said)]
        gaps = {text[one.end() : two.start()] for one, two in pairwise(group)}
        same = all(match.group().lower() == word for match, word in zip(group, said, strict=True))
        if same and len(gaps) <= 1 and gaps <= {"", "_", "-"}:
            yield group[0].start(), group[-1].end(), group[0].group(), gaps.pop() if gaps else None
            at += len(said)
        else:
            at += 1


def _gap(text: str, start: int, end: int, joined: str) -> str:
    """What stands between the words of a name, by what stands around the only one that is known."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    for gap in "_-":
        if (before[1:] == gap and before[0].isalnum()) or (behind[:1] == gap and behind[1:].isalnum()):
            return gap
    alone = not (before[-1:].isalnum() or behind[:1].isalnum())
    return joined if alone and text[start:end].islower() else ""


def _spelt(pair: Pair, like: str, gap: str) -> str:
    """The new words in the letters of the first one that they replace."""
    if like.isupper() and len(like) > 1:
        return (gap or "_" * (pair.joined == "_")).join(pair.new).upper()
    if like[:1].isupper():
        return gap.join(pair.capital)
    return gap.join(pair.new) if gap else "".join((pair.new[0], *pair.capital[1:]))
