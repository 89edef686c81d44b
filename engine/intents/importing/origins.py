"""What a missing name can be: something that the project defines, or that the language brings along."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.align import shared
from engine.syntax.grammars import grammar, language_of
from engine.syntax.index import Index
from engine.syntax.linking.imports import Statement
from engine.syntax.linking.library import Imports
from engine.syntax.linking.spelling import Origin, Speller
from engine.syntax.names.unresolved import Missing

DEFINED, STANDARD, INSTALLED = 1.5, 1.2, 1.4
FEW_FILES = 60
"""Files with the name that are not put in order."""
MOST_DEFINERS = 400
"""Files with the name that are asked for a definition of it, the nearest first."""
HELD = 100.0
"""What a module beside the file weighs that defines the member which follows."""
ASIDE, VARIABLE = 0.2, 0.5
"""What is left of a definition in tests or examples, and of a lower-case variable."""
GIVEN_OUT = "conftest.py"
"""A file whose definitions pytest hands to the tests beside it; nobody imports them."""
_ASIDE = re.compile(r"(^|/|_)(tests?|examples?|docs?|bench\w*|__tests__|spec)([/_.]|$)")

Weighed = tuple["Source", Origin, float]


@dataclass(slots=True)
class Source:
    """One way to import a name into one file."""

    kind: str
    module: str
    """As this file writes it."""
    name: str
    """What the module calls it."""
    local: str
    own: bool
    rule: float
    why: str
    type_only: bool = False
    typeable: bool = False
    """Used as a type alone, whatever others do."""
    marked: bool = False
    """Marked as a type by itself, inside a list."""
    seen: tuple[str, ...] = ()
    """Files that import it so."""
    inner: float = -1.0
    """The share of other files that import it inside of a block; -1 where there are none."""
    example: Statement | None = None
    """How another file writes it."""

    @property
    def renamed(self) -> bool:
        """Whether it gets another name here."""
        return bool(self.name) and self.local != self.name


class Origins:
    """Where one missing name is defined."""

    def __init__(
        self,
        missing: Missing,
        index: Index,
        known: Imports,
        speller: Speller,
        modules: Collection[str],
        beside: Collection[str],
        doors: Mapping[str, str],
    ) -> None:
        """`modules` are those that the file imports from, `beside` those of files near by.

        `doors` are files that may pass names on, with the texts by which they are imported.
        """
        self.missing = missing
        self.index = index
        self.path = speller.path
        self.style = speller.style
        self.known = known
        self.speller = speller
        self.modules = modules
        self.beside = beside
        self.doors = doors
        self._spoken: dict[str, bool] = {}
        """Endings of files, with whether this one can import from such."""

    @cached_property
    def files(self) -> list[str]:
        """Other files that hold the name, the nearest first."""
        found = [
            one for one in self.index.files_with(self.missing.name) if one != self.path and self.speaks(one)
        ]
        if len(found) > FEW_FILES:
            near = {
                folder: nearness(folder + "/", self.path)
                for folder in {one.rpartition("/")[0] for one in found}
            }
            found.sort(key=lambda one: -near[one.rpartition("/")[0]])
        return found

    @cached_property
    def definers(self) -> list[str]:
        """Those that define it where others can see it."""
        name = self.missing.name
        found = [path for path in self.files[:MOST_DEFINERS] if self.index.defines(path, name)]
        return found or [path for path in self.files[:FEW_FILES] if self._unparsed(path)]

    def _unparsed(self, path: str) -> bool:
        """Whether a definition stands where the grammar sees mere words, as in the braces of a macro."""
        pattern = self.known.forms.templates.get("defined")
        text = self.index.text_of(path) or "" if pattern else ""
        return bool(pattern and re.search(pattern.replace("{name}", re.escape(self.missing.name)), text))

    def speaks(self, path: str) -> bool:
        """Whether a file is of a language that this one can import from."""
        dot = path.rfind(".")
        if dot <= 0 or path[dot - 1] in "./":
            return self._speaks(path)
        ending = path[dot:]
        if ending not in self._spoken:
            self._spoken[ending] = self._speaks(path)
        return self._spoken[ending]

    def _speaks(self, path: str) -> bool:
        if posixpath.splitext(path)[1] == posixpath.splitext(self.path)[1]:
            return True
        spoken = grammar(language_of(path) or "")
        return spoken is not None and spoken.imports == self.style

    def defined(self, shown: bool) -> Iterator[Weighed]:
        """What the project defines; `shown` says that other files show how they import the name."""
        name, members = self.missing.name, bool(self.missing.member)
        if self.style == "folder":
            yield from self._folders()
            return
        if self.missing.walled and self.index.defines(self.path, name):
            yield Source("name", "self", name, name, True, 0.0, ""), Origin(True, self.path), HELD
        if len(name) < 3:
            return
        named = self._named()
        for path in dict.fromkeys((*self.definers, *self._passing(), *named)):
            if path == self.path or not self.speaks(path) or posixpath.basename(path) == GIVEN_OUT:
                continue
            kinds = {item[1] for item in self.index.facts(path)[0] if item[0] == name and not item[4]}
            known = kinds or path in named or path in self.definers
            kind = "name" if path in self.doors and not known else self._exported(path) if known else ""
            kind = kind or (self._whole(path) if path in named else "")
            module = self.speller.defined_in(path, name) if kind else None
            if path in self.doors and kind == "name":
                module = self.doors[path]
            if module is not None:
                origin = self.speller.origin(self.path, module)
                kind = "name" if not origin.own and self.style == "relative" else kind
                weight = (
                    DEFINED * (0.5 + nearness(path, self.path)) * (ASIDE if _aside(path, self.path) else 1.0)
                )
                weight *= VARIABLE if kinds <= {"variable"} and not name.isupper() else 1.0
                given = name if kind == "name" else ""
                yield Source(kind, module, given, name, True, 0.0, ""), origin, weight
        if self.style == "dotted" and members:
            yield from self._submodules(shown)

    def _named(self) -> list[str]:
        """Files that bear the name, where a file's default may be known by nothing else."""
        if self.style != "relative":
            return []
        name, far = self.missing.name, not self.missing.name[:1].isupper()
        return [
            path
            for path in self.index.modules.paths
            if (f"/{name}." in path or f"/{name}/index." in path)
            and _stem(path) == name
            and not (far and self.speller.is_beyond(self.speller.origin_of(path)))
        ]

    def _passing(self) -> Iterator[str]:
        """Files that this one, or one beside it, imports from, and that pass the name on."""
        definers = set(self.definers)
        for path in self.doors if definers else ():
            if path not in definers and self.speller.passes(path, self.missing.name, definers):
                yield path

    def _exported(self, path: str) -> str:
        """How a file passes the name on: as a name, as its default, or not at all."""
        patterns = [
            (form, text) for form, text in self.known.forms.templates.items() if form.startswith("exported.")
        ]
        if not patterns:
            return "name"
        text = self.index.text_of(path) or ""
        if self.style == "crate" and self.speller.is_within(path):
            return "name"
        for form, pattern in patterns:
            if form.endswith(".stem"):
                if _stem(path) == self.missing.name and re.search(pattern, text, re.MULTILINE):
                    return "default"
            elif re.search(pattern.replace("{name}", re.escape(self.missing.name)), text):
                return form.removeprefix("exported.")
        return ""

    def _whole(self, path: str) -> str:
        """Whether a file that bears the name has the member that follows, so that all of it is meant."""
        member = self.missing.member.split(".")[0]
        return "module" if member and self.index.defines(path, member) else ""

    def _folders(self) -> Iterator[Weighed]:
        """Packages of the project whose folder bears the name."""
        if not self.missing.member:
            return
        seen: set[str] = set()
        for path in self.index.modules.paths:
            folder = posixpath.dirname(path)
            if folder in seen or posixpath.basename(folder) != self.missing.name or not self.speaks(path):
                continue
            seen.add(folder)
            module = self.index.modules.go_path(folder)
            if module is not None and folder != posixpath.dirname(self.path):
                yield (
                    Source("module", module, "", self.missing.name, True, 0.0, ""),
                    Origin(True, module),
                    DEFINED,
                )

    def _submodules(self, shown: bool) -> Iterator[Weighed]:
        """A module of the same package that bears the name."""
        folder = posixpath.dirname(self.path)
        found = self.index.modules.child("dotted", folder + "/" if folder else "", self.missing.name)
        if found is None or found == self.path or not found.endswith((".py", ".pyi")):
            return
        package = posixpath.join(folder, "__init__.py")
        if package in self.index.modules.paths:
            module = self.speller.package()
            member = self.missing.member.split(".")[0]
            held = self.index.defines(found, member)
            if module is not None and (held or not shown):
                source = Source("name", module, self.missing.name, self.missing.name, True, 0.0, "")
                yield source, Origin(True, package), HELD if held else DEFINED

    def standard(self) -> Iterator[Weighed]:
        """What the language's own library has."""
        library, name = self.known.library, self.missing.name
        if self.style == "dotted":
            yield from self._standard_modules()
        elif self.style == "folder" and self.missing.member:
            found = [one for one in library.modules if one.rpartition("/")[2] == name]
            for rank, module in enumerate(found):
                yield self._of_library("module", module, "", STANDARD * 0.3**rank)
        elif self.style == "relative":
            if name in library.modules and self.missing.member:
                yield self._of_library("default", self._node(name), "", STANDARD)
            yield from self._needed()
        if self.style == "dotted":
            asked = [
                one for one in (*self.modules, *self.beside) if not self.speller.origin(self.path, one).own
            ]
            roots = [one.split(".")[0] for one in asked]
            for rank, module in enumerate(self.index.dependencies.holders(name, (*asked, *roots))):
                yield self._of_library("name", module, name, INSTALLED * 0.5**rank)
        weight = STANDARD
        for module in library.exporters.get(name, ()):
            shown = self._node(module) if self.style == "relative" else module
            yield self._of_library("name", shown, name, weight)
            weight *= 0.5

    def _needed(self) -> Iterator[Weighed]:
        """A package that the manifest asks for and that bears the name."""
        for package in sorted(self.speller.needs):
            words = re.split(r"[-._]", package.rpartition("/")[2].removesuffix(".js").removesuffix("-js"))
            camel = words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])
            if self.missing.name in {camel, camel[:1].upper() + camel[1:]} and not package.startswith(
                "@types/"
            ):
                yield self._of_library("default", package, "", INSTALLED)

    def _standard_modules(self) -> Iterator[Weighed]:
        """A module of Python's library, the longest whose name is written out."""
        words = [self.missing.name, *filter(None, self.missing.member.split("."))]
        for size in range(len(words), 0, -1) if not self.missing.called else ():
            module = ".".join(words[:size])
            if module in self.known.library.modules:
                yield self._of_library("module", module, "", STANDARD)
                return

    def _of_library(self, kind: str, module: str, name: str, weight: float) -> Weighed:
        source = Source(kind, module, name, self.missing.name, False, 0.0, "")
        return source, self.speller.origin(self.path, module), weight

    def _node(self, module: str) -> str:
        """A module of Node as this file writes them, or else those beside it."""
        for shown in (self.modules, self.beside):
            marks = [
                one.startswith("node:")
                for one in shown
                if one.removeprefix("node:") in self.known.library.modules
            ]
            if marks:
                return f"node:{module}" if 2 * sum(marks) > len(marks) else module
        return module


def _stem(path: str) -> str:
    """What a file is called; one that stands for its folder is called as that."""
    folder, file = posixpath.split(path)
    stem = file.split(".")[0]
    return posixpath.basename(folder) if stem == "index" else stem


def nearness(path: str, other: str) -> float:
    """1 in the same folder, less with every folder that is not shared."""
    a, b = path.rpartition("/")[0].split("/"), other.rpartition("/")[0].split("/")
    return (shared(a, b) + 0.5) / (max(len(a), len(b)) + 0.5)


def _aside(path: str, other: str) -> bool:
    """Whether a file is one of tests or examples, and the other is not."""
    return bool(_ASIDE.search(path)) and not _ASIDE.search(other)
