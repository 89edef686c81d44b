"""What looks like a rename, one word standing where another one stood, and is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.diff import tokenize
from engine.intents.heads import exchanged
from engine.syntax.document import Document, Mention
from engine.types import Edit

BLANK = "_"
"""The name under which a value is dropped; nothing can refer to it."""
PACKAGE = "package"
"""Before the name of the package that a Go file belongs to: an import of that name is another package's."""
REVALUED = 0.6
"""What is left of a rule by which a variable's uses follow, where it got another value with its name."""
OTHER = 0.45
"""What is left of a rule where the new name may be another thing's."""
REWRITTEN = 0.5
"""The share of a function's body that an edit writes anew with another head: it is another function."""
_PLAIN = frozenset({"comment", "docstring", "string", "word"})
_LOCAL = frozenset({"def.variable", "def.parameter", "def.member"})


def is_code(mention: Mention) -> bool:
    """Whether a word stands as a name of the program rather than in prose."""
    return mention.role not in _PLAIN


class Exchanges:
    """Doubts about the words that an edit exchanged: where else it writes them or takes them away.

    Offsets are characters of the file after the edit.
    """

    def __init__(self, edit: Edit, document: Document | None) -> None:
        """`document` is the file after the edit; without one there are few doubts."""
        self._text = edit.after
        self._hunks = edit.hunks
        self._document = document
        self._taken = Counter(token for hunk in edit.hunks for token in tokenize(hunk.old))

    def is_none(self, old: str, new: str, starts: Sequence[int]) -> bool:
        """Whether `new`, which stands at these offsets in place of `old`, is no other name for the same."""
        here = self._standing(new, starts)
        if new == BLANK or (here and not any(map(is_code, here)) and self._is_word(new)):
            return True  # as in `with open(path) as file`
        if all(map(self._is_package, starts)):
            return True
        return self._lives_on(old, any(map(_binds, here)))

    def left(self, old: str, new: str, starts: Sequence[int], names: Sequence[Mention]) -> float:
        """What is left of a rule by which others follow; `names` is what stood at the places (in bytes)."""
        if self._was_there(new):
            defined = [one for one in names if one.is_def]
            return OTHER if defined and all(one.role in _LOCAL for one in defined) else 0.0
        if all(one.role.startswith("import.") for one in names) and self._serves_others(new, starts):
            return 0.0
        if any(map(self._is_rewritten, starts)):
            return OTHER
        variable = all(one.role == "def.variable" for one in names)
        return REVALUED if names and variable and self.is_reworked(old, new, starts) else 1.0

    def is_reworked(self, old: str, new: str, starts: Sequence[int]) -> bool:
        """Whether the edit changes more than the name on every line where it does."""
        text = self._text
        others = [hunk for hunk in self._hunks if {one[:2] for one in exchanged(hunk)} != {(old, new)}]
        lines = [(text.rfind("\n", 0, at) + 1, text.find("\n", at) % (len(text) + 1)) for at in starts]
        return all(any(o.new_start <= end and start <= o.new_end for o in others) for start, end in lines)

    def is_moved(self, old: str, new: str) -> bool:
        """Whether one of two definitions' names lives on, or the other one was there before."""
        return self._lives_on(old, True) or self._was_there(new)

    def _is_package(self, start: int) -> bool:
        """Whether a place names the package that its file belongs to."""
        return self._text[self._text.rfind("\n", 0, start) + 1 : start].strip() == PACKAGE

    def _lives_on(self, old: str, binding: bool) -> bool:
        """Whether a name that was taken away is written elsewhere as often; a definition's as one.

        Then the text was moved, its lines were put in another order, or the name now means something new.
        """
        written = self._written(old)
        return len(written) >= self._taken[old] and (not binding or any(map(_binds, written)))

    def _was_there(self, new: str) -> bool:
        """Whether a name was taken away elsewhere as often as it is written: it has only come here."""
        return self._document is not None and 0 < self._taken[new] >= len(self._written(new))

    def _written(self, name: str) -> list[Mention]:
        """Where the edit writes a name, prose aside."""
        if self._document is None:
            return []
        return [one for one in self._mentions(name) if self._is_new(self._at(one))]

    def _serves_others(self, new: str, starts: Sequence[int]) -> bool:
        """Whether code that the edit left alone uses a name already that it imports in place of another."""
        places = [self._at(one) for one in self._mentions(new)]
        return any(at not in starts and not self._is_new(at) for at in places)

    def _mentions(self, name: str) -> list[Mention]:
        found = () if self._document is None else self._document.mentions(name)
        return [one for one in found if is_code(one)]

    def _standing(self, name: str, starts: Sequence[int]) -> list[Mention]:
        """What a name is at each of its places."""
        document = self._document
        if document is None:
            return []
        places, size = [document.border.to_bytes(start) for start in starts], len(name.encode())
        return [document.classify(at, at + size, name) for at in places]

    def _at(self, mention: Mention) -> int:
        return 0 if self._document is None else self._document.border.to_chars(mention.start)

    def _is_new(self, at: int) -> bool:
        return any(hunk.new_start <= at < hunk.new_end for hunk in self._hunks)

    def _is_word(self, name: str) -> bool:
        return self._document is not None and self._document.grammar.is_word(name)

    def _is_rewritten(self, start: int) -> bool:
        """Whether a function whose name stands here has another head, and a body that is mostly new."""
        found = () if self._document is None else self._document.shapes.functions(start, start + 1)
        for one in found:
            if one.name_start == start and one.body_start >= 0:
                first = self._text.rfind("\n", 0, one.start) + 1
                others = [hunk for hunk in self._hunks if hunk.new_start != start]
                head = any(hunk.new_start < one.body_start and hunk.new_end >= first for hunk in others)
                spans = ((hunk.new_start, hunk.new_end) for hunk in others)
                new = sum(max(0, min(end, one.body_end) - max(at, one.body_start)) for at, end in spans)
                return head and new > REWRITTEN * (one.body_end - one.body_start)
        return False


def _binds(mention: Mention) -> bool:
    """Whether a name is given a meaning here."""
    return mention.is_def or mention.role.startswith("import.")
