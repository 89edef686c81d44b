"""The recent edits as foreign formats tell them: as unified diffs, as pairs of texts, as earlier states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from engine.align import Block, Budget, changed
from engine.model.formats.excerpt import tokens
from engine.types import Edit

CONTEXT = 3
"""Unchanged lines around a change in a diff; changes that stand nearer than twice that are one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch of lines that an edit replaced."""

    path: str
    first: int
    """From 1, in the text after."""
    last: int
    old: str
    new: str


def unified(before: str, after: str) -> str:
    """The hunks of a diff as Zed writes them (crates/language/src/text_diff.rs), without a file header."""
    old, new = _lines(before), _lines(after)
    out: list[str] = []
    for group in _groups(old, new):
        low, high = max(0, group[0].i - CONTEXT), min(group[-1].i_end + CONTEXT, len(old))
        body: list[str] = []
        at = low
        for block in group:
            body += (" " + line for line in old[at : block.i])
            body += ("-" + line for line in old[block.i : block.i_end])
            body += ("+" + line for line in new[block.j : block.j_end])
            at = block.i_end
        body += (" " + line for line in old[at:high])
        counts = [sum(line[0] in kinds for line in body) for kinds in (" -", " +")]
        new_low = max(0, group[0].j - CONTEXT)
        out += [f"@@ -{low + 1},{counts[0]} +{new_low + 1},{counts[1]} @@", *body]
    return "".join(line + "\n" for line in out)


def fitting(edits: Sequence[Edit], told: Callable[[Edit], str], most: int, room: int) -> list[str]:
    """What is told of the newest edits, `most` at the most, that fit into so many tokens; oldest first."""
    found: list[str] = []
    for edit in reversed(edits[-most:]):
        event = told(edit)
        room -= tokens(event)
        if room < 0:
            break
        found.insert(0, event)
    return found


def changes(edits: Sequence[Edit], context: int) -> list[Change]:
    """What the edits replaced, oldest first, with so many lines around; changes of mere blanks are none."""
    found: list[Change] = []
    for edit in edits:
        old, new = _lines(edit.before), _lines(edit.after)
        for group in _groups(old, new):
            i, i_end, j, j_end = group[0].i, group[-1].i_end, group[0].j, group[-1].j_end
            if "\n".join(old[i:i_end]).strip() == "\n".join(new[j:j_end]).strip():
                continue
            before = min(context, i, j)
            after = min(context, len(old) - i_end, len(new) - j_end)
            texts = ("\n".join(old[i - before : i_end + after]), "\n".join(new[j - before : j_end + after]))
            first = j - before + 1
            found.append(Change(edit.path, first, max(first, j_end + after), *texts))
    return found


def earlier(edits: Sequence[Edit], path: str, start: int, end: int) -> list[str]:
    """What stood at start..end of a file before its newest edit, and before each one before that.

    Only the edits since another file was edited count, and none behind one that reaches over the border.
    """
    found: list[str] = []
    after: str | None = None
    for edit in takewhile(lambda edit: edit.path == path, reversed(edits)):
        span = _before(edit, start, end)
        if span is None or (after is not None and edit.after != after):
            break
        (start, end), after = span, edit.before
        found.append(after[start:end])
    return found


def oldest(edits: Sequence[Edit], path: str) -> str | None:
    """A file's text before the first of these edits."""
    return next((edit.before for edit in edits if edit.path == path), None)


def _before(edit: Edit, start: int, end: int) -> tuple[int, int] | None:
    """Where a stretch of the text after an edit stood before it; None where a hunk reaches over the edge."""
    shift = grown = 0
    for hunk in edit.hunks:
        size = len(hunk.new) - len(hunk.old)
        if start <= hunk.new_start and hunk.new_end <= end:
            grown += size
        elif hunk.new_end <= start:
            shift += size
        elif hunk.new_start < end:
            return None
    return start - shift, end - shift - grown


def _lines(text: str) -> list[str]:
    """The lines, without their newlines; nothing stands behind the last newline."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _groups(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Block]]:
    """The changed blocks; those that stand near each other together."""
    group: list[Block] = []
    for block in changed(old, new, Budget()):
        if group and block.i - group[-1].i_end > 2 * CONTEXT:
            yield group
            group = []
        group.append(block)
    if group:
        yield group
