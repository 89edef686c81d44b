"""A book in somebody's hands."""

from dataclasses import dataclass
from datetime import date, timedelta

from library.books import Book
from library.members import Member

LOAN_DAYS = 21


@dataclass(frozen=True)
class Loan:
    """One book, lent to one member on one day."""

    book: Book
    member: Member
    lent_on: date

    @property
    def due_on(self) -> date:
        """The last day on which the book is not late."""
        return self.lent_on + timedelta(days=LOAN_DAYS)

    def days_late(self, today: date) -> int:
        """How many days the book is late, 0 when it is not."""
        return max(0, (today - self.due_on).days)
