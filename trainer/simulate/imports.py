"""Scenario `import`: a use is written whose import is missing, or the last use of an import goes.

Backward on real files: the import that stands there is the truth. A name counts only where it means nothing
else in its file, where the tree (or the language's own library) says where it comes from, and where the order
of the file says where it goes.
"""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from engine.syntax.linking.imports import Item, Statement
from trainer.simulate.imported import MOST_LINES, Imported, Used, cut, is_ordinary
from trainer.simulate.source import Change, apply
from trainer.simulate.trajectory import Trajectory, undone
from trainer.simulate.tree import Tree, parsed
from trainer.simulate.unfollowed import PHRASES

MISSES: Final = 400
"""Vain attempts in a row after which a tree is given up."""
TRAITS: Final = frozenset(
    """
    Read Write BufRead Seek FromStr Hash Hasher BuildHasher Borrow BorrowMut Any Error Display
    Debug Add Sub Mul Div Neg Not Index IndexMut Deref DerefMut Fn Future Pattern IsTerminal
    OsStrExt OsStringExt CommandExt
    """.split()  # noqa: SIM905 (words read better as words)
)
"""Of the standard library: their methods are used without naming them."""
PASSING = re.compile(r"(?:^|/)(?:__init__\.pyi?|index\.\w+|mod\.rs|lib\.rs)$")
"""Files whose imports may be there for others."""
_HOLDS = re.compile(
    r"\s*(?:@|(?:return|yield|raise|throw|await|if|for|while|with|try|else|case|match|switch)\b)"
)
"""A line on which others rest: they would not be right without it."""


class Draft(NamedTuple):
    """A chain of one file."""

    kind: str
    path: str
    before: str
    trigger: tuple[Change, ...]
    steps: tuple[Change, ...]


