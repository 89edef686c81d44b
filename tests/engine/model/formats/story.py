"""One small story that every format tells: two edits in a shop, and what follows from the second."""

from __future__ import annotations

from dataclasses import replace

from engine.diff import saved
from engine.types import Edit

PATH = "shop/cart.py"
FIRST = '''\
"""What a customer has chosen."""


class Cart:
    def __init__(self, owner):
        self.owner = owner
        self.items = []

    def add(self, item, count):
        """Add some of an item; a count below one is an error."""
        if count < 1:
            raise ValueError(count)
        self.items.append((item, count))

    def price(self):
        total = 0
        for item, count in self.items:
            total += item.price * count
        return total

    def weight(self):
        total = 0
        for item, count in self.items:
            total += item.weight * count
        return total

    def is_empty(self):
        return not self.items


def checkout(cart, desk):
    if cart.is_empty():
        return None
    amount = cart.price()
    return desk.pay(cart.owner, amount)
'''
TAX = ("shop/tax.py", "RATE = 0.19\n", "RATE = 0.2\n")


def edits() -> list[Edit]:
    """The first is Ripple's own, in another file; the second is the person's."""
    tax = replace(saved(*TAX, number=1), by="ripple")
    second = FIRST.replace("item.price * count\n", "item.price * count * (1 + RATE)\n")
    second = second.replace('"""What', "from shop.tax import RATE\n\n" + '"""What')
    return [tax, saved(PATH, FIRST, second, number=2)]


def text_of(path: str) -> str | None:
    """The present texts."""
    return {edit.path: edit.after for edit in edits()}.get(path)
