"""What a person corrects becomes a draft: the same correction of another draft is proposed beside it.

Three lessons are read off a correction (a draft, and what the person wrote for it): the same text exchanged,
the same word put into a name, and the draft's whole form, whose names and literals are holes
(`, 5` became `, timeout=5`: an argument, then the name that the edit brought in). How sure a lesson is
comes from the drafts that it would have put right, and those that were taken as they were.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Protocol

from engine.diff import hunks
from engine.intents.lexer import KEYWORDS, Token, lex, shape_of
from engine.intents.subwords import Inserted, inserted
from engine.records import Correction
from engine.types import Edit, Hunk, IntentKind, Site

OWN: Final = frozenset({IntentKind.RENAME, IntentKind.REPEAT, IntentKind.FREE})
"""Intents whose new text is the person's own already, or a model's."""
LEAST: Final = 0.34
"""The share of right ones below which a lesson proposes nothing."""
NAMES: Final = 2
"""Different names that a word must have been put into before it is put into others."""
TELLING: Final = 3
"""Characters of a text that is no name and is exchanged all the same."""
LONGEST: Final = 400
"""Characters of a draft that lessons are applied to."""
_CONSTANTS: Final = frozenset(("True", "False", "None", "true", "false", "null", "nil", "undefined"))
_NAME: Final = re.compile(r"[^\W\d][\w$]*")


class Lesson(Protocol):
    """What to do with a draft."""

    def apply(self, draft: str, shape: str, brought: Sequence[str]) -> str | None:
        """The draft as the person would have it, None where the lesson says nothing of it."""
        ...


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One text stands for another, as whole tokens."""

    old: str
    new: str

    def apply(self, draft: str, shape: str, brought: Sequence[str]) -> str | None:
        """Every place of the old text exchanged."""
        if self.old not in draft or (self.new != self.old and self.new in draft and self.old in self.new):
            return None
        made = re.sub(rf"(?<![\w$]){re.escape(self.old)}(?![\w$])", lambda _: self.new, draft)
        return made if made != draft else None


@dataclass(frozen=True, slots=True)
class Worded:
    """Names with one word get others beside it."""

    what: Inserted

    def apply(self, draft: str, shape: str, brought: Sequence[str]) -> str | None:
        """Every name of the draft that has the word."""
        made = [self._put(token) for token in lex(draft, shape)]
        return "".join(made) if "".join(made) != draft else None

    def _put(self, token: Token) -> str:
        if token.kind != "name" or token.text in KEYWORDS:
            return token.text
        return self.what.into(token.text) or token.text


@dataclass(frozen=True, slots=True)
class Formed:
    """A draft of this form becomes that one; numbers stand for the draft's holes, then for what came in."""

    left: tuple[str | None, ...]
    """The draft's tokens but blanks; None is a hole."""
    right: tuple[str | int, ...]
    """Text, the number of a token of the left side, or -1 for the name that the edit brought in."""

    def apply(self, draft: str, shape: str, brought: Sequence[str]) -> str | None:
        """The draft formed anew, where it has the form."""
        tokens = _plain(draft, shape)
        if len(tokens) != len(self.left) or (-1 in self.right and len(brought) != 1):
            return None
        for token, wanted in zip(tokens, self.left, strict=True):
            if token.text != wanted if wanted is not None else not _fills(token):
                return None
        made = "".join(
            piece if isinstance(piece, str) else brought[0] if piece < 0 else tokens[piece].text
            for piece in self.right
        )
        return made if made != draft else None


class Corrections:
    """What was corrected so far, and what follows from it for other drafts."""

    def __init__(self, known: Sequence[Correction]) -> None:
        by_intent: dict[str, list[Correction]] = {}
        for one in known:
            by_intent.setdefault(one.intent, []).append(one)
        weighed = ((intent, _weighed(mine)) for intent, mine in by_intent.items())
        self._lessons = {intent: lessons for intent, lessons in weighed if lessons}

    def beside(self, sites: Sequence[Site], edit: Edit) -> tuple[Site, ...]:
        """The sites, and before each whose draft was corrected elsewhere the same with that text.

        The two share the rule's confidence, as the lesson has held so far.
        """
        if not self._lessons:
            return tuple(sites)
        brought = _names_in((hunk.old, hunk.new) for hunk in edit.hunks)
        return tuple(one for site in sites for one in self._both(site, brought))

    def _both(self, site: Site, brought: Sequence[str]) -> Iterator[Site]:
        if site.draft is None or site.intent in OWN or len(site.draft) > LONGEST:
            yield site
            return
        share, made = max(self._made(site, brought), default=(0.0, ""))
        if share:
            why = f"{site.why}, as you corrected it before"
            yield replace(site, draft=made, rule=round(site.rule * share, 4), why=why)
            yield replace(site, rule=round(site.rule * (1 - share), 4))
        else:
            yield site

    def _made(self, site: Site, brought: Sequence[str]) -> Iterator[tuple[float, str]]:
        """Each lesson's share of right ones, and the text that it makes of the draft."""
        shape, draft = shape_of(site.path), site.draft or ""
        for lesson, share in self._lessons.get(site.intent.value, {}).items():
            made = lesson.apply(draft, shape, brought)
            if made is not None and made != site.old:
                yield share, made


