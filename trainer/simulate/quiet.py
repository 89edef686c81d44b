"""Simulated edits after which nothing follows, though structure may propose something."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from trainer.simulate.names import renamed
from trainer.simulate.scopes import read
from trainer.simulate.source import RESERVED, Change, Source, Word, words
from trainer.simulate.story import Case, Story

_SCRIPT_BINDS = re.compile(
    r"\b(?:function|const|let|var|import|class|interface|type|enum|export|catch)\b[^=]*\0|\0\s*[=:?]|\0[^()]*\)\s*(?:=>|\{)"
    r"|\0[^()]*(?:\([^()]*\)[^()]*)*\{\s*$|\0\s*=>"
)
"""A line of JavaScript or TypeScript on which the marked word is probably declared."""

Move = Callable[[Source, str, list[Word], random.Random], list[Change]]


def cases(source: Source, rng: random.Random) -> Iterator[Case]:
    """Decision points without end, each with nothing left to do."""
    paths = [path for path, text in source.texts.items() if len(text) > 600]
    lexed: dict[str, list[Word]] = {}
    misses = 0
    while paths and misses < 500:
        path = rng.choice(paths)
        if path not in lexed:
            lexed[path] = _usable(source, path)
        name = rng.choice(_ORDER)
        changes = _MOVES[name](source, path, lexed[path], rng) if lexed[path] else []
        if not changes or any(change.old == change.new for change in changes):
            misses += 1
            continue
        misses = 0
        story = Story(source)
        if rng.random() < 0.3:
            _before(story, source, path, lexed[path], changes, rng)
        story.do(path, changes) if not story.planned(path) else story.do(path, story.planned(path))
        yield story.case(f"quiet/{name}")


def _before(
    story: Story, source: Source, path: str, found: list[Word], last: list[Change], rng: random.Random
) -> None:
    """An unrelated edit made earlier in the same file; the last changes are planned, so they move along."""
    name = rng.choice(("insert", "known", "comment"))
    changes = _MOVES[name](source, path, found, rng)
    apart = all(change.end < other.start or other.end < change.start for change in changes for other in last)
    if changes and apart and all(change.old != change.new for change in changes):
        for change in last:
            story.plan(path, change)
        story.do(path, changes)


def _usable(source: Source, path: str) -> list[Word]:
    """The words that can be changed without renaming anything: no declarations."""
    text = source.texts[path]
    found = [word for word in words(text, source.language) if word.name not in RESERVED]
    if source.language == "python":
        declared = {item.start for item in read(text) if item.role not in ("name", "attribute")}
        return [word for word in found if word.start not in declared]
    return [word for word in found if word.kind != "code" or not _SCRIPT_BINDS.search(_around(text, word))]


@lru_cache(maxsize=4)
def _bindings(text: str) -> dict[int, int]:
    """Where bare names stand in a Python file, and the function that binds each (-1 for none)."""
    return {item.start: item.binding for item in read(text) if item.role == "name"}


def _in_scope(text: str, source: Source, word: Word, other: Word) -> bool:
    """Whether the name of `other` means something where `word` stands."""
    if source.language != "python":
        return abs(other.start - word.start) < 600
    bindings = _bindings(text)
    here, there = bindings.get(word.start), bindings.get(other.start)
    return there is not None and (there == -1 or there == here)


def _around(text: str, word: Word) -> str:
    """The line of a word with a mark where the word stands."""
    start, end = text.rfind("\n", 0, word.start) + 1, text.find("\n", word.start)
    return f"{text[start : word.start]}\0{text[word.start + len(word.name) : end if end >= 0 else len(text)]}"


def _code(found: list[Word]) -> list[Word]:
    return [word for word in found if word.kind == "code" and len(word.name) > 1]


def _followed(source: Source, path: str, word: Word, mark: str) -> bool:
    return source.texts[path].startswith(mark, word.start + len(word.name))


def _is_definition(source: Source, path: str, word: Word) -> bool:
    head = source.texts[path][max(0, word.start - 12) : word.start]
    return bool(re.search(r"\b(?:def|class|function|const|let|var|interface|type|import|from|as)\s+$", head))


def _known(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    """A use is changed to another name of the same file that plays the same role."""
    word = rng.choice(_code(found) or found)
    if _is_definition(source, path, word):
        return []
    text = source.texts[path]
    dotted = text[word.start - 1 : word.start] == "."
    called = _followed(source, path, word, "(")
    alike = [
        other.name
        for other in rng.sample(_code(found), min(400, len(_code(found))))
        if (text[other.start - 1 : other.start] == ".") == dotted
        and _followed(source, path, other, "(") == called
        and other.name != word.name
        and (dotted or _in_scope(text, source, word, other))
    ]
    return [Change(word.start, word.name, rng.choice(alike))] if alike else []


def _known_far(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    """A call is changed to a function of another file."""
    calls = [
        w for w in _code(found) if _followed(source, path, w, "(") and not _is_definition(source, path, w)
    ]
    if not calls:
        return []
    other = rng.choice(list(source.texts))
    names = re.findall(r"\b(?:def|function)\s+(\w{3,})", source.texts[other])
    word = rng.choice(calls)
    return [Change(word.start, word.name, rng.choice(names))] if names else []


def _unknown(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    """A use is changed to a name that is still to be written; the old symbol stays as it is."""
    uses = [w for w in _code(found) if not _is_definition(source, path, w)]
    if not uses:
        return []
    word = rng.choice(uses)
    return [Change(word.start, word.name, renamed(word.name, source, rng))]


def _argument(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    """An argument is replaced by another name that stands near."""
    text = source.texts[path]
    arguments = [
        w
        for w in _code(found)
        if text[w.start - 1] in "( " and text[w.start + len(w.name)] in ",)" and text[w.start - 2] != ":"
    ]
    if not arguments:
        return []
    word = rng.choice(arguments)
    near = [w.name for w in arguments if w.name != word.name and _in_scope(text, source, word, w)]
    new = (
        rng.choice(near)
        if near and rng.random() < 0.7
        else rng.choice(("None", "True", "0", f"{word.name}[0]"))
    )
    return [Change(word.start, word.name, new)]


def _literal(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    numbers = list(re.finditer(r"(?<![\w.\"'])\d+(?:\.\d+)?(?![\w.\"'])", source.texts[path]))
    if not numbers:
        return []
    match = rng.choice(numbers)
    return [Change(match.start(), match.group(), str(rng.choice((0, 1, 2, 3, 5, 10, 30, 60, 100, 1024))))]


def _prose(kind: str) -> Move:
    def move(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
        text = [word for word in found if word.kind == kind and len(word.name) > 2]
        if len(text) < 2:
            return []
        word, other = rng.choice(text), rng.choice(text)
        return [Change(word.start, word.name, other.name)]

    return move


def _insert(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    """A new line of code, made of a line that stands near with one word changed."""
    text = source.texts[path]
    word = rng.choice(_code(found) or found)
    start = text.rfind("\n", 0, word.start) + 1
    end = text.find("\n", word.start) + 1
    line = text[start:end]
    if not line.strip() or line.rstrip().endswith((":", "{", "(", ",", "[")):
        return []
    return [
        Change(
            end,
            "",
            line[: word.start - start]
            + renamed(word.name, source, rng)
            + line[word.start - start + len(word.name) :],
        )
    ]


def _delete(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    text = source.texts[path]
    word = rng.choice(_code(found) or found)
    start, end = text.rfind("\n", 0, word.start) + 1, text.find("\n", word.start) + 1
    return [Change(start, text[start:end], "")] if end else []


def _wrap(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    """One call or attribute gets something put around or behind it."""
    word = rng.choice(_code(found) or found)
    if _is_definition(source, path, word) or _followed(source, path, word, "="):
        return []
    text = source.texts[path]
    if text[word.start - 1 : word.start] == "." or _followed(source, path, word, "("):
        return [
            Change(word.start + len(word.name), "", rng.choice((".value", ".name", "[0]", "_")))
            if not _followed(source, path, word, "(")
            else Change(word.start + len(word.name) + 1, "", rng.choice(("None, ", "self, ", "")) or "0, ")
        ]
    return [
        Change(
            word.start,
            word.name,
            rng.choice(("str({})", "list({})", "not {}", "{}.name", "{}[0]", "self.{}")).format(word.name),
        )
    ]


def _operator(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    found_ones = list(
        re.finditer(r"(?<= )(===|==|<=|>=|<|>|\+|and|is)(?= )|\b(True|False)\b", source.texts[path])
    )
    if not found_ones:
        return []
    match = rng.choice(found_ones)
    return [Change(match.start(), match.group(), _SWAPS[match.group()])]


def _definition(source: Source, path: str, found: list[Word], rng: random.Random) -> list[Change]:
    """A new function is written below another one."""
    heads = list(re.finditer(r"^([ \t]*)def (\w+)\(([^)\n]*)\)[^\n]*:\n", source.texts[path], re.MULTILINE))
    if not heads:
        return []
    match = rng.choice(heads)
    body = f"{match[1]}    return {rng.choice(('None', 'True', '[]', 'self'))}\n\n"
    return [
        Change(match.start(), "", match.group().replace(match[2], renamed(match[2], source, rng), 1) + body)
    ]


_SWAPS = {
    "==": "!=", "<": "<=", ">": ">=", "and": "or", "is": "is not", "+": "-", "<=": "<", ">=": ">",
    "True": "False", "False": "True", "===": "!==",
}  # fmt: skip

_MOVES: dict[str, Move] = {
    "known": _known,
    "known_far": _known_far,
    "unknown": _unknown,
    "argument": _argument,
    "literal": _literal,
    "comment": _prose("comment"),
    "string": _prose("string"),
    "insert": _insert,
    "delete": _delete,
    "wrap": _wrap,
    "operator": _operator,
    "definition": _definition,
}
_ORDER = (
    ("known",) * 6 + ("known_far",) * 4 + ("argument",) * 4 + ("unknown",) * 2 + ("wrap",) * 2 + tuple(_MOVES)
)
"""What is drawn from: most of all what the engine takes for the beginning of something."""
