"""The imports of a tree's files: what each brings in, on which lines it is used, and how one is taken out."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from engine.syntax.blocks.leaves import leaves
from engine.syntax.document import Document
from engine.syntax.linking.imports import TOP, Item, Statement, statements
from trainer.simulate.signing.listing import removed
from trainer.simulate.source import Change
from trainer.simulate.tree import Tree

MOST_LINES: Final = 3
"""Lines of uses that a person writes or deletes in one save."""
LARGEST_CUT: Final = 600
_STANDARD: Final = {
    "python": re.compile("|".join(rf"{re.escape(one)}(?:\.|$)" for one in sorted(sys.stdlib_module_names))),
    "javascript": re.compile("node:"),
    "typescript": re.compile("node:"),
    "java": re.compile(r"javax?\."),
    "go": re.compile(r"[a-z]+(?:/|$)"),
    "rust": re.compile(r"(?:std|core|alloc)(?:::|$)"),
}
"""Modules that the language brings along, as a text begins; a package of Go with a dot is none."""
_STAYS = re.compile(r"noqa|eslint|ts-ignore|nolint|allow\(|pragma|type: ?ignore|isort")
_TEXTS: Final = frozenset({"comment", "docstring", "string", "word"})


@dataclass(frozen=True, slots=True)
class Used:
    """An imported name with the lines that use it."""

    path: str
    statement: Statement
    item: Item
    lines: tuple[int, ...]
    """Where the lines of its uses begin, in order, each once."""
    mentioned: bool
    """Whether a comment or string names it too."""


class Imported:
    """What the files of a tree import; a file's answer is kept."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._used: dict[str, tuple[Used, ...]] = {}
        self._statements: dict[str, tuple[Statement, ...]] = {}

    def statements(self, path: str) -> tuple[Statement, ...]:
        """The import statements of a file."""
        if path not in self._statements:
            self._statements[path] = statements(self.tree.document(path))
        return self._statements[path]

    def used(self, path: str) -> tuple[Used, ...]:
        """The imports of a file whose names mean nothing else in it."""
        if path not in self._used:
            found = self._of(path)
            self._used[path] = tuple(found)
        return self._used[path]

    def _of(self, path: str) -> Iterable[Used]:
        text, document, own = self.tree.texts[path], self.tree.document(path), self.statements(path)
        locals_ = Counter(item.local for one in own for item in one.items)
        for statement in own:
            for item in statement.items:
                if item.kind in {"all", "effect"} or item.local == "_" or locals_[item.local] > 1:
                    continue
                places = uses(document, own, item.local)
                if places is None:
                    continue
                code, mentioned = places
                lines = tuple(dict.fromkeys(text.rfind("\n", 0, at) + 1 for at in code))
                yield Used(path, statement, item, lines, mentioned)

    @cached_property
    def known(self) -> Counter[tuple[str, str]]:
        """How many files import a name (and its module's last word), over the whole tree."""
        found: Counter[tuple[str, str]] = Counter()
        for path in self.tree.paths:
            found.update({_sign(item) for one in self.statements(path) for item in one.items})
        return found

    def is_knowable(self, used: Used) -> bool:
        """Whether the project or the language says where the name comes from: only then it can be guessed."""
        item = used.item
        if self.known[_sign(item)] > 1:
            return True
        standard = _STANDARD[self.tree.language].match(item.module)
        if standard and (self.tree.language != "go" or "." not in item.module.split("/")[0]):
            return True
        return item.kind == "name" and any(
            _defines(self.tree, path, item.name) for path in self._with_stem(item.module)
        )

    def binds_more(self, path: str, starts: Sequence[int]) -> bool:
        """Whether some lines give names to what other lines use: they do not simply go."""
        text, document = self.tree.texts[path], self.tree.document(path)
        spans = [(start, text.find("\n", start) % (len(text) + 1)) for start in starts]
        names = {name for start, end in spans for _, name in leaves(document, "name", start, end)}
        return any(self._binds_more(document, name, spans) for name in names)

    def _binds_more(self, document: Document, name: str, spans: Sequence[tuple[int, int]]) -> bool:
        inside = outside = False
        for one in document.mentions(name):
            at = document.border.to_chars(one.start)
            here = any(start <= at < end for start, end in spans)
            inside = inside or (here and one.is_def)
            outside = outside or (not here and one.role not in _TEXTS)
        return inside and outside

    def is_in_order(self, used: Used) -> bool:
        """Whether the import stands between its neighbours as some plain order wants it."""
        text, own = self.tree.texts[used.path], self.statements(used.path)
        inner = next(
            (one for one in used.statement.lists if (used.item.start, used.item.end) in one.members), None
        )
        if len(used.statement.items) > 1:
            spans = (
                inner.members if inner is not None else [(one.start, one.end) for one in used.statement.items]
            )
            names = [text[start:end].removeprefix("type ") for start, end in spans]
            return any(
                _fits(list(map(key, names)), spans.index((used.item.start, used.item.end)))
                for key in _NAME_KEYS
            )
        at = own.index(used.statement)
        run = [one for one in own[max(0, at - 1) : at + 2] if _meet(text, one, used.statement)]
        return any(_fits([key(one) for one in run], run.index(used.statement)) for key in _KEYS)

    def _with_stem(self, module: str) -> list[str]:
        stem = re.split(r"::|[./]", module.removesuffix(".js").removesuffix(".ts"))[-1]
        return [path for path in self.tree.paths if stem and f"/{stem}." in f"/{path}"][:6]


