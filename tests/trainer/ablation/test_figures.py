"""Figures at fixed points against numbers worked out by hand, and what is shown of what was considered."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.model.calibrate import Calibration, Sigmoid
from engine.model.vocabulary import ASK
from engine.types import IntentKind
from trainer.ablation.answers import Answered, answered
from trainer.ablation.figures import Curve, coverage, curve, difference, figures, played, threshold_at
from trainer.ablation.points import Asking, Course, Place, Points
from trainer.ablation.report import report

PLAIN = Calibration({kind: Sigmoid() for kind in IntentKind}, floor=None)


def place(right: bool, intent: str = "signature", **more: object) -> Place:
    """The only place of the only window, unless more is said."""
    known: dict[str, object] = {"window": 0, "label": 0, "rule": 0.5, "tokens": 3, "p": 0.5}
    known |= {"shown": False, "taken": False, "refused": False}
    return Place(intent=intent, right=right, **(known | more))  # type: ignore[arg-type]


def question(*places: Place, by: str = "person", follows: bool = True) -> Asking:
    labelled = tuple(replace(one, label=n) if one.window == 0 else one for n, one in enumerate(places))
    return Asking(by, follows, ((ASK,) * len(places),), labelled)


def chance(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.log(np.array(values) / (1 - np.array(values)))


COURSES = [
    Course("o/a", "1", 20, (question(place(True, taken=True), place(False), place(True)),)),
    Course("o/b", "2", 20, (question(place(False), follows=False), question(place(True), by="ripple"))),
]
VALUES = chance(0.9, 0.8, 0.3, 0.1, 0.6)


def test_the_figures_of_two_commits() -> None:
    arm = answered(COURSES, VALUES, PLAIN)
    found = figures(COURSES, arm, 0.5, 0.5)
    assert found.activity == 0.5  # one of two saves; a question behind an accepted chain is none
    assert found.acceptance == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.first == 1.0
    assert found.completion == 0.5
    assert found.generation == pytest.approx(
        6 / 40
    )  # of the first chain only what stands before the wrong one
    assert found.quiet == 1.0
    assert found.prefix == pytest.approx(math.log(0.9))
    assert found.actions == 1.5


def test_a_rule_has_its_own_threshold_and_its_chance_whatever_the_model_says() -> None:
    ruled = place(True, window=None, p=0.45)
    (arm,) = answered([Course("o/a", "1", 1, (question(ruled, place(True)),))], chance(0.01, 0.4), PLAIN)
    assert arm[0].shown(0.3, 0.4) == [0, 1]
    assert arm[0].shown(0.3, 0.5) == [1]


def test_what_verification_refused_is_not_shown_and_unsure_repeats_come_four_at_a_time() -> None:
    places = [place(True, "repeat") for _ in range(6)]
    places[1] = place(True, "repeat", refused=True)
    (arm,) = answered([Course("o/a", "1", 1, (question(*places),))], chance(*[0.6] * 6), PLAIN)
    assert arm[0].shown(0.5, 0.5) == [0, 2, 3, 4]
    (sure,) = answered([Course("o/a", "1", 1, (question(*places),))], chance(*[0.9] * 6), PLAIN)
    assert sure[0].shown(0.5, 0.5) == [0, 2, 3, 4, 5]


def test_sure_places_of_a_rename_agree() -> None:
    places = [place(True, "rename", rule=0.95) for _ in range(2)]
    (arm,) = answered([Course("o/a", "1", 1, (question(*places),))], chance(0.9, 0.2), PLAIN)
    assert arm[0].chances[0] < 0.9 and arm[0].chances[1] > 0.2


def test_coverage_is_by_intent() -> None:
    courses = [Course("o/a", "1", 1, (question(place(True), place(True, "import"), place(False, "import")),))]
    arm = answered(courses, chance(0.9, 0.1, 0.9), PLAIN)
    assert coverage(arm, 0.5, 0.5) == {"import": 0.0, "signature": 1.0}


def test_acceptance_at_an_activity_lies_between_its_neighbours() -> None:
    counts = [np.array([row]) for row in ([4, 2, 1], [8, 4, 1], [2, 2, 1])]
    one = Curve(np.array([0.1, 0.5, 0.9]), *counts, np.array([4]))
    assert one.at(1.0)[0] == pytest.approx(0.25)
    assert one.at(0.5)[0] == pytest.approx(0.5)
    assert one.at(0.75)[0] == pytest.approx(0.375)
    assert one.at(0.25)[0] == pytest.approx(1.0)


def test_the_threshold_for_an_activity() -> None:
    arm = answered(COURSES, VALUES, PLAIN)
    one = curve(arm)
    assert one.saves.sum() == 2
    assert threshold_at(one, 1.0) <= 0.1 + 1e-9
    assert 0.1 < threshold_at(one, 0.5) <= 0.9 + 1e-9


def test_a_real_replay_is_judged_by_what_it_showed() -> None:
    shown = {"shown": True, "taken": True}
    asking = question(place(True, **shown), place(False, shown=True), place(True, shown=True))
    found = played([Course("o/a", "1", 10, (asking, question(place(True))))])
    assert (found.acceptance, found.activity, found.first) == (pytest.approx(2 / 3), 0.5, 1.0)
    assert (found.generation, found.completion) == (pytest.approx(3 / 10), 0.0)


def test_two_arms_meet_the_same_draws() -> None:
    many = [
        Course("o/a", str(n), 1, (question(place(n % 2 == 0)), question(place(n % 3 == 0))))
        for n in range(40)
    ]
    truth = np.array([one.places[0].right for course in many for one in course.questions])
    good = curve(answered(many, np.where(truth, 2.0, -2.0), PLAIN))
    bad = curve(answered(many, np.where(truth, -2.0, 2.0), PLAIN))
    assert difference([good], [good], 0.3) == (0.0, 0.0, 0.0)
    mean, low, high = difference([good], [bad], 0.3)
    assert 0 < low <= mean <= high


def test_the_report_names_every_arm_and_the_spread_of_seeds() -> None:
    points = Points("test", COURSES, PLAIN, 0.5, 0.5)
    base = answered(COURSES, VALUES, PLAIN)
    other = answered(COURSES, VALUES + 1.0, PLAIN)
    told = report({"prototype": [base], "ActionRL": [base, other]}, points, {"ActionRL": 0.2}, "ActionRL")
    assert "| ActionRL | 0.2 |" in told and " ± " in told
    assert "| prototype |  |" in told
    assert "ActionRL against" in told and "| prototype | " in told.split("ActionRL against")[1]


def test_an_answer_keeps_the_prototype_s_chance_where_the_rule_decides() -> None:
    ruled = question(place(False, window=None, p=0.7))
    (arm,) = answered([Course("o/a", "1", 1, (ruled,))], chance(0.1), PLAIN)
    assert arm == [Answered(ruled, (0.7,), arm[0].logits)] and math.isnan(arm[0].logits[0])
