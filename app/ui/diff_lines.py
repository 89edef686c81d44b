"""An action as the lines of a diff: what is removed, what is added, and the code around it, highlighted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Literal

from textual.content import Content
from textual.highlight import HighlightTheme, highlight

from app.foreign import safe
from engine.types import Action

CONTEXT = 3
"""Lines shown above and below a change."""
LEXED = 100
"""Lines above the change that the highlighter reads, so that it knows whether it stands in a string."""
TAB = 4
"""Cells of a tab stop."""

LANGUAGES = {
    "c": "c", "cc": "cpp", "cpp": "cpp", "cs": "csharp", "css": "css", "go": "go", "h": "c", "hpp": "cpp",
    "html": "html", "java": "java", "js": "javascript", "json": "json", "jsx": "jsx", "kt": "kotlin",
    "lua": "lua", "md": "markdown", "mjs": "javascript", "php": "php", "py": "python", "pyi": "python",
    "rb": "ruby", "rs": "rust", "scala": "scala", "sh": "bash", "sql": "sql", "swift": "swift",
    "toml": "toml", "ts": "typescript", "tsx": "tsx", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
"""Pygments lexers by file ending; anything else is shown plain."""


class CodeTheme(HighlightTheme):
    """Textual's colours without the underlines: those are for what changes."""

    STYLES = {  # noqa: RUF012 - the base class declares it so
        token: style.replace(" underline", "") for token, style in HighlightTheme.STYLES.items()
    }


Mark = Literal["-", "+", " "]
LINE_STYLE: dict[Mark, str] = {"-": "on $error 18%", "+": "on $success 18%", " ": ""}
CHANGE_STYLE: dict[Mark, str] = {"-": "bold on $error 45%", "+": "bold on $success 45%", " ": ""}


@dataclass(frozen=True)
class DiffLine:
    """One line of the diff; `number` counts from 1 in the text it stands in."""

    mark: Mark
    number: int
    code: Content


@dataclass(frozen=True)
class _Side:
    """One side of the change: a text, the part of it that changes, and the lines that hold it."""

    lines: tuple[str, ...]
    starts: tuple[int, ...]
    start: int
    end: int

    @classmethod
    def of(cls, text: str, start: int, end: int) -> _Side:
        lines = tuple(text.splitlines(keepends=True)) or ("",)
        return cls(lines, tuple(accumulate(map(len, lines), initial=0)), start, end)

    def line_of(self, offset: int) -> int:
        """The number (from 0) of the line that holds an offset."""
        return next((n for n, end in enumerate(self.starts[1:]) if offset < end), len(self.lines) - 1)


def diff_lines(text: str | None, action: Action, context: int = CONTEXT) -> list[DiffLine]:
    """The diff of one action in its file's text; without context where the text is not the one it meant."""
    if text is None or text[action.start : action.end] != action.old:
        offset = action.range.start.line
        before, after = _Side.of(action.old, 0, len(action.old)), _Side.of(action.new, 0, len(action.new))
        removed = _lines(before, 0, len(before.lines), action.path)
        added = _lines(after, 0, len(after.lines), action.path)
        return [*_marked("-", before, removed, offset), *_marked("+", after, added, offset)]
    changed = text[: action.start] + action.new + text[action.end :]
    before = _Side.of(text, action.start, action.end)
    after = _Side.of(changed, action.start, action.start + len(action.new))
    first = before.line_of(action.start)
    below = _equal_below(before.lines[first:], after.lines[first:])
    last, last_new = len(before.lines) - below, len(after.lines) - below
    while first < min(last, last_new) and before.lines[first] == after.lines[first]:
        first += 1
    top = max(0, first - context)
    old = _lines(before, top, min(last + context, len(before.lines)), action.path)
    new = _lines(after, first, last_new, action.path)
    return [
        *_marked(" ", before, old[: first - top]),
        *_marked("-", before, old[first - top : last - top]),
        *_marked("+", after, new),
        *_marked(" ", before, old[last - top :]),
    ]


def _equal_below(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How many lines are equal, counted from the end."""
    equal = 0
    for old, new in zip(reversed(before), reversed(after), strict=False):
        if old != new:
            break
        equal += 1
    return equal


Numbered = tuple[int, Content]
"""A highlighted line and its number, from 0."""


def _lines(side: _Side, first: int, last: int, path: str) -> list[Numbered]:
    """Lines first..last-1 of a side, highlighted by what stands above them."""
    if first >= last:
        return []
    top = max(0, first - LEXED)
    shown = [safe(line.splitlines()[0] if line else "") for line in side.lines[top:last]]
    language = LANGUAGES.get(PurePosixPath(path).suffix.lstrip(".").lower(), "text")
    code = highlight("\n".join(shown), language=language, theme=CodeTheme, tab_size=1)
    coloured = code.split("\n", allow_blank=True)
    coloured += [Content(line) for line in shown[len(coloured) :]]
    return [(number, coloured[number - top]) for number in range(first, last)]


def _marked(mark: Mark, side: _Side, lines: list[Numbered], offset: int = 0) -> list[DiffLine]:
    """The lines with the part that changes emphasised, and their tabs as spaces."""
    rows: list[DiffLine] = []
    for number, code in lines:
        start = max(0, side.start - side.starts[number])
        end = min(len(code), side.end - side.starts[number])
        if mark != " " and start < end:
            code = code.stylize(CHANGE_STYLE[mark], start, end)
        rows.append(DiffLine(mark, number + 1 + offset, code.expand_tabs(TAB)))
    return rows


def wrap(code: Content, width: int) -> list[Content]:
    """A line cut to the width, between words where it can be."""
    rows: list[Content] = []
    while code.cell_length > width:
        fits = len(code[: width + 1].fold(width)[0])
        plain = code[: width + 1].plain
        last_half = range(fits, fits // 2, -1)
        at_space = next((at for at in last_half if plain[at - 1].isspace()), None)
        cut = at_space or next((at for at in last_half if not _inside_word(plain, at)), fits)
        rows.append(code[:cut])
        code = code[cut:]
    return [*rows, code]


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut there would go through a name or a number."""
    return 0 < at < len(text) and all(letter.isalnum() or letter == "_" for letter in text[at - 1 : at + 1])


def layout(lines: list[DiffLine], width: int) -> Content:
    """The diff at a width in cells: sign, line number, code. A changed line goes on below, context is cut."""
    digits = len(str(max((line.number for line in lines), default=1)))
    room = max(width - digits - 3, 8)
    rows: list[Content] = []
    for line in lines:
        parts = wrap(line.code, room) if line.mark != " " else [line.code.truncate(room, ellipsis=True)]
        for part, code in enumerate(parts):
            gutter = f"{line.mark} {line.number:>{digits}} " if part == 0 else f"{line.mark} {'':>{digits}} "
            padding = " " * max(0, room - code.cell_length)
            row = Content.assemble((gutter, "bold" if line.mark != " " else "dim"), code, padding)
            rows.append(row.stylize_before(LINE_STYLE[line.mark]) if line.mark != " " else row)
    return Content("\n").join(rows)
