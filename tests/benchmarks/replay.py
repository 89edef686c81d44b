"""Histories replayed: the model against its baselines, all commits and those that repeat themselves.

--projects are git clones; --limit is the number of commits of each, in each tier. Without --model only the
baselines are played. Acceptance at equal activity is read from each arm's curve along its thresholds, and
--plot draws these.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from pathlib import Path

from engine.config import Settings
from tests.benchmarks.common import table
from tests.benchmarks.plot import svg
from trainer.replay import run as replays
from trainer.replay.figures import NAMES, at_activity, by_intent, by_language, curve, figures, latency, sums
from trainer.replay.points import BASELINES, MODEL, Played
from trainer.replay.run import Plan, chosen

TIERS = ("all", "ripple")
TITLES = {"all": "all commits", "ripple": "commits that repeat themselves"}


def run_tier(options: Namespace, tier: str) -> dict[str, list[Played]]:
    """Every arm's commits, of all clones."""
    work = Path(options.work or tempfile.gettempdir()) / "replays"
    found: dict[str, list[Played]] = {}
    for clone in map(Path, options.projects):
        settings = Settings(work, work, work / "config.toml")
        plan = Plan(clone, options.limit, settings, work, ripple=tier == "ripple")
        commits = chosen(plan)
        for arm in (*MODEL, *BASELINES) if options.model else BASELINES:
            found.setdefault(arm, []).extend(replays.run(plan, arm, commits, lambda: None))
    return found


def run(options: Namespace) -> dict[str, object]:
    """Both tiers, a table each."""
    if not options.projects:
        raise SystemExit("replay: name git clones with --projects")
    played = {tier: run_tier(options, tier) for tier in TIERS}
    if options.plot is not None:
        panels = {
            f"acceptance, {TITLES[tier]}": {arm: curve(one) for arm, one in arms.items()}
            for tier, arms in played.items()
        }
        options.plot.write_text(svg(panels), encoding="utf-8")
    return {tier: measured(tier, arms) for tier, arms in played.items()}


def measured(tier: str, arms: dict[str, list[Played]]) -> dict[str, object]:
    """Print the figures of one tier and give them back."""
    found = {arm: figures([sums(one) for one in played]) for arm, played in arms.items()}
    curves = {arm: curve(played) for arm, played in arms.items()}
    first = next(iter(arms))
    activity = found[first]["activity"].value
    rows = [
        [
            name,
            *(f"{one[name].value:.3f} ({one[name].low:.2f}-{one[name].high:.2f})" for one in found.values()),
        ]
        for name in NAMES
    ]
    rows.append(
        [
            f"acceptance at activity {activity:.3f}",
            *(f"{at_activity(one, activity):.3f}" for one in curves.values()),
        ]
    )
    times = [latency(played) for played in arms.values()]
    rows.append(["latency p50 / p95 ms", *(f"{p50:.0f} / {p95:.0f}" for p50, p95 in times)])
    points = sum(len(one.points) for one in arms[first])
    table(f"tier {tier}: {len(arms[first])} commits, {points} points", ("figure", *arms), rows)
    languages = by_language(arms[first])
    head = ("acceptance", "activity", "generation", "quiet")
    table(
        f"{first} by language", ("language", *head),
        [[name, *(f"{row[one].value:.3f}" for one in head)] for name, row in languages.items()],
    )  # fmt: skip
    intents = by_intent(arms[first])
    table(
        f"{first} by intent", ("intent", "shown", "right"),
        [[name, int(one.of), f"{one.value:.3f}"] for name, one in intents.items()],
    )  # fmt: skip
    return {
        arm: {
            "figures": {name: (one.value, one.low, one.high, one.of) for name, one in figures_.items()},
            "curve": curves[arm],
            "at_equal_activity": at_activity(curves[arm], activity),
        }
        for arm, figures_ in found.items()
    }
