"""A project in memory, and edits to it, for the tests of syntax and rename."""

from __future__ import annotations

from pathlib import Path

from engine.diff import saved
from engine.intents import rename
from engine.syntax.index import Index
from engine.types import Edit, Site


class Memory:
    """Files in a dict with an index over them; `save` is what a person does in an editor."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = dict(files)
        self.index = Index(Path("/no/such/folder"), self.files.get)
        self.index.build(sorted(self.files))
        self.edits: list[Edit] = []

    def save(self, path: str, text: str) -> Edit:
        before = self.files[path]
        self.files[path] = text
        self.index.update(path, text)
        edit = saved(path, before, text, len(self.edits))
        self.edits.append(edit)
        return edit

    def change(self, path: str, old: str, new: str, count: int = 1) -> tuple[Site, ...]:
        """Save with `old` replaced (it must stand there) and propose what follows."""
        before = self.files[path]
        assert old in before
        recent = tuple(self.edits)
        edit = self.save(path, before.replace(old, new, count))
        return rename.propose(edit, recent, self.index)

    def line(self, site: Site) -> str:
        text = self.files[site.path]
        start = text.rfind("\n", 0, site.start) + 1
        end = text.find("\n", site.start)
        return text[start : end if end >= 0 else len(text)].strip()

    def lines(self, sites: tuple[Site, ...], rule: float = 0.5) -> set[str]:
        """ "path: line" of the sites that structure alone would show."""
        for site in sites:
            assert self.files[site.path].startswith(site.old, site.start)
        return {f"{site.path}: {self.line(site)}" for site in sites if site.rule >= rule}

    def applied(self, sites: tuple[Site, ...], rule: float = 0.5) -> dict[str, str]:
        """The files after every site that structure alone would show."""
        texts = dict(self.files)
        for site in sorted(sites, key=lambda one: -one.start):
            if site.rule >= rule and site.draft is not None:
                text = texts[site.path]
                texts[site.path] = text[: site.start] + site.draft + text[site.end :]
        return texts
