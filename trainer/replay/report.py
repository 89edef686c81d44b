"""What a person reads of a replay: tables, the best and the worst suggestions, and a plot in the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from trainer.replay.figures import NAMES, Figure, by_intent, by_language, curve, figures, latency, sums
from trainer.replay.points import Played, Point
from trainer.tables import aligned

EXAMPLES: Final = 10
"""Best and worst suggestions that are shown."""
LINES: Final = 12
"""Lines of a diff that are shown."""


def tables(arms: Mapping[str, Sequence[Played]]) -> str:
    """The figures of every arm side by side, then by language and intent for the first one."""
    rows = [("figure", *arms, "what it is")]
    found = {name: figures([sums(one) for one in played]) for name, played in arms.items()}
    for name, meaning in NAMES.items():
        rows.append((name, *(_cell(one.get(name)) for one in found.values()), meaning))
    times = [latency(played) for played in arms.values()]
    rows.append(
        ("latency", *(f"{p50:.0f} / {p95:.0f} ms" for p50, p95 in times), "save to final answer, p50 / p95")
    )
    first = next(iter(arms.values()))
    parts = [
        f"{len(first)} commits, {sum(len(one.points) for one in first)} points; 95 % intervals over commits",
        aligned(rows),
        aligned(
            [("language", "points", "acceptance", "activity", "generation", "quiet"), *_languages(first)]
        ),
        aligned([("intent", "shown", "right"), *_intents(first)]),
    ]
    return "\n\n".join(parts)


def _languages(played: Sequence[Played]) -> list[tuple[str, ...]]:
    counts = {
        name: sum(point.language == name for one in played for point in one.points)
        for name in by_language(played)
    }
    return [
        (
            name,
            str(counts[name]),
            *(_cell(row.get(one)) for one in ("acceptance", "activity", "generation", "quiet")),
        )
        for name, row in by_language(played).items()
    ]


def _intents(played: Sequence[Played]) -> list[tuple[str, ...]]:
    return [(name, f"{one.of:.0f}", _cell(one)) for name, one in by_intent(played).items()]


def _cell(figure: Figure | None) -> str:
    if figure is None or figure.of == 0:
        return "-"
    return f"{figure.value:.3f} ({figure.low:.2f}-{figure.high:.2f})"


def examples(played: Sequence[Played]) -> str:
    """The suggestions that wrote most, and those that were most wrong, beside what the commit has there."""
    shown = [(one, point) for one in played for point in one.points if point.shown]
    right = sorted(shown, key=lambda item: -_written(item[1]))[:EXAMPLES]
    wrong = sorted(shown, key=lambda item: -_misled(item[1]))[:EXAMPLES]
    best = [_example(*item, False) for item in right if _written(item[1])]
    worst = [_example(*item, True) for item in wrong if _misled(item[1])]
    return "\n".join(["The best:", "", *best, "The worst:", "", *worst])


def _written(point: Point) -> int:
    return sum(action.tokens for action in point.shown if action.accepted)


def _misled(point: Point) -> float:
    """How sure the engine was of what is wrong."""
    return sum(action.p for action in point.shown if not action.right)


def _example(one: Played, point: Point, beside: bool) -> str:
    right = sum(action.right for action in point.shown)
    count = f"{right} of {len(point.shown)} right"
    head = f"{one.sha[:10]} {one.subject[:60]}\n  after a save of {point.path}: {count}"
    said = _cut(point.diff)
    true = f"  the commit has:\n{_cut(point.wanted) or '    nothing more there'}\n" if beside else ""
    return f"{head}\n{said}\n{true}"


def _cut(diff: str) -> str:
    lines = diff.splitlines()
    more = [f"... {len(lines) - LINES} more lines"] if len(lines) > LINES else []
    return "\n".join("    " + line for line in [*lines[:LINES], *more])


def plot(arms: Mapping[str, Sequence[Played]], width: int = 76, height: int = 20) -> str:
    """Acceptance against activity along the thresholds, one line an arm, as text."""
    import plotext

    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(width, height)
    for name, played in arms.items():
        found = curve(played)
        if found:
            plotext.plot([one[1] for one in found], [one[2] for one in found], label=name, marker="braille")
    plotext.xlabel("share of saves with something shown")
    plotext.ylabel("right among the shown")
    plotext.ylim(0, 1)
    return str(plotext.build())


def _plain(figure: Figure) -> dict[str, float | None]:
    """A figure as JSON has it: null where there was nothing to count."""
    return {name: None if math.isnan(value) else value for name, value in asdict(figure).items()}


def as_json(arms: Mapping[str, Sequence[Played]]) -> dict[str, Any]:
    """Everything, for --json."""
    return {
        name: {
            "commits": len(played),
            "points": sum(len(one.points) for one in played),
            "figures": {key: _plain(one) for key, one in figures([sums(one) for one in played]).items()},
            "by_language": {
                key: {inner: _plain(one) for inner, one in row.items()}
                for key, row in by_language(played).items()
            },
            "by_intent": {key: _plain(one) for key, one in by_intent(played).items()},
            "latency_ms": {
                key: None if math.isnan(ms) else ms
                for key, ms in zip(("p50", "p95"), latency(played), strict=True)
            },
            "curve": curve(played),
        }
        for name, played in arms.items()
    }
