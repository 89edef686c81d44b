"""The gate: whether the night's adapter may run by day.

It may where it prefers more often what was preferred, on tuples it was not trained on, with the whole
interval of the difference above nothing; where it is not behind the adapter that runs now; and where a replay
of commits it was not trained on is as good as without it in acceptance, in quiet where nothing follows, and
in activity where something does, apart from what the person turns down as a whole: of that they are to see
less, though their commits are full of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from engine.errors import ModelProblem
from engine.model.adapters import Adapters
from engine.model.runtime import Runtime, Stopped
from engine.nights import Compared, NightOutcome, Taste
from trainer.night import compared
from trainer.night.compared import Quotient
from trainer.night.desk import Desk, Halt, digest
from trainer.night.projects import Project
from trainer.night.replays import Pair, play
from trainer.night.scores import Judge
from trainer.night.written import WindowJudge
from trainer.tuples import Preference

PREFERENCE: Final = "preference"
MAY_FALL: Final = {"acceptance": 0.05, "quiet": 0.02, "reach": 0.05}
"""By what share of itself a figure of the replay may be lower, unless that is sure: one action in a hundred
that turns wrong is no fall yet, but one that is below nothing with its whole interval is, however small."""
CONTESTS: Final = "contests.json"
"""What was scored so far, by adapter: a bigger model of the person's own may need hours for it."""
SCORED: Final = 10.0
"""Seconds after which what was scored is kept."""
CLEARLY: Final = 0.5
"""The share of the threshold below which the mean chance of what was decided says that it is not wanted."""

Arm = tuple[str, Path | None]


def judge(desk: Desk, held: Sequence[Preference], projects: Sequence[Project], adapter: Path) -> str:
    """Measure the adapter, and say why it may run. Raises Halt where it may not, with the reason."""
    runs = running(desk)
    arms: list[Arm] = [("before", None), ("after", adapter)]
    if runs is not None:
        desk.note(replace(desk.night, adapter_before=runs.stem))
        arms.append(("yesterday", runs))
    won = contested(desk, held, arms)
    preference = preferred(held, won["before"], won["after"])
    if preference is not None:
        desk.note(replace(desk.night, figures={PREFERENCE: preference}))
    questions = len({_question(one) for one in held})
    if preference is None or questions < desk.plan.least_held:
        raise Halt(
            NightOutcome.NO_DATA,
            f"The held-out tuples come from {questions} questions; "
            f"{desk.plan.least_held} are needed to judge the adapter by.",
        )
    yesterday = preferred(held, won["yesterday"], won["after"]) if runs is not None else None
    pairs = play(desk, projects, adapter)
    figures = {PREFERENCE: preference, **compared.replayed(pairs)}
    desk.note(
        replace(
            desk.night,
            figures=figures,
            yesterday=yesterday,
            by_intent=compared.by_intent(pairs),
            calibration_before=compared.bins([pair.before for pair in pairs]),
            calibration_after=compared.bins([pair.after for pair in pairs]),
        )
    )
    left_out = turned_down(desk.night.tastes, desk.plan.settings.threshold)
    if left_out:
        desk.log(f"gate: {', '.join(sorted(left_out))}: turned down, so left out of what must not fall")
    kept = compared.replayed(compared.without(pairs, left_out))
    told = [*behind(preference, yesterday), *_too_short(pairs, desk.plan.least_held), *fallen(kept)]
    desk.keep("gate.json", {name: asdict(one) for name, one in figures.items()} | {"against": told})
    if told:
        raise Halt(NightOutcome.KEPT, " ".join(told))
    return (
        f"Held-out preferences are met in {preference.after:.1%} instead of {preference.before:.1%} "
        f"(difference {preference.low:+.1%} to {preference.high:+.1%}), and the replay is as good as before."
    )


def running(desk: Desk) -> Path | None:
    """The adapter that runs by day; None for none, or for one that is damaged and so does not run."""
    try:
        return Adapters(desk.plan.data_dir, desk.night.base).current()
    except ModelProblem as problem:
        desk.log(f"{problem.title}: {problem.message}")
        return None


