"""Structure alone against the model, on held-out projects: how much is shown, how much of it is right.

A decision point is one save: the windows that share a `point` (or one window, where none is named).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelProblem
from engine.model.agreement import SURE, Agreement
from engine.model.calibrate import KEY, Calibration, parse
from engine.model.vocabulary import INTENTS, NO, PROMPT_VERSION, YES
from engine.types import IntentKind
from trainer import calibrate
from trainer.measures import Floats, auc, calibration_error, log_loss, precision_at
from trainer.rows import Row

ACTIVITIES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
"""Where the two arms are compared along their whole length."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of one arm and their truth, one entry per site."""

    chances: Floats
    labels: NDArray[np.bool_]
    intents: NDArray[np.int64]
    points: NDArray[np.int64]
    """Which decision point each site belongs to."""
    scenarios: NDArray[np.str_]
    quiet: NDArray[np.bool_]
    """Per site: whether nothing at all follows at its decision point."""

    def part(self, mine: NDArray[np.bool_]) -> Decided:
        """Some of the sites."""
        return Decided(
            self.chances[mine],
            self.labels[mine],
            self.intents[mine],
            self.points[mine],
            self.scenarios[mine],
            self.quiet[mine],
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """What a person would see of an arm at one threshold."""

    threshold: float
    acceptance: float
    """Right actions among those shown."""
    recall: float
    """Actions shown among those that are right."""
    activity: float
    """Share of the decision points at which something is shown."""
    shown: float
    """Actions shown per decision point."""
    quiet: float
    """Share of the points where nothing follows at which nothing is shown."""
    clean: float
    """Share of the points with something shown at which all that is shown is right."""
    points: int


def figures(decided: Decided, threshold: float) -> Figures:
    """The figures of an arm at a threshold."""
    shown = decided.chances >= threshold
    right = shown & decided.labels
    points = np.unique(decided.points)
    active = np.unique(decided.points[shown])
    wrong = np.unique(decided.points[shown & ~decided.labels])
    silent_truth = np.unique(decided.points[decided.quiet])
    return Figures(
        threshold=round(float(threshold), 4),
        acceptance=_share(right.sum(), shown.sum()),
        recall=_share(right.sum(), decided.labels.sum()),
        activity=_share(len(active), len(points)),
        shown=_share(shown.sum(), len(points)),
        quiet=1 - _share(len(np.intersect1d(silent_truth, active)), len(silent_truth)),
        clean=1 - _share(len(wrong), len(active)),
        points=len(points),
    )


def threshold_for(decided: Decided, wanted: float, what: Callable[[Figures], float]) -> float:
    """The threshold at which a figure that falls as thresholds rise is nearest to what is wanted."""
    best, gap = 0.5, float("inf")
    for threshold in np.unique(np.quantile(decided.chances, np.linspace(0, 1, 201))):
        distance = abs(what(figures(decided, float(threshold))) - wanted)
        if distance < gap:
            best, gap = float(threshold), distance
    return best


def decided_rows(rows: Sequence[Row], chances: Sequence[Floats]) -> Decided:
    """Flatten rows and the chances of their asks."""
    numbers: dict[str, int] = {}
    point_of = [numbers.setdefault(row.point or f"row {n}", len(numbers)) for n, row in enumerate(rows)]
    sizes = [len(row.asks) for row in rows]
    return Decided(
        chances=np.concatenate([np.asarray(one, dtype=np.float64) for one in chances]),
        labels=np.concatenate([row.labels for row in rows]),
        intents=np.concatenate([row.intents for row in rows]),
        points=np.repeat(np.asarray(point_of), sizes),
        scenarios=np.repeat(np.asarray([row.scenario.split("/")[0] for row in rows]), sizes),
        quiet=np.repeat(np.asarray([row.quiet for row in rows]), sizes),
    )


def structure(rows: Sequence[Row]) -> Decided:
    """The arm without a model: a draft is as sure as the rule that made it."""
    return decided_rows(rows, [row.rules.astype(np.float64) for row in rows])


def exported(path: Path, rows: Sequence[Row], threads: int = 1) -> tuple[list[Floats], Calibration]:
    """The logits of the exported file, through llama.cpp, and the calibration that it brings.

    Raises ModelProblem.
    """
    from engine.model.runtime import Runtime

    runtime = Runtime(path, threads=threads)
    if runtime.prompt_version != PROMPT_VERSION:
        runtime.close()
        raise ModelProblem(
            f"{path} speaks version {runtime.prompt_version} of the prompt, windows are of {PROMPT_VERSION}.",
            "Measure it with the version of Ripple that it came with.",
        )
    out = []
    for row in rows:
        ids = [int(token) for token in row.ids[: row.prompt]]
        logits = runtime.eval(ids, [int(ask) for ask in row.asks]).astype(np.float64)
        out.append(logits[:, YES] - logits[:, NO])
    calibration = parse(runtime.metadata(KEY))
    runtime.close()
    return out, calibration


def calibrated(rows: Sequence[Row], logits: Sequence[Floats], calibration: Calibration) -> list[Floats]:
    """The chances of every row's asks, agreed upon within each decision point as the predictor does it."""
    agreements: dict[str, Agreement] = {}
    out: list[Floats] = []
    for number, (row, one) in enumerate(zip(rows, logits, strict=True)):
        agreement = agreements.setdefault(row.point or f"row {number}", Agreement())
        sure = (row.intents == INTENTS[IntentKind.RENAME]) & (row.rules >= SURE)
        alone = calibrate.chances(calibrate.asked([row], [one]), calibration)
        keys = ["rename" if yes else None for yes in sure]
        out.append(np.asarray(agreement.settle(keys, alone.tolist()), dtype=np.float64))
    return out


def compare(base: Decided, model: Decided) -> dict[str, dict[str, Figures]]:
    """The arms by scenario: both at 0.5, and the model at the activity and at the recall of structure."""
    out = {}
    parts = {"all": np.ones(len(base.labels), dtype=np.bool_)}
    parts |= {str(name): base.scenarios == name for name in np.unique(base.scenarios)}
    whole = figures(base, 0.5)
    same_activity = threshold_for(model, whole.activity, lambda one: one.activity)
    same_recall = threshold_for(model, whole.recall, lambda one: one.recall)
    for name, mine in parts.items():
        out[name] = {
            "structure": figures(base.part(mine), 0.5),
            "model": figures(model.part(mine), 0.5),
            "model, same activity": figures(model.part(mine), same_activity),
            "model, same recall": figures(model.part(mine), same_recall),
        }
    return out


def frontier(decided: Decided, activities: Sequence[float] = ACTIVITIES) -> list[Figures]:
    """The figures at thresholds that give each activity, as nearly as can be."""
    return [
        figures(decided, threshold_for(decided, wanted, lambda one: one.activity)) for wanted in activities
    ]


def report(base: Decided, model: Decided) -> dict[str, object]:
    """Everything that is written to disk."""
    by_scenario = {
        name: {arm: asdict(one) for arm, one in arms.items()} for name, arms in compare(base, model).items()
    }
    return {
        "sites": len(base.labels),
        "right": int(base.labels.sum()),
        "auc": {"structure": auc(base.chances, base.labels), "model": auc(model.chances, model.labels)},
        "calibration_error": calibrate.errors(model.chances, model.labels, model.intents),
        "calibration_error_structure": calibrate.errors(base.chances, base.labels, base.intents),
        "by_scenario": by_scenario,
        "frontier": {
            "structure": [asdict(one) for one in frontier(base)],
            "model": [asdict(one) for one in frontier(model)],
        },
    }


def table(arms: Mapping[str, Mapping[str, Figures]]) -> str:
    """The comparison as a Markdown table."""
    lines = [
        "| points | arm | threshold | acceptance | recall | activity | shown | quiet kept | all right |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, rows in arms.items():
        for arm, one in rows.items():
            lines.append(
                f"| {name} ({one.points}) | {arm} | {one.threshold:.2f} | {one.acceptance:.3f} | "
                f"{one.recall:.3f} | {one.activity:.3f} | {one.shown:.2f} | "
                f"{one.quiet:.3f} | {one.clean:.3f} |"
            )
    return "\n".join(lines)


def intents_table(base: Decided, model: Decided, calibration: Calibration) -> str:
    """Both arms by intent as a Markdown table: how well they order, and how honest their chances are."""
    lines = [
        "| intent | asks | right | decides | AUC | log loss | precision at recall 0.3 | at 0.5 | error |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    parts = {calibrate.EVERY: np.ones(len(base.labels), dtype=np.bool_)}
    parts |= {str(kind): base.intents == token for kind, token in INTENTS.items()}
    for name, mine in parts.items():
        if not mine.any():
            continue
        one, two = base.part(mine), model.part(mine)
        rule = bool(calibration.by_intent) and name not in (calibrate.EVERY, *calibration.by_intent)
        cells = [name, str(len(one.labels)), f"{one.labels.mean():.3f}", "rule" if rule else "model"]
        for measure in (auc, log_loss, _early, _later, calibration_error):
            pair = (f"{measure(arm.chances, arm.labels):.3f}" for arm in (two, one))
            cells.append(" / ".join(pair))
        lines.append("| " + " | ".join(cells) + " |")
    return (
        "\n".join(lines)
        + "\n\nEach cell: the model's (where it decides) / the rule's; error is that of calibration."
    )


def _early(scores: Floats, labels: NDArray[np.bool_]) -> float:
    return precision_at(scores, labels, 0.3)


def _later(scores: Floats, labels: NDArray[np.bool_]) -> float:
    return precision_at(scores, labels, 0.5)


def frontier_table(base: Decided, model: Decided) -> str:
    """Acceptance and recall of both arms at equal activity, as a Markdown table."""
    lines = [
        "| activity wanted | structure: activity, acceptance, recall | model: activity, acceptance, recall |",
        "|---|---|---|",
    ]
    for wanted, one, two in zip(ACTIVITIES, frontier(base), frontier(model), strict=True):
        cells = [f"{arm.activity:.3f}, {arm.acceptance:.3f}, {arm.recall:.3f}" for arm in (one, two)]
        lines.append(f"| {wanted} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def save(path: Path, data: Mapping[str, object]) -> None:
    """Write a report as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _share(part: float, whole: float) -> float:
    """part / whole, and 0 of nothing."""
    return float(part) / float(whole) if whole else 0.0
