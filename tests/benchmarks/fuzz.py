"""Real files, cut and shuffled at random: what the engine proposes must keep its promises, and be quick.

--projects are folders of source trees; --limit is the number of files by tree. Each file is saved twice with
random damage and once mended, in an index over its tree; counted are exceptions, sites whose text does not
stand there, actions that add a parse error, and the milliseconds of processor time of the longest save.
"""

from __future__ import annotations

import random
import time
import traceback
from argparse import Namespace
from pathlib import Path

from engine import verify
from engine.diff import replaced, saved
from engine.ignore import Ignore
from engine.intents import propose
from engine.model.predictor import by_rule
from engine.syntax.grammars import SPECS, language_of
from engine.syntax.index import Index
from engine.types import Edit
from tests.benchmarks.common import percentile, table
from tests.engine.test_fuzz import TWISTS

HEAD = ("project", "saves", "sites", "exceptions", "misplaced", "breaking", "p95 ms", "longest ms")
DAMAGE = 2


def run(options: Namespace) -> dict[str, object]:
    """Damage files of every project."""
    if not options.projects:
        raise SystemExit("fuzz: name the folders of source trees with --projects")
    rows = [Damaged(Path(folder), options.seed).run(options.limit) for folder in options.projects]
    table("random damage to real files", HEAD, rows)
    return {"rows": [dict(zip(HEAD, row, strict=True)) for row in rows]}


class Damaged:
    """One project whose files are damaged one after the other."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.rng = random.Random(f"{seed}:{root.name}")
        self.texts: dict[str, str] = {}
        for path in Ignore(root, ()).walk():
            try:
                self.texts[path] = (root / path).read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
        self.index = Index(root, self.texts.get)
        self.index.build(sorted(self.texts))
        self.times: list[float] = []
        self.counts = dict.fromkeys(("saves", "sites", "exceptions", "misplaced", "breaking"), 0)

    def run(self, limit: int) -> tuple[object, ...]:
        """Damage about so many files; the row of the table."""
        paths = sorted(path for path in self.texts if language_of(path) in SPECS)
        for path in self.rng.sample(paths, min(limit, len(paths))):
            whole = self.texts[path]
            recent: list[Edit] = []
            for number in range(DAMAGE + 1):
                before = self.texts[path]
                after = whole if number == DAMAGE else self.rng.choice(TWISTS)(before, self.rng)
                if after != before:
                    recent.append(self.save(path, after, tuple(recent)))
        counts = tuple(self.counts.values())
        return (self.root.name, *counts, percentile(self.times, 0.95), round(max(self.times, default=0.0)))

    def save(self, path: str, after: str, recent: tuple[Edit, ...]) -> Edit:
        """One save, and what is proposed after it."""
        before, self.texts[path] = self.texts[path], after
        edit = saved(path, before, after, len(self.times))
        began = time.process_time()
        try:
            self.index.update(path, after)
            sites = propose(edit, recent, self.index)
        except Exception:  # noqa: BLE001 - whatever it is, it is counted and shown
            self.counts["exceptions"] += 1
            print(f"{path} (seed text of {len(after)} characters)\n{traceback.format_exc(limit=-4)}")
            return edit
        self.times.append((time.process_time() - began) * 1000)
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
