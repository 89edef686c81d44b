"""Places of one rename stand or fall together."""

import pytest

from engine.model.agreement import HEARD, SAID, SURE, Agreement, key_of, only_hears, split
from engine.types import Distance, IntentKind, NodeKind, Relation, Site, Trigger


def site(
    rule: float = 0.9,
    intent: IntentKind = IntentKind.RENAME,
    old: str = "total",
    relation: Relation = Relation.IMPORTED,
) -> Site:
    return Site(
        "a.py",
        0,
        old,
        "amount",
        intent,
        NodeKind.CALL,
        relation,
        Distance.FAR,
        Trigger.DECLARATION,
        rule,
        "",
    )


def test_the_unsure_one_is_carried_by_the_sure_ones() -> None:
    settled = Agreement().settle(["k"] * 4, [0.9, 0.9, 0.9, 0.4])
    assert min(settled) > 0.5
    assert settled[3] == min(settled)


def test_a_doubted_rename_falls_as_a_whole() -> None:
    assert max(Agreement().settle(["k"] * 4, [0.1, 0.1, 0.1, 0.6])) < 0.5


def test_equal_chances_stay() -> None:
    assert Agreement().settle(["k", "k"], [0.7, 0.7]) == pytest.approx([0.7, 0.7])


def test_alone_means_untouched() -> None:
    assert Agreement().settle([None, "k"], [0.2, 0.9]) == pytest.approx([0.2, 0.9])


def test_later_windows_hear_the_earlier_ones() -> None:
    agreement = Agreement()
    agreement.settle(["k"] * 15, [0.95] * 15)
    assert agreement.settle(["k"], [0.3])[0] > 0.5


def test_certainty_does_not_overflow() -> None:
    assert Agreement().settle(["k", "k"], [0.0, 1.0]) == pytest.approx([0.0625, 0.9375], abs=0.2)


def test_only_sure_renames_agree() -> None:
    assert key_of(site()) == key_of(site())
    assert key_of(site(old="sum")) != key_of(site())
    assert key_of(site(rule=SURE - 0.01)) is None
    assert key_of(site(intent=IntentKind.REPEAT)) is None


def test_words_in_prose_hear_the_code_and_are_not_heard() -> None:
    word = site(rule=SAID, relation=Relation.TEXTUAL)
    assert only_hears(word) and not only_hears(site())
    assert (
        key_of(word) == key_of(site()) and key_of(site(rule=SAID - 0.01, relation=Relation.TEXTUAL)) is None
    )
    code, prose = Agreement().settle(["k", "k"], [0.8, 0.3], {1})
    assert code == pytest.approx(0.8) and 0.65 < prose < 0.8
    assert Agreement().settle(["k"], [0.3], {0}) == [0.3], "nobody is there to be heard"


def test_words_in_prose_are_asked_about_however_many_there_are() -> None:
    words = [site(relation=Relation.TEXTUAL)] * (HEARD + 3)
    assert split(words) == (words, [])
    assert len(split([site()] * (HEARD + 3))[1]) == 3
