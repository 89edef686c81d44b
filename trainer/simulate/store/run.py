"""All shards of some source trees, on several processes, and a table of what came of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.pool import each
from trainer.simulate.store.shards import Made, Shard, make
from trainer.simulate.tree import languages, repository
from trainer.tables import aligned


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated."""

    sources: tuple[Path, ...]
    out: Path
    scenarios: tuple[str, ...]
    seed: int
    limit: int
    """Chains of one scenario from one source tree in one language."""
    workers: int = 1
    languages: tuple[str, ...] = ()
    """Only these; empty for all."""


def shards(plan: Plan) -> list[Shard]:
    """The shards of a plan: source by source, so that a tree is read once."""
    return [
        Shard(source, name, language, scenario, plan.seed, plan.limit, plan.out)
        for source, name in names(plan.sources).items()
        for language in languages(source)
        if not plan.languages or language in plan.languages
        for scenario in plan.scenarios
    ]


def names(sources: Iterable[Path]) -> dict[Path, str]:
    """What each source is called; those of one name get their parent's in front of it, or a number."""
    found: dict[Path, str] = {}
    taken: set[str] = set()
    for source in dict.fromkeys(path.resolve() for path in sources):
        name = repository(source)
        if name in taken:
            name = f"{source.parent.name}/{source.name}"
        plain, number = name, 2
        while name in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name)
        found[source] = name
    return found


def run(plan: Plan, wanted: Sequence[Shard], done: Callable[[Made], None]) -> list[Made]:
    """Make what is missing of a plan's shards; `done` hears of each. Raises OSError if it cannot write."""
    plan.out.mkdir(parents=True, exist_ok=True)
    for stale in plan.out.glob("*.part"):
        stale.unlink()
    found = []
    for made in each(make, wanted, plan.workers):
        done(made)
        found.append(made)
    return sorted(found, key=lambda one: (one.scenario, one.language, one.repository))


def table(found: Iterable[Made]) -> str:
    """Chains by scenario and language, what was left out and why, and the files that were not read."""
    groups: dict[tuple[str, str], list[Made]] = defaultdict(list)
    for one in found:
        groups[one.scenario, one.language].append(one)
    rows = [("scenario", "language", "chains", "quiet", "steps", "chains/s/core", "left out")]
    for (scenario, language), made in sorted(groups.items()):
        chains = sum(one.chains for one in made)
        seconds = sum(one.seconds for one in made)
        skipped: Counter[str] = Counter()
        for one in made:
            skipped.update(one.skipped)
        reasons = ", ".join(f"{reason} {count}" for reason, count in skipped.most_common())
        rows.append(
            (
                scenario,
                language,
                str(chains),
                str(sum(one.quiet for one in made)),
                str(sum(one.steps for one in made)),
                f"{chains / seconds:.0f}" if seconds else "-",
                reasons or ("-" if chains else "nothing found"),
            )
        )
    total, seconds = sum(one.chains for one in found), sum(one.seconds for one in found)
    lines = [aligned(rows), f"{total} chains, {total / seconds if seconds else 0:.0f} chains/s/core"]
    unread: Counter[str] = Counter()
    for left_out in {(one.repository, one.language): one.left_out for one in found}.values():
        unread.update(left_out)
    if unread:
        reasons = ", ".join(f"{count} {reason}" for reason, count in unread.most_common())
        lines.append(f"files not read: {reasons}")
    return "\n".join(lines)
