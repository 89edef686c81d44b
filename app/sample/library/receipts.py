"""The slip of paper the member takes home."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Receipt:
    """What was paid when a book came back."""

    title: str
    late_fee: Decimal

    def lines(self) -> list[str]:
        """The receipt as it is printed."""
        if not self.late_fee:
            return [self.title, "returned in time, thank you"]
        return [self.title, f"late fee  {self.late_fee:>8.2f}"]
