"""How often a model that writes windows anew prefers what the person preferred, on tuples that are held out.

Whoever writes greedily leaves what stands there at the token that is likeliest, so an action's chance against
nothing is that of its first token against the token that would go on; two texts for one place are held
against each other from the first differing token to the end of the difference. By llama.cpp's logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from engine.model.runtime import Runtime, ShouldStop
from engine.model.speech import said
from trainer.night.scores import Contest, contests
from trainer.rewriting import WindowForm, parting
from trainer.tuples import END, Chain, Choice, Preference


class WindowJudge:
    """Scores tuples with a runtime as it stands: with its adapter, if it has one."""

    def __init__(self, runtime: Runtime, should_stop: ShouldStop) -> None:
        self._runtime = runtime
        self._should_stop = should_stop

    def won(self, preference: Preference) -> tuple[int, int]:
        """Contests that were won, and all of the tuple's; none of a broken one. Raises Stopped."""
        try:
            form = WindowForm.of(preference, partial(said, self._runtime))
            found = [self._wins(preference, form, one) for one in contests(preference)]
        except (ValueError, IndexError):
            return 0, 0
        return sum(found), len(found)

    def _wins(self, preference: Preference, form: WindowForm, one: Contest) -> bool:
        if one.worse == END:
            return self._margin(preference, form, one.path, one.better) >= 0
        if one.better == END:
            return self._margin(preference, form, one.path, one.worse) < 0
        sites = preference.sites[one.better.window]
        if sites[one.better.label].place != sites[one.worse.label].place:
            better, worse = (
                self._margin(preference, form, one.path, choice) for choice in (one.better, one.worse)
            )
            return better > worse
        window = one.better.window
        texts = [form.said(window, (*one.path, choice)) for choice in (one.better, one.worse)]
        better, worse = (
            self._logprob(preference.prompts[window], text, *parting(other, text))
            for text, other in (texts, reversed(texts))
        )
        return better > worse

    def _margin(self, preference: Preference, form: WindowForm, path: Chain, choice: Choice) -> float:
        """How far the token that begins a choice stands above the one that goes on with what stands there."""
        plain, text = (form.said(choice.window, chain) for chain in (path, (*path, choice)))
        first, _ = form.difference(path, choice)
        ids = [*preference.prompts[choice.window], *plain[:first]]
        if len(ids) > self._runtime.n_ctx:
            raise ValueError("an answer is longer than the model's context")
        (row,) = self._runtime.eval(ids, [len(ids) - 1], self._should_stop)
        return float(row[text[first]] - row[plain[first]])

    def _logprob(self, prompt: Sequence[int], text: Sequence[int], first: int, end: int) -> float:
        """The log-probability of text[first:end] behind the prompt and the text before."""
        ids = [*prompt, *text[: end - 1]]
        if len(ids) > self._runtime.n_ctx:
            raise ValueError("an answer is longer than the model's context")
        at = range(len(prompt) + first - 1, len(prompt) + end - 1)
        rows = self._runtime.eval(ids, list(at), self._should_stop).astype(np.float64)
        top = rows.max(axis=1)
        norms = top + np.log(np.exp(rows - top[:, None]).sum(axis=1))
        return float(sum(rows[row, token] - norms[row] for row, token in enumerate(text[first:end])))
