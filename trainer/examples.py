"""From a decision point to training examples: the engine proposes, the truth labels, the prompt is cut up."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.diff import token_distance
from engine.model import prompt
from engine.model.prompt import TextOf
from engine.model.views import Views
from engine.syntax.index import Index
from engine.types import Edit, Site
from trainer.simulate.source import Change, Source, apply

MAX_WINDOWS = 3
"""Windows taken from one decision point: the first, and others at random."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A site with the truth about it."""

    site: Site
    right: bool
    new: str
    """What the developer writes there, where right."""


@dataclass(frozen=True, slots=True)
class Example:
    """One window as it lies on disk."""

    pieces: list[str | int]
    labels: list[int]
    answer: list[tuple[int, str]]
    rules: list[float]
    facts: list[str]
    """intent/trigger/relation/node/distance of every site."""
    scenario: str
    language: str
    source: str
    quiet: bool
    """Nothing at all follows at this decision point, in any window."""
    point: str
    """Names the decision point, so that windows of one point can be joined."""


@dataclass(frozen=True, slots=True)
class About:
    """Where a decision point comes from."""

    scenario: str
    language: str
    source: str
    point: str


class World:
    """One project under one index; other texts are laid over it and taken off again."""

    def __init__(self, source: Source, root: Path) -> None:
        self.source = source
        self._over: dict[str, str] = {}
        self.index = Index(root, self.text_of, None)
        self.index.build(sorted(source.texts))

    def text_of(self, path: str) -> str | None:
        """The text of a file as it stands now."""
        return self._over.get(path, self.source.texts.get(path))

    def show(self, present: Mapping[str, str]) -> None:
        """Bring project and index to the given texts; files not named are as they were at first."""
        for path in self._over.keys() - present.keys():
            del self._over[path]
            self.index.update(path, self.source.texts.get(path))
        for path, text in present.items():
            if self._over.get(path) != text:
                self._over[path] = text
                self.index.update(path, text)

    def settle(self) -> None:
        """Take the words of all texts that were shown into the index: many of them make it slow."""
        self.index.save()

    def refresh(self, paths: Iterable[str]) -> None:
        """Tell the index that the project itself changed in some files."""
        for path in paths:
            self.index.update(path, self.source.texts.get(path))


def judge(site: Site, text: str, changes: Sequence[Change]) -> Labelled:
    """Whether the site's draft lies on a shortest path to the text after `changes`.

    Without a draft: whether all that changes there is the site's own text.
    """
    found = _judged(site, text, changes, site.start, site.end)
    if found.right or site.draft is None or "\n" not in site.old + site.draft:
        return found
    return _judged(site, text, changes, *_slack(text, site))


def _judged(site: Site, text: str, changes: Sequence[Change], low: int, high: int) -> Labelled:
    """The same, by the changes of low..high and of the lines that it stands on."""
    start, end = _lines(text, low, high)
    near = [change for change in changes if change.start <= end and change.end >= start]
    touching = [change for change in near if change.start <= high and change.end >= low]
    if not touching:
        return Labelled(site, False, "")
    if site.draft is None:
        inside = all(site.start <= change.start and change.end <= site.end for change in touching)
        new = (
            apply(site.old, [Change(c.start - site.start, c.old, c.new) for c in touching]) if inside else ""
        )
        return Labelled(site, inside and new != site.old, new)
    start, end = min(start, *(c.start for c in near)), max(end, *(c.end for c in near))
    before = text[start:end]
    after = text[start : site.start] + site.draft + text[site.end : end]
    final = apply(before, [Change(c.start - start, c.old, c.new) for c in near])
    made = token_distance(before, after)
    right = made > 0 and token_distance(after, final) == token_distance(before, final) - made
    return Labelled(site, right, site.draft if right else "")


def cut(
    edits: Sequence[Edit], labelled: Sequence[Labelled], text_of: TextOf, about: About, rng: random.Random
) -> list[Example]:
    """The windows of labelled sites; of many, the first and others at random."""
    quiet = not any(item.right for item in labelled)
    truth = {id(item.site): item for item in labelled}
    views = Views(edits)
    windows = [
        group for part in prompt.windows([item.site for item in labelled]) for group in views.apart(part)
    ]
    if len(windows) > MAX_WINDOWS:
        windows = [windows[0], *rng.sample(windows[1:], MAX_WINDOWS - 1)]
    made = []
    for window in windows:
        items = [truth[id(site)] for site in window]
        made.append(
            Example(
                pieces=prompt.pieces(views.of(window[0]), window, text_of),
                labels=[int(item.right) for item in items],
                answer=[(n, item.new) for n, item in enumerate(items) if item.right],
                rules=[round(item.site.rule, 3) for item in items],
                facts=[_facts(item.site) for item in items],
                scenario=about.scenario,
                language=about.language,
                source=about.source,
                quiet=quiet,
                point=about.point,
            )
        )
    return made


def is_plain(example: Example) -> bool:
    """Whether the rules alone settle the window: every site is right and was sure."""
    return all(example.labels) and min(example.rules) >= 0.8


def write(path: Path, items: Iterable[Example]) -> int:
    """Write examples as compressed JSON lines; the number written."""
    count = 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as out:
        for item in items:
            out.write(json.dumps(asdict(item), ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def read(path: Path) -> Iterator[Example]:
    """The examples of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            data = json.loads(line)
            data["answer"] = [(int(n), str(new)) for n, new in data["answer"]]
            yield Example(**data)


def _facts(site: Site) -> str:
    return f"{site.intent}/{site.trigger}/{site.relation}/{site.node}/{site.distance}"


def _slack(text: str, site: Site) -> tuple[int, int]:
    """As far as the same change may be written another way: whole lines can begin or end with the same text.

    A function behind another one with a blank line before it is one in front of the next with a blank line
    behind it.
    """
    low, high = site.start, site.end
    while low > 0 and text[low - 1].isspace():
        low -= 1
    while high < len(text) and text[high].isspace():
        high += 1
    return text.rfind("\n", 0, low) + 1, max(high, text.find("\n", high))


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch of whole lines around start..end, the last line's break left out."""
    stop = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if stop < 0 else stop
