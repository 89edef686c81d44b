"""Who borrows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Member:
    """A person with a card."""

    name: str
    email: str
    child: bool = False

    @property
    def first_name(self) -> str:
        """The name a letter begins with."""
        return self.name.split()[0]