def _weighed(known: Sequence[Correction]) -> dict[Lesson, float]:
    """What the corrections of one intent teach: each lesson with its share of right ones, if it is enough."""
    changed = [(one, hunks(one.draft, one.new)) for one in known if one.draft != one.new]
    exchanged = {(hunk.old, hunk.new) for _, made in changed for hunk in made}
    found = dict.fromkeys(
        lesson
        for one, made in changed
        if len(one.draft) <= LONGEST
        for lesson in _lessons(one, made, exchanged)
    )
    shares = {lesson: _share(lesson, known) for lesson in found}
    return {lesson: share for lesson, share in shares.items() if share >= LEAST}


def _share(lesson: Lesson, known: Sequence[Correction]) -> float:
    """(k + 1/2) / (n + 1), with k right among the n drafts that the lesson says something of."""
    right = told = 0
    for one in known:
        made = lesson.apply(one.draft, shape_of(one.path), _brought(one))
        told += made is not None
        right += made is not None and made == one.new
    return (right + 0.5) / (told + 1)


@lru_cache(maxsize=1024)
def _brought(one: Correction) -> tuple[str, ...]:
    return _names_in(one.changes)


def _names_in(changes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The names that changes (old, new) wrote and did not find, each once, in order."""
    pairs = list(changes)
    gone = {name for old, _ in pairs for name in _NAME.findall(old)}
    come = (name for _, new in pairs for name in _NAME.findall(new))
    return tuple(dict.fromkeys(name for name in come if name not in gone and name not in KEYWORDS))


def _lessons(
    one: Correction, made: Sequence[Hunk], exchanged: Collection[tuple[str, str]]
) -> Iterator[Lesson]:
    for hunk in made:
        if (_NAME.fullmatch(hunk.old) or len(hunk.old.strip()) >= TELLING) and hunk.new.strip():
            yield Exchanged(hunk.old, hunk.new)
            what = inserted(hunk.old, hunk.new) if _NAME.fullmatch(hunk.new) else None
            if what is not None and _names_with(what, exchanged) >= NAMES:
                yield Worded(what)
    formed = _formed(one)
    if formed is not None:
        yield formed


def _names_with(what: Inserted, exchanged: Collection[tuple[str, str]]) -> int:
    """Into how many different names the same words were put."""
    return len({old for old, new in exchanged if what.into(old) == new})


def _formed(one: Correction) -> Formed | None:
    """The form of a correction whose names and literals all come from the draft or from the edit."""
    shape = shape_of(one.path)
    old = _plain(one.draft, shape)
    at = {token.text: number for number, token in reversed(list(enumerate(old))) if _fills(token)}
    right: list[str | int] = []
    for token in lex(one.new, shape):
        if not _fills(token):
            right.append(token.text)
        elif token.text in at:
            right.append(at[token.text])
        elif _brought(one) == (token.text,):
            right.append(-1)
        else:
            return None
    used = {piece for piece in right if isinstance(piece, int)}
    left = tuple(None if number in used else token.text for number, token in enumerate(old))
    return Formed(left, tuple(right))


@lru_cache(maxsize=1024)
def _plain(text: str, shape: str) -> tuple[Token, ...]:
    return tuple(token for token in lex(text, shape) if token.kind not in ("space", "newline"))


def _fills(token: Token) -> bool:
    """Whether a token may stand in a hole: a name or a literal."""
    if token.kind == "name":
        return token.text not in KEYWORDS or token.text in _CONSTANTS
    return token.kind in ("number", "string")
