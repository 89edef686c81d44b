"""The ablation as Markdown: figures by arm, acceptance along activity, coverage by intent, differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final

import numpy as np

from trainer.ablation.answers import Answered
from trainer.ablation.figures import Curve, Figures, coverage, curve, difference, figures
from trainer.ablation.points import Points

ACTIVITIES: Final = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
TITLES: Final = {
    "first": "first action right",
    "activity": "activity",
    "acceptance": "acceptance",
    "recall": "right places shown",
    "generation": "generation",
    "completion": "chains right to the end",
    "quiet": "quiet",
    "prefix": "log p of the shared prefix",
}

Seeds = Sequence[Sequence[Sequence[Answered]]]
"""An arm's answers, by seed."""


def report(arms: Mapping[str, Seeds], points: Points, betas: Mapping[str, float], mine: str) -> str:
    """All tables; the first arm is the prototype, `mine` the one that is held against the others."""
    curves = {name: [curve(one) for one in seeds] for name, seeds in arms.items()}
    found = {
        name: [figures(points.courses, one, points.threshold, points.by_rule) for one in seeds]
        for name, seeds in arms.items()
    }
    first = next(iter(arms))
    activity = found[first][0].activity
    return "\n\n".join(
        (
            _figures(found, curves, betas, activity),
            _along(curves),
            _coverage(arms, points),
            _differences(curves, mine, activity),
        )
    )


def played(found: Mapping[str, Figures]) -> str:
    """The figures of real replays, one row for each arm."""
    names = [one.name for one in fields(Figures) if one.name in TITLES and one.name != "prefix"]
    lines = [
        "| replayed | " + " | ".join(TITLES[name] for name in names) + " |",
        "|---" * (1 + len(names)) + "|",
    ]
    for arm, one in found.items():
        lines.append(f"| {arm} | " + " | ".join(f"{getattr(one, name):.3f}" for name in names) + " |")
    return "\n".join(lines)


def _figures(
    found: Mapping[str, Sequence[Figures]],
    curves: Mapping[str, Sequence[Curve]],
    betas: Mapping[str, float],
    activity: float,
) -> str:
    names = [one.name for one in fields(Figures) if one.name in TITLES]
    lines = [
        f"| | beta | acceptance at activity {activity:.3f} | "
        + " | ".join(TITLES[name] for name in names)
        + " |",
        "|---" * (3 + len(names)) + "|",
    ]
    for arm, seeds in found.items():
        equal = [float(one.at(activity)[0]) for one in curves[arm]]
        cells = [_spread(equal), *(_spread([getattr(one, name) for one in seeds]) for name in names)]
        lines.append(f"| {arm} | {betas.get(arm) or ''} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _along(curves: Mapping[str, Sequence[Curve]]) -> str:
    lines = [
        "| acceptance at activity | " + " | ".join(map(str, ACTIVITIES)) + " |",
        "|---" * (1 + len(ACTIVITIES)) + "|",
    ]
    for arm, seeds in curves.items():
        cells = [_spread([float(one.at(activity)[0]) for one in seeds]) for activity in ACTIVITIES]
        lines.append(f"| {arm} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _coverage(arms: Mapping[str, Seeds], points: Points) -> str:
    shown = {
        name: [coverage(one, points.threshold, points.by_rule) for one in seeds]
        for name, seeds in arms.items()
    }
    intents = sorted({intent for seeds in shown.values() for one in seeds for intent in one})
    lines = ["| right places shown | " + " | ".join(intents) + " |", "|---" * (1 + len(intents)) + "|"]
    for arm, seeds in shown.items():
        lines.append(
            f"| {arm} | "
            + " | ".join(_spread([one[intent] for one in seeds if intent in one]) for intent in intents)
            + " |"
        )
    return "\n".join(lines)


def _differences(curves: Mapping[str, Sequence[Curve]], mine: str, activity: float) -> str:
    lines = [
        f"| {mine} against | acceptance at activity {activity:.3f} | 95 % of draws of commits |",
        "|---|---|---|",
    ]
    for arm, seeds in curves.items():
        if arm != mine and mine in curves:
            mean, low, high = difference(curves[mine], seeds, activity)
            lines.append(f"| {arm} | {mean:+.3f} | {low:+.3f} to {high:+.3f} |")
    return "\n".join(lines)


def _spread(values: Sequence[float]) -> str:
    """The mean, and the standard deviation over seeds where there are several."""
    mean = float(np.mean(values))
    return f"{mean:.3f} ± {float(np.std(values, ddof=1)):.3f}" if len(values) > 1 else f"{mean:.3f}"
