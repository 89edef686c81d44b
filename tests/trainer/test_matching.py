"""Drafts against steps: one for one, together on their lines, and not at all."""

from __future__ import annotations

from trainer.matching import in_order, matched
from trainer.simulate.source import Change

TEXT = "call(a)\ncall(b)\n\n\nother(c)\n"


def test_one_for_one() -> None:
    drafts = [("a.py", Change(6, "", ", x")), ("a.py", Change(18, "other", "another"))]
    steps = [("a.py", Change(18, "other(", "another(")), ("a.py", Change(14, "", ", x"))]
    assert matched({"a.py": TEXT}, drafts, steps) == (frozenset({1}), frozenset({0}))


def test_a_step_is_covered_once() -> None:
    twice = [("a.py", Change(6, "", ", x"))] * 2
    assert matched({"a.py": TEXT}, twice, twice[:1]) == (frozenset({0}), frozenset({0}))


def test_together_on_their_lines() -> None:
    drafts = [("a.py", Change(0, "call", "send")), ("a.py", Change(6, "", ", x"))]
    steps = [("a.py", Change(0, "call(a)", "send(a, x)"))]
    assert matched({"a.py": TEXT}, drafts, steps) == (frozenset({0, 1}), frozenset({0}))
    assert matched({"a.py": TEXT}, drafts[:1], steps) == (frozenset(), frozenset())


def test_the_same_change_in_another_file_is_another() -> None:
    texts = {"a.py": TEXT, "b.py": TEXT}
    assert matched(texts, [("a.py", Change(6, "", ", x"))], [("b.py", Change(6, "", ", x"))]) == (
        frozenset(),
        frozenset(),
    )


def test_a_draft_for_a_file_that_is_not_touched() -> None:
    assert matched({"a.py": TEXT}, [("z.py", Change(0, "x", "y"))], []) == (frozenset(), frozenset())


def test_the_order_of_what_was_made() -> None:
    assert in_order([]) is None
    assert in_order([([1], [0])]) is None
    assert in_order([([3], [1]), ([0], [0])]) is True
    assert in_order([([0], [1]), ([3], [0])]) is False
    assert in_order([([2, 5], [0, 1]), ([4], [2])]) is True
