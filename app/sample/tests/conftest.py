"""A shelf, a reader and a loan for the tests."""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from library import Book, Loan, Member


@pytest.fixture
def loan() -> Loan:
    """A book lent on the first of March, due on the 22nd."""
    book = Book("The Summer Book", "Tove Jansson", Decimal("9.00"))
    return Loan(book, Member("Ada Byron", "ada@example.org"), date(2026, 3, 1))
