"""Guesses: drawn by chance the test holds, one at a time, marked, logged with their probability."""

from dataclasses import replace

import pytest

from engine.session.exploring import falling
from engine.session.thinking import FEW
from engine.types import Silence, Suggestion, Verdict
from tests.engine.test_session import CART, RENAMED, Bench, Slow, bench

__all__ = ["bench"]


def asked(bench: Bench, p: float = 0.35, chance: float = 0.04, explore: float = 0.05) -> Suggestion | Silence:
    """The answer to a rename about which the model is this sure everywhere."""
    bench.start(bench.opened(replace(bench.settings, explore=explore)))
    bench.session._thinker.predictor = Slow(p=p)
    bench.chance = chance
    answer = bench.save("shop/cart.py", RENAMED)
    assert isinstance(answer, Suggestion | Silence)
    return answer


def test_a_guess_is_one_action_that_says_so(bench: Bench) -> None:
    answer = asked(bench)
    assert isinstance(answer, Suggestion) and answer.final
    (action,) = answer.actions
    assert (action.guess, action.p) == (True, 0.35)
    assert "a guess" in bench.session.why().reason
    bench.session.reject(answer.id)
    (told,) = bench.told()
    (one,) = told.actions
    assert (one.guess, one.propensity) == (True, 0.05)
    assert one.site is not None and told.considered[one.site].left_out is None
    assert [d.verdict for d in one.decisions] == [Verdict.REJECTED]


@pytest.mark.parametrize(
    ("p", "chance", "explore"),
    [(0.35, 0.06, 0.05), (0.29, 0.04, 0.05), (0.35, 0.0, 0.0)],
    ids=["chance will not have it", "too far below", "turned off"],
)
def test_silence_stays_where(bench: Bench, p: float, chance: float, explore: float) -> None:
    assert isinstance(asked(bench, p, chance, explore), Silence)


def test_where_something_is_shown_there_is_no_guess(bench: Bench) -> None:
    answer = asked(bench, bench.settings.threshold + 0.01)
    assert isinstance(answer, Suggestion) and len(answer.actions) == FEW
    assert not any(action.guess for action in answer.actions)
    bench.session.reject(answer.id)
    assert {one.propensity for one in bench.told()[0].actions} == {1.0}


def test_what_was_turned_down_is_not_guessed_again(bench: Bench) -> None:
    guessed = []
    answer = asked(bench)
    while isinstance(answer, Suggestion):
        (action,) = answer.actions
        guessed.append((action.path, action.range.start, action.new))
        bench.session.reject(answer.id)
        bench.chance = 1.0
        bench.later(10)
        assert isinstance(bench.save("shop/cart.py", CART), Silence)
        bench.chance = 0.04
        bench.later(10)
        answer = bench.save("shop/cart.py", RENAMED)
    assert len(guessed) == len(set(guessed)) == 6
    assert "turned it down" in answer.reason or "none sure enough" in answer.reason


def test_while_acceptance_falls_there_is_no_guess(bench: Bench) -> None:
    bench.session.start()
    first = bench.renamed()
    bench.session.accept(first.id, [first.actions[0].n])
    bench.session.reject(first.id)
    bench.later(10)
    bench.save("shop/cart.py", CART)
    assert isinstance(asked(bench), Silence)


def test_a_guess_that_was_saved_on_past_is_not_offered_anew(bench: Bench) -> None:
    answer = asked(bench)
    assert isinstance(answer, Suggestion)
    bench.chance = 1.0
    path = answer.actions[0].path
    assert isinstance(bench.save(path, bench.text(path) + "# more\n"), Silence)


def test_an_accepted_guess_is_written(bench: Bench) -> None:
    answer = asked(bench)
    assert isinstance(answer, Suggestion)
    before = bench.text(answer.actions[0].path)
    bench.session.accept(answer.id, "all")
    assert bench.text(answer.actions[0].path) != before
    silence = bench.answer()
    assert isinstance(silence, Silence) and silence.reason == "chain complete", "Ripple does not guess on"


@pytest.mark.parametrize(
    ("taken", "wanted"),
    [
        ("", False),
        ("0", False),
        ("10", True),
        ("01", False),
        ("11110000", True),
        ("00001111", False),
        ("01010101", False),
        ("1" * 10 + "1" * 9 + "0", True),
    ],
)
def test_acceptance_falls_where_the_newer_half_is_worse(taken: str, wanted: bool) -> None:
    assert falling([each == "1" for each in taken]) is wanted
