"""Measures and calibration against numbers worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.model.calibrate import Calibration, Sigmoid
from engine.model.vocabulary import INTENTS
from engine.types import IntentKind
from trainer import calibrate
from trainer.evaluate import (
    Decided,
    compare,
    figures,
    frontier,
    frontier_table,
    report,
    save,
    table,
    threshold_for,
)
from trainer.measures import auc, calibration_error, precision_recall, sigmoid

RENAME, REPEAT = INTENTS[IntentKind.RENAME], INTENTS[IntentKind.REPEAT]


def _decided(chances: list[float]) -> Decided:
    """Three points: one with two right sites and a wrong one, one where nothing follows, one right."""
    return Decided(
        chances=np.array(chances),
        labels=np.array([True, True, False, False, True]),
        intents=np.array([RENAME] * 3 + [REPEAT] * 2),
        points=np.array([0, 0, 0, 1, 2]),
        scenarios=np.array(["a", "a", "a", "b", "a"]),
        quiet=np.array([False, False, False, True, False]),
    )


def test_figures_by_hand() -> None:
    one = figures(_decided([0.9, 0.4, 0.6, 0.7, 0.8]), 0.5)
    assert one.acceptance == pytest.approx(2 / 4)
    assert one.recall == pytest.approx(2 / 3)
    assert one.activity == 1.0
    assert one.shown == pytest.approx(4 / 3)
    assert one.quiet == 0.0
    assert one.clean == pytest.approx(1 / 3)


def test_nothing_shown_divides_by_nothing() -> None:
    one = figures(_decided([0.1] * 5), 0.5)
    assert (one.acceptance, one.recall, one.activity, one.quiet, one.points) == (0.0, 0.0, 0.0, 1.0, 3)


def test_the_threshold_is_found_for_an_activity() -> None:
    decided = _decided([0.9, 0.4, 0.6, 0.3, 0.2])
    threshold = threshold_for(decided, 1 / 3, lambda one: one.activity)
    assert figures(decided, threshold).activity == pytest.approx(1 / 3)


def test_a_better_arm_accepts_more_at_the_same_activity(tmp_path: Path) -> None:
    base, model = _decided([0.9, 0.9, 0.9, 0.9, 0.1]), _decided([0.9, 0.8, 0.2, 0.1, 0.9])
    arms = compare(base, model)["all"]
    assert arms["model, same activity"].activity == pytest.approx(arms["structure"].activity)
    assert arms["model, same activity"].acceptance > arms["structure"].acceptance
    found = report(base, model)
    save(tmp_path / "evaluation.json", found)
    assert json.loads((tmp_path / "evaluation.json").read_text())["auc"]["model"] == 1.0
    assert "| all (3) | model |" in table(compare(base, model))


def test_the_frontier_has_a_row_for_each_activity() -> None:
    base, model = _decided([0.9, 0.9, 0.9, 0.9, 0.1]), _decided([0.9, 0.8, 0.2, 0.1, 0.9])
    shown = [one.shown for one in frontier(model)]
    assert shown == sorted(shown)
    assert frontier_table(base, model).count("\n") == len(shown) + 1


def test_auc_by_hand() -> None:
    assert auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == pytest.approx(0.75)
    assert auc([1, 1, 1], [0, 1, 1]) == pytest.approx(0.5)
    assert np.isnan(auc([1, 2], [1, 1]))


def test_precision_and_recall_by_hand() -> None:
    assert precision_recall([0.5, 0.9, 0.2], [1, 0, 1]) == (0.5, 0.5)
    assert precision_recall([0.1], [1]) == (0.0, 0.0)


def test_calibration_error_by_hand() -> None:
    assert calibration_error([0.9, 0.9, 0.1, 0.1], [1, 1, 0, 0]) == pytest.approx(0.1)
    assert calibration_error([0.75] * 4, [1, 1, 1, 0]) == pytest.approx(0.0)


def test_the_fit_recovers_its_parameters() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, 20_000)
    labels = rng.random(20_000) < sigmoid(0.6 * logits - 0.7)
    found = calibrate.fit(logits, labels)
    assert found.a == pytest.approx(0.6, abs=0.03)
    assert found.b == pytest.approx(-0.7, abs=0.06)


def test_labels_that_are_all_alike_do_not_run_away() -> None:
    found = calibrate.fit(np.linspace(-2, 2, 50), np.ones(50, dtype=bool))
    assert np.isfinite([found.a, found.b]).all()
    assert sigmoid(found.a * 0 + found.b) > 0.9


def test_an_intent_with_few_decisions_takes_the_common_fit() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, 1000)
    intents = np.where(np.arange(1000) < 990, RENAME, REPEAT)
    found = calibrate.fit_intents(logits, rng.random(1000) < sigmoid(logits), intents)
    assert set(found.by_intent) == {IntentKind.RENAME}
    chances = calibrate.chances(np.array([1.0]), np.array([REPEAT]), found)
    assert chances[0] == pytest.approx(found.default.apply(1.0))


def test_chances_are_those_that_the_engine_computes() -> None:
    calibration = Calibration({IntentKind.RENAME: Sigmoid(2.0, -1.0)}, Sigmoid(0.5, 0.2))
    logits = np.array([-3.0, 0.0, 2.0])
    for kind in (IntentKind.RENAME, IntentKind.REPEAT):
        ours = calibrate.chances(logits, np.full(3, INTENTS[kind]), calibration)
        assert ours == pytest.approx([calibration.p(kind, one) for one in logits])
