"""The published prompt formats of other next-edit models, behind one interface (see contract.py)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from engine.model.formats.contract import Format
from engine.model.formats.plain import Plain
from engine.model.formats.sweep import Sweep1, Sweep2
from engine.model.formats.zeta1 import Zeta1
from engine.model.formats.zeta2 import Zeta2
from engine.model.formats.zeta21 import Zeta21
from engine.types import PromptFormat

FORMATS: Final[dict[PromptFormat, Format]] = {
    one.name: one for one in (Zeta1(), Zeta2(), Zeta21(), Sweep1(), Sweep2(), Plain())
}

_NAMES: Final = (
    (re.compile(r"zeta[\W_]*2[\W_]*1(?!\d)"), PromptFormat.ZETA_21),
    (re.compile(r"zeta[\W_]*2(?!\d)"), PromptFormat.ZETA_2),
    (re.compile(r"zeta"), PromptFormat.ZETA_1),
    (re.compile(r"sweep.*1\.5b"), PromptFormat.SWEEP_1),
    (re.compile(r"sweep"), PromptFormat.SWEEP_2),
    (re.compile(r"(?<!en)(?<!de)code|codestral|devstral"), PromptFormat.TEXT),
)
"""What the names of models say; the first that is found holds."""


def guess(names: Iterable[str], fills_in: bool) -> PromptFormat | None:
    """The format of a model with one of these names; one that fills in code may be asked in plain words."""
    said = [name.lower() for name in names]
    for pattern, known in _NAMES:
        if any(pattern.search(name) for name in said):
            return known
    return PromptFormat.TEXT if fills_in else None
