"""Figures before and after: worked out by hand, paired, and silent where nothing was counted."""

from __future__ import annotations

import pytest

from tests.trainer.test_replay import one as played
from tests.trainer.test_replay import point, weighed
from trainer.night.compared import bins, by_intent, compared, replayed
from trainer.night.replays import Pair


def test_a_quotient_of_sums_on_both_sides() -> None:
    one = compared([((1, 2), (2, 2)), ((0, 1), (1, 2))])
    assert one is not None
    assert (one.before, one.after, one.of) == (pytest.approx(1 / 3), 0.75, 4)
    assert one.low <= 0.75 - 1 / 3 <= one.high


def test_what_did_not_change_has_no_spread_however_unlike_the_cases_are() -> None:
    cases = [((part, 10), (part, 10)) for part in range(10)]
    one = compared(cases)
    assert one is not None and one.low == one.high == 0.0 and one.before == one.after == 0.45


def test_a_change_in_every_case_is_above_nothing_and_one_in_a_few_is_not() -> None:
    sure = compared([((n % 3, 4), (n % 3 + 1, 4)) for n in range(20)])
    assert sure is not None and sure.low == pytest.approx(0.25) and sure.high == pytest.approx(0.25)
    doubtful = compared([((1, 1), (0, 1)), ((0, 1), (1, 1)), ((0, 1), (1, 1)), *[((1, 1), (1, 1))] * 7])
    assert doubtful is not None and doubtful.after > doubtful.before and doubtful.low <= 0


def test_nothing_counted_is_no_figure() -> None:
    assert compared([]) is None
    assert compared([((0, 0), (1, 2))]) is None


def test_the_replay_by_figure_and_by_intent() -> None:
    right = weighed(0.9, True, shown=True)
    before = played(point(right, weighed(0.5, False, shown=True, intent="import")))
    after = played(point(right, weighed(0.3, False, intent="import")))
    pairs = [Pair(before, after)]
    figures = replayed(pairs)
    assert (figures["acceptance"].before, figures["acceptance"].after) == (0.5, 1.0)
    assert (figures["activity"].before, figures["activity"].after) == (1.0, 1.0)
    assert "quiet" not in figures, "no point after which nothing follows"
    intents = by_intent(pairs)
    assert list(intents) == ["rename"] and intents["rename"].after == 1.0


def test_calibration_in_stretches_of_p() -> None:
    one = played(point(weighed(0.11, False), weighed(0.19, True), weighed(1.0, True)))
    low, high = bins([one])
    assert (low.p, low.right, low.count) == (0.15, 0.5, 2)
    assert (high.p, high.right, high.count) == (1.0, 1.0, 1)
    assert bins([]) == ()
