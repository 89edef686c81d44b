"""What a late book costs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from library.fees import late_fee, owes
from library.loans import Loan


def test_nothing_is_owed_on_the_last_day(loan: Loan) -> None:
    assert late_fee(loan, date(2026, 3, 22)) == 0
    assert not owes(loan, date(2026, 3, 22))


def test_each_day_costs_a_quarter(loan: Loan) -> None:
    assert late_fee(loan, date(2026, 3, 26)) == Decimal("1.00")


def test_never_more_than_the_book(loan: Loan) -> None:
    assert late_fee(loan, date(2027, 3, 1)) == Decimal("9.00")


def test_children_pay_nothing(loan: Loan) -> None:
    child = replace(loan, member=replace(loan.member, child=True))
    assert late_fee(child, date(2027, 3, 1)) == 0
