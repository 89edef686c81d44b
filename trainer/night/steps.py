"""The steps of a night, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from engine.model.adapters import Adapters
from engine.nights import NightOutcome
from trainer.night import collect, gate
from trainer.night.desk import Desk, Halt
from trainer.preference.split import before, changes, split
from trainer.self_replay import SIGNAL
from trainer.tuples import Preference, read, read_outcomes, write, write_outcomes

TUPLES: Final = "tuples.jsonl.gz"
OUTCOMES: Final = "outcomes.jsonl.gz"
LEARNT: Final = "learnt.jsonl.gz"
TOLD: Final = "told.jsonl.gz"
"""The outcomes that the calibration may know."""
HELD: Final = "held.jsonl.gz"
TRAINED: Final = "align"
ADAPTER: Final = "adapter.gguf"


def collected(desk: Desk) -> str:
    """Decisions of the last weeks and histories as tuples and outcomes, without secrets."""
    known = collect.found(desk)
    said = collect.from_decisions(desk)
    played = collect.from_histories(desk, known)
    scrubber = collect.scrubber(desk)
    tuples = scrubber.clean([*said.preferences, *played[0]])
    outcomes = scrubber.clean([*said.outcomes, *played[1]])
    left_out = said.skipped + scrubber.dropped
    desk.note(replace(desk.night, left_out={name: count for name, count in left_out.items() if count}))
    if len(tuples) < desk.plan.least:
        raise Halt(
            NightOutcome.NO_DATA,
            f"Decisions and histories give {len(tuples)} preference tuples; {desk.plan.least} are needed. "
            "They come with use: accept, correct or reject what is shown.",
        )
    write(desk.home / TUPLES, tuples)
    write_outcomes(desk.home / OUTCOMES, outcomes)
    return f"{len(tuples)} tuples, {len(outcomes)} outcomes"


def parted(desk: Desk) -> str:
    """What is learnt from, and what is judged by: the newest fifth of the decisions and of the histories.

    Each apart, since histories are older than decisions: else one would only be learnt, the other only held.
    """
    tuples, outcomes = list(read(desk.home / TUPLES)), list(read_outcomes(desk.home / OUTCOMES))
    learnt: list[Preference] = []
    held: list[Preference] = []
    told = []
    for past in (False, True):
        part = split([one for one in tuples if (one.signal == SIGNAL) is past])
        learnt += part.learnt
        held += part.held
        told += before([one for one in outcomes if (one.signal == SIGNAL) is past], part.since)
    known = {change for one in held for change in changes(one)}
    learnt = [one for one in learnt if known.isdisjoint(changes(one))]
    signals = Counter(one.signal for one in learnt)
    desk.note(
        replace(
            desk.night,
            tuples=dict(sorted(signals.items())),
            from_decisions=len(learnt) - signals[SIGNAL],
            from_history=signals[SIGNAL],
            held=len(held),
        )
    )
    if len(held) < desk.plan.least_held:
        raise Halt(
            NightOutcome.NO_DATA,
            f"{len(held)} tuples could be held out to judge by; {desk.plan.least_held} are needed.",
        )
    write(desk.home / LEARNT, learnt)
    write_outcomes(desk.home / TOLD, told)
    write(desk.home / HELD, held)
    return f"{len(learnt)} tuples to learn from, {len(held)} held out"


def judged(desk: Desk) -> str:
    """Held-out tuples and commits, without and with the adapter."""
    held = list(read(desk.home / HELD))
    return gate.judge(desk, held, collect.found(desk), desk.home / ADAPTER)


def published(desk: Desk) -> str:
    """The adapter runs from here on, if the model that it was made for is still the one that runs."""
    path = Adapters(desk.plan.data_dir, desk.night.base).publish(desk.home / ADAPTER)
    desk.note(replace(desk.night, adapter=path.stem))
    return str(desk.kept("gate.done"))
