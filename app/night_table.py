"""The nights as lines of text: a table of them, and all there is to tell of one. Shares are in percent."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.nights import Compared, Night, NightOutcome, Taste

FIGURES: Final = ("preference", "acceptance", "generation", "activity", "reach", "quiet", "completion")
"""The figures of the gate in the order of telling; others follow them."""
NO_NIGHT: Final = (
    "No night yet. `ripple nightly run` trains one from your decisions and your projects' histories now,",
    "`ripple nightly install` has one begun every night, and the terminal app offers one when you pause.",
)
DASH: Final = "–"


def table(nights: Sequence[Night]) -> list[str]:
    """One line a night under a head, then its reason."""
    head = ("night", "outcome", "pairs", "min", "loss", *FIGURES[:4], "adapter")
    rows = [head, *(_row(night) for night in nights)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines: list[str] = []
    for number, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
        if number and (reason := nights[number - 1].reason):
            lines.append(f"    {reason}")
    return lines


def details(night: Night) -> list[str]:
    """Everything about one night, in lines of at most some sixty characters but for its reason."""
    lines = [f"{outcome(night)}{f': {night.reason}' if night.reason else ''}", ""]
    lines.append(f"{_count(night.counted(), 'pair')} to learn from, {night.held} held out")
    if night.counted():
        lines.append(f"  {night.from_decisions} of decisions, {night.from_history} of histories")
        lines.append(f"  {_listed(night.tuples)}")
    if night.left_out:
        lines.append(f"  left out: {_listed(night.left_out)}")
    if night.minutes:
        parts = ", ".join(f"{step} {minutes:.1f}" for step, minutes in night.minutes.items())
        lines.append(f"{total(night):.1f} minutes: {parts}")
    if night.loss_first is not None:
        lines.append(f"loss {loss(night)} in {_count(night.steps, 'step')}")
    if night.peak_mb:
        lines.append(f"{night.peak_mb:,.0f} MB of memory at most")
    if night.adapter:
        lines.append(f"adapter {night.adapter}, before it {night.adapter_before or 'none'}")
    lines += _tastes(night.tastes)
    yesterday = (("on yesterday", night.yesterday),) if night.yesterday else ()
    lines += _compared("figure", (*ordered(night.figures), *yesterday))
    lines += _compared("acceptance of", tuple(night.by_intent.items()))
    return lines


def when(night: Night) -> str:
    """When it began, on the person's clock."""
    return time.strftime("%d %b %H:%M", time.localtime(night.started))


def outcome(night: Night) -> str:
    """How it ended, or where it is."""
    if night.outcome is NightOutcome.RUNNING:
        return f"unfinished, in step {night.step}" if night.step else "unfinished"
    return night.outcome.value


def total(night: Night) -> float:
    """Minutes over all steps."""
    return sum(night.minutes.values())


def loss(night: Night) -> str:
    """The loss at the beginning and at the end."""
    if night.loss_first is None or night.loss_last is None:
        return DASH
    return f"{night.loss_first:.3f} → {night.loss_last:.3f}"


def ordered(figures: Mapping[str, Compared]) -> tuple[tuple[str, Compared], ...]:
    """The figures, those that are known first and in their order."""
    known = [name for name in FIGURES if name in figures]
    return tuple((name, figures[name]) for name in [*known, *(one for one in figures if one not in FIGURES)])


def _row(night: Night) -> tuple[str, ...]:
    figures = (night.figures.get(name) for name in FIGURES[:4])
    changes = (f"{_percent(one.before)} → {_percent(one.after)}" if one else DASH for one in figures)
    minutes = f"{total(night):.0f}" if night.minutes else DASH
    adapter = night.adapter if night.outcome is NightOutcome.PUBLISHED else DASH
    return (night.id, outcome(night), str(night.counted()), minutes, loss(night), *changes, adapter)


def _compared(head: str, figures: Sequence[tuple[str, Compared]]) -> list[str]:
    """A table of figures without and with the adapter."""
    if not figures:
        return []
    lines = ["", f"{head:<13}{'before':>7}{'after':>7}  change [95 %]      cases"]
    for name, one in figures:
        change = f"{_signed(one.after - one.before)} [{_signed(one.low)} {_signed(one.high)}]"
        lines.append(
            f"{name[:12]:<13}{_percent(one.before):>7}{_percent(one.after):>7}  {change:<19}{one.of:>5}"
        )
    return lines


def _tastes(tastes: Sequence[Taste]) -> list[str]:
    """How likely what was decided is held to be right, by intent and kind of place."""
    if not tastes:
        return []
    lines = ["", f"{'your taste':<24}{'before':>7}{'after':>7}  decisions"]
    for one in tastes:
        name = f"  {one.fact.partition(':')[2].replace('_', ' ')}" if one.fact else one.intent
        lines.append(f"{name[:23]:<24}{_percent(one.before):>7}{_percent(one.after):>7}{one.of:>11}")
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in _largest_first(counts.items()))


def _largest_first(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda one: (-one[1], one[0]))
