"""What a member owes altogether."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from library import fees
from library.loans import Loan
from library.members import Member


def balance(member: Member, loans: Iterable[Loan], today: date) -> Decimal:
    """The sum of what every book in the member's hands costs so far."""
    own = (loan for loan in loans if loan.member == member)
    return sum((fees.late_fee(loan, today) for loan in own), Decimal(0))


def blocked(member: Member, loans: Iterable[Loan], today: date) -> bool:
    """Whether the member must pay before the next loan."""
    return balance(member, loans, today) >= 5
