"""What a late book costs."""

from datetime import date
from decimal import Decimal

from library.loans import Loan

PER_DAY = Decimal("0.25")
PER_DAY_NEW = Decimal("0.50")


def late_fee(loan: Loan, today: date) -> Decimal:
    """What the member owes for this loan: by the day, and never more than the book."""
    if loan.member.child:
        return Decimal(0)
    rate = PER_DAY_NEW if loan.book.new_release else PER_DAY
    return min(rate * loan.days_late(today), loan.book.price)


def owes(loan: Loan, today: date) -> bool:
    """Whether there is anything to pay."""
    return late_fee(loan, today) > 0
