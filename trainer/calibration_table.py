"""What an adapter would show of places whose truth is known, as its base shows it and as it is calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from engine.model.calibrate import KEY, Calibration, parse
from engine.model.runtime import Runtime
from engine.types import IntentKind
from trainer.calibrator import facts, logits
from trainer.measures import Floats, auc, calibration_error, log_loss
from trainer.tables import aligned
from trainer.tuples import Outcome

HEAD: Final = ("", "asks", "shown", "right of these", "of the right", "AUC", "log loss", "error")
_KINDS: Final = {kind.value: kind for kind in IntentKind}


def table(
    base: Path, adapter: Path, calibration: Calibration, held: Sequence[Outcome], least: float, threads: int
) -> str:
    """The model, its adapter read as the model is, and with its own calibration; shown is from `least` on.

    Places of which only the rule decides are left out. Raises ModelProblem.
    """
    asked = [one for one in held if one.label is not None and one.intent in _KINDS]
    runtime = Runtime(base, threads)
    try:
        own = parse(runtime.metadata(KEY))
        off = logits(asked, runtime)
        runtime.set_adapter(adapter)
        on = logits(asked, runtime)
    finally:
        runtime.close()
    arms = {"model": (own, off), "adapter, read alike": (own, on), "adapter, calibrated": (calibration, on)}
    return aligned([HEAD, *(_row(name, asked, chances(asked, *arm), least) for name, arm in arms.items())])


def chances(outcomes: Sequence[Outcome], calibration: Calibration, scores: Floats) -> Floats:
    """The chance of each outcome's action by its logit and rule."""
    found = [
        calibration.p(_KINDS[one.intent], float(score), one.rule, facts(one))
        if calibration.hears(_KINDS[one.intent])
        else calibration.ruled(_KINDS[one.intent], one.rule)
        for one, score in zip(outcomes, scores, strict=True)
    ]
    return np.array(found, dtype=np.float64)


def _row(name: str, outcomes: Sequence[Outcome], chance: Floats, least: float) -> tuple[str, ...]:
    right = np.array([one.right for one in outcomes], dtype=np.bool_)
    shown = chance >= least
    hits = int((shown & right).sum())
    figures = (
        float(shown.mean()) if len(shown) else float("nan"),
        hits / max(1, int(shown.sum())),
        hits / max(1, int(right.sum())),
        auc(chance, right),
        log_loss(chance, right),
        calibration_error(chance, right),
    )
    return (name, str(len(outcomes)), *(f"{figure:.3f}" for figure in figures))
