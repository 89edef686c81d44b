"""What is asked for last stays at hand, up to so many bytes."""

from __future__ import annotations

from engine.syntax.document import Document
from engine.syntax.grammars import grammar
from engine.syntax.shelf import Shelf


def document(path: str, size: int) -> Document:
    known = grammar("python")
    assert known is not None
    return Document(path, "x" * size, known)


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    shelf = Shelf(30)
    first = shelf.put(document("a", 10))
    shelf.put(document("b", 10))
    assert shelf.get("a") is first
    shelf.put(document("c", 15))
    assert shelf.get("a") is first and shelf.get("b") is None and shelf.get("c") is not None


def test_a_large_one_stays_alone_and_what_is_replaced_or_gone_no_longer_counts() -> None:
    shelf = Shelf(30)
    shelf.put(document("a", 20))
    shelf.put(document("a", 25))
    assert shelf.pop("a") is not None and shelf.pop("a") is None
    shelf.put(document("b", 15))
    shelf.put(document("c", 15))
    assert shelf.get("b") is not None and shelf.get("c") is not None
    shelf.put(document("d", 99))
    assert shelf.get("d") is not None and shelf.get("c") is None