def _meet(text: str, one: Statement, other: Statement) -> bool:
    """Whether two statements stand in one group."""
    first, second = (one, other) if one.start <= other.start else (other, one)
    return first is second or (
        first.holder == second.holder
        and not text[first.end : second.start].strip("; \t\r\n")
        and text.count("\n", first.end, second.start) <= 1
    )


def _fits(keys: Sequence[object], at: int) -> bool:
    around = [keys[n] for n in (at - 1, at, at + 1) if 0 <= n < len(keys)]
    return all(str(a) <= str(b) for a, b in pairwise(around))


_KEYS: Final[tuple[Callable[[Statement], str], ...]] = (
    lambda one: one.module.lower(),
    lambda one: one.text.lower(),
    lambda one: one.text,
    lambda one: f"{any(item.kind == 'name' for item in one.items):d}{one.module.lower()}",
)
_NAME_KEYS: Final[tuple[Callable[[str], str], ...]] = (
    str,
    str.lower,
    lambda name: f"{2 - name[:1].isupper() - name.isupper()}{name.lower()}",
    lambda name: f"{name[:1].isupper() + name.isupper()}{name}",
)


def is_ordinary(text: str, statement: Statement) -> bool:
    """Whether the statement stands where imports usually do, not inside of a function or a condition."""
    if statement.holder == TOP or statement.guarded:
        return True
    return bool(re.search(r"\bmod\s+\w+\s*$", text[: statement.holder[0]]))


def _sign(item: Item) -> tuple[str, str]:
    last = re.split(r"::|[./]", item.module.rstrip("/"))[-1] if item.kind != "module" else item.module
    return item.local, last


def _defines(tree: Tree, path: str, name: str) -> bool:
    return any(place.path == path for place in tree.words.get(name, ())) and bool(
        re.search(
            rf"\b(?:class|def|function|const|let|struct|enum|trait|fn|type|interface|mod)\s+{name}\b",
            tree.texts[path],
        )
        or re.search(rf"^{name}\b\s*[:=]", tree.texts[path], re.MULTILINE)
    )


def uses(document: Document, own: Sequence[Statement], name: str) -> tuple[list[int], bool] | None:
    """Where code uses a name, and whether a text mentions it; None where it may mean something else."""
    code: list[int] = []
    mentioned = False
    for one in document.mentions(name):
        start = document.border.to_chars(one.start)
        if any(statement.start <= start < statement.end for statement in own):
            continue
        if one.role in _TEXTS:
            mentioned = True
        elif one.role.startswith("ref") and document.border.text[start - 1 : start] != ".":
            code.append(start)
        elif one.role not in {"member", "keyword"}:
            return None
    return (code, mentioned) if code else None


def cut(text: str, statement: Statement, items: Sequence[Item]) -> Change | None:
    """What takes some items of a statement out; None where the rest would not stand as a person leaves it."""
    if _STAYS.search(text[text.rfind("\n", 0, statement.start) + 1 : text.find("\n", statement.end)]):
        return None
    if statement.require and len({item.module for item in statement.items}) > 1:
        return None
    if len(items) == len(statement.items):
        return _whole(text, statement)
    if len(items) != 1:
        return None
    item = items[0]
    inner = next((one for one in statement.lists if (item.start, item.end) in one.members), None)
    if inner is None and (
        statement.lists or item.kind != "name" or any(one.kind != "name" for one in statement.items)
    ):
        return None
    members = list(inner.members) if inner is not None else [(one.start, one.end) for one in statement.items]
    if len(members) == 1:
        return None
    at = members.index((item.start, item.end))
    if inner is not None and len(members) == 2 and _opens_paths(text, inner.start):
        kept = members[1 - at]
        return Change(inner.start - 1, text[inner.start - 1 : inner.end + 1], text[kept[0] : kept[1]])
    return removed(text, members, at)


def _opens_paths(text: str, start: int) -> bool:
    """Whether a bracket follows a path, so that one name alone needs none (`a::{B}`)."""
    return text[max(0, start - 3) : start - 1] == "::"


def _whole(text: str, statement: Statement) -> Change | None:
    start = text.rfind("\n", 0, statement.start) + 1
    end = text.find("\n", statement.end) + 1 or len(text)
    if text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start].lstrip().startswith("#["):
        return None
    if text[start : statement.start].strip() or text[statement.end : end].strip(" \t\r\n;"):
        return None
    around = statement.block if statement.block != TOP else statement.holder
    if around != TOP and not (text[around[0] : start] + text[end : around[1]]).strip("{}() \t\r\n"):
        return None
    return Change(start, text[start:end], "") if end - start < LARGEST_CUT else None
