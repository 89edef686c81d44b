"""The engine's drafts alone against simulated chains, by scenario and language.

A chain's trigger is saved in an index over its source tree; what every scenario of the engine proposes with a
rule of at least 0.5 counts as shown. A step is covered when a shown draft leads to the same text up to blanks
(or the drafts of its lines together do); a draft is right when it covers a step. Anywhere counts as covered
too what is drafted word for word at another place of the file, as an import among unsorted ones. Order is
the share of the chains with several covered steps whose drafts come in the order of the steps. Silent is the
share of the chains after which nothing follows and nothing was shown. Milliseconds are those of the save:
index and sites.

--projects are folders of source trees; --limit is the number of chains by scenario and tree; --show prints
misses and wrong drafts; --kinds adds a table by variant.
"""

from __future__ import annotations

import random
import time
from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from engine.diff import saved, unified
from engine.intents import propose
from engine.types import Site
from tests.benchmarks.common import percentile, share, table
from trainer.examples import World
from trainer.matching import in_order, pairs
from trainer.simulate import scenarios
from trainer.simulate.source import Change, Source
from trainer.simulate.store.soundness import objection
from trainer.simulate.trajectory import Trajectory, squeezed
from trainer.simulate.tree import Tree, trees

SHOWN = 0.5
PART = 0.1
"""A language with a smaller share of a folder's text is not measured there."""
TRIES = 4
"""How many chains may be made for one that is sound."""
HEAD = (
    "scenario",
    "language",
    "chains",
    "steps",
    "coverage",
    "precision",
    "anywhere",
    "order",
    "quiet",
    "silent",
    "p50",
    "p95",
)


@dataclass
class Tally:
    """What was counted over some chains."""

    chains: int = 0
    steps: int = 0
    covered: int = 0
    shown: int = 0
    right: int = 0
    elsewhere: int = 0
    lined_up: int = 0
    """Chains of which several steps are covered."""
    in_order: int = 0
    quiet: int = 0
    silent: int = 0
    times: list[float] = field(default_factory=list)

    def row(self) -> tuple[object, ...]:
        """The figures in the order of HEAD, without the names."""
        return (
            self.chains,
            self.steps,
            share(self.covered, self.steps),
            share(self.right, self.shown),
            share(self.covered + self.elsewhere, self.steps),
            share(self.in_order, self.lined_up),
            self.quiet,
            share(self.silent, self.quiet),
            percentile(self.times, 0.5),
            percentile(self.times, 0.95),
        )


@dataclass(frozen=True)
class Outcome:
    """What the engine did after one trigger."""

    shown: tuple[Site, ...]
    right: frozenset[int]
    """Numbers of the drafts that cover a step."""
    covered: frozenset[int]
    """Numbers of the steps that are covered."""
    elsewhere: int
    """How many other steps are drafted word for word at another place of their file."""
    ms: float
    in_order: bool | None = None
    """Whether the drafts come in the order of the steps; None where there is nothing to put in order."""


def run(options: Namespace) -> dict[str, object]:
    """Measure all scenarios (or --scenario) on the trees of --projects."""
    if not options.projects:
        raise SystemExit("scenarios: name the folders of source trees with --projects")
    names = options.scenario or scenarios.available()
    tallies: dict[tuple[str, ...], Tally] = defaultdict(Tally)
    skipped: Counter[tuple[str, str, str]] = Counter()
    left = options.show
    for folder in map(Path, options.projects):
        for tree in measured(folder):
            bench = Bench(tree)
            for name in names:
                rng = random.Random(f"{options.seed}:{tree.name}:{tree.language}:{name}")
                for chain in sound(tree, name, options.limit, rng, skipped):
                    outcome = bench.play(chain)
                    for key in ((name, tree.language), (name, tree.language, chain.kind)):
                        note(tallies[key], chain, outcome)
                    if left > 0 and (len(outcome.right) < len(outcome.shown) or missed(chain, outcome)):
                        show(chain, outcome)
                        left -= 1
    rows = [(*key, *tally.row()) for key, tally in sorted(tallies.items()) if len(key) == 2]
    kinds = [(*key, *tally.row()) for key, tally in sorted(tallies.items()) if len(key) == 3]
    if options.kinds:
        table("by variant", (*HEAD[:2], "kind", *HEAD[2:]), kinds)
    table("the engine's drafts (rule from 0.5) on simulated chains", HEAD, rows)
    for (name, language, reason), count in sorted(skipped.items()):
        print(f"  left out: {name} {language}: {count} chains, {reason}")
    return {"rows": [dict(zip(HEAD, row, strict=True)) for row in rows], "kinds": kinds}


