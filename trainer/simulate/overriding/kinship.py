"""Bases of a source tree with all that stands below them, where names leave no doubt."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.syntax.forms import Class, Function
from engine.syntax.shapes import Shapes
from trainer.simulate.tree import Tree, parsed

_JS = (
    r"(?:^|[;{}=(,]|\b(?:export|default|abstract|declare|return)\b)[ \t]*"
    r"(?:class|interface)[ \t]+(?P<name>[\w$]+)(?P<rest>[^{;]*)\{"
)
_HEADS: Final = {
    "python": r"^[ \t]*class[ \t]+(?P<name>\w+)(?P<rest>\([^)]*\))?[ \t]*:",
    "javascript": _JS,
    "typescript": _JS,
    "java": r"(?:^|[;{}])[ \t]*(?:(?:@[\w.]+(?:\([^()]*\))?|public|protected|private|static|final|abstract"
    r"|sealed|non-sealed|strictfp)\s+)*(?:class|interface|enum|record)[ \t]+(?P<name>\w+)(?P<rest>[^{;]*)\{",
    "go": r"^type[ \t]+(?P<name>\w+)[ \t]+interface\b(?P<rest>)",
    "rust": r"\btrait[ \t]+(?P<name>\w+)(?P<rest>)|^[ \t]*(?:unsafe )?impl\b(?P<bases>[^{;]*)\bfor\b",
}
_PLAIN: Final = {
    **dict.fromkeys(("javascript", "typescript"), r"\bclass\s+[\w$]+\s*\{"),
    "python": r"^[ \t]*class[ \t]+\w+(?:\(\))?:",
    "java": r"\bclass\s+\w+\s*\{",
    "go": r"^func \(",
    "rust": r"^[ \t]*impl\s+\w+\s*\{",
}
_GO_METHOD = re.compile(
    r"^func \((?:\w+[ \t]+)?\*?(?P<type>\w+)(?:\[[^\]]*\])?\)[ \t]+(?P<name>\w+)\(", re.MULTILINE
)
_NAME = re.compile(r"[^\W\d][\w$]*")
_LAST = re.compile(r"([\w$]+)\s*(?:[<\[(].*)?$", re.DOTALL)
_ABSTRACT = re.compile(r"^(?:abc\.)?abstract")
_THROWS = re.compile(
    r"^(?:raise NotImplementedError|throw new \w*Error\(.*(?:implement|abstract|overrid|subclass))"
)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|(?<![\"'])#[^\n]*", re.DOTALL)
_DOCSTRING = re.compile(r'^[rR]?("""|\'\'\').*?\1', re.DOTALL)
LARGEST: Final = 40
"""Classes below one base of a family that is used."""


