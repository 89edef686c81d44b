"""New definitions after which nothing follows: a trivial value, or one that stands nowhere else."""

from __future__ import annotations

import random
import re
from typing import Final

from engine.syntax.occurrences import occurrences
from engine.syntax.pieces import Held, Piece, pieces, runs
from trainer.simulate.extract_constant import constant_line, constant_name, top_of
from trainer.simulate.extract_function import function
from trainer.simulate.extract_header import site_of
from trainer.simulate.extract_inline import definition, whole_lines
from trainer.simulate.extract_text import has_word, inserted, made, newline
from trainer.simulate.extract_variable import chosen, definition_of, function_in
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

TRIVIAL: Final = {
    "python": ("None", "True", "False", "0", "1", '""', "[]", "{}", "set()"),
    "javascript": ("null", "true", "false", "0", "1", '""', "[]", "{}", "new Map()"),
    "typescript": ("null", "true", "false", "0", "1", '""', "[]", "{}", "new Map()"),
    "java": ("true", "false", "0", "1", '""', "new ArrayList<>()", "this"),
    "go": ("true", "false", "0", "1", '""', "nil", "[]string{}"),
    "rust": ("true", "false", "0", "1", '""', "Vec::new()", "None"),
}
_WORDS = re.compile(r"""(["'])(?P<words>[^"'\\{}$%\n]{3,30} [^"'\\{}$%\n]{3,30})\1""")


def trivial(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A local with a value that every file has."""
    spot = _spot(tree, rng)
    if spot is None:
        return None
    path, held, piece = spot
    values = [*TRIVIAL[tree.language], *(name for name in piece.names[:1] if name.isidentifier())]
    return _defined(tree, rng, "quiet/trivial_value", path, held, rng.choice(values))


def unlike(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A local whose value stands nowhere else in the file."""
    spot, other = _spot(tree, rng), _spot(tree, rng)
    if spot is None or other is None:
        return None
    path, held, _ = spot
    from_path, _, piece = other
    value = tree.texts[from_path][piece.start : piece.end]
    text = tree.texts[path]
    if (
        piece.weight not in ("expression", "call")
        or "\n" in value
        or "".join(value.split()) in "".join(text.split())
    ):
        return None
    return _defined(tree, rng, "quiet/nowhere_else", path, held, value)


def stale(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A local in front of a statement that binds a name in its value anew; the value stands after that."""
    choice = chosen(tree, rng)
    if choice is None:
        return None
    text, document = tree.texts[choice.path], tree.document(choice.path)
    block = next((held for held in choice.piece.blocks if held.block_start == choice.held.block_start), None)
    if block is None or not choice.piece.blocks:
        return None
    before = _statement_before(tree, choice.path, choice.held)
    if before is None or not any(
        one.defines and before.start <= one.start < before.end
        for name in choice.piece.names
        for one in occurrences(document, name)
    ):
        return None
    earlier = text[before.start : before.end]
    if "".join(text[choice.piece.start : choice.piece.end].split()) in "".join(earlier.split()):
        return None
    value = text[choice.piece.start : choice.piece.end]
    return _defined(tree, rng, "quiet/bound_in_between", choice.path, before, value)


def in_string(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A constant whose words stand only inside longer strings."""
    path = rng.choice(tree.paths)
    text, at = tree.texts[path], top_of(tree, path)
    matches = list(_WORDS.finditer(text))
    if at is None or not matches:
        return None
    _, _, start, indent = at
    match = rng.choice(matches)
    word = rng.choice([one for one in match["words"].split() if len(one) > 2] or ["none"])
    value = f'"{word}"'
    if value in text or f"'{word}'" in text or not word.isalpha():
        return None
    line = constant_line(tree, text, constant_name(tree, path, value, rng), value)
    lines = indent + line if indent else newline(text) + line
    trigger = inserted(text, start, lines) if start < len(text) else Change(start, "", lines)
    return made(tree, "quiet/in_a_string", path, [trigger], ())


def foreign(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A function whose body stands in another file only."""
    made_there = function(tree, rng)
    path = rng.choice(tree.paths)
    around = function_in(tree, path, rng)
    if made_there is None or around is None or made_there.trigger[0] == path:
        return None
    site = site_of(tree, path, around, frozenset())
    lines = made_there.trigger[1][0].new
    words = re.findall(r"[A-Za-z_]{4,}", made_there.steps[0][1].old)
    text = tree.texts[path]
    if (
        site is None
        or site.indent
        or made_there.trigger[1][0].new[:1] in " \t"
        or any(has_word(text, one) for one in words)
    ):
        return None
    return made(tree, "quiet/function_of_another_file", path, [Change(site.start, "", lines)], ())


def unused(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A function that nothing calls is deleted."""
    path = rng.choice(tree.paths)
    found = [
        one for one in tree.shapes(path).functions() if tree.mentions[one.name] == 1 and not one.is_abstract
    ]
    if not found:
        return None
    one = rng.choice(found)
    cut = whole_lines(tree.texts[path], one.start, one.end)
    return None if cut is None else made(tree, "quiet/unused_function_deleted", path, [cut], ())


def other_value(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A local gets another value, and is used as before."""
    path = rng.choice(tree.paths)
    around = function_in(tree, path, rng)
    found = definition(tree, path, around, rng) if around is not None else None
    other = _spot(tree, rng)
    if found is None or other is None:
        return None
    name, start, end, value, _ = found
    text = tree.texts[path]
    at = text.rindex(value, start, end)
    new = tree.texts[other[0]][other[2].start : other[2].end]
    if "".join(new.split()) in "".join(text.split()) or name in new or "\n" in new:
        return None
    return made(tree, "quiet/other_value", path, [Change(at, value, new)], ())


QUIET: Final = (trivial, unlike, stale, in_string, foreign, unused, other_value)


def _spot(tree: Tree, rng: random.Random) -> tuple[str, Held, Piece] | None:
    """An expression of some function, with the statement that holds it."""
    path = rng.choice(tree.paths)
    function = function_in(tree, path, rng)
    if function is None:
        return None
    found = [one for one in pieces(tree.document(path), function.body_start, function.body_end) if one.blocks]
    if not found:
        return None
    piece = rng.choice(found)
    return path, piece.blocks[0], piece


def _defined(
    tree: Tree, rng: random.Random, kind: str, path: str, held: Held, value: str
) -> Trajectory | None:
    text = tree.texts[path]
    name = tree.invented(tree.common(rng), rng)
    line = definition_of(tree, text, held, name, value)
    return None if line is None else made(tree, kind, path, [inserted(text, held.start, line)], ())


def _statement_before(tree: Tree, path: str, held: Held) -> Held | None:
    """The statement in front of another in its block."""
    for run in runs(tree.document(path), held.block_start, held.block_end):
        if (run.start, run.end) != (held.block_start, held.block_end):
            continue
        earlier = [one for one in run.statements if one[1] <= held.start]
        return Held(run.start, run.end, earlier[-1][0], earlier[-1][1]) if earlier else None
    return None