def sound(
    tree: Tree, name: str, limit: int, rng: random.Random, skipped: Counter[tuple[str, str, str]]
) -> Iterator[Trajectory]:
    """The first chains of a scenario that the simulator would keep."""
    kept = 0
    for chain in islice(scenarios.maker(name)(tree, rng), limit * TRIES):
        if reason := objection(chain, tree):
            skipped[name, tree.language, reason] += 1
        elif kept < limit:
            kept += 1
            yield chain
        else:
            return


def measured(folder: Path) -> Iterator[Tree]:
    """The trees of a folder in the languages that matter there."""
    found = list(trees(folder))
    sizes = [sum(map(len, tree.texts.values())) for tree in found]
    for tree, size in zip(found, sizes, strict=True):
        if size >= PART * sum(sizes):
            yield tree


class Bench:
    """One tree under one index, on which chains are played one after the other."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._world = World(
            Source(tree.name, tree.language, {**tree.manifests, **tree.texts}), Path("/nowhere")
        )
        self._played = 0

    def play(self, chain: Trajectory) -> Outcome:
        """Save the trigger and see what is proposed; nothing of it stays."""
        self._played += 1
        if self._played % 40 == 0:  # words of files that changed are searched one by one until then
            self._world.show({})
            self._world.settle()
        path = chain.trigger[0]
        self._world.show(chain.before)
        before, after = chain.before[path], chain.saved
        edit = saved(path, before, after)
        began = time.thread_time()
        self._world.show({**chain.before, path: after})
        sites = propose(edit, (), self._world.index)
        ms = (time.thread_time() - began) * 1000
        shown = tuple(s for s in sites if s.rule >= SHOWN and s.draft is not None and s.draft != s.old)
        drafts = [(site.path, Change(site.start, site.old, site.draft or "")) for site in shown]
        found = pairs(chain.after(), drafts, chain.present())
        right = frozenset(number for made, _ in found for number in made)
        covered = frozenset(number for _, wanted in found for number in wanted)
        apart = {(where, squeezed(draft.new)) for n, (where, draft) in enumerate(drafts) if n not in right}
        elsewhere = sum(
            (where, squeezed(step.new)) in apart and bool(step.new.strip())
            for n, (where, step) in enumerate(chain.present())
            if n not in covered
        )
        return Outcome(shown, right, covered, elsewhere, ms, in_order(found))


def missed(chain: Trajectory, outcome: Outcome) -> list[int]:
    """The steps that nothing covers."""
    return [number for number in range(len(chain.steps)) if number not in outcome.covered]


def note(tally: Tally, chain: Trajectory, outcome: Outcome) -> None:
    """Add a chain's figures."""
    tally.chains += 1
    tally.steps += len(chain.steps)
    tally.covered += len(outcome.covered)
    tally.elsewhere += outcome.elsewhere
    tally.shown += len(outcome.shown)
    tally.right += len(outcome.right)
    tally.lined_up += outcome.in_order is not None
    tally.in_order += outcome.in_order is True
    tally.quiet += chain.quiet
    tally.silent += chain.quiet and not outcome.shown
    tally.times.append(outcome.ms)


def show(chain: Trajectory, outcome: Outcome) -> None:
    """Print a chain with what was missed and what was wrong."""
    path, _ = chain.trigger
    print(f"\n=== {chain.scenario} {chain.kind} {chain.language} {chain.repository}")
    print(unified(chain.before[path], chain.saved, path, 1))
    after, steps = chain.after(), chain.present()
    for number in missed(chain, outcome):
        where, change = steps[number]
        print(f"  missed {_line(where, after[where], change)}")
    for number, site in enumerate(outcome.shown):
        change = Change(site.start, site.old, site.draft or "")
        verdict = "right " if number in outcome.right else "wrong "
        text = after.get(site.path)
        line = (
            f"{site.path}: {site.old!r} -> {site.draft!r}" if text is None else _line(site.path, text, change)
        )
        print(f"  {verdict} {line}  [{site.intent} {site.rule:.2f}: {site.why}]")


def _line(path: str, text: str, change: Change) -> str:
    start = text.rfind("\n", 0, change.start) + 1
    number = text.count("\n", 0, start) + 1
    line = text[start : text.find("\n", change.start) % (len(text) + 1)].strip()
    return f"{path}:{number} `{line[:90]}` {change.old!r} -> {change.new!r}"
