"""Scenario `quiet`: edits after which nothing follows, though they look like those after which much does."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.syntax.blocks.leaves import leaves
from engine.syntax.forms import Function
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

WINDOW: Final = 3_000
"""Characters of a file that are looked at for a place."""
MISSES: Final = 300
"""Vain attempts in a row after which a tree is given up."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """How a language writes what these edits add; {i} is one indentation."""

    comment: str
    local: str
    function: str


_SCRIPT = Phrases("//", "const {name} = {value};", "function {name}() {{\n{i}return {value};\n}}")
PHRASES: Final = {
    "python": Phrases("#", "{name} = {value}", "\ndef {name}():\n{i}return {value}"),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "java": Phrases(
        "//", "var {name} = {value};", "private static Object {name}() {{\n{i}return {value};\n}}"
    ),
    "go": Phrases("//", "_ = {value}", "func {name}() any {{\n{i}return {value}\n}}"),
    "rust": Phrases(
        "//", "let _{name} = {value};", "#[allow(dead_code)]\nfn {name}() -> u32 {{\n{i}{number}\n}}"
    ),
}
_COMMENT = {mark: re.compile(rf"^[ \t]*{mark} (?P<text>\S.*)$", re.MULTILINE) for mark in ("#", "//")}
_PROSE_WORD = re.compile(r"(?<![%{$\w\\.<&/-])[a-z]{3,}(?![}\w.(/>-])")
_COMPARES = re.compile(r" (?P<sign><=|>=|<|>) (?=\w+\s*[:;)\n])")
_OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_CALL_LINE = re.compile(r"^[ \t]+\w[\w.]*\(.*\);?$(?!\n[ \t]*[.?])", re.MULTILINE)
_STATEMENT = re.compile(
    r"\n(?P<indent>[ \t]+)(?=(?!(?:else|elif|except|finally|catch|case|default)\b)[a-zA-Z])"
)
_GOES_ON = re.compile(r"(?:[,(\[{=+*/|&?:.\\-]|\b(?:and|or|not|in|return))\s*$")

Move = Callable[[Tree, str, random.Random], "Change | None"]


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Quiet chains without end, of all variants in turn at random."""
    misses = 0
    while tree.paths and misses < MISSES:
        kind = rng.choice(list(_MOVES))
        path = rng.choice(tree.paths)
        change = _MOVES[kind](tree, path, rng)
        if change is None or change.old == change.new:
            misses += 1
            continue
        misses = 0
        before = {path: tree.texts[path]}
        trigger = (path, (change,))
        name = f"quiet/{kind}"
        yield tree.chain("quiet", name, before, trigger)


