"""Real edits as chains: a stretch of a commit or release is the trigger, what else the developer did follows.

Every chain is labelled with what the engine would have proposed at that point: which of the steps it drafts,
and which of its drafts the developer really made. That shows when structure is not to be followed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.diff import saved
from engine.intents import propose
from engine.types import Site
from trainer.examples import World, judge
from trainer.histories import Step as Stretch
from trainer.matching import matched
from trainer.simulate.source import Change, apply
from trainer.simulate.store.labelled import Draft, Labelled
from trainer.simulate.trajectory import Step, Trajectory, moved

MOST_STRETCHES: Final = 40
"""Stretches of the largest commit that is taken."""
PER_COMMIT: Final = 4
"""Triggers taken from one commit, in the order in which its developer would make them."""
PER_RELEASE: Final = 150
"""Triggers taken from one release."""
MOST_DRAFTS: Final = 60
_NAME = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where real edits come from."""

    repository: str
    licence: str
    language: str


def commit_chains(
    origin: Origin, texts: Mapping[str, str], stretches: Sequence[Stretch]
) -> Iterator[Trajectory]:
    """The chains of one commit: its first stretch and all others, its second and those still to do, ..."""
    if not 1 <= len(stretches) <= MOST_STRETCHES:
        return
    ordered = outward(stretches)
    for number, trigger in enumerate(ordered[:PER_COMMIT]):
        yield _chain(origin, f"commit/{number}", texts, ordered[:number], trigger, ordered[number + 1 :])


def release_chains(
    origin: Origin, texts: Mapping[str, str], stretches: Sequence[Stretch]
) -> Iterator[Trajectory]:
    """The chains of one release: a definition that changed, and the stretches that speak of its names."""
    names = [_names(stretch) for stretch in stretches]
    triggers = [number for number, stretch in enumerate(stretches) if stretch.defines]
    for number in triggers[:PER_RELEASE]:
        trigger = stretches[number]
        related = [
            stretch
            for other, stretch in enumerate(stretches)
            if other != number and not names[number].isdisjoint(names[other])
        ]
        if len(related) < MOST_STRETCHES:
            yield _chain(origin, "release", texts, (), trigger, outward(related, trigger))


def outward(stretches: Sequence[Stretch], first: Stretch | None = None) -> list[Stretch]:
    """The file of `first` from there outward, then the files nearest to it.

    Without it, from the first definition that changes.
    """
    if first is None:
        first = min(stretches, key=lambda one: one.rank)
    at, folder = first.changes[0].start, posixpath.dirname(first.path)

    def rank(one: Stretch) -> tuple[object, ...]:
        start = one.changes[0].start
        if one.path == first.path:
            return (0, "", abs(start - at))
        return (1 if posixpath.dirname(one.path) == folder else 2, one.path, start)

    return sorted(stretches, key=rank)


def _chain(
    origin: Origin,
    kind: str,
    texts: Mapping[str, str],
    done: Sequence[Stretch],
    trigger: Stretch,
    later: Sequence[Stretch],
) -> Trajectory:
    """One stretch is saved after others were, and the later ones follow."""
    made: dict[str, list[Change]] = {}
    for stretch in done:
        made.setdefault(stretch.path, []).extend(stretch.changes)
    before = {one.path: texts[one.path] for one in (*done, trigger, *later)}
    for path, changes in made.items():
        before[path] = apply(before[path], changes)

    def now(stretch: Stretch) -> tuple[Change, ...]:
        return tuple(moved(change, made.get(stretch.path, ())) for change in stretch.changes)

    steps = tuple((one.path, change) for one in later for change in now(one))
    where = (trigger.path, now(trigger))
    return Trajectory(
        "history", kind, origin.language, origin.repository, origin.licence, before, where, steps
    )


def _names(stretch: Stretch) -> set[str]:
    """The names that a stretch adds or takes away."""
    old = {name for change in stretch.changes for name in _NAME.findall(change.old)}
    new = {name for change in stretch.changes for name in _NAME.findall(change.new)}
    return old ^ new


def label(chain: Trajectory, world: World) -> Labelled:
    """What the engine proposes after the trigger, beside what the developer did."""
    path = chain.trigger[0]
    world.show(chain.before)
    world.show({**chain.before, path: chain.saved})
    edit = saved(path, chain.before[path], chain.saved)
    texts, steps = chain.after(), chain.present()
    sites = [one for one in propose(edit, (), world.index) if one.draft is not None and one.draft != one.old]
    sites = sites[:MOST_DRAFTS]
    drafts = [(one.path, Change(one.start, one.old, one.draft or "")) for one in sites]
    right, covered = matched(texts, drafts, steps)
    on_the_way = right | {
        n for n, site in enumerate(sites) if n not in right and _on_the_way(site, texts, steps)
    }
    proposed = tuple(
        number in covered or any(_touch(drafts[n], step) for n in on_the_way)
        for number, step in enumerate(steps)
    )
    return Labelled(
        chain,
        proposed,
        tuple(
            Draft(where, change, site.intent.value, site.rule, number in on_the_way)
            for number, (site, (where, change)) in enumerate(zip(sites, drafts, strict=True))
        ),
    )


def _on_the_way(site: Site, texts: Mapping[str, str], steps: Sequence[Step]) -> bool:
    """Whether a draft lies on a shortest path to what the developer wrote."""
    changes = [change for path, change in steps if path == site.path]
    return bool(changes) and judge(site, texts[site.path], changes).right


def _touch(draft: Step, step: Step) -> bool:
    return draft[0] == step[0] and draft[1].start <= step[1].end and step[1].start <= draft[1].end
