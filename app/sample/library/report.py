"""The month in one table."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from library.fees import late_fee, owes
from library.loans import Loan


def total(loans: Iterable[Loan], today: date, charge: Callable[[Loan, date], Decimal]) -> Decimal:
    """The sum of one charge over many loans."""
    return sum((charge(loan, today) for loan in loans), Decimal(0))


def monthly(loans: list[Loan], today: date) -> list[str]:
    """One line a late loan, the sum below."""
    late = [loan for loan in loans if owes(loan, today)]
    rows = [f"{loan.book.title:<30} {late_fee(loan, today):>8.2f}" for loan in late]
    return [*rows, f"{'total':<30} {total(late, today, charge=late_fee):>8.2f}"]
