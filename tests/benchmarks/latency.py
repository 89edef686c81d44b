"""What each scenario adds to a save on Django, in milliseconds: when it has nothing to say, and when it has.

Simulated saves of every scenario, and quiet ones, are laid over an index of the whole project; the scenarios
of the engine answer one after the other as they do in use, on one shared context, each under its own clock,
which counts the time of this thread alone. --limit is the number of saves by scenario; with --projects, the
first name is a folder or an sdist; --show prints the slowest.
"""

from __future__ import annotations

import gc
import random
import time
from argparse import Namespace
from collections import Counter, defaultdict
from pathlib import Path

from engine.diff import saved
from engine.errors import FileProblem
from engine.files import read
from engine.ignore import Ignore
from engine.intents import SCENARIOS
from engine.intents.context import Context
from tests.benchmarks.common import percentile, sdist, table
from tests.benchmarks.scenarios import SHOWN, sound
from trainer.examples import World
from trainer.simulate import scenarios
from trainer.simulate.source import Source
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import load

HEAD = ("intent", "saves", "p50", "p95", "max", "fires", "p50", "p95", "max")
GOAL = {"quiet": 15.0, "fires": 60.0}
"""Milliseconds p95."""
SETTLE = 10
"""Saves after which the index takes in what was shown."""

Times = dict[tuple[str, bool], list[float]]


def run(options: Namespace) -> dict[str, object]:
    """Play the saves; milliseconds by intent."""
    where = (options.projects or ["django"])[0]
    folder = Path(where) if Path(where).is_dir() else sdist(where, options.work)
    tree = load(folder, "python", "django")
    world = World(Source(tree.name, "python", _texts(folder)), Path("/nowhere"))
    gc.collect()
    gc.freeze()  # the project's own objects are many, and none of them is to be looked at again
    times: Times = defaultdict(list)
    slowest: list[tuple[float, str, str, str]] = []
    for name in options.scenario or scenarios.available():
        rng = random.Random(f"{options.seed}:{name}")
        for number, chain in enumerate(sound(tree, name, options.limit, rng, Counter())):
            slowest += _play(world, chain, times)
            slowest = sorted(slowest, reverse=True)[: max(options.show, 1)]
            if number % SETTLE == SETTLE - 1:  # no session has as many files that it has only just met
                world.show({})
                world.settle()
    rows = [_row(intent, times) for intent in [*SCENARIOS, "all"]]
    table("milliseconds that a scenario adds to a save (quiet | where it shows something)", HEAD, rows)
    print(f"  goal p95: {GOAL['quiet']} when it does not fire, {GOAL['fires']} when it does")
    for ms, intent, kind, path in slowest[: options.show]:
        print(f"  {ms:.0f} ms {intent} after {kind} in {path}")
    return {"goal": GOAL, "rows": rows}


def _texts(folder: Path) -> dict[str, str]:
    """The text of every file that the product would index."""
    found: dict[str, str] = {}
    for path in Ignore(folder).walk():
        try:
            found[path] = read(folder / path).text
        except FileProblem:
            continue
    return found


def _play(world: World, chain: Trajectory, times: Times) -> list[tuple[float, str, str, str]]:
    """Time every scenario on one save."""
    path = chain.trigger[0]
    edit = saved(path, chain.before[path], chain.saved)
    world.show(chain.before)
    world.show({**chain.before, path: chain.saved})
    context = Context(edit, (), world.index)
    gc.freeze()  # nor is what the simulator holds, which no session has
    total, fired, found = 0.0, False, []
    for intent, scenario in SCENARIOS.items():
        began = time.thread_time()
        sites = scenario(context)
        ms = (time.thread_time() - began) * 1000
        shows = any(site.rule >= SHOWN and site.draft is not None for site in sites)
        times[intent.value, shows].append(ms)
        found.append((ms, intent.value, chain.kind, path))
        total += ms
        fired = fired or shows
    gc.unfreeze()
    times["all", fired].append(total)
    return found


def _row(intent: str, times: Times) -> tuple[object, ...]:
    row: list[object] = [str(intent)]
    for fires in (False, True):
        some = times[str(intent), fires]
        row += [len(some), percentile(some, 0.5), percentile(some, 0.95), round(max(some, default=0.0), 1)]
    return tuple(row)
