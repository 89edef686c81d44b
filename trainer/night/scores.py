"""How often the model as it runs prefers what the person preferred, on tuples that it was not trained on.

A tuple is made where the model was wrong, so on divergences alone any change at all would look like progress.
So the actions that the person took along with them count as well: those must stay on screen.
Chances are those that the engine shows by: llama.cpp's logits, calibrated as the model or its adapter says.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.align import shared
from engine.config import Settings
from engine.model import calibrate
from engine.model import vocabulary as v
from engine.model.runtime import Runtime, ShouldStop
from engine.types import IntentKind
from trainer.trie import divergences, steps
from trainer.tuples import END, Chain, Choice, Preference, bare

_INTENTS: Final = {kind.value: kind for kind in IntentKind}


@dataclass(frozen=True, slots=True)
class Contest:
    """Two actions at one question, of which the first is to win; against END the other one is to be shown."""

    better: Choice
    worse: Choice
    path: Chain = ()
    """The shared prefix."""


def contests(preference: Preference) -> list[Contest]:
    """Accepted against rejected where chains part; elsewhere what was taken against nothing.

    Of sites that a model was asked about, those taken with their draft.
    """

    def same(choice: Choice) -> Hashable:
        return preference.place_of(choice), bare(choice.text)

    parting = divergences(preference.accepted, preference.rejected, same, ordered=False)
    found = [
        Contest(one, other, node.path) for node in parting for one in node.accepted for other in node.rejected
    ]
    decided = {same(one.better) for one in found}
    taken = (step for step in steps(preference.accepted, same) if step[1] != END)
    return found + [
        Contest(choice, END, path)
        for path, choice in taken
        if same(choice) not in decided and (preference.windows or preference.is_draft(choice))
    ]


class Judge:
    """Scores tuples with a runtime as it stands: with its adapter, if it has one."""

    def __init__(self, runtime: Runtime, settings: Settings, should_stop: ShouldStop) -> None:
        self._runtime = runtime
        self._calibration = calibrate.parse(runtime.metadata(calibrate.KEY))
        self._settings = settings
        self._should_stop = should_stop

    def won(self, preference: Preference) -> tuple[int, int]:
        """Contests that were won, and all of the tuple's. Raises Stopped."""
        found = contests(preference)
        margins = self._margins(preference, [side for one in found for side in (one.better, one.worse)])
        return sum(self._wins(preference, one, margins) for one in found), len(found)

    def _wins(self, preference: Preference, one: Contest, margins: dict[Choice, float]) -> bool:
        if one.worse == END:
            return margins[one.better] >= 0
        if one.better == END:
            return margins[one.worse] < 0
        alike = preference.place_of(one.better) == preference.place_of(one.worse)
        if alike and not (preference.is_draft(one.better) and preference.is_draft(one.worse)):
            return self._likelier(preference, one)
        return margins[one.better] > margins[one.worse]

    def _margins(self, preference: Preference, choices: Sequence[Choice]) -> dict[Choice, float]:
        """How far above the least chance that is shown each choice's place has its own."""
        found: dict[Choice, float] = {}
        sites = {choice for choice in choices if choice != END}
        for window in sorted({choice.window for choice in sites}):
            ids = preference.prompts[window]
            asks = [at for at, token in enumerate(ids) if token == v.ASK]
            here = sorted((choice for choice in sites if choice.window == window), key=lambda one: one.label)
            labels = sorted({choice.label for choice in here})
            rows = self._runtime.eval(ids, [asks[label] for label in labels], self._should_stop)
            logits = {label: float(row[v.YES] - row[v.NO]) for label, row in zip(labels, rows, strict=True)}
            for choice in here:
                facts = v.facts_at(ids, asks[choice.label])
                found[choice] = self._margin(preference, choice, logits[choice.label], facts)
        return found

    def _margin(self, preference: Preference, choice: Choice, logit: float, facts: Sequence[int]) -> float:
        site = preference.sites[choice.window][choice.label]
        kind = _INTENTS.get(site.intent)
        if kind is None:
            return site.rule - self._settings.structure_threshold
        if not self._calibration.hears(kind):
            return self._calibration.ruled(kind, site.rule) - self._settings.structure_threshold
        return self._calibration.p(kind, logit, site.rule, facts) - self._settings.threshold

    def _likelier(self, preference: Preference, one: Contest) -> bool:
        """Whether the model would rather write the one text than the other, where they differ."""
        texts = [self._text(choice) for choice in (one.better, one.worse)]
        shorter = min(map(len, texts))
        first = min(shared(*texts), shorter - 1)
        last = min(shared(*(text[::-1] for text in texts)), shorter - first - 1)
        better, worse = (
            self._logprob(preference, choice, text, first, len(text) - last)
            for choice, text in zip((one.better, one.worse), texts, strict=True)
        )
        return better > worse

    def _text(self, choice: Choice) -> list[int]:
        return [*self._runtime.encode(choice.text), v.STOP]

    def _logprob(
        self, preference: Preference, choice: Choice, text: Sequence[int], first: int, last: int
    ) -> float:
        """The log-probability of text[first:last] behind the prompt and the choice's label."""
        ids = [*preference.prompts[choice.window], v.ANSWER, v.LABELS[choice.label]]
        start = len(ids) - 1
        at = range(start + first, start + last)
        if not at or len(ids) + len(text) > self._runtime.n_ctx:
            return 0.0
        rows = self._runtime.eval([*ids, *text[: last - 1]], list(at), self._should_stop).astype(np.float64)
        rows -= rows.max(axis=1, keepdims=True)
        rows -= np.log(np.exp(rows).sum(axis=1, keepdims=True))
        return float(sum(rows[row, token] for row, token in enumerate(text[first:last])))
