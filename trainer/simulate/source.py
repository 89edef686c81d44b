"""Projects as simulation reads them: texts, words with their lexical kind, and rewriting at known offsets."""

from __future__ import annotations

import bisect
import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Lexical = Literal["code", "comment", "string", "template"]

_PY = re.compile(
    r"""(?P<comment>\#[^\n]*)
      |(?P<prefix>[rRbBuUfF]{0,2})(?P<string>\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''
          |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      |(?P<word>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)""",
    re.VERBOSE | re.DOTALL,
)
_JS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<prefix>)(?P<string>`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      |(?P<word>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)""",
    re.VERBOSE | re.DOTALL,
)
_CLASS = re.compile(
    r"^[ \t]*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(?:class|interface)\s+(?P<name>\w+)"
    r"(?:\[[^\]\n]*\])?(?P<bases>\([^)]*\)|[^\n({:]*)",
    re.MULTILINE,
)
_ROOTS = frozenset(
    {
        "object",
        "Exception",
        "Enum",
        "Protocol",
        "Generic",
        "ABC",
        "metaclass",
        "ABCMeta",
        "T",
        "Any",
        "extends",
        "implements",
    }
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_HOLE = re.compile(r"\{([^{}]*)\}")

_WORDS = """
match case self cls print len str int float bool list dict set tuple type object super range
isinstance abstract any as async await boolean break catch class const constructor continue declare
default delete do else enum export extends finally for from function get if implements import in
infer instanceof interface is keyof let module namespace never new null number of override private
protected public readonly require return satisfies set static string super switch symbol this throw
true false try typeof undefined unknown var void while with yield Promise Array Object Error Map Set
"""
RESERVED = frozenset(keyword.kwlist) | frozenset(_WORDS.split())
"""Words that are never renamed: keywords, and names that every project uses."""


class Word(NamedTuple):
    """An identifier-like word in a text."""

    start: int
    name: str
    kind: Lexical


class Token(NamedTuple):
    """A word of one file of a project."""

    path: str
    start: int
    kind: Lexical


class Change(NamedTuple):
    """Replace `old` at `start` by `new`; a project-wide change is a path to a list of these."""

    start: int
    old: str
    new: str

    @property
    def end(self) -> int:
        """The end of the replaced text."""
        return self.start + len(self.old)


def words(text: str, language: str) -> Iterator[Word]:
    """All words of a text: in code, in comments, in strings, in the holes of f-strings and templates."""
    for match in (_PY if language == "python" else _JS).finditer(text):
        if match["word"]:
            yield Word(match.start("word"), match["word"], "code")
        elif match["comment"]:
            for word in _WORD.finditer(text, match.start(), match.end()):
                yield Word(word.start(), word.group(), "comment")
        elif match["string"]:
            formatted = "f" in (match["prefix"] or "").lower() or match["string"].startswith("`")
            holes = (
                [(h.start(1), h.end(1)) for h in _HOLE.finditer(text, match.start(), match.end())]
                if formatted
                else []
            )
            for word in _WORD.finditer(text, match.start("string"), match.end()):
                inside = any(start <= word.start() < end for start, end in holes)
                yield Word(word.start(), word.group(), "template" if inside else "string")


def apply(text: str, changes: Iterable[Change]) -> str:
    """The text after changes that do not overlap."""
    parts, at = [], 0
    for change in sorted(changes):
        parts += [text[at : change.start], change.new]
        at = change.end
    return "".join([*parts, text[at:]])


class Moved:
    """Where offsets of a text stand after changes; one inside a change moves to the change's start."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._starts: list[int] = []
        self._shifts: list[int] = []
        shift = 0
        for change in sorted(changes):
            shift += len(change.new) - len(change.old)
            self._starts.append(change.start)
            self._shifts.append(shift)

    def __call__(self, offset: int) -> int:
        """The offset after the changes, for one that no change covers except at its start."""
        at = bisect.bisect_left(self._starts, offset)
        return offset + (self._shifts[at - 1] if at else 0)


@dataclass(frozen=True)
class Source:
    """The texts of one project in one language."""

    name: str
    language: str
    texts: Mapping[str, str]

    @cached_property
    def tokens(self) -> dict[str, list[Token]]:
        """Every word of the project to where it stands, in the order of paths and offsets."""
        found: dict[str, list[Token]] = defaultdict(list)
        for path, text in self.texts.items():
            for start, name, kind in words(text, self.language):
                found[name].append(Token(path, start, kind))
        return dict(found)

    @cached_property
    def _code_starts(self) -> dict[str, frozenset[int]]:
        return {}

    def code_starts(self, path: str) -> frozenset[int]:
        """Where the words in code begin in one file."""
        known = self._code_starts
        if path not in known:
            known[path] = frozenset(
                w.start for w in words(self.texts[path], self.language) if w.kind == "code"
            )
        return known[path]

    @cached_property
    def code_names(self) -> frozenset[str]:
        """Words that stand in code somewhere."""
        return frozenset(
            name
            for name, places in self.tokens.items()
            if any(p.kind in ("code", "template") for p in places)
        )

    @cached_property
    def families(self) -> dict[str, str]:
        """Every class to one class that stands for all that are related to it by inheritance, by name."""
        parent: dict[str, str] = {}

        def top(name: str) -> str:
            while parent.setdefault(name, name) != name:
                name = parent[name]
            return name

        for text in self.texts.values():
            for match in _CLASS.finditer(text):
                for base in _WORD.findall(match["bases"] or ""):
                    if base not in _ROOTS:
                        parent[top(base)] = top(match["name"])
        return {name: top(name) for name in list(parent)}

    def family_at(self, path: str, offset: int) -> str:
        """The family of the class whose head stands last before an offset; empty before the first one."""
        heads = list(_CLASS.finditer(self.texts[path], 0, offset))
        return self.families.get(heads[-1]["name"], heads[-1]["name"]) if heads else ""

    @cached_property
    def prose(self) -> list[str]:
        """Plain lower-case words that stand in comments or strings, often enough, and never in code."""
        return sorted(
            name
            for name, places in self.tokens.items()
            if 4 <= len(name) <= 12
            and name.isalpha()
            and name.islower()
            and name not in RESERVED
            and 2 <= len(places) <= 40
            and name not in self.code_names
        )


def split_name(name: str) -> list[str]:
    """The words of an identifier: snake_case, camelCase and PascalCase; lower-case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def join_name(parts: Sequence[str], like: str) -> str:
    """The words as an identifier in the style of another one (leading underscores too)."""
    lead = like[: len(like) - len(like.lstrip("_"))]
    core = like.lstrip("_")
    if core.isupper() and len(core) > 1:
        return lead + "_".join(parts).upper()
    if "_" in core or core.islower():
        return lead + "_".join(parts)
    joined = "".join(part[:1].upper() + part[1:] for part in parts)
    return lead + (joined if core[:1].isupper() else joined[:1].lower() + joined[1:])


def style(name: str) -> tuple[bool, bool]:
    """How a name is written, leading underscores aside: all in capitals, and with one in front."""
    core = name.lstrip("_")
    return core.isupper(), core[:1].isupper()


COMMENTS = ("//", "#", "/*", "*")


def above(text: str, start: int, marks: tuple[str, ...] = COMMENTS) -> int:
    """The start of the comment lines right above the line of an offset, or of that line."""
    line = text.rfind("\n", 0, start) + 1
    while line:
        before = text.rfind("\n", 0, line - 1) + 1
        if not text[before:line].lstrip().startswith(marks):
            break
        line = before
    return line
