"""What a person reads of a night."""

from __future__ import annotations

from collections.abc import Mapping

from engine.nights import Compared, Night
from trainer.tables import aligned


def text(night: Night) -> str:
    """The night as a few lines and a table of its figures."""
    parts = [f"Night {night.id}: {night.outcome}. {night.reason}"]
    if night.tuples:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(night.tuples.items()))
        parts.append(f"{night.counted()} tuples learnt from ({counts}), {night.held} held out")
    if night.left_out:
        parts.append("left out: " + ", ".join(f"{count} {why}" for why, count in night.left_out.items()))
    if night.loss_first is not None and night.loss_last is not None:
        parts.append(f"{night.steps} steps, loss {night.loss_first:.3f} to {night.loss_last:.3f}")
    if night.minutes:
        spent = ", ".join(f"{name} {minutes:.1f}" for name, minutes in night.minutes.items())
        parts.append(
            f"{sum(night.minutes.values()):.1f} minutes ({spent}), at most {night.peak_mb:.0f} MB of memory"
        )
    found = "\n".join(parts)
    figures = {**night.figures, **{f"  {name}": one for name, one in night.by_intent.items()}}
    return found + (f"\n\n{table(figures)}" if figures else "")


def table(figures: Mapping[str, Compared]) -> str:
    """Figures before and after, with the interval of the difference."""
    rows: list[tuple[str, ...]] = [("figure", "before", "after", "difference (95 %)", "of")]
    rows += [
        (name, f"{one.before:.3f}", f"{one.after:.3f}", f"{one.low:+.3f} to {one.high:+.3f}", str(one.of))
        for name, one in figures.items()
    ]
    return aligned(rows)
