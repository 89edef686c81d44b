"""A sample of simulated Python chains before independent judges: how often they agree, and where not."""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from trainer.simulate.store import judges, typed
from trainer.simulate.store.parquet import read
from trainer.simulate.store.shards import Shard
from trainer.simulate.store.workshop import Workshop
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Place, Tree, load
from trainer.tables import aligned

SHOWN: Final = 4
"""Disagreements of one scenario with one judge that are printed."""
BATCH: Final = 6
"""Chains before the type checker at once; each is two copies of its tree on disk."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One chain before one judge."""

    scenario: str
    judge: str
    agrees: bool | None
    """None where the judge cannot say."""
    confirmed: int
    """Places of the chain that the judge confirms."""
    missed: int
    extra: int
    sound_steps: bool
    """Whether nothing that does not agree comes from the steps; the rest is the trigger's own."""
    doubt: str
    """What does not agree, in a line."""


def check(shards: Sequence[Shard], count: int, seed: int, said: Callable[[str], None]) -> list[Checked]:
    """Hold up to `count` chains of every scenario, spread over the Python shards, before the judges."""
    by_source: dict[tuple[Path, str], list[Shard]] = defaultdict(list)
    scenarios: dict[str, int] = defaultdict(int)
    for shard in shards:
        if shard.language == "python" and shard.path.is_file():
            by_source[shard.source, shard.name].append(shard)
            scenarios[shard.scenario] += 1
    found: list[Checked] = []
    for (source, name), some in by_source.items():
        tree = load(source, "python", name)
        for shard in some:
            share = -(-count // scenarios[shard.scenario])
            chains = _sample(shard.path, share, random.Random(f"{seed}:{name}:{shard.scenario}"))
            said(f"checking {name} {shard.scenario}")
            found += _judged(chains, tree)
    return found


def _sample(path: Path, count: int, rng: random.Random) -> list[Trajectory]:
    """Some of a file's chains after which something follows."""
    chains = [chain for chain in read(path) if chain.steps]
    return rng.sample(chains, min(count, len(chains)))


def _judged(chains: Sequence[Trajectory], tree: Tree) -> Iterator[Checked]:
    renames = [chain for chain in chains if chain.scenario == "rename" and judges.is_rename(chain)]
    others = iter([chain for chain in chains if chain.scenario != "rename"])
    with tempfile.TemporaryDirectory() as folder:
        shop = Workshop(Path(folder), tree)
        for chain in renames:
            code = judges.code_places(chain, shop)
            for judge in (judges.jedi_verdict, judges.rope_verdict):
                yield _of_verdict(judge(chain, shop, code))
    while batch := list(islice(others, BATCH)):
        with tempfile.TemporaryDirectory() as folder:
            try:
                answers = typed.check(batch, tree, Path(folder))
            except typed.NoAnswer as error:
                yield from (_checked(chain, "basedpyright", None, str(error)) for chain in batch)
                continue
        for answer in answers:
            faults = answer.by_steps or answer.added
            doubt = "; ".join(f"{path}: {message.splitlines()[0]}" for path, _, message in faults[:2])
            yield _checked(answer.chain, "basedpyright", not answer.added, doubt, not answer.by_steps)


def _of_verdict(verdict: judges.Verdict) -> Checked:
    chain = verdict.chain
    doubts = [f"does not find {_where(chain, place)}" for place in verdict.missed[:1]]
    doubts += [f"finds {_where(chain, place)}, too" for place in verdict.extra[:1]]
    return Checked(
        chain.scenario,
        verdict.judge,
        None if verdict.problem else verdict.agrees,
        verdict.confirmed,
        len(verdict.missed),
        len(verdict.extra),
        verdict.agrees,
        f"{chain.scenario} {chain.kind} {verdict.judge} {'; '.join(doubts)}{verdict.problem}",
    )


def _checked(
    chain: Trajectory, judge: str, agrees: bool | None, doubt: str, sound_steps: bool = True
) -> Checked:
    return Checked(
        chain.scenario, judge, agrees, 0, 0, 0, sound_steps, f"{chain.scenario} {chain.kind} {judge}: {doubt}"
    )


def _where(chain: Trajectory, place: Place) -> str:
    text = chain.before.get(place.path)
    if text is None:
        return f"{place.path}@{place.start}"
    line = text[text.rfind("\n", 0, place.start) + 1 :].partition("\n")[0].strip()
    return f"{place.path}:{text.count(chr(10), 0, place.start) + 1} `{line[:70]}`"


def table(found: Sequence[Checked]) -> str:
    """Agreement by scenario and judge, and some disagreements."""
    groups: dict[tuple[str, str], list[Checked]] = defaultdict(list)
    for one in found:
        groups[one.scenario, one.judge].append(one)
    rows = [
        (
            "scenario",
            "judge",
            "chains",
            "agree",
            "steps sound",
            "places confirmed",
            "only the judge",
            "cannot say",
        )
    ]
    for (scenario, judge), some in sorted(groups.items()):
        spoken = [one for one in some if one.agrees is not None]
        agree = sum(one.agrees is True for one in spoken)
        sound = sum(one.sound_steps for one in spoken)
        confirmed, missed = sum(one.confirmed for one in some), sum(one.missed for one in some)
        rows.append(
            (
                scenario,
                judge,
                str(len(spoken)),
                f"{agree / len(spoken):.2f}" if spoken else "-",
                f"{sound / len(spoken):.2f}" if spoken else "-",
                f"{confirmed / (confirmed + missed):.3f}" if confirmed + missed else "-",
                str(sum(one.extra for one in some)),
                str(len(some) - len(spoken)),
            )
        )
    doubts = [
        one.doubt for some in groups.values() for one in [each for each in some if not each.agrees][:SHOWN]
    ]
    return "\n".join([aligned(rows), *(f"  {doubt}" for doubt in doubts)])
