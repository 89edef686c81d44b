"""What the packages of a project's Python environment define, for what the project itself does not tell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

ENVIRONMENTS = (".venv", "venv", "env")
VARIABLES = ("VIRTUAL_ENV", "CONDA_PREFIX")
LARGEST = 400_000
"""Bytes of a file that is read."""
MOST = 24
"""Modules that are asked for one name."""
_NAMES = re.compile(
    r"^(?:class|def|async def)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=(?!=)"
    r"|^from\s+[.\w]+\s+import\s+(\([^)]*\)|[^\n]*)",
    re.MULTILINE,
)
_WORD = re.compile(r"\w+(?=\s*(?:,|\)|$|#|\n))")


class Dependencies:
    """The modules of third parties that an environment holds, read when they are asked about."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, frozenset[str]] = {}
        self._stamps: dict[Path, int] = {}
        """The site-packages, with when a package last came to or left each."""
        self._looked = False

    def look_again(self) -> None:
        """An environment may be made, or a package come, at any time; the next question looks for it."""
        self._looked = False

    @property
    def folders(self) -> tuple[Path, ...]:
        """The site-packages of the project's environments, its own before the shell's."""
        if not self._looked:
            stamps: dict[Path, int] = {}
            for folder in self._found():
                with suppress(OSError):  # an environment may go while it is looked at
                    stamps[folder] = folder.stat().st_mtime_ns
            if stamps != self._stamps:
                self._stamps = stamps
                self._names.clear()
            self._looked = True
        return tuple(self._stamps)

    def _found(self) -> tuple[Path, ...]:
        bases = [self._root / name for name in ENVIRONMENTS]
        bases += [Path(os.environ[name]) for name in VARIABLES if os.environ.get(name)]
        found = (folder for base in bases for folder in sorted(base.glob("lib/python3*/site-packages")))
        windows = (base / "Lib" / "site-packages" for base in bases)
        return tuple(folder for folder in (*found, *windows) if folder.is_dir())

    def holders(self, name: str, modules: Iterable[str]) -> list[str]:
        """Those of some modules that have a name, in the order given."""
        if not self.folders:
            return []
        asked = list(dict.fromkeys(one for one in modules if one.strip(".") and one[0] != "."))[:MOST]
        return [module for module in asked if name in self._of(module)]

    def _of(self, module: str) -> frozenset[str]:
        """The names at the top of a module; empty where it is not installed."""
        if module not in self._names:
            self._names[module] = self._read(module)
        return self._names[module]

    def _read(self, module: str) -> frozenset[str]:
        inside = Path(*module.split("."))
        for folder in self.folders:
            for path in (folder / inside / "__init__.py", folder / inside.with_suffix(".py")):
                try:
                    text = path.read_bytes()[:LARGEST].decode("utf-8", "replace")
                except OSError:
                    continue
                return frozenset(_exported(text))
        return frozenset()


def _exported(text: str) -> Iterable[str]:
    for made, assigned, imported in _NAMES.findall(text):
        if imported:
            yield from _WORD.findall(imported)
        else:
            yield made or assigned
