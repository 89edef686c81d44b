"""Tokens and text zones (strings, comments) of any language, by regular expressions alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

ZONE_LIMIT = 400_000
"""Characters; a longer text is looked at line by line only."""

_HASH = "#[^\n]*"
_SLASH = r"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"
_DASH = "--[^\n]*"
_SEMI = ";[^\n]*"
_PERCENT = "%[^\n]*"
_TRIPLE = r'"""[\s\S]*?(?:"""|\Z)|\'\'\'[\s\S]*?(?:\'\'\'|\Z)'
_DOUBLE = r'"(?:\\.|[^"\\\n])*"'
_SINGLE = r"'(?:\\.|[^'\\\n])*'"
_CHAR = r"'(?:\\[^'\n]{1,9}|[^'\\\n])'"
_BACK = r"`(?:\\[\s\S]|[^`\\])*(?:`|\Z)"

_SHAPES: dict[str, tuple[str, str]] = {
    "python": (_HASH, f"{_TRIPLE}|{_DOUBLE}|{_SINGLE}"),
    "script": (_HASH, f"{_DOUBLE}|{_SINGLE}"),
    "web": (_SLASH, f"{_BACK}|{_DOUBLE}|{_SINGLE}"),
    "c": (_SLASH, f"{_DOUBLE}|{_CHAR}"),
    "java": (_SLASH, f"{_TRIPLE}|{_DOUBLE}|{_CHAR}"),
    "go": (_SLASH, f"{_BACK}|{_DOUBLE}|{_CHAR}"),
    "php": (f"{_SLASH}|{_HASH}", f"{_DOUBLE}|{_SINGLE}"),
    "dash": (_DASH, f"{_DOUBLE}|{_SINGLE}"),
    "lisp": (_SEMI, _DOUBLE),
    "percent": (_PERCENT, f"{_DOUBLE}|{_CHAR}"),
    "prose": (r"(?!)", r"(?!)"),
}
_SUFFIXES: dict[str, str] = {
    "python": "py pyi pyx",
    "script": "rb sh bash zsh yml yaml toml r pl pm tcl ex exs nim cfg conf mk jl",
    "web": "js jsx mjs cjs ts tsx mts cts vue svelte css scss less dart groovy gradle",
    "c": "c h cc cpp cxx hpp hh cs rs m mm zig proto",
    "java": "java kt kts scala swift",
    "go": "go",
    "php": "php",
    "dash": "sql lua hs elm adb ads vhdl",
    "lisp": "lisp cl el clj cljs scm rkt",
    "percent": "erl hrl tex",
    "prose": "md rst txt adoc html htm xml svg",
}
_SHAPE_OF = {suffix: shape for shape, listed in _SUFFIXES.items() for suffix in listed.split()}

_NUMBER = r"\d(?:\w|\.\d|(?<=[eE])[+-]\d)*"
_WORD = r"(?:[^\W\d]|\$)[\w$]*"


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its place: kinds are name, number, string, comment, space, newline, op."""

    kind: str
    text: str
    start: int
    """Offset in the text that was handed to `lex`, plus the base given there."""

    @property
    def end(self) -> int:
        """The offset after the token."""
        return self.start + len(self.text)


def shape_of(path: str) -> str:
    """The lexical family of a file, by its suffix; unknown suffixes count as C-like."""
    return _SHAPE_OF.get(PurePosixPath(path).suffix.lstrip(".").lower(), "c")


@lru_cache(maxsize=32)
def _token_pattern(shape: str) -> re.Pattern[str]:
    comment, string = _SHAPES[shape]
    return re.compile(
        rf"(?P<comment>{comment})|(?P<string>{string})|(?P<newline>\r\n|\r|\n)|(?P<space>[^\S\r\n]+)"
        rf"|(?P<number>{_NUMBER})|(?P<name>{_WORD})|(?P<op>[\s\S])"
    )


@lru_cache(maxsize=32)
def _zone_pattern(shape: str) -> re.Pattern[str]:
    comment, string = _SHAPES[shape]
    return re.compile(rf"(?P<comment>{comment})|(?P<string>{string})")


def lex(text: str, shape: str, base: int = 0) -> list[Token]:
    """All tokens of a text that starts outside any string or comment; joined they are the text."""
    return [
        Token(found.lastgroup or "op", found.group(), base + found.start())
        for found in _token_pattern(shape).finditer(text)
    ]


class Zones:
    """Where the strings and comments of one text are."""

    def __init__(self, text: str, shape: str) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._kinds: list[str] = []
        self._all = "string" if shape == "prose" else None
        if self._all or len(text) > ZONE_LIMIT:
            return
        for found in _zone_pattern(shape).finditer(text):
            self._starts.append(found.start())
            self._ends.append(found.end())
            self._kinds.append(found.lastgroup or "string")

    def kind(self, offset: int) -> str | None:
        """`string` or `comment` where the offset lies inside one, else None (code)."""
        if self._all:
            return self._all
        at = bisect_right(self._starts, offset) - 1
        inside = at >= 0 and self._starts[at] < offset < self._ends[at]
        return self._kinds[at] if inside else None


@lru_cache(maxsize=96)
def zones(text: str, path: str) -> Zones:
    """The zones of a file's text; those of the texts that were asked for last are kept."""
    return Zones(text, shape_of(path))


_KEYWORDS = """
    False None True and as assert async await break class continue def del elif else except finally for from
    global if import in is lambda nonlocal not or pass raise return try while with yield match case
    abstract any boolean bool byte catch char const debugger default delete do double enum export extends
    extern final float fn func function go goto impl implements instanceof int interface let long loop map
    mod module move mut namespace native new nil null number object package private protected pub public
    range readonly ref self Self short signed sizeof static str string struct super switch this throw throws
    trait true false type typeof undefined union unsafe unsigned use var virtual void volatile where cls end
    begin then elsif unless until val fun override
    """
KEYWORDS = frozenset(_KEYWORDS.split())
"""Words that say nothing about one project, in any of the usual languages."""