def behind(preference: Compared, yesterday: Compared | None) -> Iterator[str]:
    """Why the adapter is not better than what there is; nothing where it is."""
    if preference.low <= 0:
        proof = "is worse" if preference.high < 0 else "may be chance"
        yield (
            f"Preferences of held-out tuples are met in {preference.after:.1%} instead of "
            f"{preference.before:.1%}, which {proof} "
            f"(difference {preference.low:+.1%} to {preference.high:+.1%})."
        )
    if yesterday is not None and yesterday.after < yesterday.before:
        yield (
            f"The adapter that runs meets preferences in {yesterday.before:.1%}, "
            f"the new one in {yesterday.after:.1%}."
        )


def turned_down(tastes: Sequence[Taste], threshold: float) -> frozenset[str]:
    """Intents that the person's decisions took off the screen.

    Commits know nothing of it: a person whose imports are another tool's has imports in all of them.
    """
    least = threshold * CLEARLY
    return frozenset(
        one.intent for one in tastes if not one.fact and one.after < least < threshold <= one.before
    )


def fallen(figures: Mapping[str, Compared]) -> Iterator[str]:
    """What is worse on the replay."""
    for name, share in MAY_FALL.items():
        one = figures.get(name)
        if one is None:
            yield f"Nothing on the replay tells of {name}."
        elif one.after < one.before * (1 - share) or one.high < 0:
            yield (
                f"On the replay {name} fell from {one.before:.1%} to {one.after:.1%} "
                f"(difference {one.low:+.1%} to {one.high:+.1%})."
            )


def _too_short(pairs: Sequence[Pair], least: int) -> Iterator[str]:
    if len(pairs) < least:
        yield f"Only {len(pairs)} commits could be replayed, {least} are needed to judge by."


def contested(
    desk: Desk, held: Sequence[Preference], arms: Sequence[Arm]
) -> dict[str, list[tuple[int, int]]]:
    """For each arm the contests that it won of each tuple, and how many there were. Raises Halt.

    A night that goes on scores what is left.
    """
    known: dict[str, list[list[int]]] = desk.kept(CONTESTS) if (desk.home / CONTESTS).exists() else {}
    names = {name: "none" if adapter is None else digest(adapter) for name, adapter in arms}
    runtime = desk.runtime()
    kept = time.monotonic()
    try:
        for number, (name, adapter) in enumerate(arms):
            runtime.set_adapter(adapter)
            one = _judge(desk, runtime)
            done = known.setdefault(names[name], [])
            for at, preference in enumerate(held[len(done) :], len(done) + 1):
                done.append(list(one.won(preference)))
                share = (number + at / len(held)) / len(arms)
                desk.progress(share, f"scored {at} of {len(held)} held-out tuples, {name}")
                if time.monotonic() - kept > SCORED:
                    desk.keep(CONTESTS, known)
                    kept = time.monotonic()
    except Stopped:
        desk.keep(CONTESTS, known)
        desk.halt()
    finally:
        runtime.close()
    desk.keep(CONTESTS, known)
    return {name: [(won, of) for won, of in known[names[name]]] for name, _ in arms}


def _judge(desk: Desk, runtime: Runtime) -> Judge | WindowJudge:
    """Who scores tuples with this model."""
    if runtime.info.format is None:
        return Judge(runtime, desk.plan.settings, desk.should_stop)
    return WindowJudge(runtime, desk.should_stop)


def preferred(
    held: Sequence[Preference], before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]
) -> Compared | None:
    """The share of contests that were won; what one question told, or one commit, is one case."""
    cases: dict[tuple[str, float], tuple[list[float], list[float]]] = {}
    for one, (won, of), (then, _) in zip(held, before, after, strict=True):
        left, right = cases.setdefault(_question(one), ([0.0, 0.0], [0.0, 0.0]))
        for side, count in ((left, won), (right, then)):
            side[0] += count
            side[1] += of
    pairs: list[tuple[Quotient, Quotient]] = [
        ((left[0], left[1]), (right[0], right[1])) for left, right in cases.values()
    ]
    return compared.compared(pairs)


def _question(one: Preference) -> tuple[str, float]:
    """What tuples have in common that are no independent witnesses."""
    return one.project, one.at
