"""Real files, cut and shuffled at random: what the engine proposes must keep its promises, and be quick.

--projects are folders of source trees; --limit is the number of files by tree. Each file is saved twice with
random damage and once mended, in an index over its tree; counted are exceptions, sites whose text does not
stand there, actions that add a parse error, and the milliseconds of processor time of the longest save. The
last column names its file, which of the three saves it was, and the scenario that took most of it; --show
prints that many of each tree's longest saves. The same --seed damages a file in the same way in any sample.
"""

from __future__ import annotations

import random
import time
import traceback
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine import verify
from engine.diff import replaced, saved
from engine.ignore import Ignore
from engine.intents import SCENARIOS, Scenario, propose
from engine.intents.context import Context
from engine.model.predictor import by_rule
from engine.syntax.grammars import SPECS, language_of
from engine.syntax.index import Index
from engine.types import Edit, IntentKind, Site
from tests.benchmarks.common import percentile, table
from tests.engine.test_fuzz import TWISTS

HEAD = ("project", "saves", "sites", "exceptions", "misplaced", "breaking", "p95 ms", "longest ms", "in")
DAMAGE = 2


def run(options: Namespace) -> dict[str, object]:
    """Damage files of every project."""
    if not options.projects:
        raise SystemExit("fuzz: name the folders of source trees with --projects")
    rows = []
    with timed(parts := Parts()):
        for folder in options.projects:
            damaged = Damaged(Path(folder), options.seed, parts)
            rows.append(damaged.run(options.limit))
            for long in sorted(damaged.saves, key=lambda save: -save.ms)[: options.show]:
                print(f"{damaged.root.name}: {long.ms:.0f} ms, {long}")
    table("random damage to real files", HEAD, rows)
    return {"rows": [dict(zip(HEAD, row, strict=True)) for row in rows]}


@dataclass
class Parts:
    """Milliseconds of processor time by scenario, of the save that is going on."""

    ms: dict[IntentKind, float] = field(default_factory=dict)

    def around(self, kind: IntentKind, scenario: Scenario) -> Scenario:
        """The scenario with a clock."""

        def clocked(context: Context) -> tuple[Site, ...]:
            began = time.process_time()
            try:
                return scenario(context)
            finally:
                self.ms[kind] = (time.process_time() - began) * 1000

        return clocked


@contextmanager
def timed(parts: Parts) -> Iterator[None]:
    """Every scenario with a clock, as long as the context lasts."""
    bare = dict(SCENARIOS)
    SCENARIOS.update({kind: parts.around(kind, one) for kind, one in bare.items()})
    try:
        yield
    finally:
        SCENARIOS.update(bare)


@dataclass(frozen=True)
class Save:
    """What one save cost, and where it was."""

    ms: float
    path: str
    number: int
    """Which save of the file, from 0."""
    scenario: str
    most: float
    """Milliseconds of that scenario, the longest of the save."""

    def __str__(self) -> str:
        return f"{self.path}#{self.number} {self.scenario} {self.most:.0f}"


class Damaged:
    """One project whose files are damaged one after the other."""

    def __init__(self, root: Path, seed: int, parts: Parts) -> None:
        self.root = root
        self.seed = seed
        self.parts = parts
        self.rng = random.Random(f"{seed}:{root.name}")
        self.texts: dict[str, str] = {}
        for path in Ignore(root, ()).walk():
            try:
                self.texts[path] = (root / path).read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
        self.index = Index(root, self.texts.get)
        self.index.build(sorted(self.texts))
        self.saves: list[Save] = []
        self.counts = dict.fromkeys(("saves", "sites", "exceptions", "misplaced", "breaking"), 0)

    def run(self, limit: int) -> tuple[object, ...]:
        """Damage about so many files; the row of the table."""
        paths = sorted(path for path in self.texts if language_of(path) in SPECS)
        for path in self.rng.sample(paths, min(limit, len(paths))):
            whole, rng = self.texts[path], random.Random(f"{self.seed}:{self.root.name}:{path}")
            recent: list[Edit] = []
            for number in range(DAMAGE + 1):
                before = self.texts[path]
                after = whole if number == DAMAGE else rng.choice(TWISTS)(before, rng)
                if after != before:
                    recent.append(self.save(path, after, tuple(recent), number))
        times = [save.ms for save in self.saves]
        longest = max(self.saves, key=lambda save: save.ms, default=Save(0.0, "", 0, "", 0.0))
        counts = tuple(self.counts.values())
        return (self.root.name, *counts, percentile(times, 0.95), round(longest.ms), str(longest))

    def save(self, path: str, after: str, recent: tuple[Edit, ...], number: int) -> Edit:
        """One save, and what is proposed after it."""
        before, self.texts[path] = self.texts[path], after
        edit = saved(path, before, after, len(self.saves))
        self.parts.ms.clear()
        began = time.process_time()
        try:
            self.index.update(path, after)
            sites = propose(edit, recent, self.index)
        except Exception:  # noqa: BLE001 - whatever it is, it is counted and shown
            self.counts["exceptions"] += 1
            print(f"{path} (seed text of {len(after)} characters)\n{traceback.format_exc(limit=-4)}")
            return edit
        took = (time.process_time() - began) * 1000
        kind, most = max(self.parts.ms.items(), key=lambda item: item[1], default=("", 0.0))
        self.saves.append(Save(took, path, number, str(kind), most))
        self.counts["saves"] += 1
        self.counts["sites"] += len(sites)
        wrong = [s for s in sites if self.texts.get(s.path, "")[s.start : s.end] != s.old or s.end < s.start]
        self.counts["misplaced"] += len(wrong)
        kept, _ = verify.check(
            by_rule(sites),
            text_of=self.texts.get,
            root=self.root,
            recent=(*recent, edit),
            rejected=lambda *_: False,
            errors=self.index.errors,
        )
        for name in {one.site.path for one in kept}:
            text = self.texts[name]
            made = replaced(text, [(c.site.start, c.site.old, c.new) for c in kept if c.site.path == name])
            broken = (self.index.errors(name, made) or 0) > (self.index.errors(name, text) or 0)
            self.counts["breaking"] += broken
        return edit
