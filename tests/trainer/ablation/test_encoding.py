"""Chains as sequences of decisions: yes to what they take; the end is no to what the other one takes on."""

from __future__ import annotations

from engine.model import vocabulary as v
from tests.trainer.preferring import asking, preferring, take
from trainer.ablation.encoding import Decision, Pair, drafts_only, pairs
from trainer.tuples import END, Choice

THREE = asking("a", "b", "c")
ASKS = [at for at, token in enumerate(THREE[0]) if token == v.ASK]


def yes(*labels: int) -> tuple[Decision, ...]:
    return tuple(Decision(0, ASKS[label], True) for label in labels)


def test_a_chain_is_all_of_its_actions_the_suffix_too() -> None:
    (pair,) = pairs([preferring([take(0, 2)], [take(0, 1, 2)], THREE)])
    assert pair == Pair((THREE[0],), yes(0, 2), yes(0, 1, 2))


def test_the_end_says_no_to_all_that_the_other_chain_goes_on_to_take() -> None:
    (pair,) = pairs([preferring([(*take(0), END)], [take(0, 1, 2)], THREE)])
    assert pair.chosen == (*yes(0), Decision(0, ASKS[1], False), Decision(0, ASKS[2], False))
    assert pair.rejected == yes(0, 1, 2)
    (pair,) = pairs([preferring([take(0, 1)], [(*take(0), END)], THREE)])
    assert pair.rejected == (*yes(0), Decision(0, ASKS[1], False))


def test_windows_that_nobody_decides_about_are_left_out() -> None:
    other = asking("a", head="other")
    (pair,) = pairs([preferring([take(0, window=1)], [take(1, window=1)], other, THREE)])
    assert pair.prompts == (THREE[0],)
    assert pair.chosen == yes(0)


def test_texts_that_are_no_draft_cannot_be_said_by_yes_and_no() -> None:
    written = preferring([(Choice(0, 0, "z"),)], [take(1)], THREE)
    assert not drafts_only(written) and not pairs([written])
    assert drafts_only(preferring([(Choice(0, 0, " a\n"),)], [take(1)], THREE))


def test_without_a_rejected_chain_there_is_no_pair() -> None:
    assert not pairs([preferring([take(0)], [], THREE)])
