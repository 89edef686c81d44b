"""An expression of a function becomes a local variable."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from engine.syntax.blocks.pieces import Held, Piece, pieces
from engine.syntax.forms import Function
from trainer.simulate.extracting.text import (
    PHRASES,
    WHOLE,
    bound,
    inserted,
    made,
    margin,
    phrase,
    replaced,
    word_of,
)
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

LARGEST = 6_000
"""Characters of a function that is taken apart."""
LONGEST = 110
"""Characters of an expression that is given a name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An expression, the statement before which its variable goes, and where it stands from there on."""

    path: str
    piece: Piece
    held: Held
    places: tuple[Piece, ...]


def variable(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A local variable in front of the first statement that holds its value."""
    choice = chosen(tree, rng)
    if choice is None:
        return None
    text = tree.texts[choice.path]
    document = tree.document(choice.path)
    kept: list[Piece] = []
    for place in choice.places:
        low, high = choice.held.start, _statement(choice.held, place)
        if bound(document, text, choice.piece.names, low, place.start) == "bound" and kept:
            break
        if bound(document, text, choice.piece.names, low, high):
            return None
        kept.append(place)
    name = tree.invented(word_of(choice.piece, rng).lstrip("_#$"), rng)
    definition = definition_of(tree, text, choice.held, name, text[choice.piece.start : choice.piece.end])
    if definition is None or not kept:
        return None
    changes = [replaced(text, place, name) for place in kept]
    by_hand = changes[:1] if len(changes) > 1 and rng.random() < 0.2 else []
    kind = "variable" if len(kept) == len(choice.places) else "variable/until_bound"
    trigger = [inserted(text, choice.held.start, definition), *by_hand]
    return made(tree, kind, choice.path, trigger, changes[len(by_hand) :])


def definition_of(tree: Tree, text: str, held: Held, name: str, value: str) -> str | None:
    """The line that defines a local in front of a statement; None where no line begins there."""
    indent = margin(text, held.start)
    if indent is None or text[held.start] in "\"'`":
        return None
    return indent + phrase(tree, text, PHRASES[tree.language].local, name=name, value=value)


def chosen(tree: Tree, rng: random.Random) -> Choice | None:
    """An expression of some function, rather one that stands there more than once."""
    path = rng.choice(tree.paths)
    function = function_in(tree, path, rng)
    if function is None:
        return None
    document = tree.document(path)
    groups: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces(document, function.body_start, function.body_end):
        groups[piece.tokens].append(piece)
    fitting = [group for group in groups.values() if fits(tree, group)]
    if not fitting:
        return None
    group = rng.choices(fitting, [1 + 5 * (len(group) > 1) for group in fitting])[0]
    group.sort(key=lambda piece: piece.start)
    first = group[0]
    held = _common(group)
    places = tuple(one for one in group if held.start <= one.start < held.block_end and one.free)
    return Choice(path, first, held, places)


def function_in(tree: Tree, path: str, rng: random.Random) -> Function | None:
    """One of a file's functions with a body of some size."""
    found = [
        one
        for one in tree.shapes(path).functions()
        if 40 < one.body_end - one.body_start < LARGEST and one.body_start >= 0
    ]
    return rng.choice(found) if found else None


def fits(tree: Tree, group: Sequence[Piece]) -> bool:
    """Whether an expression is worth a name, and may have one."""
    first = min(group, key=lambda piece: piece.start)
    words = first.tokens.split(" ")
    if not first.free or first.parent in WHOLE or not first.blocks or first.end - first.start > LONGEST:
        return False
    if first.weight == "chain":
        return len(words) >= 5
    if first.weight == "call":
        return (
            len(words) >= 5 and not words[0][:1].isupper() and not (tree.language == "go" and _several(group))
        )
    return first.weight == "expression" and len(words) >= 3 and "\n" not in first.tokens and "=>" not in words


def _several(group: Sequence[Piece]) -> bool:
    """Whether a call may give several values."""
    return any(piece.parent in ("expression_list", "return_statement") for piece in group)


def _common(group: Sequence[Piece]) -> Held:
    """The innermost block that holds the first place and, if there is one, the second."""
    first = group[0]
    for held in first.blocks:
        if len(group) == 1 or held.block_start <= group[1].start < held.block_end:
            return held
    return first.blocks[0]


def _statement(held: Held, place: Piece) -> int:
    """The end of the block's own statement that holds a place."""
    for around in place.blocks:
        if (around.block_start, around.block_end) == (held.block_start, held.block_end):
            return around.end
    return place.end
