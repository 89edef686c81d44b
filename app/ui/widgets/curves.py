"""The curves of the nights' screen: days, intents, confidence. Shares are drawn in percent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual_plotext import PlotextPlot

from engine.nights import Bin, Night
from engine.records import Confidence, Day, Diary

ACCEPTANCE, GENERATION, ACTIVITY, PALE = "green", "cyan", "orange", "gray"
LINE: Final = "braille"
NAMED_DAYS: Final = 6
"""How many days have their date under the curve."""
INTENT: Final = 10
"""Cells for the name of an intent."""


class Curve(PlotextPlot):
    """A plot with a title, drawn anew from what it is given."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__(id=name, classes="curve")
        self.border_title = title

    def begin(self) -> None:
        """An empty plot."""
        self.plt.clear_figure()
        self.plt.frame(False)
        self.plt.grid(False, False)

    def nothing(self, why: str) -> None:
        """A word in place of a curve."""
        self.begin()
        self.plt.xlim(0, 1)
        self.plt.ylim(0, 1)
        self.plt.xticks([])
        self.plt.yticks([])
        self.plt.text(why, 0.5, 0.5, alignment="center")
        self.refresh()


class DayCurve(Curve):
    """Acceptance, generation ratio and activity over the days."""

    def __init__(self) -> None:
        super().__init__("By day, %", "by-day")

    def show(self, days: Sequence[Day]) -> None:
        """Draw the days, oldest first; a day without a figure has no point."""
        if not any(day.activity is not None or day.acceptance is not None for day in days):
            self.nothing("nothing was decided yet")
            return
        self.begin()
        for name, colour, shares in (
            ("acceptance", ACCEPTANCE, [day.acceptance for day in days]),
            ("generation", GENERATION, [day.generation for day in days]),
            ("activity", ACTIVITY, [day.activity for day in days]),
        ):
            points = [(at, 100 * share) for at, share in enumerate(shares) if share is not None]
            if points:
                draw = self.plt.plot if len(points) > 1 else self.plt.scatter
                draw(*map(list, zip(*points, strict=True)), color=colour, marker=LINE, label=name)
        step = max(1, -(-len(days) // NAMED_DAYS))
        named = range(0, len(days), step)
        self.plt.xticks([float(at) for at in named], [days[at].day[5:] for at in named])
        self.plt.xlim(-0.5, max(len(days) - 0.5, 0.5))
        self.plt.ylim(0, 100)
        self.plt.yticks([0, 50, 100])
        self.refresh()


class IntentCurve(Curve):
    """Acceptance by intent."""

    def __init__(self) -> None:
        super().__init__("Acceptance by intent, %", "by-intent")

    def show(self, diary: Diary) -> None:
        """Draw a bar for each intent that was decided about, the most shown on top."""
        known = [(one, one.acceptance) for one in diary.intents if one.acceptance is not None]
        if not known:
            self.nothing("nothing was decided yet")
            return
        self.begin()
        names = [f"{one.intent[:INTENT]} ({one.shown})" for one, _ in known]
        shares = [100 * share for _, share in known]
        self.plt.bar(names[::-1], shares[::-1], orientation="horizontal", width=0.3, color=ACCEPTANCE)
        self.plt.xlim(0, 100)
        self.plt.xticks([0, 50, 100])
        self.refresh()


class ConfidenceCurve(Curve):
    """How often what was said with some confidence was right; on the diagonal it is calibrated."""

    def __init__(self) -> None:
        super().__init__("Confidence: said and right, %", "confidence")

    def show(self, night: Night | None, diary: Diary) -> None:
        """Draw the night's replay without and with its adapter; where there is none, the decisions."""
        lines: list[tuple[str, str, Sequence[tuple[float, float]]]] = []
        if night is not None and night.calibration_after:
            lines.append(("before", ORANGE, _said(night.calibration_before)))
            lines.append(("after", ACCEPTANCE, _said(night.calibration_after)))
        elif diary.confidence:
            lines.append(("taken", ACCEPTANCE, _taken(diary.confidence)))
        if not lines:
            self.nothing("nothing was decided yet")
            return
        self.begin()
        self.plt.plot([0, 100], [0, 100], color=PALE, marker="dot")
        for name, colour, points in lines:
            draw = self.plt.plot if len(points) > 1 else self.plt.scatter
            if points:
                draw(*map(list, zip(*points, strict=True)), color=colour, marker=LINE, label=name)
        for axis in (self.plt.xlim, self.plt.ylim):
            axis(0, 100)
        self.plt.xticks([0, 50, 100])
        self.plt.yticks([0, 50, 100])
        self.refresh()


ORANGE: Final = ACTIVITY


def _said(bins: Sequence[Bin]) -> list[tuple[float, float]]:
    return [(100 * one.p, 100 * one.right) for one in bins]


def _taken(bins: Sequence[Confidence]) -> list[tuple[float, float]]:
    return [(100 * one.p, 100 * one.share) for one in bins]