@dataclass(frozen=True, slots=True)
class Kid:
    """A class, impl block or type below a base, with its methods where they stand."""

    path: str
    name: str
    type: Class | None
    methods: tuple[tuple[str, Function], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A base and those below it that must write its members."""

    path: str
    base: Class
    kids: tuple[Kid, ...]
    between: tuple[Kid, ...] = ()
    """Classes that leave its members to others again."""


class Scene:
    """A tree with some texts replaced."""

    def __init__(self, tree: Tree, texts: Mapping[str, str] | None = None) -> None:
        self.tree = tree
        self.texts = dict(texts or {})
        self._shapes: dict[str, Shapes] = {}

    def text(self, path: str) -> str:
        """A file's text."""
        return self.texts[path] if path in self.texts else self.tree.texts[path]

    def shapes(self, path: str) -> Shapes:
        """What a file is made of."""
        if path not in self.texts:
            return self.tree.shapes(path)
        if path not in self._shapes:
            self._shapes[path] = parsed(path, self.texts[path]).shapes
        return self._shapes[path]

    def type_at(self, path: str, at: int) -> Class | None:
        """The class whose name stands at an offset, or the innermost around it."""
        found = self.shapes(path).classes(at, at + 1)
        named = [one for one in found if one.name_start == at]
        return next(reversed(named or found), None)

    def code(self, path: str, function: Function) -> str:
        """A body's statements on one line, without comments and docstring."""
        body = self.text(path)[function.body_start : function.body_end].strip()
        if function.body_start < 0:
            return ""
        body = body[1:-1].strip() if body.startswith("{") else body
        return " ".join(_DOCSTRING.sub("", _COMMENT.sub("", body)).split())


class Families:
    """The families of one tree, found by their heads' texts and kept."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.scene = Scene(tree)
        self._found: dict[str, Family | None] = {}

    @cached_property
    def heads(self) -> dict[str, list[tuple[str, int, frozenset[str]]]]:
        """The names of classes to where their heads stand: path, offset, and the names behind it."""
        pattern = re.compile(_HEADS[self.tree.language], re.MULTILINE)
        found: dict[str, list[tuple[str, int, frozenset[str]]]] = defaultdict(list)
        for path, text in self.tree.texts.items():
            for match in pattern.finditer(text):
                name = match["name"] or ""
                at = match.start("name") if name else match.end()
                rest = match["rest"] if name else match["bases"]
                found[name].append((path, at, frozenset(_NAME.findall(rest or ""))))
        return found

    @cached_property
    def below(self) -> dict[str, list[tuple[str, int]]]:
        """The names of bases to the heads of what may stand below them."""
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for name, heads in self.heads.items():
            for path, at, bases in heads:
                for base in bases - {name}:
                    if base in self.heads:
                        found[base].append((path, at))
        return found

    @cached_property
    def types(self) -> dict[tuple[str, str], dict[str, list[tuple[str, int]]]]:
        """For Go: folder and type to the names of its methods and where those stand."""
        found: dict[tuple[str, str], dict[str, list[tuple[str, int]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for path, text in self.tree.texts.items():
            folder = path.rpartition("/")[0]
            for match in _GO_METHOD.finditer(text):
                found[folder, match["type"]][match["name"]].append((path, match.start("name")))
        return found

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the bases that may have a family."""
        unique = [name for name, heads in self.heads.items() if name and len(heads) == 1]
        return tuple(
            unique if self.tree.language == "go" else [name for name in unique if name in self.below]
        )

    @cached_property
    def loners(self) -> tuple[tuple[str, int], ...]:
        """The heads of classes that nothing stands below."""
        return tuple(
            (path, at)
            for name, heads in self.heads.items()
            if name and name not in self.below and len(heads) == 1
            for path, at, _ in heads
        )

    def family(self, name: str) -> Family | None:
        """The family of a base; None where it is none, or where not all of it is known."""
        if name not in self._found:
            path, at, _ = self.heads[name][0]
            base = self.scene.type_at(path, at)
            whole = base is not None and base.name == name and not self._nameless(name)
            self._found[name] = self._family(path, base) if base is not None and whole else None
        return self._found[name]

    def _nameless(self, name: str) -> bool:
        """Whether a class without a name stands below it."""
        pattern = re.compile(rf"\bnew\s+{name}\s*(?:<[^>]*>)?\s*\([^)]*\)\s*\{{|\bclass extends {name}\b")
        paths = {place.path for place in self.tree.words.get(name, ())}
        return any(pattern.search(self.tree.texts[path]) for path in paths)

    def _family(self, path: str, base: Class) -> Family | None:
        if self.tree.language == "go":
            kids = tuple(self._fulfilling(base))
            return Family(path, base, kids) if 0 < len(kids) <= LARGEST else None
        below = list(self._named(base.name))
        contracts = tuple(
            kid for kid in below if kid.type is not None and self.is_contract(kid.path, kid.type)
        )
        kids = tuple(kid for kid in below if kid not in contracts)
        names = {kid.name for kid in kids}
        if any(names & self._above(kid) for kid in kids) or not 0 < len(kids) <= LARGEST:
            return None
        return Family(path, base, kids, contracts)

    def _above(self, kid: Kid) -> set[str]:
        """The names of all bases of a class, their own among them."""
        found = {last(base) for base in kid.type.bases} if kid.type is not None else set()
        todo = list(found)
        while todo and len(found) < 60:
            more = {
                base for _, _, bases in self.heads.get(todo.pop(), ()) for base in bases if base in self.heads
            }
            todo += more - found
            found |= more
        return found - {kid.name}

    def _named(self, name: str, depth: int = 4) -> Iterator[Kid]:
        """Those that name a base; through those that leave its members to others, theirs."""
        for path, at in self.below.get(name, ()):
            type_ = self.scene.type_at(path, at)
            if type_ is None or not any(last(one) == name for one in type_.bases):
                continue
            yield Kid(path, type_.name, type_, tuple((path, one) for one in type_.methods))
            if depth and len(self.heads.get(type_.name, ())) == 1 and self.is_contract(path, type_):
                yield from self._named(type_.name, depth - 1)

    def _fulfilling(self, base: Class) -> Iterator[Kid]:
        wanted = {one.name for one in base.methods}
        for (_, name), methods in self.types.items():
            if not wanted or not wanted <= methods.keys():
                continue
            held = [
                (path, function)
                for places in methods.values()
                for path, at in places
                if (function := self.scene.shapes(path).function_at(at)) is not None
            ]
            yield Kid(held[0][0], name, None, tuple(held))

    def is_contract(self, path: str, type_: Class) -> bool:
        """Whether a class leaves members to those below it."""
        if type_.kind in ("interface", "abstract") or "abstract" in type_.modifiers:
            return True
        if any(last(base) in ("ABC", "Protocol") for base in type_.bases):
            return True
        return type_.kind == "class" and any(
            self.is_demanded(self.scene, path, type_, one) for one in type_.methods
        )

    def is_demanded(self, scene: Scene, path: str, type_: Class, function: Function) -> bool:
        """Whether a member must be written below."""
        if any(_ABSTRACT.match(word) for word in function.modifiers):
            return True
        if type_.kind in ("interface", "abstract") and function.is_abstract:
            return not {"static", "default", "private"} & set(function.modifiers)
        code = scene.code(path, function)
        protocol = any(last(base) == "Protocol" for base in type_.bases)
        return bool(_THROWS.match(code)) or (protocol and code in ("...", "pass", ""))

    @cached_property
    def _left(self) -> list[str]:
        """The names that were not found to have no family."""
        return list(self.names)

    @cached_property
    def _contracts(self) -> list[str]:
        """Those of them whose base was not found to ask for nothing."""
        return list(self.names)

    @cached_property
    def _homes(self) -> list[str]:
        """The files in which classes may stand."""
        pattern = re.compile(_PLAIN[self.tree.language], re.MULTILINE)
        return [path for path, text in self.tree.texts.items() if pattern.search(text)]

    def home(self, rng: random.Random) -> str:
        """A file by chance in which a class may stand."""
        return rng.choice(self._homes or list(self.tree.paths))

    def any(self, rng: random.Random) -> Family | None:
        """A family by chance; None where the tree has none."""
        while self._left:
            name = rng.choice(self._left)
            family = self.family(name)
            if family is not None:
                return family
            self._left.remove(name)
        return None

    def contract(self, rng: random.Random) -> Family | None:
        """A family by chance whose base leaves members to those below it; None where the tree has none."""
        while self._contracts:
            name = rng.choice(self._contracts)
            family = self.family(name)
            if family is not None and self._asks(family):
                return family
            self._contracts.remove(name)
        return None

    def _asks(self, family: Family) -> bool:
        path, base = family.path, family.base
        return any(self.is_demanded(self.scene, path, base, one) for one in base.methods)


def last(base: str) -> str:
    """The name of a base as it is written: `module.Base<T>` names Base."""
    found = _LAST.search(base)
    return found.group(1) if found else ""
