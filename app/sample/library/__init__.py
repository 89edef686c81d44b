"""A small lending library."""

from library.books import Book
from library.desk import give_back
from library.fees import late_fee
from library.loans import Loan
from library.members import Member

__all__ = ["Book", "Loan", "Member", "give_back", "late_fee"]
