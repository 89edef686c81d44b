"""From the text of an import to the file that it names, per style of import."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cached_property

from engine.syntax.linking.packages import CONFIGS, MANIFEST, Packages

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
CARGO = "Cargo.toml"
GO_MOD = "go.mod"
SAYING = frozenset({MANIFEST, *CONFIGS, CARGO, GO_MOD})
"""Files whose text says which modules there are."""
GO_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
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

    def _forget(self, path: str) -> None:
        self.__dict__.pop("_folders", None)
        self.__dict__.pop("_by_folder", None)
        self.__dict__.pop("_java_packages", None)
        name = posixpath.basename(path)
        if name in {MANIFEST, *CONFIGS}:
            self.__dict__.pop("_packages", None)
        elif name == CARGO:
            self.__dict__.pop("_crates", None)
        elif name == GO_MOD:
            self.__dict__.pop("_go_modules", None)
        elif name == "__init__.py":
            self.__dict__.pop("_roots", None)

    @cached_property
    def _packages(self) -> Packages:
        return Packages(self.paths, self._text_of)

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = set()
        for path in self.paths:
            folder = posixpath.dirname(path)
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
        while folder and posixpath.join(folder, "__init__.py") in self.paths:
            folder = posixpath.dirname(folder)
        return folder

    def resolve(self, style: str, importer: str, module: str) -> str | None:
        """The file of a module, a folder ending in "/" for a package without one, or None if foreign."""
        match style:
            case "dotted":
                return self._dotted(importer, module)
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
            if posixpath.basename(path) == GO_MOD:
                name = GO_MODULE.search(self._text_of(path) or "")
                if name is not None:
                    found.append((name.group(1), posixpath.dirname(path)))
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
        if found is None and own != folder and self._is_root(folder):  # a test or an example of its own
            found = self._in_crate(folder, folder, first, rest)
        if found is None and first in self._crates:
            root = self._crates[first]
            found = self._rust_file(posixpath.join(posixpath.dirname(root), *rest)) if rest else root
        return found

    def crate(self, name: str) -> str | None:
        """The root of a crate of the project."""
        return self._crates.get(name)

    def _in_crate(self, folder: str, own: str, first: str, rest: list[str]) -> str | None:
        root = folder
        while root and not any(posixpath.join(root, name) in self.paths for name in ROOT_FILES):
            root = posixpath.dirname(root)
        starts = {"crate": root, "self": own, "super": posixpath.dirname(own)}
        if first in starts:
            base = starts[first]
            while rest and rest[0] == "super":
                base, rest = posixpath.dirname(base), rest[1:]
            return self._rust_file(posixpath.join(base, *rest))
        return self._rust_file(posixpath.join(own, first, *rest))

    def _is_root(self, folder: str) -> bool:
        """Whether each file of a folder is a program of its own."""
        parts = folder.split("/")
        return parts[-1] in TARGETS or parts[-2:] == ["src", "bin"]

    @cached_property
    def _crates(self) -> dict[str, str]:
        """The names of the project's crates, with the files that are their roots."""
        found: dict[str, str] = {}
        for path in sorted(self.paths):
            folder, file = posixpath.split(path)
            if file == CARGO:
                name, root = _crate_of(self._text_of(path) or "")
                root = posixpath.join(folder, root)
                if name and root in self.paths:
                    found.setdefault(name, root)
        return found

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

    def _dotted(self, importer: str, module: str) -> str | None:
        stripped = module.lstrip(".")
        up = len(module) - len(stripped)
        tail = stripped.replace(".", "/")
        if up:
            folder = posixpath.dirname(importer)
            for _ in range(up - 1):
                if not folder:
                    return None
                folder = posixpath.dirname(folder)
            return self._file(posixpath.join(folder, tail).rstrip("/"))
        folder = posixpath.dirname(importer)
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
            stems = self._packages.stems(importer, module)
            return next((found for stem in stems if (found := self._source(stem)) is not None), None)
        return self._source(posixpath.normpath(posixpath.join(posixpath.dirname(importer), module)))

    def _source(self, stem: str) -> str | None:
        """The file of a module of the web, named with or without its suffix."""
        bare = posixpath.splitext(stem)[0]
        for base in dict.fromkeys((stem, bare)):
            for suffix in SUFFIXES["relative"]:
                if base + suffix in self.paths:
                    return base + suffix
        return None


def _crate_of(text: str) -> tuple[str, str]:
    """The name of the library that a Cargo.toml describes, and its root file; empty where there is none."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return "", ""
    library, own = table.get("lib", {}), table.get("package", {})
    if not isinstance(library, dict) or not isinstance(own, dict):
        return "", ""
    name, root = library.get("name", own.get("name")), library.get("path", "src/lib.rs")
    if not isinstance(name, str) or not isinstance(root, str):
        return "", ""
    return name.replace("-", "_"), posixpath.normpath(root)


def package(folder: str) -> str:
    """The package that a folder of Java sources holds, as a path: what follows its source root."""
    return SOURCE_ROOT.sub("", folder)


def module_name(path: str) -> str:
    """The last word by which a module is imported."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return posixpath.basename(posixpath.dirname(path)) if stem in {"__init__", "index", "mod"} else stem
