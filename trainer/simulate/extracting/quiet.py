"""New definitions after which nothing follows: a trivial value, or one that stands nowhere else."""

from __future__ import annotations

import random
import re
from typing import Final

from engine.syntax.blocks.pieces import Held, Piece, pieces, runs
from engine.syntax.occurrences import occurrences
from trainer.simulate.extracting.constant import constant_line, constant_name, top_of
from trainer.simulate.extracting.function import function
from trainer.simulate.extracting.inline import definition, whole_lines
from trainer.simulate.extracting.text import inserted, made, newline
from trainer.simulate.extracting.variable import chosen, definition_of, function_in
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

TRIVIAL: Final = {
    "python": ("None", "True", "False", "0", "1", '""', "[]", "{}", "set()"),
    "javascript": ("null", "true", "false", "0", "1", '""', "[]", "{}", "new Map()"),
    "typescript": ("null", "true", "false", "0", "1", '""', "[]", "{}", "new Map()"),
    "java": ("true", "false", "0", "1", '""', "this"),
    "go": ("true", "false", "0", "1", '""', "nil", "[]string{}"),
    "rust": ("true", "false", "0", "1", '""', "Vec::new()", "None"),
}
_OTHERS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(?<=[\w)\]] )\+(?= )"), "-"),
    (re.compile(r"(?<=[\w)\]] )-(?= )"), "+"),
    (re.compile(r"(?<= )==(?= )"), "!="),
    (re.compile(r"(?<= )<(?= )"), "<="),
    (re.compile(r"(?<=[\w)\]] )\*(?= )"), "+"),
    (re.compile(r"(?<![\w.\"'])\d+(?![\w.\"'])"), "47"),
    (re.compile(r"\"(\w+)\""), r'"other \1"'),
    (re.compile(r"'(\w+)'"), r"'other \1'"),
)
_IMPORTS = re.compile(
    r"^(?:import|from|use|(?:const|var|let) .*require)\b(?:[^\n({]|\([^)]*\)|\{[^}]*\})*\n", re.MULTILINE
)
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
    """A local whose value stands nowhere else in the file, though something much like it does."""
    spot = _spot(tree, rng)
    if spot is None:
        return None
    path, held, piece = spot
    value = _altered(tree.texts[path], tree.texts[path][piece.start : piece.end])
    if piece.weight not in ("expression", "call") or value is None:
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
    line = constant_line(tree, text, constant_name(tree, value, rng), value)
    lines = indent + line if indent else newline(text) + line
    trigger = inserted(text, start, lines) if start < len(text) else Change(start, "", lines)
    return made(tree, "quiet/in_a_string", path, [trigger], ())


def almost(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A function that nothing does quite so."""
    one = function(tree, rng)
    if one is None:
        return None
    path, (change,) = one.trigger
    text = tree.texts[path]
    head, _, body = change.new.partition("\n")
    line, _, rest = body.partition("\n")
    lead = re.match(r"\s*(?:return\s)?", line)
    altered = _altered(text, line[lead.end() :].rstrip(";")) if lead is not None else None
    if altered is None or lead is None:
        return None
    new = "\n".join((head, lead[0] + altered + (";" if line.endswith(";") else ""), rest))
    return made(tree, "quiet/nothing_does_so", path, [change._replace(new=new)], ())


def unused(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A function that nothing calls is deleted, and no import was for it alone."""
    path = rng.choice(tree.paths)
    found = [
        one for one in tree.shapes(path).functions() if tree.mentions[one.name] == 1 and not one.is_abstract
    ]
    if not found:
        return None
    one = rng.choice(found)
    text = tree.texts[path]
    cut = whole_lines(text, one.start, one.end)
    if cut is None or _alone(text, cut):
        return None
    return made(tree, "quiet/unused_function_deleted", path, [cut], ())


def other_value(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A local gets another value, and is used as before."""
    path = rng.choice(tree.paths)
    around = function_in(tree, path, rng)
    found = definition(tree, path, around, rng) if around is not None else None
    if found is None:
        return None
    _, start, end, value, _ = found
    text = tree.texts[path]
    new = _altered(text, value)
    return (
        None
        if new is None
        else made(tree, "quiet/other_value", path, [Change(text.rindex(value, start, end), value, new)], ())
    )


def _altered(text: str, value: str) -> str | None:
    """A value with one sign or literal changed, so that it stands nowhere in a text, or None."""
    for form, new in _OTHERS:
        altered = form.sub(new, value, count=1)
        if altered != value and "\n" not in altered and "".join(altered.split()) not in "".join(text.split()):
            return altered
    return None


def _alone(text: str, cut: Change) -> bool:
    """Whether a word of what is deleted is imported, so that the import may have to go."""
    imported = set(re.findall(r"\w+", "".join(match[0] for match in _IMPORTS.finditer(text))))
    return not imported.isdisjoint(re.findall(r"\w+", cut.old))


QUIET: Final = (trivial, unlike, stale, in_string, almost, unused, other_value)


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
