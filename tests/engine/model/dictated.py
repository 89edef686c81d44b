"""A runtime that writes what a test dictates, a byte a token, as surely as the test says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.model.runtime import Stopped
from engine.types import ModelInfo, PromptFormat

END = 256
SPECIALS = ("<|file_sep|>", "<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>", "<filename>")
SIZE = END + 1 + len(SPECIALS)


class Dictated:
    """Enough of a Runtime for the predictor; the first evaluation is the prompt."""

    def __init__(
        self,
        answer: str,
        speaks: PromptFormat = PromptFormat.ZETA_2,
        n_ctx: int = 32_768,
        doubts: Mapping[str, float] | None = None,
    ) -> None:
        self.info = ModelInfo("dictated", "0" * 64, format=speaks)
        self.n_ctx = n_ctx
        self.answer = [*self._told(answer), END]
        self.sure = [0.9] * len(self.answer)
        for text, chance in (doubts or {}).items():
            at = len(answer[: answer.index(text)].encode())
            self.sure[at : at + len(text.encode())] = [chance] * len(text.encode())
        self.prompt: list[int] = []
        self.evals = 0
        self.closed = False

    def _told(self, answer: str) -> list[int]:
        """The answer's bytes; a control token of its own where a test writes {its name}."""
        for name in SPECIALS:
            head, found, tail = answer.partition("{" + name + "}")
            if found:
                return [*head.encode(), END + 1 + SPECIALS.index(name), *tail.encode()]
        return list(answer.encode())

    def encode(self, text: str) -> list[int]:
        return list(text.encode())

    def special(self, text: str) -> int | None:
        return END + 1 + SPECIALS.index(text) if text in SPECIALS else None

    def begin(self) -> list[int]:
        return []

    def piece(self, token: int) -> bytes:
        return bytes([token]) if token < END else ("<|end|>", *SPECIALS)[token - END].encode()

    def is_end(self, token: int) -> bool:
        return token == END

    def is_control(self, token: int) -> bool:
        return token > END

    def close(self) -> None:
        self.closed = True

    def eval(self, ids: Sequence[int], logits_at: Sequence[int], should_stop: object) -> np.ndarray:
        if callable(should_stop) and should_stop():
            raise Stopped
        self.evals += 1
        self.prompt = self.prompt or list(ids)
        assert len(ids) <= self.n_ctx
        rows = np.zeros((len(logits_at), SIZE), np.float32)
        for row, at in zip(rows, logits_at, strict=True):
            index = min(at + 1 - len(self.prompt), len(self.answer) - 1)
            chance = self.sure[index]
            row[self.answer[index]] = np.log(chance / (1 - chance) * (SIZE - 1))
        return rows
