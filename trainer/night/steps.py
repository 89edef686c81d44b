"""The steps of a night, in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from engine.model.adapters import Adapters
from engine.nights import NightOutcome
from trainer.night import collect, gate
from trainer.night.desk import Desk, Halt, digest
from trainer.night.learn import ADAPTER, LEARNT, TOLD, calibrated, exported, trained
from trainer.nightly import Step
from trainer.preference.split import before, changes, split
from trainer.self_replay import SIGNAL
from trainer.tuples import Preference, read, read_outcomes, write, write_outcomes

TUPLES: Final = "tuples.jsonl.gz"
OUTCOMES: Final = "outcomes.jsonl.gz"
HELD: Final = "held.jsonl.gz"


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
    if len(held) < desk.plan.least_held or len(learnt) < desk.plan.least // 2:
        raise Halt(
            NightOutcome.NO_DATA,
            f"By time and place {len(held)} tuples can be held out and {len(learnt)} learnt from; "
            f"{desk.plan.least_held} and {desk.plan.least // 2} are needed.",
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
    if digest(desk.base) != desk.night.base:
        raise Halt(
            NightOutcome.FAILED,
            f"{desk.base} was replaced while the night was at work: the adapter belongs to another model.",
        )
    path = Adapters(desk.plan.data_dir, desk.night.base).publish(desk.home / ADAPTER)
    desk.note(replace(desk.night, adapter=path.stem))
    return str(desk.kept("gate.done"))


STEPS: Final = (
    Step("collect", collected),
    Step("split", parted),
    Step("train", trained),
    Step("calibrate", calibrated),
    Step("export", exported),
    Step("gate", judged),
    Step("publish", published),
)
