"""Which words stand in which files: for each word the numbers of its files, packed."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping

from engine.syntax.facts import words


class Postings:
    """The words of many files. A file that is added again, or dropped, leaves a gap until `compact`."""

    def __init__(self, paths: Iterable[str] = (), packed: dict[bytes, bytes] | None = None) -> None:
        self.paths = list(paths)
        """The files by their numbers; nothing for a gap."""
        self.packed: dict[bytes, bytes] = {} if packed is None else packed
        self._ids = {path: number for number, path in enumerate(self.paths)}

    def files(self, word: bytes) -> set[str]:
        """The files in which a word stands."""
        found = {self.paths[number] for number in array("I", self.packed.get(word, b""))}
        found.discard("")
        return found

    def add(self, texts: Mapping[str, bytes]) -> None:
        """Take in the words of some files, in place of those that they had."""
        grown: dict[bytes, list[int]] = {}
        for path, data in texts.items():
            self.drop(path)
            number = self._ids[path] = len(self.paths)
            self.paths.append(path)
            for one in words(data):
                grown.setdefault(one, []).append(number)
        for one, numbers in grown.items():
            self.packed[one] = self.packed.get(one, b"") + array("I", numbers).tobytes()

    def drop(self, path: str) -> None:
        """Forget a file."""
        number = self._ids.pop(path, None)
        if number is not None:
            self.paths[number] = ""

    def compact(self, kept: Collection[str]) -> None:
        """Give the files that are kept new numbers without gaps."""
        paths = [path for path in self.paths if path in kept]
        numbers = {path: number for number, path in enumerate(paths)}
        new = array("i", (numbers.get(path, -1) for path in self.paths))
        for one, posting in list(self.packed.items()):
            moved = array("I", [new[number] for number in array("I", posting) if new[number] >= 0])
            if moved:
                self.packed[one] = moved.tobytes()
            else:
                del self.packed[one]
        self.paths, self._ids = paths, numbers
