"""Giving books back, and what is printed and written about it."""

from datetime import date
from decimal import Decimal

from library.desk import give_back, give_back_all
from library.letters import reminder
from library.loans import Loan
from library.report import monthly


def test_a_receipt_names_the_book_and_the_sum(loan: Loan) -> None:
    receipt = give_back(loan, date(2026, 3, 24))
    assert receipt.late_fee == Decimal("0.50")
    assert receipt.lines() == ["The Summer Book", "late fee      0.50"]


def test_in_time_is_thanked_for(loan: Loan) -> None:
    assert give_back(loan, date(2026, 3, 20)).lines()[1] == "returned in time, thank you"


def test_everything_comes_back(loan: Loan) -> None:
    assert len(give_back_all([loan, loan], date(2026, 4, 1))) == 2


def test_a_reminder_says_what_it_costs_so_far(loan: Loan) -> None:
    assert "So far it costs 2.50." in reminder(loan, date(2026, 4, 1))


def test_the_report_has_a_total(loan: Loan) -> None:
    assert monthly([loan], date(2026, 4, 1))[-1].split() == ["total", "2.50"]
