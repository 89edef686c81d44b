"""Where chains part: the nodes at which an accepted and a rejected child stand side by side."""

from __future__ import annotations

from trainer.trie import Divergence, divergences, steps
from trainer.tuples import END, Chain, Choice


def _chain(names: str) -> Chain:
    return tuple(END if name == "." else Choice(0, ord(name) - ord("a"), name) for name in names)


def _found(accepted: list[str], rejected: list[str], ordered: bool = True) -> list[tuple[str, str, str]]:
    def named(chain: Chain) -> str:
        return "".join(one.text or "." for one in chain)

    nodes = divergences(
        [_chain(one) for one in accepted], [_chain(one) for one in rejected], lambda one: one.text, ordered
    )
    return [(named(node.path), named(node.accepted), named(node.rejected)) for node in nodes]


def test_one_accepted_and_one_rejected_part_at_the_first_difference():
    assert _found(["abc"], ["axc"]) == [("a", "b", "x")]
    assert _found(["abc"], ["xbc"]) == [("", "a", "x")]


def test_what_hangs_below_a_rejected_child_is_dropped():
    assert _found(["ab"], ["axyz", "axw"]) == [("a", "b", "x")]


def test_every_accepted_child_stands_against_every_rejected_one():
    assert _found(["ab", "ac"], ["ax", "ay", "z"]) == [("", "a", "z"), ("a", "bc", "xy")]


def test_a_child_that_is_accepted_as_well_is_no_rejected_one():
    assert _found(["ab", "ac"], ["ac"]) == []
    assert _found(["ab", "acd"], ["ace"]) == [("ac", "d", "e")]


def test_the_end_is_an_action_where_it_was_chosen():
    assert _found(["a."], ["ab"]) == [("a", ".", "b")]
    assert _found(["ab"], ["a."]) == [("a", "b", ".")]
    assert _found(["a"], ["ab"]) == []
    assert _found(["ab"], ["a"]) == []


def test_without_an_order_an_action_that_comes_later_is_no_divergence():
    assert _found(["abc"], ["bx"]) == [("", "a", "b")]
    assert _found(["abc"], ["bx"], ordered=False) == [("", "a", "x")]
    assert _found(["abc"], ["cab"], ordered=False) == []


def test_actions_are_the_same_where_the_key_is():
    node = divergences([_chain("ab")], [_chain("Ax")], lambda one: one.text.lower())
    assert node == [Divergence(_chain("a"), _chain("b"), _chain("x"))]


def test_steps_are_every_accepted_action_once():
    found = steps([_chain("ab"), _chain("ac."), _chain("ab")], lambda one: one.text)
    assert found == [
        ((), _chain("a")[0]),
        (_chain("a"), _chain("b")[0]),
        (_chain("a"), _chain("c")[0]),
        (_chain("ac"), END),
    ]
