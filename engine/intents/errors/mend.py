"""The edit broke the syntax, and one sign heals it: a closing bracket, a colon, a comma, a semicolon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from engine.intents.context import Context
from engine.intents.lexer import Token, lex, shape_of
from engine.syntax.blocks.healing import errors_with, lacking
from engine.syntax.document import Document
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

CLOSERS = {"(": ")", "[": "]", "{": "}"}
MOST_LINES = 24
"""Lines that the edit wrote which are looked at."""
MOST_TRIES = 16
NESTED = 64
"""Open brackets, from the innermost outward, that are looked at."""
MOST_BROKEN, MOST_NEW = 4, 80
"""Places that did not parse before the edit, and that came with it: more are no matter of one sign."""
MANY_NEW, FEW_TRIES = 12, 4
"""With so many of them, only what is most telling is tried: each try takes longer, and less is likely."""
LARGEST = 600_000
"""Characters of a file that is parsed again and again."""
SURE, LIKELY = 0.85, 0.7
_ENDINGS = frozenset("{;:") | {"->", "=>"}
"""What may stand between the end of an expression and that of its line."""
_UNFINISHED = frozenset("([{,.=+-*/%<&|^!:") | {"->", "=>"}
"""What nobody ends an expression with: there the person is still writing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its tokens, blanks and comments left out."""

    start: int
    end: int
    indent: str
    tokens: tuple[Token, ...]

    @property
    def code_end(self) -> int:
        """The end of the last token."""
        return self.tokens[-1].end if self.tokens else self.start


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that may heal the file."""

    at: int
    text: str
    rule: float
    what: str


def propose(context: Context) -> Iterator[Site]:
    """The one sign that brings a file back to parsing as it did before the edit."""
    after, before, edit = context.after, context.before, context.edit
    if after is None or before is None or len(edit.after) > LARGEST:
        return
    found = after.errors()
    goal = before.errors() if found else 0
    if found <= goal or goal > MOST_BROKEN or found - goal > MOST_NEW:
        return
    most = MOST_TRIES if found - goal <= MANY_NEW else FEW_TRIES
    for number, sign in enumerate(_signs(context, after)):
        if number >= most:
            return
        if errors_with(after, sign.at, sign.text) <= goal:
            yield Site(
                path=edit.path,
                start=sign.at,
                old="",
                draft=sign.text,
                intent=IntentKind.FIX,
                node=NodeKind.OTHER,
                relation=Relation.SAME_SCOPE,
                distance=context.distances.of(edit.hunks[0].new_start, edit.path, sign.at),
                trigger=Trigger.DIAGNOSTIC,
                rule=sign.rule,
                why=f"{sign.what} is missing: with it the file parses again",
            )
            return


def _signs(context: Context, after: Document) -> Iterator[Sign]:
    """What could heal, the most telling first, no place and sign twice."""
    text = context.edit.after
    lines = _lines(context)
    seen: set[tuple[int, str]] = set()
    for sign in chain(
        _brackets(text, lines, shape_of(context.edit.path)),
        _thought_in(after, lines),
        _colons(text, lines),
        _ends(text, lines, shape_of(context.edit.path)),
    ):
        if (sign.at, sign.text) not in seen:
            seen.add((sign.at, sign.text))
            yield sign


def _lines(context: Context) -> list[Line]:
    """The lines that the edit wrote."""
    text, found = context.edit.after, dict[int, Line]()
    shape = shape_of(context.edit.path)
    for hunk in context.edit.hunks:
        at = text.rfind("\n", 0, hunk.new_start) + 1
        while (at < hunk.new_end or not found) and len(found) < MOST_LINES:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            found[at] = _line(text, at, end, shape)
            at = end + 1
            if end == len(text):
                break
    return [line for _, line in sorted(found.items()) if line.tokens]


def _line(text: str, start: int, end: int, shape: str) -> Line:
    whole = text[start:end]
    tokens = tuple(one for one in lex(whole, shape, start) if one.kind not in {"space", "newline", "comment"})
    return Line(start, end, whole[: len(whole) - len(whole.lstrip())], tokens)


def _thought_in(after: Document, lines: list[Line]) -> Iterator[Sign]:
    """Signs that the grammar itself names, on the lines of the edit."""
    for at, token in lacking(after):
        if any(line.start <= at <= line.end for line in lines) and token in {*")]}:;,"}:
            yield Sign(at, token, SURE, f"`{token}`")