Move = Callable[[Imported, str, random.Random], "Draft | None"]


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains of all variants without end."""
    if not tree.paths:
        return
    imported = Imported(tree)
    names = list(MOVES)
    weights = [MOVES[name][1] for name in names]
    counts = dict.fromkeys(names, 0)
    misses = 0
    while misses < MISSES:
        name = min(rng.choices(names, weights, k=3), key=lambda one: counts[one] / MOVES[one][1])
        draft = MOVES[name][0](imported, rng.choice(tree.paths), rng)
        if draft is None:
            misses += 1
            continue
        misses = 0
        counts[name] += 1
        steps = [(draft.path, change) for change in draft.steps]
        yield tree.chain("import", draft.kind, {draft.path: draft.before}, (draft.path, draft.trigger), steps)


def missing(imported: Imported, path: str, rng: random.Random) -> Draft | None:
    """The uses of a name are written, and the file does not import it yet."""
    text = imported.tree.texts[path]
    used = _one(imported, path, rng)
    if used is None or used.item.module == "__future__" or not imported.is_knowable(used):
        return None
    if any(statement is used.statement and statement.public for statement in imported.statements(path)):
        return None
    gone = cut(text, used.statement, [used.item])
    if not imported.is_in_order(used) or not is_ordinary(text, used.statement):
        return None
    if gone is None or any(line < gone.end and gone.start < _line_end(text, line) for line in used.lines):
        return None
    lines = whole_lines(text, used.lines)
    before, back = undone(text, [gone, *lines])
    if lines is None or parsed(path, before).errors():
        return None
    kind = "missing/statement" if len(used.statement.items) == 1 else "missing/name"
    return Draft(kind, path, before, tuple(back[1:]), (back[0],))


def unused(imported: Imported, path: str, rng: random.Random) -> Draft | None:
    """The last uses of a name are deleted: its import is left over, and others whose uses went along."""
    text = imported.tree.texts[path]
    used = _one(imported, path, rng)
    if used is None or PASSING.search(path) or "__all__" in text or is_passed_on(imported, path):
        return None
    if imported.binds_more(path, used.lines):
        return None
    gone = set(used.lines)
    idle = [one for one in imported.used(path) if gone.issuperset(one.lines)]
    if any(one.mentioned or one.statement.public or one.item.module == "__future__" for one in idle):
        return None
    if imported.tree.language == "rust" and any(may_be_trait(imported, one) for one in idle):
        return None
    steps: list[Change] = []
    by_statement: dict[int, tuple[Statement, list[Item]]] = {}
    for one in idle:
        by_statement.setdefault(one.statement.start, (one.statement, []))[1].append(one.item)
    for statement, items in by_statement.values():
        change = cut(text, statement, items)
        if change is None:
            return None
        steps.append(change)
    lines = whole_lines(text, used.lines)
    if any(_HOLDS.match(text, line) for line in used.lines) or not _stands(imported, path, lines):
        return None
    kind = "unused/statement" if len(used.statement.items) == 1 else "unused/name"
    return Draft(kind, path, text, tuple(lines), tuple(sorted(steps)))


def used_still(imported: Imported, path: str, rng: random.Random) -> Draft | None:
    """A use goes and others stay: the import is needed as before."""
    text = imported.tree.texts[path]
    several = [one for one in imported.used(path) if len(one.lines) > 1]
    if not several:
        return None
    used = rng.choice(several)
    line = rng.choice(used.lines)
    if any(set(one.lines) <= {line} for one in imported.used(path)) or is_header(imported, path, line):
        return None
    change = whole_lines(text, (line,))
    if any(
        statement.start < change[0].end and change[0].start < statement.end
        for statement in imported.statements(path)
    ):
        return None
    if not _is_alone(imported, path, change[0]) or imported.binds_more(path, (line,)):
        return None
    return Draft("quiet/used_still", path, text, tuple(change), ())


def imported_already(imported: Imported, path: str, rng: random.Random) -> Draft | None:
    """A use is written whose import stands there."""
    text = imported.tree.texts[path]
    found = [one for one in imported.used(path) if one.lines]
    if not found:
        return None
    line = rng.choice(rng.choice(found).lines)
    change = whole_lines(text, (line,))[0]
    if is_header(imported, path, line) or any(
        one.start < change.end and change.start < one.end for one in imported.statements(path)
    ):
        return None
    if not _is_alone(imported, path, change):
        return None
    before, back = undone(text, [change])
    return (
        None
        if parsed(path, before).errors()
        else Draft("quiet/imported_already", path, before, tuple(back), ())
    )


def in_a_comment(imported: Imported, path: str, rng: random.Random) -> Draft | None:
    """A comment names something that other files import and this one does not."""
    tree, text = imported.tree, imported.tree.texts[path]
    other = rng.choice(tree.paths)
    names = [
        item.local for one in imported.statements(other) for item in one.items if item.local.isidentifier()
    ]
    own = {item.local for one in imported.statements(path) for item in one.items}
    names = [name for name in names if name not in own and name not in text]
    uses = [line for one in imported.used(path) for line in one.lines]
    if not names or not uses:
        return None
    line = rng.choice(uses)
    indent = text[line : line + len(text[line:]) - len(text[line:].lstrip(" \t"))]
    words = " ".join(rng.sample(tree.prose, min(2, len(tree.prose))))
    note = f"{indent}{PHRASES[tree.language].comment} {words} {rng.choice(names)}".rstrip()
    if text[:line].rstrip()[-1:] not in {";", "}", "{", ")", ":", ""} and tree.language != "python":
        return None
    return Draft("quiet/comment", path, text, (Change(line, "", note + "\n"),), ())


MOVES: Final[dict[str, tuple[Move, int]]] = {
    "missing": (missing, 10),
    "unused": (unused, 5),
    "used_still": (used_still, 4),
    "imported_already": (imported_already, 5),
    "in_a_comment": (in_a_comment, 2),
}
"""What is simulated, and how often one is tried against the others."""


def _one(imported: Imported, path: str, rng: random.Random) -> Used | None:
    """An import with few uses, on lines of their own."""
    text = imported.tree.texts[path]
    spans = [(one.start, one.end) for one in imported.statements(path)]
    found = [
        one
        for one in imported.used(path)
        if len(one.lines) <= MOST_LINES
        and not any(is_header(imported, path, line) for line in one.lines)
        and not any(
            start < _line_end(text, line) and line < end for line in one.lines for start, end in spans
        )
    ]
    return rng.choice(found) if found else None


def is_header(imported: Imported, path: str, line: int) -> bool:
    """Whether a line belongs to the head of a function: what follows from it is a matter of its calls."""
    end = _line_end(imported.tree.texts[path], line)
    return any(
        one.name_start < end and line < (one.body_start if one.body_start >= 0 else one.end)
        for one in imported.tree.shapes(path).functions(line, end)
    )


def _line_end(text: str, line: int) -> int:
    end = text.find("\n", line)
    return len(text) if end < 0 else end + 1


def whole_lines(text: str, starts: Sequence[int]) -> list[Change]:
    """The deletion of whole lines; neighbours go together."""
    spans: list[tuple[int, int]] = []
    for start in starts:
        end = _line_end(text, start)
        spans[-1:] = [(spans[-1][0], end)] if spans and spans[-1][1] == start else [*spans[-1:], (start, end)]
    return [Change(start, text[start:end], "") for start, end in spans]


def _is_alone(imported: Imported, path: str, change: Change) -> bool:
    """Whether a line can go and come without the file's syntax minding."""
    return _stands(imported, path, [change])


def _stands(imported: Imported, path: str, changes: Sequence[Change]) -> bool:
    """Whether the file's syntax is right after some changes, also for what its grammar is lenient about."""
    text = apply(imported.tree.texts[path], changes)
    if parsed(path, text, imported.tree.document(path)).errors():
        return False
    try:
        if imported.tree.language == "python":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what a project's text is warned for is not ours
                ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def is_passed_on(imported: Imported, path: str) -> bool:
    """Whether other files may use this file's imports: one imports everything of a module of its name."""
    stem = path.rsplit("/", 1)[-1].split(".")[0]
    return any(
        item.kind == "all" and item.module.endswith(stem)
        for other in imported.tree.paths
        if stem in imported.tree.texts[other]
        for one in imported.statements(other)
        for item in one.items
    )


def may_be_trait(imported: Imported, used: Used) -> bool:
    """Whether a name of Rust may be used without being named: as a trait whose methods are called."""
    name, module = used.item.name, used.item.module
    if module.startswith(("std", "core", "alloc")):
        return name in TRAITS
    own = module.split("::")[0] in {"crate", "super", "self"}
    places = imported.tree.words.get(name, ())[:30]
    return not own or any(re.search(rf"\btrait\s+{name}\b", imported.tree.texts[one.path]) for one in places)
