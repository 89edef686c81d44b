"""An interval is drawn over whole groups, for cases of one group are no independent witnesses."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.paired import interval


def test_the_mean_weighs_every_case_and_the_interval_holds_it() -> None:
    found = interval([1.0, 1.0, 1.0, 5.0], np.array([0, 0, 0, 1]))
    assert found.mean == pytest.approx(2.0)
    assert (found.low, found.high) == pytest.approx((1.0, 5.0))


def test_many_cases_of_few_groups_prove_less_than_as_many_groups() -> None:
    values = np.tile([0.0, 1.0], 200)
    alone = interval(values, np.arange(400))
    together = interval(np.sort(values), np.repeat(np.arange(4), 100))
    assert together.high - together.low > 5 * (alone.high - alone.low)


def test_a_difference_is_clear_where_zero_is_left_out() -> None:
    assert interval([0.1, 0.2, 0.3], np.arange(3)).clear
    assert not interval([-0.1, 0.2, -0.3], np.arange(3)).clear
