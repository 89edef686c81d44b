"""An expression becomes a function of its locals; whatever has the same shape becomes a call too."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence

from engine.syntax.blocks.pieces import Piece, pieces, tokens
from trainer.simulate.extracting.header import (
    SELVES,
    called,
    locals_at,
    parameter_names,
    returned,
    site_of,
    type_of,
    written,
)
from trainer.simulate.extracting.text import called_anew, made, replaced, word_of
from trainer.simulate.extracting.variable import function_in
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

FIXED = 3
"""Tokens of an expression, brackets aside, that no parameter stands for."""
_BRACKETS = re.compile(r"[()\[\]{},.:;]")
_PLAIN = re.compile(r"(?:& (?:mut )?)?[\w$]+(?: \. [\w$]+)*|\"[^\"]*\"|'[^']*'")
WINDOW = 200
"""Characters on each side of a token that an expression around it may take."""
LARGEST = 30_000
"""Characters of a file in which other places are looked for."""


def function(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A function for an expression, in front of the function that holds it."""
    path = rng.choice(tree.paths)
    around = function_in(tree, path, rng)
    text = tree.texts[path]
    if around is None or len(text) > LARGEST:
        return None
    document = tree.document(path)
    found = [one for one in pieces(document, around.body_start, around.body_end) if _fits(one)]
    if not found:
        return None
    piece = rng.choice(found)
    whole = "".join(text[around.body_start : around.body_end].removeprefix("{").split())
    if tree.around(path, piece.start) != around or whole.removeprefix("return").startswith(
        "".join(text[piece.start : piece.end].split())
    ):
        return None
    parts = tokens(document, piece.start, piece.end)
    words = frozenset(word for word, is_name, _ in parts if is_name)
    names = list(dict.fromkeys(word for word, is_name, _ in parts if is_name and word not in SELVES))
    parameters = locals_at(tree, path, piece.start, names)
    site = site_of(tree, path, around, frozenset(word for word, _, _ in parts))
    if site is None or not 0 < len(parameters) < 4:
        return None
    if site.own in parameters:
        parameters.remove(site.own)
    fixed = sum(not _BRACKETS.fullmatch(word) and word not in parameters for word, _, _ in parts)
    if fixed < FIXED or not parameters:
        return None
    free = frozenset(words - set(parameters) - SELVES)
    given = parameter_names(tree, parameters, free, rng)
    renamed = dict(zip(parameters, given, strict=True))
    name = called_anew(tree, word_of(piece, rng).lstrip("_#$"), rng)
    value = _written(text, piece, parts, renamed)
    kinds = {new: type_of(around, old) for old, new in renamed.items()}
    definition = written(tree, path, site, name, kinds, [returned(tree, text, value)], True)
    others = list(_places(tree, path, piece, parts, parameters))
    if any(locals_at(tree, path, one.start, list(free)) for one, _ in others):
        return None
    if site.own:
        others = [one for one in others if _in_class(tree, path, one[0], around.owner)]
    changes = [replaced(text, one, called(tree, site, name, arguments)) for one, arguments in others]
    if not changes or not any(change.start == piece.outer_start for change in changes):
        return None
    kind = "function_expression" if len(changes) == 1 else "function_expression/several"
    return made(tree, kind, path, [definition], changes)


def _fits(piece: Piece) -> bool:
    return (
        _callable(piece)
        and piece.weight in ("expression", "call")
        and "\n" not in piece.tokens
        and len(piece.tokens.split(" ")) >= 5
        and piece.end - piece.start < 120
        and not {"=>", "lambda", "|", "await", "yield", "?", "->"} & set(piece.tokens.split(" "))
    )


def _callable(piece: Piece) -> bool:
    """Whether a call may stand in a piece's place."""
    return piece.free or piece.parent == "expression_statement"


def _written(
    text: str, piece: Piece, parts: Sequence[tuple[str, bool, int]], names: Mapping[str, str]
) -> str:
    """The expression with its locals called as the parameters are."""
    value, at = [], piece.start
    for word, is_name, start in parts:
        if is_name and word in names:
            value += [text[at:start], names[word]]
            at = start + len(word)
    return "".join((*value, text[at : piece.end]))


def _places(
    tree: Tree, path: str, piece: Piece, parts: Sequence[tuple[str, bool, int]], parameters: Sequence[str]
) -> Iterator[tuple[Piece, list[str]]]:
    """Expressions of the file with the same tokens but for the parameters, and what those are there."""
    pattern: list[str] = []
    seen: list[str] = []
    for word, is_name, _ in parts:
        if is_name and word in parameters:
            pattern.append(
                f"(?P=p{parameters.index(word)})" if word in seen else f"(?P<p{parameters.index(word)}>.+?)"
            )
            seen.append(word)
        else:
            pattern.append(re.escape(word))
    regex = re.compile(" ".join(pattern), re.DOTALL)
    text = tree.texts[path]
    last = -1
    for one in _near(tree, path, parts, parameters):
        match = (
            regex.fullmatch(one.tokens)
            if one.kind == piece.kind and _callable(one) and one.start >= last
            else None
        )
        if match is None:
            continue
        held = {other.tokens: other for other in pieces(tree.document(path), one.start, one.end)}
        arguments = [_argument(text, match[f"p{n}"], held) for n in range(len(parameters))]
        if all(arguments):
            last = one.end
            yield one, arguments


def _near(
    tree: Tree, path: str, parts: Sequence[tuple[str, bool, int]], parameters: Sequence[str]
) -> Iterator[Piece]:
    """The expressions around the places of the longest fixed token, in order."""
    text = tree.texts[path]
    word = max((word for word, is_name, _ in parts if not (is_name and word in parameters)), key=len)
    end = 0
    at = text.find(word)
    while at >= 0:
        start = max(end, at - WINDOW)
        end = at + len(word) + WINDOW
        following = text.find(word, at + len(word))
        while 0 <= following < end:
            end = following + len(word) + WINDOW
            following = text.find(word, following + len(word))
        yield from pieces(tree.document(path), start, min(end, len(text)))
        at = following


def _argument(text: str, tokens: str, held: Mapping[str, Piece]) -> str:
    """An argument as it is written; empty where the tokens are no expression."""
    if tokens in held:
        return text[held[tokens].start : held[tokens].end]
    return tokens.replace(" ", "") if _PLAIN.fullmatch(tokens) else ""


def _in_class(tree: Tree, path: str, piece: Piece, owner: str) -> bool:
    found = tree.shapes(path).functions(piece.start, piece.start + 1)
    return any(one.owner == owner and one.body_start <= piece.start < one.body_end for one in found)
