"""What is noted of a replay: one record per decision point, one per action that was considered."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

MODEL: Final = ("model", "told")
"""The engine with its model; `told` with a developer who turns down the action at which they stop."""
BASELINES: Final = ("structure", "repeat", "both")
"""Structure alone, the baseline that repeats, and both of these."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An action that the engine considered, shown or not, and whether the commit has it."""

    intent: str
    p: float
    rule: float
    right: bool
    shown: bool
    accepted: bool = False
    tokens: int = 0
    """Tokens that it deletes and inserts."""
    back: int = 0
    """Of these, how many take back what the person had just done."""
    place: bool = False
    """Whether the commit changes something where it stands, be it to another text."""


@dataclass(frozen=True, slots=True)
class Point:
    """A save and what was shown after it."""

    path: str
    language: str
    by: str
    """Who saved: "person", or "ripple" where the question is what follows from what was just accepted."""
    open: int
    """Stretches that are still to be written."""
    follows: bool
    """Something that the engine could know follows: a name of the edit, or a right action, is still open."""
    ms: float
    weighed: tuple[Weighed, ...]
    chrf: float | None = None
    """deltaChrF of what was shown, 0 to 1; None where nothing was."""
    diff: str = ""
    """What was shown, for people."""
    wanted: str = ""
    """What the commit has in the files that were shown."""

    @property
    def shown(self) -> list[Weighed]:
        """The actions that were shown, in order."""
        return [one for one in self.weighed if one.shown]


@dataclass(frozen=True, slots=True)
class Played:
    """One commit, played to its end."""

    sha: str
    subject: str
    tier: float
    """The share of its later changed tokens that repeat an earlier replacement of it."""
    stretches: int
    """Stretches after the first one."""
    by_hand: int
    """Of these, how many the developer had to write."""
    tokens: int
    """Tokens changed after the first stretch."""
    points: tuple[Point, ...]

    def raw(self) -> dict[str, Any]:
        """As JSON writes it."""
        return asdict(self)


def played(raw: dict[str, Any]) -> Played:
    """From JSON; raises TypeError or KeyError where it is none of ours."""
    points = tuple(
        Point(**{**point, "weighed": tuple(Weighed(**one) for one in point["weighed"])})
        for point in raw["points"]
    )
    return Played(
        **{field.name: raw[field.name] for field in fields(Played) if field.name != "points"}, points=points
    )
