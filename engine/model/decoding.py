"""The model writes by itself: the likeliest token each time, up to a stop string, its own end or a limit.

Most of a rewritten window repeats what stands in the prompt. So what followed the last few tokens where they
stood before is fed along as speculation; as far as the model agrees, one pass yields several tokens.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.model.runtime import Runtime, ShouldStop

AHEAD: Final = 12
"""Tokens that are fed as speculation."""
ALIKE: Final = 3
"""Tokens that must stand elsewhere too before what follows there is tried."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote."""

    text: str
    """Without the stop string."""
    ends: tuple[int, ...] = ()
    """Where each token's text ends, in characters."""
    scores: tuple[float, ...] = ()
    """The log-probability of each token."""
    controls: tuple[int, ...] = ()
    """Which of the tokens stand for no text: their names are in the answer, but are no code."""
    finished: bool = False
    """Whether the model came to an end by itself or by a stop string, not by the limit."""

    def spoilt(self, spans: Sequence[tuple[int, int]]) -> bool:
        """Whether one of these stretches holds the name of a control token."""
        starts = (0, *self.ends)
        names = [(starts[token], self.ends[token]) for token in self.controls]
        return any(low < end and start < high for low, high in names for start, end in spans)

    def chance(self, spans: Sequence[tuple[int, int]]) -> float:
        """The geometric mean of the probabilities of the tokens that touch these stretches of the text."""
        starts = (0, *self.ends)
        found = [
            score
            for start, end, score in zip(starts, self.ends, self.scores, strict=False)
            if any(start < high and low < end for low, high in spans)
        ]
        return float(np.exp(np.mean(found or self.scores or (-np.inf,))))


def write(
    runtime: Runtime, ids: Sequence[int], stops: Sequence[str], limit: int, should_stop: ShouldStop
) -> Answer:
    """Let the model go on after a prompt. Raises Stopped."""
    chain = list(ids)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = ""
    ends: list[int] = []
    scores: list[float] = []
    controls: list[int] = []

    def answer(text: str, finished: bool) -> Answer:
        return Answer(text, tuple(ends), tuple(scores), tuple(controls), finished)

    room = min(limit, runtime.n_ctx - len(ids))
    while len(ends) < room:
        draft = _repeated(chain, min(AHEAD, room - len(ends) - 1))
        at = len(chain) - 1
        rows = runtime.eval([*chain, *draft], range(at, at + len(draft) + 1), should_stop)
        for row, expected in zip(rows, [*draft, None], strict=True):
            token = int(row.argmax())
            if runtime.is_end(token):
                return answer(text, True)
            if runtime.is_control(token):
                controls.append(len(ends))
            before = len(text)
            text += decoder.decode(runtime.piece(token))
            chain.append(token)
            ends.append(len(text))
            scores.append(float(row[token] - row.max() - np.log(np.exp(row - row.max()).sum())))
            stop = _stop(text, before, stops)
            if stop is not None:
                return answer(text[:stop], True)
            if token != expected:
                break
    return answer(text, False)


def _repeated(chain: Sequence[int], most: int) -> list[int]:
    """What followed the last tokens where they stood before, at the nearest such place."""
    if most <= 0 or len(chain) <= ALIKE:
        return []
    tail = list(chain[-ALIKE:])
    for end in range(len(chain) - 1, ALIKE - 1, -1):
        if chain[end - 1] == tail[-1] and list(chain[end - ALIKE : end]) == tail:
            return list(chain[end : end + most])
    return []


def _stop(text: str, before: int, stops: Sequence[str]) -> int | None:
    """Where the first stop string begins, of those that the newest token may have completed."""
    found = [text.find(stop, max(0, before - len(stop) + 1)) for stop in stops]
    return min((at for at in found if at >= 0), default=None)
