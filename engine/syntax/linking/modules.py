"""From the text of an import to the file that it names, per style of import."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import cached_property

from engine.syntax.linking.manifests import (
    CARGO,
    CONFIGS,
    GO_MOD,
    PACKAGE,
    SAYING,
    crate_of,
    crates_for,
    go_module_of,
)
from engine.syntax.linking.packages import Packages

SUFFIXES = {
    "dotted": (".py", ".pyi", "/__init__.py", "/__init__.pyi"),
    "relative": (
        "", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts",
        "/index.ts", "/index.tsx", "/index.js", "/index.jsx",
    ),
}  # fmt: skip
SOURCE_ROOT = re.compile(r"^(?:.*/)?(?:src/(?:\w+/)?java|src/(?:main|test)|src|java|tests?)(?:/|$)")
"""Folders that Java's packages start below; the longest match counts."""
ROOT_FILES = ("lib.rs", "main.rs")
CRATE_FILES = ("mod.rs", *ROOT_FILES)
"""Files of Rust that stand for the folder they are in."""
TARGETS = frozenset({"tests", "examples", "benches"})
SOURCE_FOLDERS = ("", "src", "lib", "python", "source")


class Modules:
    """The files of the project as modules."""

    def __init__(
        self, paths: Iterable[str], text_of: Callable[[str], str | None] = lambda path: None
    ) -> None:
        self.paths = set(paths)
        self._text_of = text_of

    def add(self, path: str) -> None:
        """A file appeared."""
        self.paths.add(path)
        self._forget(path)

    def changed(self, path: str) -> None:
        """A file that was known has another text."""
        if posixpath.basename(path) in SAYING:
            self._forget(path)

    def discard(self, path: str) -> None:
        """A file went."""
        self.paths.discard(path)
        self._forget(path)

    def warm_up(self) -> None:
        """Work out what the first import would wait for."""
        for known in ("_folders", "_roots"):
            getattr(self, known)

    def _forget(self, path: str) -> None:
        self.__dict__.pop("_folders", None)
        self.__dict__.pop("_by_folder", None)
        self.__dict__.pop("_java_packages", None)
        self.__dict__.pop("_package_roots", None)
        self.__dict__.pop("_dotted_files", None)
        name = posixpath.basename(path)
        if name in {PACKAGE, *CONFIGS}:
            self.__dict__.pop("packages", None)
        elif name == CARGO:
            self.__dict__.pop("crates", None)
        elif name == GO_MOD:
            self.__dict__.pop("_go_modules", None)
        elif name == "__init__.py":
            self.__dict__.pop("_roots", None)

    @cached_property
    def packages(self) -> Packages:
        """The packages of the web that the project holds."""
        return Packages(self.paths, self._text_of)

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = set()
        for folder in self._by_folder:
            while folder and folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.paths:
            found.setdefault(path.rpartition("/")[0], []).append(path)
        return found

    def files_in(self, folder: str) -> list[str]:
        """The files that stand in a folder, sorted."""
        return sorted(self._by_folder.get(folder, ()))

    def folders_in(self, folder: str) -> list[str]:
        """The folders below a folder that hold files, the nearest first."""
        inside = folder + "/" if folder else ""
        found = (one for one in self._by_folder if one.startswith(inside) and one != folder)
        return sorted(found, key=lambda one: (one.count("/"), one))

    @cached_property
    def _roots(self) -> tuple[str, ...]:
        """Folders that top-level packages stand in, found from the __init__ files."""
        roots: dict[str, int] = {}
        for path in self.paths:
            if path.endswith("/__init__.py"):
                root = self.package_root(posixpath.dirname(path))
                roots[root] = roots.get(root, 0) + 1
        ranked = sorted(roots, key=lambda root: (-roots[root], root))
        return tuple(dict.fromkeys((*ranked[:20], *SOURCE_FOLDERS)))

    def package_root(self, folder: str) -> str:
        """The folder that the top-level package around a folder stands in."""
        found = self._package_roots.get(folder)
        if found is None:
            found = folder
            while found and posixpath.join(found, "__init__.py") in self.paths:
                found = posixpath.dirname(found)
            self._package_roots[folder] = found
        return found

    @cached_property
    def _package_roots(self) -> dict[str, str]:
        return {}

    @cached_property
    def _dotted_files(self) -> dict[tuple[str, str], str | None]:
        """What modules of Python are, by the folder that they are imported in."""
        return {}

    def resolve(self, style: str, importer: str, module: str) -> str | None:
        """The file of a module, a folder ending in "/" for a package without one, or None if foreign."""
        match style:
            case "dotted":
                key = (posixpath.dirname(importer), module)
                if key not in self._dotted_files:
                    self._dotted_files[key] = self._dotted(*key)
                return self._dotted_files[key]
            case "relative":
                return self._relative(importer, module)
            case "folder":
                return self._folder(module)
            case "package":
                return self._package(module)
            case "crate":
                return self._crate(importer, module)
            case _:
                return None

    @cached_property
    def _go_modules(self) -> tuple[tuple[str, str], ...]:
        """Module path and folder of each go.mod, the longest path first."""
        found: list[tuple[str, str]] = []
        for path in self.paths:
            if posixpath.basename(path) == GO_MOD and (name := go_module_of(self._text_of(path))):
                found.append((name, posixpath.dirname(path)))
        return tuple(sorted(found, key=lambda item: -len(item[0])))

    def go_path(self, folder: str) -> str | None:
        """The import path of a folder of Go sources."""
        for name, root in sorted(self._go_modules, key=lambda item: -len(item[1])):
            if not root or folder == root or folder.startswith(root + "/"):
                inside = posixpath.relpath(folder or ".", root or ".")
                return name if inside == "." else f"{name}/{inside}"
        return None

    def _crate(self, importer: str, module: str) -> str | None:
        """A module of Rust: from the crate's root, from the module around, or from the one that imports."""
        first, *rest = module.replace(" ", "").split("::")
        folder, file = posixpath.split(importer)
        own = folder if file in CRATE_FILES else posixpath.join(folder, posixpath.splitext(file)[0])
        found = self._in_crate(folder, own, first, rest)
        if found is None and own != folder and self.stand_alone(folder):  # a test or an example of its own
            found = self._in_crate(folder, folder, first, rest)
        if found is None and first in self.crates:
            root = self.crates[first]
            found = self._rust_file(posixpath.join(posixpath.dirname(root), *rest)) if rest else root
        return found

    def _in_crate(self, folder: str, own: str, first: str, rest: list[str]) -> str | None:
        starts = {"crate": self.crate_root(folder), "self": own, "super": posixpath.dirname(own)}
        if first in starts:
            base = starts[first]
            while rest and rest[0] == "super":
                base, rest = posixpath.dirname(base), rest[1:]
            return self._rust_file(posixpath.join(base, *rest))
        return self._rust_file(posixpath.join(own, first, *rest))

    def crate_root(self, folder: str) -> str:
        """The folder that `crate` means in the files of a folder."""
        at, alone = folder, ""
        while not any(posixpath.join(at, name) in self.paths for name in ROOT_FILES):
            if not at or _holds_programs(at):
                return at or alone
            alone = alone or (at if posixpath.basename(at) in TARGETS else "")
            at = posixpath.dirname(at)
        return at

    def stand_alone(self, folder: str) -> bool:
        """Whether each file of a folder is a program of its own."""
        aside = posixpath.basename(folder) in TARGETS or _holds_programs(folder)
        return aside and self.crate_root(folder) == folder

    @cached_property
    def crates(self) -> dict[str, str]:
        """The names of the project's crates, with the files that are their roots."""
        found: dict[str, str] = {}
        for path in sorted(self.paths):
            folder, file = posixpath.split(path)
            if file == CARGO:
                name, root = crate_of(self._text_of(path))
                root = posixpath.join(folder, root)
                if name and root in self.paths:
                    found.setdefault(name, root)
        return found

    def crates_for(self, folder: str) -> frozenset[str] | None:
        """The libraries that the package around a folder may name; None where no manifest says it."""
        while True:
            found = crates_for(self._text_of(posixpath.join(folder, CARGO)))
            if found is not None or not folder:
                return found
            folder = posixpath.dirname(folder)

    def _rust_file(self, stem: str) -> str | None:
        for path in (f"{stem}.rs", *(posixpath.join(stem, name) for name in CRATE_FILES)):
            if path in self.paths:
                return path
        return None

    @cached_property
    def _java_packages(self) -> dict[str, list[str]]:
        """The packages of Java that the project has, with their folders, the likeliest first."""
        found: dict[str, list[str]] = {}
        for folder in sorted(self._folders, key=lambda folder: ("test" in folder, len(folder), folder)):
            found.setdefault(package(folder), []).append(folder)
        return found

    def _package(self, module: str) -> str | None:
        """The folder of a package, or the file of a class whose members are imported."""
        tail = module.replace(".", "/")
        own = self._java_packages.get(tail)
        if own is not None:
            return own[0] + "/"
        outer, name = posixpath.split(tail)
        folders = self._java_packages.get(outer, ())
        held = [path for one in folders if (path := posixpath.join(one, f"{name}.java")) in self.paths]
        return min(held, default=None)

    def together(self, style: str, folder: str, other: str) -> bool:
        """Whether the files of two folders share one scope."""
        return folder == other or (style == "package" and package(folder) == package(other))

    def _folder(self, module: str) -> str | None:
        for name, folder in self._go_modules:
            if module == name or module.startswith(name + "/"):
                found = posixpath.join(folder, module[len(name) + 1 :]).rstrip("/")
                return found + "/" if found in self._folders or not found else None
        return None

    def _dotted(self, folder: str, module: str) -> str | None:
        stripped = module.lstrip(".")
        up = len(module) - len(stripped)
        tail = stripped.replace(".", "/")
        if up:
            for _ in range(up - 1):
                if not folder:
                    return None
                folder = posixpath.dirname(folder)
            return self._file(posixpath.join(folder, tail).rstrip("/"))
        own = self.package_root(folder)
        for root in dict.fromkeys((own, *self._roots, folder)):
            found = self._file(posixpath.join(root, tail))
            if found is not None:
                return found
        return None

    def _file(self, stem: str) -> str | None:
        for suffix in SUFFIXES["dotted"]:
            if stem + suffix in self.paths:
                return stem + suffix
        if not stem:
            return "__init__.py" if "__init__.py" in self.paths else None
        return stem + "/" if stem in self._folders else None

    def child(self, style: str, module: str, name: str) -> str | None:
        """The module `name` inside a package: a file, a folder ending in "/", or None."""
        if style != "dotted":
            return None
        if module.endswith("/"):
            return self._file(module + name)
        folder, file = posixpath.split(module)
        return self._file(posixpath.join(folder, name)) if file.startswith("__init__.") else None

    def _relative(self, importer: str, module: str) -> str | None:
        if not module.startswith("."):
            stems = self.packages.stems(importer, module)
            return next((found for stem in stems if (found := self._source(stem)) is not None), None)
        stem = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        return self._source("" if stem == "." else stem)

    def aliased(self, importer: str, module: str) -> str | None:
        """The file that an alias of a tsconfig leads to."""
        stems = self.packages.aliased(importer, module)
        return next((found for stem in stems if (found := self._source(stem)) is not None), None)

    def _source(self, stem: str) -> str | None:
        """The file of a module of the web, named with or without its suffix."""
        bare = posixpath.splitext(stem)[0]
        for base in dict.fromkeys((stem, bare)):
            for suffix in SUFFIXES["relative"]:
                path = (base + suffix).lstrip("/")
                if path in self.paths:
                    return path
        return None


def _holds_programs(folder: str) -> bool:
    return folder.split("/")[-2:] == ["src", "bin"]


def package(folder: str) -> str:
    """The package that a folder of Java sources holds, as a path: what follows its source root."""
    return SOURCE_ROOT.sub("", folder)


def module_name(path: str) -> str:
    """The last word by which a module is imported."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return posixpath.basename(posixpath.dirname(path)) if stem in {"__init__", "index", "mod"} else stem
