"""What a member owes altogether."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from library.accounts import balance, blocked
from library.loans import Loan


def test_only_the_members_own_books_count(loan: Loan) -> None:
    other = replace(loan, member=replace(loan.member, name="Charles Babbage"))
    assert balance(loan.member, [loan, loan, other], date(2026, 3, 24)) == Decimal("1.00")


def test_five_is_too_much(loan: Loan) -> None:
    assert not blocked(loan.member, [loan], date(2026, 4, 10))
    assert blocked(loan.member, [loan], date(2026, 4, 11))
