"""Reminders."""

from datetime import date

from library.fees import late_fee as fee_so_far
from library.loans import Loan


def reminder(loan: Loan, today: date) -> str:
    """The letter that asks for a book back."""
    return (
        f"Dear {loan.member.first_name},\n\n"
        f"“{loan.book.title}” was due on {loan.due_on:%d %B}.\n"
        f"So far it costs {fee_so_far(loan, today):.2f}.\n"
    )
