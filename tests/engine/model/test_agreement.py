"""Places of one rename stand or fall together."""

import pytest

from engine.model.agreement import SURE, Agreement, key_of
from engine.types import Distance, IntentKind, NodeKind, Relation, Site, Trigger


def site(rule: float = 0.9, intent: IntentKind = IntentKind.RENAME, old: str = "total") -> Site:
    return Site(
        "a.py",
        0,
        old,
        "amount",
        intent,
        NodeKind.CALL,
        Relation.IMPORTED,
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
