"""What an answer says of itself: why nothing is shown, and a line for every place that was considered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.session.thinking import Question, Thought
from engine.types import Candidate

SHORTEST_DETAIL: Final = 24
"""Characters of an old or new text that are shown."""


def silence_reason(thought: Thought, question: Question) -> str:
    """Why nothing is shown, in a sentence."""
    if question.said.by == "ripple":
        return "chain complete"
    if not thought.sites and not thought.considered and not question.carried:
        return "nothing follows from this edit"
    if not thought.left_out:
        return "none of the places that could follow has a text to propose"
    reasons = [reason for _, reason in thought.left_out]
    best = max((candidate.p for candidate, _ in thought.left_out), default=0.0)
    if all(reason.startswith("p ") for reason in reasons):
        places = "1 place was" if len(reasons) == 1 else f"{len(reasons)} places were"
        return f"{places} considered, none sure enough (p at most {best:.2f})"
    checked = [reason for reason in reasons if not reason.startswith("p ")]
    return max(set(checked), key=lambda reason: (checked.count(reason), reason))


def details(thought: Thought, text_of: Callable[[str], str | None]) -> tuple[str, ...]:
    """One line for each place that was considered."""
    shown = [f"{_place(c, text_of)}: shown" for c in thought.kept]
    left_out = (f"{_place(c, text_of)}: {reason}" for c, reason in thought.left_out)
    return (*shown, *left_out, *thought.heard)


def _place(candidate: Candidate, text_of: Callable[[str], str | None]) -> str:
    site = candidate.site
    line = (text_of(site.path) or "").count("\n", 0, site.start) + 1
    change = f"{_short(site.old)} → {_short(candidate.new)}"
    return f"{site.path}:{line} {change} (p {candidate.p:.2f}, {site.why})"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHORTEST_DETAIL else flat[: SHORTEST_DETAIL - 1] + "…"
