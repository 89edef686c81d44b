"""What the files say in which a project names its modules: Cargo.toml, go.mod, package.json, tsconfigs."""

from __future__ import annotations

import json
import posixpath
import re
import tomllib

CARGO = "Cargo.toml"
GO_MOD = "go.mod"
PACKAGE = "package.json"
CONFIGS = ("tsconfig.json", "tsconfig.base.json", "jsconfig.json")
SAYING = frozenset({PACKAGE, *CONFIGS, CARGO, GO_MOD})
"""Files whose text says which modules there are."""
_TABLES = ("dependencies", "dev-dependencies", "build-dependencies")
LARGEST = 200_000
"""Characters of a file of JSON that is read."""
_NEEDS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_GO_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_NOISE = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


def crate_of(text: str | None) -> tuple[str, str]:
    """The name of the library that a Cargo.toml describes, and its root file; empty where there is none."""
    try:
        table = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError:
        return "", ""
    library, own = table.get("lib", {}), table.get("package", {})
    if not isinstance(library, dict) or not isinstance(own, dict):
        return "", ""
    name, root = library.get("name", own.get("name")), library.get("path", "src/lib.rs")
    if not isinstance(name, str) or not isinstance(root, str):
        return "", ""
    return name.replace("-", "_"), posixpath.normpath(root)


def crates_for(text: str | None) -> frozenset[str] | None:
    """The libraries that the package of a Cargo.toml may name, its own too; None where it has no package."""
    try:
        table = tomllib.loads(text or "")
    except tomllib.TOMLDecodeError:
        return None
    if not isinstance(table.get("package"), dict):
        return None
    targets = table.get("target")
    parts = [table, *(targets.values() if isinstance(targets, dict) else ())]
    groups = [part.get(kind) for part in parts if isinstance(part, dict) for kind in _TABLES]
    names = (name for group in groups if isinstance(group, dict) for name in group)
    return frozenset({crate_of(text)[0], *(name.replace("-", "_") for name in names)})


def go_module_of(text: str | None) -> str:
    """The path of the module that a go.mod describes, or nothing."""
    found = _GO_MODULE.search(text or "")
    return found.group(1) if found else ""


def package_of(text: str | None) -> str:
    """The name that a package.json gives its package, or nothing."""
    name = json_of(text).get("name")
    return name if isinstance(name, str) else ""


def needs_of(text: str | None) -> frozenset[str]:
    """The names of the packages that a package.json asks for."""
    manifest = json_of(text)
    tables = [manifest.get(one) for one in _NEEDS]
    return frozenset(name for table in tables if isinstance(table, dict) for name in table)


def json_of(text: str | None) -> dict[str, object]:
    """A JSON object, comments and trailing commas allowed; empty for anything else."""
    if not text or len(text) > LARGEST:
        return {}
    try:
        found = json.loads(_NOISE.sub(lambda match: match[1] or "", text))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
