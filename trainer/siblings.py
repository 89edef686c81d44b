"""The table of siblings (engine/intents/patterns/kinship.py), counted on git histories as echoes are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from engine.intents.patterns.beside import insertion, places
from engine.intents.patterns.kinship import rule
from engine.types import Edit
from trainer import echoes
from trainer.echoes import Found, Job, Noted
from trainer.examples import World
from trainer.tables import aligned


def note(job: Job) -> Noted:
    """Write the newest commits of a history stretch by stretch; the places for siblings, by their kind."""
    return echoes.noted(job, _siblings)


def _siblings(edit: Edit, recent: Sequence[Edit], world: World) -> Found:
    for place in places(edit, recent, world.index):
        where = "file" if place.path == edit.path else "other"
        what = where, place.told, place.fit, f"{rule(place, edit.path):.2f}"
        yield what, echoes.site(place.path, *insertion(place, world.text_of(place.path) or ""))


def table(noted: Sequence[Noted]) -> str:
    """By kind: the rule, how many places there were and which part was right, and the same of commits."""
    rights: dict[tuple[str, ...], list[bool]] = defaultdict(list)
    commits: dict[tuple[str, ...], dict[tuple[str, int], bool]] = defaultdict(dict)
    for one in noted:
        for what, right, commit in zip(one.properties, one.right, one.commits, strict=True):
            rights[what].append(right)
            key = one.name, commit
            commits[what][key] = commits[what].get(key, False) or right
    lines = [("where", "told", "fit", "rule", "places", "right", "commits", "with right ones")]
    for what in sorted(rights, key=lambda what: (what[0], -sum(rights[what]) / len(rights[what]))):
        made, seen = rights[what], commits[what]
        where, told, fit, rule = what
        lines.append(
            (
                where,
                told,
                fit,
                rule,
                str(len(made)),
                f"{sum(made) / len(made):.3f}",
                str(len(seen)),
                str(sum(seen.values())),
            )
        )
    return aligned(lines)
