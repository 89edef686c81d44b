"""Nights as a fortnight might leave them: published, kept, without data, unfinished."""

from __future__ import annotations

from engine.nights import Bin, Compared, Night, NightOutcome, Taste

AT = 1_795_573_800.0
"""A night's beginning, in seconds since the epoch."""
BASE = "ab" * 32

PUBLISHED = Night(
    id="2026-11-25T02-30-00",
    started=AT,
    base=BASE,
    outcome=NightOutcome.PUBLISHED,
    reason="Better on held-out decisions by 8.1 points [2.3, 14.0], and nothing else fell.",
    ended=AT + 1100,
    step="publish",
    tuples={"rejected": 61, "corrected": 24, "made_by_hand": 40, "history": 87},
    from_decisions=125,
    from_history=87,
    held=43,
    left_out={"secret": 2, "another model": 11},
    minutes={"collect": 1.2, "split": 0.0, "train": 12.4, "export": 0.3, "gate": 4.5, "publish": 0.0},
    peak_mb=1534.2,
    steps=260,
    loss_first=0.693,
    loss_last=0.412,
    figures={
        "preference": Compared(0.605, 0.686, 0.023, 0.140, 43),
        "acceptance": Compared(0.418, 0.487, -0.012, 0.131, 212),
        "generation": Compared(0.121, 0.149, 0.004, 0.052, 40),
        "activity": Compared(0.310, 0.305, -0.021, 0.011, 187),
        "quiet": Compared(0.931, 0.940, -0.006, 0.024, 120),
        "completion": Compared(0.552, 0.610, -0.020, 0.130, 58),
    },
    yesterday=Compared(0.651, 0.686, -0.023, 0.093, 43),
    by_intent={"rename": Compared(0.61, 0.66, -0.02, 0.11, 101), "import": Compared(0.2, 0.45, 0.1, 0.4, 20)},
    calibration_before=(Bin(0.15, 0.05, 60), Bin(0.45, 0.2, 41), Bin(0.7, 0.41, 70), Bin(0.93, 0.7, 90)),
    calibration_after=(Bin(0.12, 0.06, 66), Bin(0.42, 0.38, 40), Bin(0.71, 0.66, 66), Bin(0.94, 0.9, 89)),
    tastes=(
        Taste("rename", "", 0.71, 0.66, 58),
        Taste("rename", "node:docstring", 0.64, 0.18, 14),
        Taste("import", "", 0.62, 0.44, 20),
    ),
    adapter="0a1b2c3d4e5f",
    adapter_before="99aa88bb77cc",
)
KEPT = Night(
    id="2026-11-24T02-30-00",
    started=AT - 86_400,
    base=BASE,
    outcome=NightOutcome.KEPT,
    reason="Activity fell by 9.0 points on held-out commits.",
    ended=AT - 85_000,
    tuples={"rejected": 50},
    from_decisions=50,
    held=12,
    minutes={"collect": 1.0, "train": 9.0, "gate": 3.0},
    steps=200,
    loss_first=0.69,
    loss_last=0.52,
    figures={
        "preference": Compared(0.58, 0.6, -0.05, 0.09, 12),
        "activity": Compared(0.31, 0.22, -0.12, -0.06, 180),
    },
    adapter="0123456789ab",
)
NO_DATA = Night(
    id="2026-11-23T02-30-00",
    started=AT - 2 * 86_400,
    base=BASE,
    outcome=NightOutcome.NO_DATA,
    reason="9 tuples are too few to learn from; 40 are needed.",
    ended=AT - 2 * 86_400 + 60,
)
UNFINISHED = Night(id="2026-11-26T02-30-00", started=AT + 86_400, base=BASE, step="train")
ALL = (PUBLISHED, KEPT, NO_DATA)
