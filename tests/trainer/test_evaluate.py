"""Measures and calibration against numbers worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.model.calibrate import Calibration, Sigmoid
from engine.model.vocabulary import INTENTS
from engine.types import IntentKind
from trainer import calibrate
from trainer.calibrate import Asked
from trainer.evaluate import (
    Decided,
    compare,
    figures,
    frontier,
    frontier_table,
    intents_table,
    report,
    save,
    table,
    threshold_for,
)
from trainer.measures import (
    Floats,
    auc,
    calibration_error,
    log_loss,
    precision_at,
    precision_recall,
    sigmoid,
)

RENAME, REPEAT, IMPORT = (INTENTS[kind] for kind in (IntentKind.RENAME, IntentKind.REPEAT, IntentKind.IMPORT))


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


def _asked(logits: Floats, labels: NDArray[np.bool_], intents: NDArray[np.int64], rules: Floats) -> Asked:
    sources = np.array(["one", "two", "three", "four"])[np.arange(len(logits)) % 4]
    return Asked(logits, labels, intents, rules, sources)


def _drawn(count: int = 4000) -> tuple[Floats, NDArray[np.bool_]]:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, count)
    return logits, rng.random(count) < sigmoid(0.5 * logits - 1)


def test_an_intent_is_the_models_where_it_has_decisions_and_beats_the_rule() -> None:
    logits, labels = _drawn()
    intents = np.array([RENAME, REPEAT])[(np.arange(4000) >= 2000).astype(int)]
    intents[-10:] = IMPORT
    rules = np.where(intents == REPEAT, np.where(labels, 0.9999, 0.0001), 0.5)
    found = calibrate.fit_intents(_asked(logits, labels, intents, rules))
    assert set(found.by_intent) == {IntentKind.RENAME}, "repeats are the rule's, imports are too few"
    assert found.by_intent[IntentKind.RENAME].a == pytest.approx(0.5, abs=0.1)


def test_chances_of_other_repositories_are_honest() -> None:
    logits, labels = _drawn()
    asked = _asked(logits, labels, np.full(4000, RENAME), np.full(4000, 0.9))
    assert calibration_error(calibrate.left_out(asked), labels) < 0.03
    calibration = calibrate.fit_intents(asked)
    shown = calibrate.table(asked, calibration)
    assert shown.count("model") == 2 and "rename" in shown


def test_chances_are_those_that_the_engine_computes() -> None:
    logits = np.array([-3.0, 0.0, 2.0])
    named = Calibration({IntentKind.RENAME: Sigmoid(2.0, -1.0)}, Sigmoid(0.5, 0.2))
    for kind, calibration in ((IntentKind.RENAME, named), (IntentKind.REPEAT, Calibration())):
        asked = _asked(logits, logits > 0, np.full(3, INTENTS[kind]), np.full(3, 0.7))
        ours = calibrate.chances(asked, calibration)
        assert ours == pytest.approx([calibration.p(kind, one) for one in logits])
    asked = _asked(logits, logits > 0, np.full(3, REPEAT), np.full(3, 0.7))
    assert calibrate.chances(asked, named) == pytest.approx([0.7] * 3), "the rule decides what is not named"


def test_figures_by_intent_are_set_side_by_side() -> None:
    base, model = _decided([0.9, 0.9, 0.9, 0.9, 0.1]), _decided([0.9, 0.8, 0.2, 0.1, 0.9])
    shown = intents_table(base, model, Calibration({IntentKind.RENAME: Sigmoid()}))
    assert "| rename | 3 | 0.667 | model | 1.000 / 0.500 |" in shown
    assert "| repeat | 2 | 0.500 | rule | 1.000 / 0.000 |" in shown


def test_log_loss_and_precision_by_hand() -> None:
    assert log_loss([0.5, 0.5], [1, 0]) == pytest.approx(np.log(2))
    assert log_loss([1.0], [0]) == pytest.approx(-np.log(1e-3))
    scores, labels = [0.9, 0.8, 0.7, 0.6], [1, 0, 1, 1]
    assert [precision_at(scores, labels, recall) for recall in (0.3, 0.6, 1.0)] == [1.0, 2 / 3, 3 / 4]
    assert np.isnan(precision_at([0.5], [0], 0.5))


def test_a_rule_that_knows_something_else_is_heard() -> None:
    rng = np.random.default_rng(2)
    logits, rules = rng.normal(0, 2, 8000), rng.uniform(0.05, 0.95, 8000)
    labels = rng.random(8000) < sigmoid(0.5 * logits + 0.7 * calibrate.odds(rules) - 1)
    found = calibrate.fit(logits, labels, rules)
    assert (found.a, found.b, found.c) == pytest.approx((0.5, -1.0, 0.7), abs=0.1)
