"""What every arm is trained on: the same tuples, drawn once, and the same bare rejections."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.model.calibrate import Calibration
from engine.model.runtime import Runtime
from engine.model.vocabulary import ASK, NO, YES
from engine.types import IntentKind
from trainer.ablation.encoding import drafts_only, pairs
from trainer.preference.clones import OUTCOMES, PREFERENCES
from trainer.tuples import END, Asked, Choice, Outcome, Preference, read, read_outcomes

LONGEST: Final = 512
"""Tokens of the longest tuple's prompts."""


@dataclass(frozen=True, slots=True)
class Material:
    """Tuples in the order in which they were drawn."""

    preferences: tuple[Preference, ...]
    """Each with one accepted and one rejected chain of drafts; all weigh the same."""
    bare: tuple[Preference, ...]
    """As many bare rejections as there are of them, as tuples that prefer the end; for one arm alone."""


def drawn(found: Iterable[Preference], count: int, seed: int = 1) -> list[Preference]:
    """Tuples that part, drawn by their weights: what one question says several times counts once."""
    fit = [
        one for one in found if one.rejected and drafts_only(one) and _length(one) <= LONGEST and pairs([one])
    ]
    rng = random.Random(seed)
    keyed = sorted(fit, key=lambda one: rng.random() ** (1 / one.weight), reverse=True)
    return [replace(one, weight=1.0, at=0.0) for one in keyed[:count]]


def bare_rejections(
    outcomes: Iterable[Outcome],
    known: Iterable[Preference],
    runtime: Runtime,
    threshold: float,
    calibration: Calibration,
    most: int,
) -> list[Preference]:
    """At most so many first wrong actions that were shown where no tuple says what should have stood there.

    Outcomes do not say what was shown: it is what the model's chance puts above the threshold.
    """
    told = {prompt for one in known for prompt in one.prompts}
    by_prompt: dict[tuple[int, ...], list[Outcome]] = {}
    for one in outcomes:
        if one.prompt and len(one.prompt) <= LONGEST and one.label is not None and one.prompt not in told:
            by_prompt.setdefault(one.prompt, []).append(one)
    out: list[Preference] = []
    for prompt, some in by_prompt.items():
        if len(out) == most:
            break
        asks = [at for at, token in enumerate(prompt) if token == ASK]
        rows = runtime.eval(list(prompt), asks)
        shown = []
        for one in sorted(some, key=lambda one: one.label or 0):
            row = rows[one.label or 0]
            p = calibration.p(IntentKind(one.intent), float(row[YES] - row[NO]), one.rule)
            if p >= threshold:
                shown.append(one)
        if shown and not shown[0].right:
            out.append(_against(prompt, shown[0], len(asks)))
    return out


def tuples_in(folder: Path) -> list[Preference]:
    """The tuples of all files of a folder. Raises FileProblem."""
    return [one for path in sorted(folder.glob(f"*{PREFERENCES}")) for one in read(path)]


def outcomes_in(folder: Path) -> list[Outcome]:
    """The outcomes of all files of a folder. Raises FileProblem."""
    return [one for path in sorted(folder.glob(f"*{OUTCOMES}")) for one in read_outcomes(path)]


def _against(prompt: tuple[int, ...], one: Outcome, asks: int) -> Preference:
    sites = [Asked(None, 0.0, "", f"none {n}") for n in range(asks)]
    label = one.label or 0
    sites[label] = Asked(one.new, one.rule, one.intent, one.place)
    return Preference(
        prompts=(prompt,),
        sites=(tuple(sites),),
        accepted=((END,),),
        rejected=((Choice(0, label, one.new),),),
        weight=1.0,
        at=0.0,
        project=one.project,
        path=one.path,
        signal="rejected",
        model=one.model,
    )


def _length(one: Preference) -> int:
    windows: Sequence[int] = sorted(
        {choice.window for chain in (*one.accepted, *one.rejected) for choice in chain if choice != END}
    )
    return sum(len(one.prompts[window]) for window in windows)
