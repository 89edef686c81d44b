"""The simulated developer: writes a commit stretch by stretch, and knows which actions lead to it."""

from __future__ import annotations

import posixpath
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.diff import hunks, token_distance
from engine.types import Candidate, Site
from trainer.edit_chains import outward
from trainer.examples import Labelled, World, judge
from trainer.histories import Step as Stretch
from trainer.histories import steps
from trainer.simulate.source import Change, apply


class Developer:
    """Turns `before` into `after` (path to text): the first definition first, then what is nearest.

    With a source of chance: any stretch first, then in half of the cases what is nearest.
    """

    def __init__(
        self, before: Mapping[str, str], after: Mapping[str, str], rng: random.Random | None = None
    ) -> None:
        self._rng = rng
        self.texts = dict(before)
        self.after = after
        self._open: dict[str, list[Stretch]] = {}
        self._at: tuple[str, int] | None = None

    @classmethod
    def over(cls, world: World, after: Mapping[str, str], rng: random.Random | None = None) -> Developer:
        """One who begins with the texts that a world shows."""
        return cls({path: world.text_of(path) or "" for path in after}, after, rng)

    @property
    def open(self) -> list[Stretch]:
        """What is still to be written, in the texts as they stand."""
        return [stretch for path in sorted(self.after) for stretch in self._stretches(path)]

    def next(self) -> tuple[str, str] | None:
        """The next save (path, new text), with one more stretch written; None when all is done."""
        left = self.open
        if not left:
            return None
        if self._rng is not None and (self._at is None or self._rng.random() < 0.5):
            chosen = self._rng.choice(left)
        else:
            chosen = outward(left)[0] if self._at is None else min(left, key=self._far)
        self._at = (chosen.path, chosen.changes[0].start)
        return chosen.path, apply(self.texts[chosen.path], chosen.changes)

    def stand(self, path: str, text: str) -> None:
        """Go to where a save of this text would write; what is nearest comes next."""
        changed = hunks(self.texts.get(path, ""), text)
        self._at = (path, changed[0].start if changed else 0)

    def took(self, path: str, text: str) -> None:
        """A file has a new text, by whoever's hand."""
        self.texts[path] = text
        self._open.pop(path, None)

    def changes(self, path: str) -> list[Change]:
        """What is still to be changed in a file; nothing in one that the commit leaves alone."""
        stretches = self._stretches(path) if path in self.after else ()
        return [change for stretch in stretches for change in stretch.changes]

    def wants(self, candidate: Candidate) -> bool:
        """Whether an action lies on a shortest path to what the commit says (engine.diff.token_distance)."""
        return self.label(replace(candidate.site, draft=candidate.new)).right

    def touches(self, site: Site) -> bool:
        """Whether the commit still changes something of a site's text, or right beside it."""
        return any(one.start <= site.end and one.end >= site.start for one in self.changes(site.path))

    def label(self, site: Site) -> Labelled:
        """A site with the truth about its draft."""
        changes = self.changes(site.path)
        return judge(site, self.texts[site.path], changes) if changes else Labelled(site, False, "")

    def left(self) -> int:
        """Tokens still to be deleted and inserted."""
        return sum(tokens(stretch.changes) for stretch in self.open)

    def _stretches(self, path: str) -> list[Stretch]:
        if path not in self._open:
            self._open[path] = steps(path, self.texts.get(path, ""), self.after[path])
        return self._open[path]

    def _far(self, stretch: Stretch) -> tuple[object, ...]:
        path, at = self._at or ("", 0)
        start = stretch.changes[0].start
        if stretch.path == path:
            return (0, "", abs(start - at))
        near = posixpath.dirname(stretch.path) == posixpath.dirname(path)
        return (1 if near else 2, stretch.path, start)


def tokens(changes: Iterable[Change]) -> int:
    """Tokens that changes delete and insert."""
    return sum(token_distance(change.old, change.new) for change in changes)


def repeated(before: Mapping[str, str], after: Mapping[str, str]) -> float:
    """The share of a commit's changed tokens, without the first stretch, that repeat what was replaced."""
    developer = Developer(before, after)
    seen: set[tuple[str, str]] = set()
    again = later = 0
    first = True
    while (save := developer.next()) is not None:
        path, text = save
        made = [(hunk.old.strip(), hunk.new.strip()) for hunk in hunks(developer.texts.get(path, ""), text)]
        if not first:
            later += sum(token_distance(*pair) for pair in made)
            again += sum(token_distance(*pair) for pair in made if pair in seen)
        seen.update(pair for pair in made if any(pair))
        first = False
        developer.took(path, text)
    return again / later if later else 0.0
