"""A literal that stands several times in a file becomes a constant at its top."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from typing import Final

from engine.syntax.blocks.leaves import Kind, leaves
from engine.syntax.blocks.pieces import Run, piece_at, runs
from trainer.simulate.extracting.text import PHRASES, inserted, made, newline, phrase, replaced
from trainer.simulate.source import Change, split_name
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

SHORTEST: Final = 4
"""Characters of a string that is given a name."""
_IMPORTS = re.compile(r"import|package|use_decl|extern|mod_item|attribute_item|preproc|future")
_NUMBER = re.compile(r"\d{4,}|\d+\.\d{2,}|0x[0-9a-fA-F]{4,}")
_PLAIN = re.compile(r"""^(["'`])(?P<words>[^"'`\\{}$\n]*)\1$""")
_SPECIAL = frozenset("string object function number undefined boolean symbol bigint default strict".split())  # noqa: SIM905


def constant(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A constant, and every place of its literal."""
    path = rng.choice(tree.paths)
    text, document = tree.texts[path], tree.document(path)
    at = top_of(tree, path)
    if at is None:
        return None
    low, high, start, indent = at
    groups: dict[str, list[int]] = defaultdict(list)
    kinds: tuple[Kind, ...] = ("text", "number")
    for weight in kinds:
        for place, literal in leaves(document, weight, low, high):
            if telling(literal, weight):
                groups[literal].append(place)
    found = [value for value, places in groups.items() if len(places) > 1 or rng.random() < 0.1]
    if not found:
        return None
    value = rng.choice(found)
    pieces = (piece_at(document, place, place + len(value)) for place in groups[value])
    group = [piece for piece in pieces if piece is not None and piece.free and piece.start >= start]
    if not group:
        return None
    name = constant_name(tree, value, rng)
    line = constant_line(tree, text, name, value)
    lines = newline(text) + indent + line if not indent else indent + line
    trigger = inserted(text, start, lines) if start < len(text) else Change(start, "", lines)
    kind = "constant" if len(group) > 1 else "constant/once"
    return made(tree, kind, path, [trigger], (replaced(text, one, name) for one in group))


def telling(value: str, weight: Kind) -> bool:
    """Whether a literal says enough to have a name."""
    if weight == "number":
        return _NUMBER.fullmatch(value) is not None
    match = _PLAIN.match(value) if weight == "text" else None
    return match is not None and len(match["words"]) >= SHORTEST and match["words"] not in _SPECIAL


def constant_line(tree: Tree, text: str, name: str, value: str) -> str:
    """The definition of a constant."""
    return phrase(
        tree, text, PHRASES[tree.language].constant, name=name, value=value, type=_type(tree, value)
    )


def top_of(tree: Tree, path: str) -> tuple[int, int, int, str] | None:
    """The range that a constant is seen in, the offset of the line it goes before, and its indent."""
    text, document = tree.texts[path], tree.document(path)
    if tree.language == "java":
        classes = [one for one in tree.shapes(path).classes() if one.kind == "class" and one.body_start >= 0]
        if not classes:
            return None
        first = classes[0]
        line = text.find("\n", first.body_start) + 1
        return first.body_start, first.body_end, line, _unit(text, line)
    top = next(iter(runs(document)), None)
    if top is None:
        return None
    return 0, len(text), _after_imports(text, top), ""


def _after_imports(text: str, top: Run) -> int:
    """The start of the line after the imports, or of the first statement."""
    last = 0
    for number, (start, end, kind) in enumerate(top.statements):
        docstring = number == 0 and kind == "expression_statement" and text[start] in "\"'"
        if not _IMPORTS.search(kind) and not docstring:
            break
        last = end
    line = text.find("\n", last - 1 if last and text[last - 1] == "\n" else last) + 1 if last else 0
    return line if last else (top.statements[0][0] if top.statements else 0)


def _unit(text: str, line: int) -> str:
    while line < len(text):
        end = text.find("\n", line)
        held = text[line : end if end >= 0 else len(text)]
        if held.strip():
            return held[: len(held) - len(held.lstrip())]
        line = end + 1 if end >= 0 else len(text)
    return "    "


def constant_name(tree: Tree, value: str, rng: random.Random) -> str:
    """A free name out of the words of a literal, in the language's style."""
    words = [word for word in split_name(re.sub(r"\W+", "_", value)) if word.isalpha()][:3]
    like = "_".join(words) or rng.choice(("limit", "size", "timeout", "code", "factor"))
    for _ in range(20):
        parts = split_name(like)
        if tree.language == "go":
            name = parts[0].lower() + "".join(part.capitalize() for part in parts[1:])
        else:
            name = "_".join(parts).upper()
        if tree.is_free(name):
            return name
        like = f"{rng.choice(('default', 'base', 'known', 'max', 'main'))}_{like}"
    return tree.invented(name, rng)


def _type(tree: Tree, value: str) -> str:
    if value[:1] in "\"'`":
        return {"java": "String", "rust": "&str"}.get(tree.language, "")
    whole = value.isdigit()
    return {"java": "int" if whole else "double", "rust": "usize" if whole else "f64"}.get(tree.language, "")
