"""What the examples look like, and what structure alone would do with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from trainer.examples import Example
from trainer.tables import share

SHOWN = 0.5


@dataclass
class Tally:
    """Counts over windows and decision points of one scenario."""

    windows: int = 0
    sites: int = 0
    right: int = 0
    shown: int = 0
    shown_right: int = 0
    points: set[str] = field(default_factory=set)
    quiet: set[str] = field(default_factory=set)
    loud: set[str] = field(default_factory=set)
    """Quiet points at which structure alone would show something."""
    active: set[str] = field(default_factory=set)

    def add(self, example: Example) -> None:
        """Count one window."""
        self.windows += 1
        self.points.add(example.point)
        if example.quiet:
            self.quiet.add(example.point)
        for right, rule in zip(example.labels, example.rules, strict=True):
            self.sites += 1
            self.right += right
            if rule >= SHOWN:
                self.shown += 1
                self.shown_right += right
                self.active.add(example.point)
                if example.quiet:
                    self.loud.add(example.point)

    def row(self) -> list[str]:
        """The columns of the report."""
        return [
            str(self.windows),
            str(len(self.points)),
            share(len(self.quiet), len(self.points)),
            str(self.sites),
            share(self.right, self.sites),
            share(self.shown_right, self.shown),
            share(self.shown_right, self.right),
            share(len(self.quiet) - len(self.loud), len(self.quiet)),
        ]


def report(items: Iterable[Example], depth: int = 2, least: int = 60) -> str:
    """Two tables in Markdown: scenarios with structure-only figures, and the rules' calibration by facts."""
    scenarios: dict[str, Tally] = defaultdict(Tally)
    facts: dict[str, Counter[str]] = defaultdict(Counter)
    for example in items:
        parts = example.scenario.split("/")
        for name in ("all", "/".join(parts[:depth]), "/".join([parts[0], "*", *parts[2:]])):
            scenarios[name].add(example)
        for fact, right, rule in zip(example.facts, example.labels, example.rules, strict=True):
            intent, trigger, relation, node, _ = fact.split("/")
            key = f"{intent} | {trigger} | {relation} | {node}"
            facts[key].update(n=1, right=right)
            facts[key]["rule"] += round(rule * 1000)
    lines = [
        "| scenario | windows | points | quiet | sites | right | acceptance | recall | quiet kept |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, tally in sorted(scenarios.items()):
        lines.append("| " + " | ".join([name, *tally.row()]) + " |")
    lines += [
        "",
        "| intent | trigger | relation | node | sites | right | mean rule |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, count in sorted(facts.items(), key=lambda item: -item[1]["n"]):
        if count["n"] >= least:
            mean = count["rule"] / 1000 / count["n"]
            lines.append(f"| {key} | {count['n']} | {share(count['right'], count['n'])} | {mean:.2f} |")
    return "\n".join(lines) + "\n"
