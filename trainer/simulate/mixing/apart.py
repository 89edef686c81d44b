"""Two refactorings of one tree that have nothing to do with each other, begun in one save of one file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from engine.diff import carried, hunks
from trainer.simulate.mixing.draft import Draft
from trainer.simulate.named import is_spoken
from trainer.simulate.order import EARLY, LATE
from trainer.simulate.signing.listing import is_entry
from trainer.simulate.trajectory import Step, Trajectory
from trainer.simulate.tree import parsed

_WORD = re.compile(r"[^\W\d]\w*")
_SHORT = 3
"""Words up to this length say nothing about what a change is about."""


def joined(real: Mapping[str, str], one: Trajectory, other: Trajectory) -> Draft | None:
    """Both chains as one; None where they get in each other's way."""
    path = one.trigger[0]
    if other.trigger[0] != path or one.inside or other.inside or not _strangers(one, other):
        return None
    texts: dict[str, str] = {}
    for chain in (one, other):
        changed = {where: text for where, text in chain.before.items() if text != real.get(where)}
        if not texts.keys().isdisjoint(changed):
            return None
        texts |= changed
    now = {**real, **texts}
    first, second = placed(one, now), placed(other, now)
    if first is None or second is None:
        return None
    trigger = (path, (*first.trigger[1], *second.trigger[1]))
    turns = {
        step: turn for part in (first, second) for step in part.steps if (turn := _turn(part, step, now))
    }
    return Draft(f"{one.scenario}+{other.scenario}", texts, trigger, [*first.steps, *second.steps], turns)


def placed(chain: Trajectory, texts: Mapping[str, str]) -> Trajectory | None:
    """A chain in texts that differ from its own; None where they do so at a place that it changes."""
    later = {path: hunks(text, texts[path]) for path, text in chain.before.items() if text != texts[path]}

    def there(step: Step) -> Step | None:
        path, change = step
        start = carried(change.start, change.end, later.get(path, ()))
        return None if start is None else (path, change._replace(start=start))

    path, changes = chain.trigger
    trigger = [step for change in changes if (step := there((path, change))) is not None]
    steps = [step for one in chain.steps if (step := there(one)) is not None]
    if len(trigger) < len(changes) or len(steps) < len(chain.steps):
        return None
    return replace(chain, trigger=(path, tuple(change for _, change in trigger)), steps=tuple(steps))


def _turn(chain: Trajectory, step: Step, texts: Mapping[str, str]) -> int:
    """Whether a step goes before or behind all others: an import that comes or goes, or a mere mention."""
    path, change = step
    if chain.scenario == "import":
        return EARLY if set(_WORD.findall(change.new)) - set(_WORD.findall(change.old)) else LATE
    spoken = chain.scenario == "rename" and is_spoken(parsed(path, texts[path]), change.start)
    return LATE if spoken or is_entry(texts[path], change) else 0


def _strangers(one: Trajectory, other: Trajectory) -> bool:
    """Whether neither writes a word that the other takes away."""
    gone, come = _words(one)
    others_gone, others_come = _words(other)
    return gone.isdisjoint(others_come) and others_gone.isdisjoint(come)


def _words(chain: Trajectory) -> tuple[set[str], set[str]]:
    """The words that a chain takes away somewhere and does not write elsewhere, and those that it writes."""
    changes = [*chain.trigger[1], *(change for _, change in chain.steps)]
    old = {word for change in changes for word in _WORD.findall(change.old) if len(word) > _SHORT}
    new = {word for change in changes for word in _WORD.findall(change.new)}
    return old - new, new
