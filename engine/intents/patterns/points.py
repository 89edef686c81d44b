"""The score card of echoes."""

from __future__ import annotations

from typing import Final

POINTS: Final[dict[str, float]] = {}
