"""How sure an echo is: a score card over what is known of it, fitted on histories (`ripple train echoes`).

The chance is sigmoid(sum of points); a property that the card does not know adds nothing.
"""

from __future__ import annotations

import math
import re
from typing import Final

from engine.intents.patterns.echo import Echo
from engine.intents.patterns.nearby import same_folder
from engine.intents.patterns.points import POINTS

BIAS: Final = "bias"
_WORD: Final = re.compile(r"[^\W\d]\w*")


def chance(echo: Echo, edited: str) -> float:
    """The chance that the developer makes the replacement there, by the score card."""
    total = POINTS.get(BIAS, 0.0) + sum(POINTS.get(name, 0.0) for name in properties(echo, edited))
    return 1 / (1 + math.exp(-total))


def properties(echo: Echo, edited: str) -> tuple[str, ...]:
    """What is known of an echo, in steps; `edited` is the path of the edit."""
    one, made = echo.replacement, echo.made
    own = echo.path == edited
    where = "file" if own else "folder" if same_folder(echo.path, edited) else "far"
    beside = "own" if own else "other"
    longest = max(map(len, _WORD.findall(one.old)), default=0)
    context = min(echo.left, 4) + min(echo.right, 4)
    seen = _step(made.times, 2, 3, 5, 9)
    return (
        f"kind={_kind(one.old, one.new)}",
        f"joined={one.joined}",
        f"word={_step(longest, 1, 3, 5, 8, 12)}",
        f"left={_step(echo.left, 1, 2, 3, 4, 6)}",
        f"right={_step(echo.right, 1, 2, 3, 4, 6)}",
        f"line={echo.begins:d}{echo.ends:d}",
        f"context={_step(context, 1, 3, 5, 7)}/{_step(made.times, 2, 4)}",
        f"where={where}",
        f"seen={seen}/{where}",
        f"here={_step(made.by_path[echo.path], 1, 2, 3, 5, 9)}/{beside}",
        f"files={_step(len(made.by_path), 2, 3, 5)}/{where}",
        f"standing={_step(echo.standing, 2, 4, 8, 15, 30, 80)}",
        f"own={_step(echo.standing_own, 1, 2, 4, 8, 15)}/{beside}",
        f"in_file={_step(echo.standing_here, 2, 4, 8, 15, 30)}",
        f"side={'behind' if echo.start > one.start else 'before'}/{beside}" if own else "side=other",
        f"skipped={_step(echo.skipped, 1, 2, 5, 12)}/{beside}",
        f"zone={one.zone or 'code'}/{'same' if echo.zone == one.zone else 'other'}",
    )


def _kind(old: str, new: str) -> str:
    name = "deleted" if not new.strip() else "inserted" if not old.strip() else "replaced"
    return name + "_lines" * ("\n" in old.strip() or "\n" in new.strip())


def _step(value: int, *edges: int) -> int:
    """How many of the edges a value reaches."""
    return sum(value >= edge for edge in edges)
