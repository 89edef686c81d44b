"""What is said to a model of another make, as its tokens; prompts and answers alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.model.formats.contract import Part, Special


class Speaker(Protocol):
    """What is needed of a model to speak to it (engine/model/runtime.py)."""

    def encode(self, text: str) -> list[int]:
        """Tokenise user text; control tokens in it stay text."""
        ...

    def special(self, text: str) -> int | None:
        """The control token that is written like this; None where the model has none."""
        ...


def said(speaker: Speaker, parts: Sequence[Part]) -> list[int]:
    """The tokens of the parts; a control token that this model does not have is text like the rest."""
    ids: list[int] = []
    text = ""
    for part in parts:
        token = speaker.special(part.text) if isinstance(part, Special) else None
        if token is None:
            text += part.text if isinstance(part, Special) else part
            continue
        ids += [*(speaker.encode(text) if text else ()), token]
        text = ""
    return [*ids, *(speaker.encode(text) if text else ())]
