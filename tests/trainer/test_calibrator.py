"""When to show: outcomes move an intent's calibration, as far as there are any, and no other one."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.model import vocabulary as v
from engine.model.calibrate import Calibration, Sigmoid, dump
from engine.records import Considered, Told, ToldAction, ToldDecision, ToldEdit
from engine.types import Hunk, IntentKind, ModelInfo, Verdict
from trainer import calibrator
from trainer.calibrator import HALF_LIFE, HISTORY, fit, levelled, logits
from trainer.preferences import collect
from trainer.sigmoids import FIRM, LOOSE
from trainer.tuples import Outcome

NOW = 1_700_000_000.0
OWN = Calibration({IntentKind.IMPORT: Sigmoid(0.8, 0.2, 0.4), IntentKind.RENAME: Sigmoid(1.0, 0.0, 0.0)})


def outcome(right: bool, intent: str = "import", **more: object) -> Outcome:
    made = Outcome(
        (v.RIPPLE, v.ASK),
        0,
        0.7,
        intent,
        right,
        1.0,
        1.0,
        NOW,
        "/p",
        "a.py",
        "a.py:3:x",
        "y",
        "rejected",
        "m",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def shown(
    calibration: Calibration, logit: float = 1.0, rule: float = 0.7, kind: IntentKind = IntentKind.IMPORT
) -> float:
    return calibration.p(kind, logit, rule)


def apart(found: list[Outcome], minutes: float = 1.0) -> list[Outcome]:
    """Decisions of different minutes: each answers a question of its own."""
    return [replace(one, at=one.at - 60 * minutes * number) for number, one in enumerate(found)]


def refused(count: int, **more: object) -> Calibration:
    return fit(apart([outcome(False, **more)] * count), np.full(count, 1.0), OWN, NOW).calibration


def test_each_rejection_lowers_the_chance_as_a_decision_beside_the_prior() -> None:
    """At one place p becomes (prior p0) / (prior + n): the slopes are held, so the level moves there."""
    before = shown(OWN)
    for count, prior in ((4, FIRM), (10, LOOSE), (30, LOOSE)):
        after = refused(count)
        assert shown(after) == pytest.approx(prior.decisions * before / (prior.decisions + count), abs=0.02)
    assert before > 0.75 and shown(refused(10)) < 0.4


def test_two_rejections_move_nothing() -> None:
    assert refused(2) == OWN


def test_many_rejections_of_one_question_are_no_taste() -> None:
    after = fit([outcome(False)] * 30, np.full(30, 1.0), OWN, NOW).calibration
    assert shown(after) == pytest.approx(FIRM.decisions * shown(OWN) / (FIRM.decisions + 30), abs=0.02)


def test_a_week_of_luck_is_no_taste() -> None:
    """Half of forty right, where the model says three in five: a person like others, on bad days."""
    found = apart([outcome(number % 2 == 0) for number in range(40)])
    after = fit(found, np.full(40, -0.3), OWN, NOW).calibration
    assert shown(OWN, -0.3) - 0.04 < shown(after, -0.3) < shown(OWN, -0.3)


def test_other_intents_stay_as_they_are() -> None:
    after = refused(30)
    assert after.by_intent[IntentKind.RENAME] == OWN.by_intent[IntentKind.RENAME]
    assert after.default == OWN.default and after.floor == OWN.floor


def test_what_was_rejected_often_is_believed_again_when_it_is_taken() -> None:
    found = apart([outcome(False)] * 10 + [outcome(True, signal="accepted")] * 30)
    after = fit(found, np.full(40, 1.0), OWN, NOW).calibration
    assert shown(after) > shown(refused(10)) + 0.25


def test_old_decisions_count_less() -> None:
    after = refused(40, at=NOW - 2 * HALF_LIFE)
    assert shown(after) == pytest.approx(shown(OWN) * LOOSE.decisions / (LOOSE.decisions + 10), abs=0.02)


def test_a_history_speaks_for_some_decisions_however_long_it_is() -> None:
    history = [outcome(True, signal="history", weight=0.5)] * 5000
    found = [*history, *apart([outcome(False)] * 30)]
    after = fit(found, np.full(len(found), 1.0), OWN, NOW).calibration
    wanted = (LOOSE.decisions * shown(OWN) + HISTORY) / (LOOSE.decisions + HISTORY + 30)
    assert shown(after) == pytest.approx(wanted, abs=0.02)
    assert fit(history, np.full(5000, 1.0), OWN, NOW).calibration == OWN


def test_a_higher_logit_never_makes_an_action_less_likely() -> None:
    """The surest are rejected, the others taken: the level moves, the slope keeps its sign."""
    found = apart([outcome(False)] * 20 + [outcome(True)] * 20)
    after = fit(found, np.array([3.0] * 20 + [-1.0] * 20), OWN, NOW).calibration
    assert shown(after, 3.0) >= shown(after, -1.0)


def test_intents_that_only_the_rule_decides_are_believed_less_when_they_are_rejected() -> None:
    ruled = apart([outcome(False, "override", prompt=(), label=None, rule=0.8)] * 12)
    after = fit(ruled, np.full(12, np.nan), OWN, NOW).calibration
    one = after.by_intent[IntentKind.OVERRIDE]
    assert one.a == 0 and not after.hears(IntentKind.OVERRIDE) and after.hears(IntentKind.IMPORT)
    assert after.ruled(IntentKind.OVERRIDE, 0.8) == pytest.approx(
        0.8 * LOOSE.decisions / (LOOSE.decisions + 12), abs=0.03
    )
    assert after.ruled(IntentKind.REFINE, 0.8) == 0.8


def test_what_a_taught_intent_was_never_asked_says_nothing() -> None:
    again = [outcome(False, prompt=(), label=None)] * 12
    assert fit(again, np.full(12, np.nan), OWN, NOW).calibration == OWN


def test_a_model_without_calibration_is_heard_about_every_intent_still() -> None:
    plain = Calibration(default=Sigmoid(1.0, 0.0, 0.0))
    after = fit(apart([outcome(False)] * 12), np.full(12, 1.0), plain, NOW).calibration
    assert all(after.hears(kind) for kind in IntentKind)
    assert shown(after, kind=IntentKind.RENAME) == shown(plain, kind=IntentKind.RENAME)
    assert shown(after) < shown(plain)


def test_the_truth_is_found_though_only_what_was_shown_has_outcomes() -> None:
    """The person takes less than the model thinks; one in ten guesses is shown."""
    rng = random.Random(3)
    truth = Sigmoid(0.8, -1.2, 0.4)
    found, scores, hidden = [], [], 0
    while len(found) < 1500:
        logit, rule = rng.gauss(0, 2), rng.uniform(0.2, 0.9)
        p = OWN.p(IntentKind.IMPORT, logit, rule)
        chance = 1.0 if p >= 0.4 else 0.1 if p >= 0.3 else 0.0
        if rng.random() < chance:
            found.append(outcome(rng.random() < truth.apply(logit, rule), rule=rule, propensity=chance))
            scores.append(logit)
        hidden += chance < 1
    after = fit(apart(found, 0.1), np.array(scores), OWN, NOW).calibration
    errors = [
        abs(shown(after, logit, rule) - truth.apply(logit, rule))
        for logit in np.linspace(-2, 4, 13)
        for rule in (0.3, 0.6, 0.9)
    ]
    assert hidden > 500 and max(errors) < 0.1 and sum(errors) / len(errors) < 0.04


def test_what_moved_is_told() -> None:
    found = [outcome(False)] * 10 + [outcome(True)] * 2 + [outcome(True, signal="history")] * 5
    (moved,) = fit(found, np.full(17, 1.0), OWN, NOW).moved
    assert (moved.intent, moved.outcomes, moved.right, moved.weight) == (IntentKind.IMPORT, 12, 2, 12.0)
    assert moved.before == pytest.approx(shown(OWN)) and moved.after < moved.before


def test_a_person_who_rejects_all_imports_moves_the_calibration_of_imports_and_nothing_else() -> None:
    """Twelve imports in two days, each turned down while the person writes on: nothing is known instead."""
    log = []
    for number in range(12):
        at = NOW - 86_400 * (number % 2) - 600 * number
        site = Considered("a.py", 50 + number, "", f"import m{number}\n", "import", 0.7, None, 0, 0, 0.7)
        turned_down = (ToldDecision(Verdict.REJECTED, None, at + 4, False),)
        action = ToldAction(
            1, "a.py", site.start, "", site.new, "import", 0.7, "", 0, False, 1.0, at, at + 4, turned_down, ()
        )
        edit = ToldEdit(f"e{number}", "a.py", "person", at, (Hunk(900, "x", 900, "y"),))
        later = replace(edit, id=f"l{number}", at=at + 30)
        model = ModelInfo("m", "m")
        log.append(
            Told(
                f"s{number}", "/p", edit, at, None, model, 0.4, ((v.RIPPLE, v.ASK),), (site,), (action,), (),
                (later,),
            )
        )  # fmt: skip
    found = collect(log, "m", NOW + 3 * 86_400)
    assert found.preferences == [] and len(found.outcomes) == 12
    after = fit(found.outcomes, np.full(12, 1.0), OWN, NOW).calibration
    assert shown(after) < 0.4 < shown(OWN)
    assert {kind: one for kind, one in after.by_intent.items() if one != OWN.by_intent.get(kind)}.keys() == {
        IntentKind.IMPORT
    }


class Asker:
    """Says `score` at every position; counts its calls."""

    def __init__(self, score: float) -> None:
        self.score, self.calls = score, 0

    def eval(self, ids: object, logits_at: list[int]) -> np.ndarray:
        self.calls += 1
        rows = np.zeros((len(logits_at), v.NO + 1), np.float32)
        rows[:, v.YES] = [self.score * at for at in logits_at]
        return rows


def test_each_window_is_asked_once() -> None:
    window = (v.RIPPLE, v.ASK, v.SITE, v.ASK)
    some = [outcome(True, prompt=window, label=label) for label in (1, 0, 1)]
    asker = Asker(2.0)
    assert logits([*some, outcome(True, prompt=(), label=None)], asker).tolist()[:3] == [6.0, 2.0, 6.0]
    assert asker.calls == 1
    assert np.isnan(logits(some, asker, lambda: True)).all() and asker.calls == 1


def test_nothing_known_is_the_models_own_calibration() -> None:
    assert fit([], np.zeros(0), OWN, NOW).calibration == OWN


def test_of_histories_some_windows_of_all_times_are_asked_about() -> None:
    history = [
        outcome(True, signal="history", prompt=(v.RIPPLE, age, v.ASK), at=NOW - age) for age in range(900)
    ]
    other = [outcome(True, "rename", signal="history")] * 9
    own = [outcome(False, at=1.0)] * 5
    some = calibrator.sampled([*history, *other, *own])
    assert some[:5] == own and len(some) == calibrator.ASKED + 9 + 5
    ages = sorted(NOW - one.at for one in some if one.signal == "history" and one.intent == "import")
    assert ages[0] < 50 and ages[-1] > 850
    assert calibrator.sampled([*history, *other, *own]) == some


def histories(count: int = 400, seed: int = 5) -> tuple[list[Outcome], np.ndarray]:
    """Outcomes of a history with the logits of the model itself."""
    rng = random.Random(seed)
    scores = np.array([rng.gauss(-1, 2) for _ in range(count)])
    right = [rng.random() < Sigmoid(0.9, -0.3, 0.4).apply(score, 0.7) for score in scores]
    return [outcome(one, signal="history") for one in right], scores


def test_an_adapter_that_says_yes_more_often_and_more_surely_is_read_as_its_base_was() -> None:
    told, off = histories()
    read = levelled(told, off, 2 * off + 1.5, OWN)
    for logit in (-3.0, 0.0, 3.0):
        assert shown(read, 2 * logit + 1.5) == pytest.approx(shown(OWN, logit), abs=1e-4)
    assert shown(OWN, 2 * 0.0 + 1.5) > shown(OWN, 0.0) + 0.2


def test_an_adapter_that_tells_right_from_wrong_better_shows_as_much_and_more_of_it_is_right() -> None:
    told, off = histories()
    right = np.array([one.right for one in told])
    on = off + 1.0 + 1.5 * np.where(right, 1, -1)
    read = levelled(told, off, on, OWN)
    before, after = (
        np.array([shown(calibration, score) for score in scores]) >= 0.5
        for calibration, scores in ((OWN, off), (read, on))
    )
    assert after.mean() == pytest.approx(before.mean(), abs=0.05)
    assert right[after].mean() > right[before].mean() + 0.1


def test_intents_with_few_logits_are_read_as_all_together() -> None:
    told, off = histories()
    some = [replace(one, intent="rename") for one in told[:10]]
    read = levelled([*told[10:], *some], off, off + 1.5, OWN)
    assert shown(read, 1.5, kind=IntentKind.RENAME) == pytest.approx(
        shown(OWN, 0.0, kind=IntentKind.RENAME), abs=1e-4
    )


def test_with_few_logits_at_all_an_adapter_is_read_as_it_is() -> None:
    told, off = histories(20)
    assert levelled(told, off, 2 * off, OWN) == OWN
    assert levelled([], np.zeros(0), np.zeros(0), OWN) == OWN
    own = [replace(one, signal="accepted") for one in histories()[0]]
    assert levelled(own, histories()[1], 2 * histories()[1], OWN) == OWN


def test_an_adapter_is_asked_beside_its_base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the adapter every logit is 2 higher: it says what the base said, but for the rejections."""

    class Runtime(Asker):
        def __init__(self, base: Path, threads: int) -> None:
            super().__init__(0.0)
            self.closed = False

        def metadata(self, key: str) -> str:
            return dump(OWN)

        def set_adapter(self, path: Path) -> None:
            self.score += 2.0

        def eval(self, ids: tuple[int, ...], logits_at: list[int]) -> np.ndarray:
            rows = np.zeros((len(logits_at), v.NO + 1), np.float32)
            rows[:, v.YES] = self.score + ids[-2] - 100
            return rows

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr(calibrator, "Runtime", Runtime)
    rng = random.Random(1)
    told = []
    for number in range(200):
        logit = rng.randint(-4, 4)
        right = rng.random() < Sigmoid(0.9, 0.0, 0.0).apply(logit)
        told.append(outcome(right, signal="history", prompt=(number + 200, 100 + logit, v.ASK)))
    plain = calibrator.of_adapter(tmp_path, tmp_path, told, NOW).calibration
    assert shown(plain, 3.0) == pytest.approx(shown(OWN, 1.0), abs=1e-3)
    rejected = apart([outcome(False, prompt=(1, 101, v.ASK))] * 10)
    taste = calibrator.of_adapter(tmp_path, tmp_path, [*told, *rejected], NOW).calibration
    assert shown(taste, 3.0) < 0.45
