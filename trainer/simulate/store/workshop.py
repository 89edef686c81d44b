"""A source tree on disk, on which tools that know nothing of the simulator look at chains."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from trainer.simulate.tree import Tree


class Workshop:
    """A tree written to a folder; texts can be laid over it and are taken off again."""

    def __init__(self, folder: Path, tree: Tree) -> None:
        self.folder = folder.resolve()
        self.tree = tree
        self._over: set[str] = set()
        for path, text in {**dict.fromkeys(_packages(tree), ""), **tree.texts}.items():
            self._write(path, text)

    def show(self, texts: Mapping[str, str]) -> None:
        """Bring the folder to the tree with these texts in it."""
        over = {path: text for path, text in texts.items() if self.tree.texts.get(path) != text}
        for path in sorted(self._over - over.keys()):
            original = self.tree.texts.get(path)
            if original is None:
                (self.folder / path).unlink()
            else:
                self._write(path, original)
        for path, text in sorted(over.items()):
            self._write(path, text)
        self._over = set(over)

    def relative(self, path: Path | str | None) -> str | None:
        """A path inside the folder as the tree names it, or None."""
        if path is None:
            return None
        resolved = Path(path).resolve()
        return resolved.relative_to(self.folder).as_posix() if resolved.is_relative_to(self.folder) else None

    def _write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "surrogatepass"))


def _packages(tree: Tree) -> list[str]:
    """The files that say that folders are packages: those with nothing in them are not in the tree."""
    if tree.language != "python":
        return []
    folders = {
        folder for path in tree.paths if path.endswith(".py") for folder in PurePosixPath(path).parents
    }
    return [f"{folder}/__init__.py" for folder in sorted(folders) if str(folder) not in {".", "src"}]
