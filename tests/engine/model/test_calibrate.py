"""Calibration: the sigmoid, the doubt about a draft, and what a model's metadata may say."""

from __future__ import annotations

import logging
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import vocabulary as v
from engine.model.calibrate import FLOOR, Calibration, Sigmoid, dump, parse
from engine.types import IntentKind, NodeKind

FINITE = st.floats(-1e6, 1e6)


@given(FINITE, FINITE, FINITE)
def test_p_is_a_probability(a: float, b: float, logit: float) -> None:
    assert 0 <= Sigmoid(a, b).apply(logit) <= 1


def test_a_sigmoid_without_parameters_is_the_plain_one() -> None:
    assert Sigmoid().apply(0) == 0.5
    assert Sigmoid().apply(2) == pytest.approx(0.880797)
    assert Sigmoid(a=2, b=-1).apply(0.5) == 0.5


def test_an_intent_without_parameters_takes_the_default() -> None:
    calibration = parse(
        '{"rename": {"a": 0, "b": 5}, "default": {"a": 0, "b": -5}, "future": {"a": 1, "b": 0}}'
    )
    assert calibration.p(IntentKind.RENAME, 0) > 0.99
    assert calibration.p(IntentKind.REPEAT, 0) < 0.01
    assert calibration.floor == FLOOR


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "3",
        '{"rename": 1}',
        '{"rename": {"a": 1}}',
        '{"rename": {"a": 1, "b": 0, "shifts": 3}}',
        '{"chain": {}}',
    ],
)
def test_what_is_not_understood_is_the_identity(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert parse(text) == Calibration()
    assert "calibration" in caplog.text
    assert parse(None) == Calibration()


@given(
    st.dictionaries(st.sampled_from(IntentKind), st.builds(Sigmoid, FINITE, FINITE, FINITE)),
    st.none() | FINITE,
)
def test_what_the_trainer_writes_reads_back(kinds: dict[IntentKind, Sigmoid], floor: float | None) -> None:
    calibration = Calibration(kinds, Sigmoid(2.0, 1.0), floor)
    assert parse(dump(calibration)) == calibration


def test_shifts_are_read_back_and_move_the_sites_that_have_the_fact() -> None:
    words = v.NODES[NodeKind.DOCSTRING]
    taught = Calibration({IntentKind.RENAME: Sigmoid(1.0, 0.5, 0.2, {words: -1.5})})
    assert parse(dump(taught)) == taught and '"<|node:docstring|>": -1.5' in dump(taught)
    assert taught.p(IntentKind.RENAME, 1.0, 0.5, (words,)) == pytest.approx(0.5)
    assert taught.p(IntentKind.RENAME, 1.0, 0.5) == taught.p(
        IntentKind.RENAME, 1.0, 0.5, (v.NODES[NodeKind.CALL],)
    )


def test_a_fact_of_a_later_version_is_left_out() -> None:
    told = '{"rename": {"a": 1.0, "b": 0.0, "shifts": {"<|node:poem|>": 3.0, "<|node:call|>": 1.0}}}'
    assert parse(told).by_intent[IntentKind.RENAME].shifts == {v.NODES[NodeKind.CALL]: 1.0}


def test_doubt_begins_below_the_floor() -> None:
    calibration = Calibration(floor=-3.0)
    assert calibration.doubt(-30, 10) == 1
    assert calibration.doubt(-40, 10) == pytest.approx(math.exp(-1))
    assert calibration.doubt(-1e9, 10) == 0
    assert Calibration(floor=None).doubt(-1e9, 10) == 1


def test_the_rule_has_its_say_where_the_calibration_gives_it_one() -> None:
    both = Sigmoid(1.0, 0.0, 0.5)
    assert both.apply(0.0, 0.9) == pytest.approx(0.75) and both.apply(0.0, 0.5) == 0.5
    assert Sigmoid().apply(1.0, 0.9) == Sigmoid().apply(1.0, 0.1)
    assert both.apply(0.0, 1.0) == both.apply(0.0, 0.98) < 1
    assert parse('{"default": {"a": 1.0, "b": 0.0}}').default.c == 0.0


def test_an_intent_with_a_flat_sigmoid_is_the_rules_and_believed_as_far_as_it_says() -> None:
    calibration = Calibration(
        {IntentKind.RENAME: Sigmoid(1.0, 0.0), IntentKind.OVERRIDE: Sigmoid(0.0, -1.0, 1.0)}
    )
    hears = {kind: calibration.hears(kind) for kind in IntentKind}
    assert hears.pop(IntentKind.RENAME) and not any(hears.values())
    assert calibration.ruled(IntentKind.OVERRIDE, 0.8) == pytest.approx(4 / (4 + math.e))
    assert calibration.ruled(IntentKind.REFINE, 0.8) == 0.8
    assert all(Calibration().hears(kind) for kind in IntentKind)