def _window(tree: Tree, path: str, rng: random.Random) -> tuple[int, int]:
    size = len(tree.texts[path])
    start = rng.randrange(max(1, size - WINDOW // 2))
    return start, min(size, start + WINDOW)


def _number(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A number becomes another."""
    found = list(leaves(tree.document(path), "number", *_window(tree, path, rng)))
    found = [one for one in found if one[1].isdigit() and len(one[1]) < 7]
    if not found:
        return None
    start, old = rng.choice(found)
    value = int(old)
    new = rng.choice((value + 1, value * 2, value * 10, max(0, value - 1), value + rng.randrange(2, 30)))
    return Change(start, old, str(new))


def _truth(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """True becomes false, or the other way round."""
    found = list(leaves(tree.document(path), "truth", *_window(tree, path, rng)))
    if not found:
        return None
    start, old = rng.choice(found)
    other = "false" if old.lower() == "true" else "true"
    return Change(start, old, other.capitalize() if old[0].isupper() else other)


def _text(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A word inside a string of several words becomes another."""
    found = [
        (start, old)
        for start, old in leaves(tree.document(path), "text", *_window(tree, path, rng))
        if " " in old.strip("\"' ") and len(old) < 80 and "\n" not in old and "use strict" not in old
    ]
    return _other_word(tree, *rng.choice(found), rng) if found else None


def _comment_changed(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A word of a comment becomes another."""
    match = _comment(tree, path, rng)
    return _other_word(tree, match.start("text"), match["text"], rng) if match else None


def _other_word(tree: Tree, start: int, text: str, rng: random.Random) -> Change | None:
    words = list(_PROSE_WORD.finditer(text))
    if not words or not tree.prose:
        return None
    word = rng.choice(words)
    return Change(start + word.start(), word.group(), rng.choice(tree.prose))


def _comment(tree: Tree, path: str, rng: random.Random) -> re.Match[str] | None:
    mark = PHRASES[tree.language].comment
    found = list(_COMMENT[mark].finditer(tree.texts[path], *_window(tree, path, rng)))
    return rng.choice(found) if found else None


def _comment_removed(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A comment line goes."""
    match = _comment(tree, path, rng)
    return Change(match.start(), match.group() + "\n", "") if match else None


def _comment_added(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A comment of the project's own appears above a statement."""
    place = _place(tree, path, rng)
    model = _comment(tree, rng.choice(tree.paths), rng)
    if place is None or model is None:
        return None
    at, indent = place
    return Change(at, "", f"{indent}{PHRASES[tree.language].comment} {model['text']}\n")


def _local_added(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A local statement appears that nothing uses yet: the person goes on typing."""
    place = _place(tree, path, rng)
    if place is None:
        return None
    at, indent = place
    return Change(at, "", indent + _written(tree, path, PHRASES[tree.language].local, rng) + "\n")


def _statement_repeated(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A call that stands alone on its line is made once more."""
    found = list(_CALL_LINE.finditer(tree.texts[path], *_window(tree, path, rng)))
    if not found:
        return None
    line = rng.choice(found)
    return Change(line.end(), "", "\n" + line.group())


def _function_added(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A function appears that nobody calls yet."""
    text = tree.texts[path]
    found = [
        one
        for one in tree.shapes(path).functions(*_window(tree, path, rng))
        if text[one.end : one.end + 1] == "\n" and _indent(text, one) is not None
    ]
    found = [one for one in found if not one.owner or tree.language == "java"]
    if not found:
        return None
    one = rng.choice(found)
    indent = _indent(text, one) or ""
    body = _written(tree, path, PHRASES[tree.language].function, rng)
    return Change(one.end, "", "\n\n" + "\n".join(line and indent + line for line in body.split("\n")))


def _comparison(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A comparison lets its border in, or leaves it out."""
    found = list(_COMPARES.finditer(tree.texts[path], *_window(tree, path, rng)))
    if not found:
        return None
    match = rng.choice(found)
    return Change(match.start("sign"), match["sign"], _OTHER[match["sign"]])


def _layout(tree: Tree, path: str, rng: random.Random) -> Change | None:
    """A blank line appears between two statements."""
    place = _place(tree, path, rng)
    return Change(place[0], "", "\n") if place else None


_MOVES: Final[dict[str, Move]] = {
    "number": _number,
    "truth": _truth,
    "text": _text,
    "comment_changed": _comment_changed,
    "comment_removed": _comment_removed,
    "comment_added": _comment_added,
    "local_added": _local_added,
    "statement_repeated": _statement_repeated,
    "function_added": _function_added,
    "comparison": _comparison,
    "layout": _layout,
}


def _indent(text: str, function: Function) -> str | None:
    """What stands before a function on its line; None where that is not only blanks."""
    head = text[text.rfind("\n", 0, function.start) + 1 : function.start]
    return head if not head.strip() and not (head and not function.owner) else None


def _place(tree: Tree, path: str, rng: random.Random) -> tuple[int, str] | None:
    """The start of a line on which a statement of a function's body begins, and its indentation."""
    text = tree.texts[path]
    bodies = [one for one in tree.shapes(path).functions(*_window(tree, path, rng)) if one.body_start >= 0]
    if not bodies:
        return None
    body = rng.choice(bodies)
    found = [
        match
        for match in _STATEMENT.finditer(text, body.body_start, body.body_end)
        if not _GOES_ON.search(text, max(0, match.start() - 40), match.start())
    ]
    least = min((len(match["indent"]) for match in found), default=0)
    found = [match for match in found if len(match["indent"]) == least]
    if not found:
        return None
    match = rng.choice(found)
    return match.start() + 1, match["indent"]


def _written(tree: Tree, path: str, phrase: str, rng: random.Random) -> str:
    """A phrase with the project's names and literals, and the file's semicolons and indentation."""
    text = tree.texts[path]
    unit = "\t" if "\n\t" in text else "  " if re.search(r"\n  \S", text) else "    "
    made = phrase.format(
        name=tree.invented(tree.common(rng), rng),
        value=tree.literal(rng),
        number=tree.literal(rng, "number"),
        i=unit,
    )
    bare = tree.language in ("javascript", "typescript") and ";\n" not in text
    return made.replace(";", "") if bare else made
