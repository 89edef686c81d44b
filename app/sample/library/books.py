"""What is lent."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Book:
    """A copy of a book on the shelf."""

    title: str
    author: str
    price: Decimal
    new_release: bool = False
