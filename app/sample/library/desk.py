"""Giving a book back."""

from datetime import date

from library import fees
from library.loans import Loan
from library.receipts import Receipt


def give_back(loan: Loan, today: date) -> Receipt:
    """Take the book and write a receipt; `late_fee` says what is owed."""
    return Receipt(loan.book.title, fees.late_fee(loan, today))


def give_back_all(loans: list[Loan], today: date) -> list[Receipt]:
    """Take back everything a member carries in, the dearest first."""
    dearest_first = sorted(loans, key=lambda loan: fees.late_fee(loan, today), reverse=True)
    return [give_back(loan, today) for loan in dearest_first]
