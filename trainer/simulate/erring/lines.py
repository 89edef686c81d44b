"""Lines of a source tree that a person could have written just now: the file parses without them too."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from trainer.simulate.source import Change
from trainer.simulate.tree import Tree, parsed

LONGEST: Final = 140
_CLOSING: Final = (")", "]", "}")
_HEADS: Final = ("import ", "from ", "use ", "package ", "export ", "@", "#", "//", "/*", "*", '"', "'")


@dataclass(frozen=True, slots=True)
class Written:
    """Some whole lines of a file, and the file without them."""

    path: str
    start: int
    """In both texts."""
    text: str
    """The lines, with the break at their end."""
    before: str

    def trigger(self, text: str) -> tuple[str, tuple[Change, ...]]:
        """The save that writes these lines, or another text in their place."""
        return self.path, (Change(self.start, "", text),)


def pick(tree: Tree, rng: random.Random, block: bool = False) -> Written | None:
    """A statement on one line (or with the deeper lines below it), or None where chance found none."""
    path = rng.choice(tree.paths)
    text = tree.texts[path]
    lines = text.splitlines(keepends=True)
    number = rng.randrange(len(lines))
    first = lines[number]
    indent = len(first) - len(first.lstrip())
    stripped = first.strip()
    if not indent or len(first) > LONGEST or not stripped or stripped.startswith((*_HEADS, *_CLOSING)):
        return None
    last = number + 1
    while block and last < len(lines) and last - number < 8 and _deeper(lines[last], indent):
        last += 1
    if block and last < len(lines) and lines[last].strip().startswith(_CLOSING) and last > number + 1:
        last += 1
    start = sum(map(len, lines[:number]))
    chosen = "".join(lines[number:last])
    before = text[:start] + text[start + len(chosen) :]
    if not chosen.endswith("\n") or parsed(path, before, tree.document(path)).errors():
        return None
    return Written(path, start, chosen, before)


def _deeper(line: str, indent: int) -> bool:
    return not line.strip() or len(line) - len(line.lstrip()) > indent
