"""Whether imports that have something in common share a statement: asked of the file, then of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from engine.intents.importing.origins import Source
from engine.intents.importing.style import Style
from engine.syntax.linking.imports import TOP, Item, Statement
from engine.syntax.linking.library import Imports

SAME, WORDS, SELF, ROOT = "same", "words", "self", "root"
"""Names of one module, modules of one module, a module and what it holds, paths of one root."""
MOST_ASKED = 30
"""Files that import a name which are asked what stands in one statement with it."""

_Key = tuple[str, str]


class Merging:
    """How one file, and those around it, put imports together."""

    def __init__(self, style: Style, imports: Callable[[str], Sequence[Statement]]) -> None:
        """`imports` gives the import statements of another file."""
        self._between = style.forms.between
        self._imports = imports
        self._own = _Votes(style.known, (style.own,))
        self._others = _Votes(style.known, style.others)

    def wants(self, relation: str, source: Source, statement: Statement) -> bool | None:
        """Whether an import joins a statement to which it is so related; None where nothing shows it."""
        root = source.module.split(self._between)[0]
        votes = (
            self._own.of(relation, root)
            or self._together(source, {item.local for item in statement.items})
            or self._own.of(relation)
            or self._others.of(relation, root)
            or self._others.of(relation)
        )
        return votes > 0 if votes else None

    def _together(self, source: Source, names: Collection[str]) -> int:
        """Above zero where most files have a name in one statement with some others of its root."""
        found = 0
        for path in source.seen[:MOST_ASKED]:
            theirs = self._imports(path)
            mine = next((one for one in theirs if any(_is(item, source) for item in one.items)), None)
            if mine is None:
                continue
            root = mine.module.split(self._between)[0]
            held = [
                one
                for one in theirs
                for item in one.items
                if item.local in names and item.module.split(self._between)[0] == root
            ]
            found += 0 if not held else 1 if any(one is mine for one in held) else -1
        return found


def _is(item: Item, source: Source) -> bool:
    return item.local == source.local and item.kind == source.kind


class _Votes:
    """Statements that share against statements that could."""

    def __init__(self, known: Imports, files: Iterable[Sequence[Statement]]) -> None:
        self._between = known.forms.between
        self._modules = frozenset(known.library.modules)
        self._found: Counter[_Key] = Counter()
        for statements in files:
            self._count([one for one in statements if one.holder == TOP and not one.public])

    def of(self, relation: str, root: str | None = None) -> int:
        """Above zero where most share, below it where most do not."""
        if root is not None:
            return self._found[relation, root]
        return sum(count for (kind, _), count in self._found.items() if kind == relation)

    def _count(self, statements: Sequence[Statement]) -> None:
        groups: dict[tuple[str, str], list[int]] = {}
        for number, statement in enumerate(statements):
            for group in _groups(statement, self._between, self._modules):
                groups.setdefault(group, []).append(number)
        for (relation, name), numbers in groups.items():
            if relation != SELF:
                apart = len(set(numbers)) - 1
                self._found[relation, name.split(self._between)[0]] += len(numbers) - 1 - 2 * apart
        self._count_modules(statements)

    def _count_modules(self, statements: Sequence[Statement]) -> None:
        """Modules that stand beside something that they hold."""
        between = self._between
        holds: dict[str, set[int]] = {}
        for number, statement in enumerate(statements):
            for item in statement.items:
                holds.setdefault(item.module, set()).add(number)
        for number, statement in enumerate(statements):
            for item in statement.items:
                path = f"{item.module}{between}{item.name}"
                if item.kind == "name" and path in holds:
                    self._found[SELF, path.split(between)[0]] += 1 if number in holds[path] else -1


def _groups(statement: Statement, between: str, modules: Collection[str]) -> Iterator[tuple[str, str]]:
    """What a statement has in common with others, each as often as it could stand by itself.

    `modules` are those of the standard library: their names are no things of the module that holds them.
    """
    held = {item.module for item in statement.items if item.module}
    paths = {item: f"{item.module}{between}{item.name}" for item in statement.items if item.module}
    ways = {path if path in modules else item.module for item, path in paths.items() if path not in held}
    for module in ways or held:
        yield ROOT, module.split(between)[0]
    for item in statement.items:
        if item.kind == "name":
            yield (WORDS if item.name.islower() else SAME), item.module
