"""Echoes: places where the very text that an edit replaced still stands, or where what it inserted would fit.

`learn` generalises and asks for telling names; an echo is literal and may be anything (`==` became `is`, a
comment went, a decorator came). Most echoes are none, so each comes with what is known of it: `evidence`
weighs that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.diff import carried
from engine.intents.lexer import zones
from engine.intents.patterns.nearby import Texts, others
from engine.intents.patterns.replacement import Key, Replacement, line_around, replacements, tokens_of
from engine.intents.patterns.template import DEFINERS
from engine.types import Edit

PLACES: Final = 200
"""Places of one replacement that are looked at."""
COMMON: Final = 100
"""Places of what is too common to be looked for until it was replaced OFTEN: hardly one in a hundred goes."""
OFTEN: Final = 3


@dataclass(slots=True)
class Made:
    """How often one replacement was made so far."""

    times: int = 0
    by_path: Counter[str] = field(default_factory=Counter)
    starts: list[int] = field(default_factory=list)
    """Where in the edited file, in its present text."""


@dataclass(frozen=True, slots=True)
class Echo:
    """A place where a replacement could be made again, with what is known of it."""

    path: str
    start: int
    replacement: Replacement
    made: Made
    zone: str | None
    left: int
    """Tokens before it that are the same as in the example, nearest first."""
    right: int
    begins: bool
    """All tokens of its line before it are the same."""
    ends: bool
    standing: int
    """Places of this replacement in the project, in the edited file, and in its own file."""
    standing_own: int
    standing_here: int
    skipped: int
    """Places of the edited file between those that were replaced."""


def echoes(edit: Edit, recent: Sequence[Edit], index: Texts) -> Iterator[Echo]:
    """Every place of every replacement of an edit, the edited file first; `recent` came before it."""
    every = replacements(edit)
    renamed = {
        one.key
        for other in (edit, *recent)
        for one in (every if other is edit else replacements(other))
        if _declares(one, other.path, index)
    }
    own = [one for one in every if one.key not in renamed]
    if not own:
        return
    made = _made(edit, own, recent)
    for one in {one.key: one for one in reversed(own)}.values():
        yield from _of(one, made[one.key], edit, every, index)


def _declares(one: Replacement, path: str, index: Texts) -> bool:
    """Whether only a name was replaced, at its declaration or assignment.

    What follows is a rename, and the places that it leaves alone mean something else.
    """
    if not (one.old.isidentifier() and one.new.isidentifier()):
        return False
    if one.left[:1] and one.left[0] in DEFINERS:
        return True
    if one.right[:1] and one.right[0] in ("=", ":", ":="):
        return True
    return any(place.path == path and place.start == one.start for place in index.definitions(one.new))


def _made(edit: Edit, own: Sequence[Replacement], recent: Sequence[Edit]) -> dict[Key, Made]:
    """How often each of an edit's replacements was made, in it and before it."""
    wanted = {one.key for one in own}
    found: dict[Key, Made] = defaultdict(Made)
    edits = (*recent, edit)
    for number, earlier in enumerate(edits):
        later = [one for one in edits[number + 1 :] if one.path == earlier.path]
        for one in own if earlier is edit else replacements(earlier):
            if one.key not in wanted:
                continue
            made = found[one.key]
            made.times += 1
            made.by_path[earlier.path] += 1
            start = _now(one, later) if earlier.path == edit.path else None
            if start is not None:
                made.starts.append(start)
    return found


def _now(one: Replacement, later: Sequence[Edit]) -> int | None:
    """Where a replacement stands after later edits of its file; None where one of them wrote into it."""
    start: int | None = one.start
    for edit in later:
        if start is None:
            return None
        start = carried(start, start + len(one.new), edit.hunks)
    return start


def _of(one: Replacement, made: Made, edit: Edit, own: Sequence[Replacement], index: Texts) -> Iterator[Echo]:
    texts = {edit.path: edit.after}
    spots: list[tuple[str, int]] = []
    most = PLACES if made.times >= OFTEN else COMMON
    for path, text in ((edit.path, edit.after), *others(one.words, edit.path, index)):
        texts[path] = text
        for start in _places(one, text):
            if path != edit.path or not any(start <= o.end and o.start <= start + len(one.old) for o in own):
                spots.append((path, start))
            if len(spots) == most:
                break
        if len(spots) == most:
            break
    if len(spots) == COMMON == most:
        return
    here = Counter(path for path, _ in spots)
    standing = [start for path, start in spots if path == edit.path]
    skipped = (
        bisect_left(standing, max(made.starts)) - bisect_left(standing, min(made.starts))
        if made.starts
        else 0
    )
    for path, start in spots:
        text = texts[path]
        before, behind = line_around(text, start, start + len(one.old))
        left = [token.text for token in reversed(tokens_of(before))]
        right = [token.text for token in tokens_of(behind)]
        same_left, same_right = common(one.left, left), common(one.right, right)
        yield Echo(
            path=path,
            start=start,
            replacement=one,
            made=made,
            zone=zones(text, path).kind(start),
            left=same_left,
            right=same_right,
            begins=same_left == len(left) == len(one.left),
            ends=same_right == len(right) == len(one.right),
            standing=len(spots),
            standing_own=here[edit.path],
            standing_here=here[path],
            skipped=skipped,
        )


def _places(one: Replacement, text: str) -> Iterator[int]:
    """Where the old text stands by itself, and the new one does not yet."""
    at = text.find(one.needle)
    while at >= 0:
        start = at + one.lead
        if _by_itself(text, at, one.needle) and not _written(one, text, start):
            yield start
        at = text.find(one.needle, at + 1)


def _by_itself(text: str, at: int, needle: str) -> bool:
    """Whether no word is cut at either end."""
    end = at + len(needle)
    cut_left = _wordish(needle[0]) and at > 0 and _wordish(text[at - 1])
    return not cut_left and not (_wordish(needle[-1]) and end < len(text) and _wordish(text[end]))


def _wordish(character: str) -> bool:
    return character == "_" or character.isalnum()


def _written(one: Replacement, text: str, start: int) -> bool:
    """Whether what the replacement writes stands there already, around the old text."""
    old, new = one.old, one.new
    if not new.strip():
        return False
    if not old.strip():
        return text[start : start + len(new) + 2].strip().startswith(new.strip())
    return old in new and new in text[max(0, start - len(new)) : start + len(old) + len(new)]


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items two sequences begin with in common."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
