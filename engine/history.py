"""The last text of each file, and the last edits: what the difference between two saves was."""

from __future__ import annotations

import itertools
import secrets
from collections import deque
from dataclasses import replace
from typing import Literal

from engine.diff import hunks
from engine.types import Edit, Hunk

MERGE_SECONDS = 5.0
"""Edits of one place that follow each other within this time are one edit to `recent`."""
_KEPT = 64
REMEMBERED = 12
"""Edits that a question is answered with, itself included."""


class History:
    """Texts and edits since the session began. Not thread-safe: the session's lock guards it."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._edits: deque[Edit] = deque(maxlen=_KEPT)
        self._gone: deque[str] = deque(maxlen=_KEPT)
        self._session = secrets.token_hex(3)
        self._numbers = itertools.count(1)

    def text(self, path: str) -> str | None:
        """The last text known of a file, or None."""
        return self._texts.get(path)

    def load(self, path: str, text: str) -> None:
        """Notes a text that was there before anybody edited it: no edit follows."""
        self._texts[path] = text

    def restart(self, path: str, text: str | None) -> None:
        """Notes a text (None: the file is gone) that no edit led to; edits before it count no more."""
        self._edits = deque((edit for edit in self._edits if edit.path != path), maxlen=_KEPT)
        if text is None:
            self.observe(path, None, "person", 0.0)
        else:
            self._texts[path] = text

    def observe(self, path: str, text: str | None, by: Literal["person", "ripple"], at: float) -> Edit | None:
        """The edit that leads to this text; None where nothing changed, or where the file is gone (None).

        A new file is an edit of the empty text, unless it holds what a vanished one held: then it was moved.
        """
        if text is None:
            if path in self._texts:
                self._gone.append(self._texts.pop(path))
            return None
        before = self._texts.get(path)
        self._texts[path] = text
        if before is None and text in self._gone:
            self._gone.remove(text)
            return None
        before = before or ""
        if before == text:
            return None
        edit = Edit(
            f"e{self._session}-{next(self._numbers)}", path, before, text, hunks(before, text), by, at
        )
        self._edits.append(edit)
        return edit

    def move(self, old: str, path: str, before: str, text: str, at: float) -> Edit:
        """The edit that a file with the text `before` went to another path, perhaps changed on the way."""
        self._texts.pop(old, None)
        self._texts[path] = text
        number = f"e{self._session}-{next(self._numbers)}"
        edit = Edit(number, path, before, text, hunks(before, text), "person", at, old)
        self._edits.append(edit)
        return edit

    def recent(self, limit: int = REMEMBERED) -> tuple[Edit, ...]:
        """The last edits, oldest first; those of one place within seconds are one, with the newest's id."""
        merged: list[Edit] = []
        since = 0.0
        for edit in reversed(self._edits):
            one = _merged(edit, merged[-1]) if merged and since - edit.at <= MERGE_SECONDS else None
            if one:
                merged[-1] = one
            elif len(merged) == limit:
                break
            else:
                merged.append(edit)
            since = edit.at
        return tuple(edit for edit in reversed(merged) if edit.hunks or edit.moved_from)


def _merged(first: Edit, then: Edit) -> Edit | None:
    """Two edits as one, if the second goes on where the first was, by the same hand."""
    if then.moved_from or first.path != then.path or first.by != then.by or first.after != then.before:
        return None
    if not _near(first, then):
        return None
    found = hunks(first.before, then.after)
    return replace(then, before=first.before, hunks=found, moved_from=first.moved_from)


def _near(first: Edit, then: Edit) -> bool:
    """Whether some hunk of the second touches, or stands on a line with, a hunk of the first."""
    text = first.after
    return any(_meet(text, old, new) for old in first.hunks for new in then.hunks)


def _meet(text: str, first: Hunk, then: Hunk) -> bool:
    """Whether two stretches of one text, the one written and the one replaced next, share a line or touch."""
    between = text[min(first.new_end, then.end) : max(first.new_start, then.start)]
    return len((between + ".").splitlines()) == 1
