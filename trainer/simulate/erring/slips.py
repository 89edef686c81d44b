"""Names with a slip of the finger in them: the person writes a line, and one name of it wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.syntax.blocks.leaves import leaves
from trainer.simulate.erring.lines import Written, pick
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

SHORTEST: Final = 4
_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BINDS: Final = re.compile(r"\s*(?::=|=(?![=>])|:(?!:)|\)?\s*=>|,[^()]*=(?!=)|\s+in\b|\{)")
_DECLARES: Final = re.compile(
    r"\b(?:def|class|fn|func|function|let|const|var|mut|type|interface|struct|enum|for|as|lambda|import|use|new)\s+\(?$"
)
_HEADER: Final = re.compile(
    r"\s*(?:[\w.]+\s+)*(?:def|fn|func|function|class|struct|enum|interface|type)\b|.*\)\s*\{\s*$"
)
"""Lines that make names rather than use them."""
_ENTRY: Final = re.compile(r"\s*(?:\w+[,:]|\w+\s*:\s.*,)\s*$")
_TYPED: Final = re.compile(r"(?:\w|[>\]])\s+$")
_PHRASES: Final = {
    "python": "{i}{new} = {old}\n",
    "javascript": "{i}const {new} = {old};\n",
    "typescript": "{i}const {new} = {old};\n",
    "java": "{i}var {new} = {old};\n",
    "go": "{i}{new} := {old}\n",
    "rust": "{i}let {new} = {old};\n",
}
"""How a local is made from another name."""


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a line uses."""

    start: int
    """In the line."""
    name: str
    member: bool


def slip(name: str, rng: random.Random) -> str:
    """The name as a finger might have written it; its first letter is right."""
    at = rng.randrange(1, len(name))
    match rng.randrange(4):
        case 0 if at + 1 < len(name):
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        case 1:
            return name[:at] + name[at + 1 :]
        case 2:
            return name[:at] + name[at] + name[at:]
    return name[:at] + _beside(name[at], rng) + name[at + 1 :]


def _beside(letter: str, rng: random.Random) -> str:
    """A key next to a letter's."""
    row = next((row for row in _KEYS if letter.lower() in row), "")
    at = row.find(letter.lower())
    near = [row[n] for n in (at - 1, at + 1) if row and 0 <= n < len(row)]
    found = rng.choice(near) if near else letter
    return found.upper() if letter.isupper() else found


def misspelt(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A line with one name wrong, and the right name in its place."""
    written = pick(tree, rng)
    uses = _uses(tree, written) if written is not None else []
    if written is None or not uses:
        return None
    use = rng.choice(uses)
    wrong = slip(use.name, rng)
    if wrong == use.name or not tree.is_free(wrong):
        return None
    text = _with(written.text, use, wrong)
    step = written.path, Change(written.start + use.start, wrong, use.name)
    kind = "misspelt/member" if use.member else "misspelt/name"
    return _chain(tree, written, kind, text, step)


def _uses(tree: Tree, written: Written) -> list[Use]:
    """The names of a line that mean something elsewhere too, so that they can be known to be right."""
    found: list[Use] = []
    base = written.start
    line = written.text
    end = base + len(line)
    if _HEADER.match(line) or _ENTRY.match(line):
        return []
    for at, name in leaves(tree.document(written.path), "name", base, end):
        before, after = line[: at - base], line[at - base + len(name) :]
        if len(name) < SHORTEST or not name.isidentifier() or _DECLARES.search(before):
            continue
        member = before.rstrip().endswith((".", "::"))
        if not member and (_BINDS.match(after) or _TYPED.search(before.lstrip() and before)):
            continue
        other = re.search(rf"(?:\.|::){name}\b" if member else rf"(?<![.\w]){name}\b", written.before)
        if other is not None and line.count(name) == 1 and _made(tree, name, member):
            found.append(Use(at - base, name, member))
    return found


def _made(tree: Tree, name: str, member: bool) -> bool:
    """Whether the tree itself makes a member of this name, so that it need not be known from elsewhere."""
    paths = {place.path for place in tree.words.get(name, ())} if member else set()
    return not member or any(one.name == name for path in paths for one in tree.shapes(path).functions())


def clean(tree: Tree, rng: random.Random) -> Trajectory | None:
    """The same line without a slip."""
    written = pick(tree, rng)
    return None if written is None else _chain(tree, written, "quiet/right", written.text, None)


def _bare(tree: Tree, rng: random.Random) -> tuple[Written, Use] | None:
    """A line, and a name in it that is no member."""
    written = pick(tree, rng)
    uses = [use for use in _uses(tree, written) if not use.member] if written is not None else []
    return None if written is None or not uses else (written, rng.choice(uses))


def later(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A line with a name that is made later."""
    drawn = _bare(tree, rng)
    if drawn is None:
        return None
    written, use = drawn
    text = _with(written.text, use, tree.invented(use.name, rng))
    return _chain(tree, written, "quiet/made_later", text, None)


def near(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A name close to another one, but made on the spot, and used on the next line."""
    drawn = _bare(tree, rng)
    if drawn is None:
        return None
    written, use = drawn
    new = use.name + rng.choice("s2x")
    if not tree.is_free(new) or not use.name[0].islower():
        return None
    indent = written.text[: len(written.text) - len(written.text.lstrip())]
    made = _PHRASES[tree.language].format(i=indent, new=new, old=use.name)
    text = made + _with(written.text, use, new)
    return _chain(tree, written, "quiet/near_but_made", text, None)


def _with(line: str, use: Use, name: str) -> str:
    return line[: use.start] + name + line[use.start + len(use.name) :]


def _chain(tree: Tree, written: Written, kind: str, text: str, step: tuple[str, Change] | None) -> Trajectory:
    steps = () if step is None else (step,)
    before = {written.path: written.before}
    trigger = written.trigger(text)
    return tree.chain("fix", kind, before, trigger, steps, inside=True)


def chains(tree: Tree, rng: random.Random) -> Iterator[Trajectory | None]:
    """Slips and what only looks like them, without end."""
    while True:
        for make in (misspelt, misspelt, clean, misspelt, later, misspelt, near):
            yield make(tree, rng)
