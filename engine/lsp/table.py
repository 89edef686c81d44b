"""Which language servers Ripple knows, and which of them this machine has."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LOCAL: Final = (".venv/bin", "venv/bin", ".venv/Scripts", "venv/Scripts", "node_modules/.bin")
"""Where a project keeps programs of its own; they go before those on PATH."""
ENVIRONMENTS: Final = (
    ".venv/bin/python",
    "venv/bin/python",
    ".venv/Scripts/python.exe",
    "venv/Scripts/python.exe",
)

Settings = Mapping[str, object]
"""What a server may ask of its client, as JSON."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the files on disk that takes long: its complaints come late, and at first all at once."""

    title: str
    """What the title of its progress begins with."""
    sources: frozenset[str]
    """What its complaints say that they come from."""


@dataclass(frozen=True, slots=True)
class Server:
    """One line of the table."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    """The first of these that is found is run."""
    languages: Mapping[str, str]
    """From a file's extension to what the protocol calls its language."""
    markers: tuple[str, ...] = ()
    """Files of the root without which the server is of no use; any of them will do."""
    options: Settings = field(default_factory=dict)
    """Sent when it starts."""
    settings: Settings = field(default_factory=dict)
    """By section; given when the server asks."""
    versioned: bool = False
    """Names the version of each open text it speaks of: a word without one is about the file on disk."""
    silent: bool = False
    """Says nothing of a file that it has nothing against."""
    check: Check | None = None
    """What it has another program look at after each save."""


@dataclass(frozen=True, slots=True)
class Found:
    """A server that can be started."""

    server: Server
    command: tuple[str, ...]

    @property
    def name(self) -> str:
        """The server's name in settings and messages."""
        return self.server.name


_PYRIGHT_SETTINGS: Final[Settings] = {
    "analysis": {"diagnosticMode": "openFilesOnly", "autoImportCompletions": True},
    "disableOrganizeImports": True,
}
_PYTHON: Final = dict.fromkeys((".py", ".pyi", ".pyw"), "python")
_ECMASCRIPT: Final = {
    **dict.fromkeys((".js", ".mjs", ".cjs"), "javascript"),
    **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
    ".jsx": "javascriptreact",
    ".tsx": "typescriptreact",
}

TABLE: Final = (
    Server(
        "basedpyright",
        (("basedpyright-langserver", "--stdio"),),
        _PYTHON,
        settings={"basedpyright": _PYRIGHT_SETTINGS},
    ),
    Server(
        "pyright",
        (("pyright-langserver", "--stdio"),),
        _PYTHON,
        settings={"pyright": _PYRIGHT_SETTINGS},
    ),
    Server("ruff", (("ruff", "server"),), _PYTHON),
    Server(
        "typescript",
        (("typescript-language-server", "--stdio"),),
        _ECMASCRIPT,
        options={
            "disableAutomaticTypingAcquisition": True,
            "preferences": {"includeCompletionsForModuleExports": True},
        },
    ),
    Server("gopls", (("gopls",),), {".go": "go"}, markers=("go.mod", "go.work"), versioned=True, silent=True),
    Server(
        "rust-analyzer",
        (("rust-analyzer",),),
        {".rs": "rust"},
        markers=("Cargo.toml", "rust-project.json"),
        versioned=True,
        silent=True,
        check=Check("cargo", frozenset({"rustc", "clippy"})),
    ),
    Server("jdtls", (("jdtls",),), {".java": "java"}),
)
INSTEAD: Final = {"pyright": "basedpyright"}
"""Servers that say the same as another one: not started beside it."""


def find(root: Path, wanted: Sequence[str] = (), path: str | None = None) -> tuple[Found, ...]:
    """The servers that can be started for a project.

    `wanted` names those that are allowed (all, where it names none) and adds others: ".rb=solargraph stdio".
    """
    names = {item for item in wanted if "=" not in item}
    own = (_own(item) for item in wanted if "=" in item)
    places = os.pathsep.join(
        [*(str(root / folder) for folder in LOCAL), os.environ.get("PATH", "") if path is None else path]
    )
    found: list[Found] = []
    for server in (*own, *(one for one in TABLE if not names or one.name in names)):
        if server is None or INSTEAD.get(server.name) in {one.name for one in found}:
            continue
        if server.markers and not any((root / marker).exists() for marker in server.markers):
            continue
        command = next(_started(server.commands, places), None)
        if command is not None:
            found.append(Found(server, command))
    return tuple(found)


def outfit(root: Path) -> tuple[tuple[int, ...], str | None]:
    """What `find` sees of a project and its Python: another one once a program is installed there."""
    folders = (_moment(root / one) for one in LOCAL)
    markers = ((root / one).exists() for server in TABLE for one in server.markers)
    return (*folders, *markers), interpreter(root)


def _moment(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def interpreter(root: Path) -> str | None:
    """The Python of the project's own environment."""
    return next((str(root / name) for name in ENVIRONMENTS if (root / name).exists()), None)


def _started(commands: Sequence[tuple[str, ...]], places: str) -> Iterator[tuple[str, ...]]:
    for program, *arguments in commands:
        where = shutil.which(program, path=places)
        if where is not None:
            yield (where, *arguments)


def _own(item: str) -> Server | None:
    """A server of the person's own, or None where the setting is not understood."""
    extension, _, line = item.partition("=")
    try:
        command = tuple(shlex.split(line))
    except ValueError:
        return None
    if not command or not extension.startswith("."):
        return None
    return Server(Path(command[0]).name, (command,), {extension: extension[1:]})
