"""A taste by facts: what is turned down in one kind of place is shown less there, and elsewhere as before."""

from __future__ import annotations

import numpy as np
import pytest

from engine.model import vocabulary as v
from engine.model.calibrate import Sigmoid
from engine.types import Distance, NodeKind
from trainer.sigmoids import FIRM, LOOSE, SLIGHT, Evidence, apart, chances, fitted, surprise, under

CODE = (v.NODES[NodeKind.CALL], v.DISTANCES[Distance.FAR])
WORDS = (v.NODES[NodeKind.DOCSTRING], v.DISTANCES[Distance.FAR])
START = Sigmoid(1.0, 0.0, 0.5)


def evidence(
    *groups: tuple[int, tuple[int, ...], bool], own: bool = True, at: float = 0.0, logit: float = 0.8
) -> Evidence:
    """Groups of (count, facts, right), one question each, alternating."""
    rows = [(facts, right) for count, facts, right in groups for _ in range(count)]
    count = len(rows)
    order = np.random.default_rng(1).permutation(count)
    return Evidence(
        np.full(count, logit),
        np.full(count, 0.6),
        np.array([rows[n][1] for n in order]),
        np.ones(count),
        np.full(count, own),
        tuple(rows[n][0] for n in order),
        at + np.arange(count, dtype=np.float64),
    )


def p(one: Sigmoid, facts: tuple[int, ...]) -> float:
    return one.apply(0.8, 0.6, facts)


def test_what_is_turned_down_in_docstrings_alone_is_shown_no_more_there_alone() -> None:
    after = fitted(evidence((25, WORDS, False), (60, CODE, True)), START)
    assert p(START, WORDS) == p(START, CODE) > 0.7
    assert p(after, WORDS) < 0.35 and p(after, CODE) > 0.7
    assert after.shifts[v.NODES[NodeKind.DOCSTRING]] < -1
    assert abs(after.shifts.get(v.DISTANCES[Distance.FAR], 0.0)) < 0.5


def test_what_all_places_have_in_common_moves_the_level_alone() -> None:
    after = fitted(evidence((30, CODE, False)), START)
    assert after.b < -1.5 and all(abs(shift) < 0.6 for shift in after.shifts.values())


def test_a_few_decisions_among_like_ones_move_little() -> None:
    """Three docstrings turned down and one taken do not yet prove a taste."""
    after = fitted(evidence((3, WORDS, False), (1, WORDS, True), (10, CODE, True), (3, CODE, False)), START)
    assert not apart(evidence((3, WORDS, False), (10, CODE, True), (3, CODE, False)), START)
    assert p(after, WORDS) > 0.55


def test_a_person_unlike_the_histories_is_found_by_their_own_later_decisions() -> None:
    all_wrong, as_said = evidence((15, CODE, False)), evidence((45, CODE, True), (15, CODE, False))
    assert apart(all_wrong, START) and not apart(as_said, START)
    assert surprise(all_wrong, START, LOOSE) < surprise(all_wrong, START, FIRM)
    assert under(LOOSE, all_wrong, START).b < under(FIRM, all_wrong, START).b


def test_one_question_is_no_taste_however_many_places_it_has() -> None:
    found = evidence((40, CODE, False))
    once = Evidence(
        found.logits, found.rules, found.right, found.weights, found.own, found.facts, found.at * 0
    )
    assert not apart(once, START)


def test_facts_of_histories_alone_have_no_shift() -> None:
    """Only what a person decided speaks of a taste."""
    after = under(FIRM, evidence((50, WORDS, False), own=False), START)
    assert after.shifts == {}


def test_slight_shifts_are_left_out() -> None:
    after = fitted(evidence((21, WORDS, True), (21, CODE, True), (9, WORDS, False), (9, CODE, False)), START)
    assert all(abs(shift) >= SLIGHT for shift in after.shifts.values())


def test_chances_hear_the_facts() -> None:
    found = evidence((1, WORDS, True), (1, CODE, True))
    one = Sigmoid(1.0, 0.0, 0.0, {v.NODES[NodeKind.DOCSTRING]: -2.0})
    by_facts = dict(zip(found.facts, chances(found, one), strict=True))
    assert by_facts[CODE] == pytest.approx(one.apply(0.8), abs=1e-9)
    assert by_facts[WORDS] == pytest.approx(one.apply(-1.2), abs=1e-9)
