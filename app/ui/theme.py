"""Light or dark, as the terminal says."""

from __future__ import annotations

from collections.abc import Mapping

DARK, LIGHT = "textual-dark", "textual-light"
LIGHT_BACKGROUNDS = frozenset({"7", "15"})
"""The colours of the sixteen that terminals name in COLORFGBG for a light background."""


def theme_for(env: Mapping[str, str]) -> str:
    """The theme that suits the terminal: COLORFGBG ends in its background; dark where it says nothing."""
    background = env.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in LIGHT_BACKGROUNDS else DARK


def other(theme: str) -> str:
    """The opposite theme."""
    return DARK if theme == LIGHT else LIGHT