def _brackets(text: str, lines: list[Line], shape: str) -> Iterator[Sign]:
    """What closes the brackets that the edit opened and nothing closes, the innermost first."""
    open_: list[_Opened] = []
    for line in lines:
        for token in line.tokens:
            if token.text in CLOSERS:
                open_.append(_Opened(CLOSERS[token.text], line, token))
            elif token.text in CLOSERS.values():
                while open_ and not open_[-1].closed_by(token, line):
                    yield from open_.pop().signs(text, shape, token)
                if open_:
                    open_.pop()
    for one in open_[: -NESTED - 1 : -1]:
        yield from one.signs(text, shape, None)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A bracket that was opened, and what closes it."""

    closer: str
    line: Line
    token: Token

    def closed_by(self, token: Token, line: Line) -> bool:
        """Whether it is meant; a closer that stands further out than the line that opened is another's."""
        outside = token.start == line.tokens[0].start and len(line.indent) < len(self.line.indent)
        return token.text == self.closer and not outside

    @property
    def _is_block(self) -> bool:
        return self.token.end == self.line.code_end

    def _is_closed(self, text: str, below: Line, shape: str) -> bool:
        """Whether the line behind its block closes it: then another one is open."""
        at = below.end + 1
        while at < len(text) and not text[at : _line_end(text, at)].strip():
            at = _line_end(text, at) + 1
        behind = _line(text, at, _line_end(text, at), shape)
        return bool(behind.tokens) and (behind.tokens[0].text, behind.indent) == (
            self.closer,
            self.line.indent,
        )

    def signs(self, text: str, shape: str, before: Token | None) -> Iterator[Sign]:
        """Where it may have to be closed, before another bracket closes."""
        if self._is_block:
            below = _deeper(text, self.line, shape)
            if below is not None and not self._is_closed(text, below, shape):
                closed = f"\n{self.line.indent}{self.closer}"
                yield Sign(below.end, closed, SURE, f"`{self.closer}`")
            return
        if before is not None and before.start < self.line.end:
            if before.start > self.token.end:
                yield Sign(before.start, self.closer, SURE, f"`{self.closer}`")
            return
        for at in _expression_ends(self.line, self.token, _is_entry(text, self.line, shape)):
            yield Sign(at, self.closer, SURE, f"`{self.closer}`")


def _expression_ends(line: Line, opened: Token, in_list: bool) -> Iterator[int]:
    """Where what was opened may end: before the signs at the end of its line, or behind them."""
    inside = [one for one in line.tokens if one.start > opened.start]
    ends: list[int] = []
    while inside and inside[-1].text in _ENDINGS:
        inside.pop()
        if not inside:  # nothing stands in the brackets
            ends.append(opened.end)
    if inside and inside[-1].text == "," and in_list:
        inside.pop()
        if not inside:
            ends.append(opened.end)
    if inside and inside[-1].text not in _UNFINISHED:
        ends.append(inside[-1].end)
    for before, sign, behind in zip(line.tokens, line.tokens[1:], (*line.tokens[2:], None), strict=False):
        arrow = sign.text in {"->", "=>"} or _pair(sign, behind) in {"->", "=>"}
        if arrow and before.start >= opened.end:
            ends.insert(0, before.end)
    yield from dict.fromkeys(ends)


def _is_entry(text: str, line: Line, shape: str) -> bool:
    """Whether a line is one of several that end with commas: its neighbour does, opens or closes the list."""
    starts = (text.rfind("\n", 0, max(0, line.start - 1)) + 1, line.end + 1)
    above, below = (_line(text, at, _line_end(text, at), shape) for at in starts)
    first = above.tokens and above.tokens[-1].text in {"(", "["} and above.start < line.start
    if first and below.tokens and len(above.indent) < len(line.indent) and below.indent == line.indent:
        return True
    for start in starts:
        beside = _line(text, start, _line_end(text, start), shape)
        near = beside.tokens and start != line.start and beside.indent == line.indent
        if near and beside.tokens[-1].text == ",":
            return True
        if start > line.start and beside.tokens and beside.tokens[0].text in CLOSERS.values():
            return True
    return False


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _pair(sign: Token, behind: Token | None) -> str:
    """A sign with the one that touches it behind."""
    return sign.text + behind.text if behind is not None and behind.start == sign.end else sign.text


def _deeper(text: str, line: Line, shape: str) -> Line | None:
    """The last of the lines below that stand deeper than this one, or None where none does."""
    last, at = None, line.end + 1
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[at:end].strip():
            found = _line(text, at, end, shape)
            if len(found.indent) <= len(line.indent):
                break
            last = found
        at = end + 1
    return last


def _colons(text: str, lines: list[Line]) -> Iterator[Sign]:
    """A colon at the end of a line that opens a deeper one."""
    for line in lines:
        following = text[line.end + 1 : line.end + 400].lstrip("\n")
        indent = following[: len(following) - len(following.lstrip(" \t"))]
        deeper = len(indent) > len(line.indent) and indent.startswith(line.indent)
        if deeper and line.tokens[-1].text not in _UNFINISHED:
            yield Sign(line.code_end, ":", SURE, "`:`")


def _ends(text: str, lines: list[Line], shape: str) -> Iterator[Sign]:
    """A comma or semicolon at the end of a line, or of the one before the edit."""
    for sign in (",", ";"):
        for line in lines:
            if line.tokens[-1].text not in _UNFINISHED | {";"}:
                yield Sign(line.code_end, sign, LIKELY, f"`{sign}`")
        first = lines[0].start if lines else 0
        start = text.rfind("\n", 0, max(0, first - 1)) + 1
        above = _line(text, start, max(start, first - 1), shape)
        if lines and above.tokens and above.tokens[-1].text not in _UNFINISHED | {";"}:
            yield Sign(above.code_end, sign, LIKELY, f"`{sign}`")
