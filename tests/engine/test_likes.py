"""What was said of a replacement counts for its other places."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records import Decided
from engine.session.likes import DISPUTED, UNWANTED, Likes
from engine.session.log import Log
from engine.types import Candidate, Distance, IntentKind, NodeKind, Relation, Site, Trigger, Verdict
from tests.engine.test_store import action, answer


def candidate(old: str = "a == b", new: str = "a is b", p: float = 0.5, start: int = 0) -> Candidate:
    kinds = NodeKind.OTHER, Relation.TEXTUAL, Distance.FAR, Trigger.PATTERN
    return Candidate(Site("a.py", start, old, new, IntentKind.REPEAT, *kinds, 0.5, ""), new, p)


def odds(p: float) -> float:
    return math.log(p / (1 - p))


def test_without_a_word_against_it_a_chance_stays() -> None:
    likes = Likes()
    likes.took([candidate()])
    one = candidate(start=40)
    assert likes.weighed(one) is one and not likes.against(one)


@pytest.mark.parametrize(("taken", "shift"), [(0, UNWANTED), (1, DISPUTED), (3, DISPUTED)])
def test_turned_down_elsewhere_it_is_less_sure(taken: int, shift: float) -> None:
    likes = Likes()
    likes.took([candidate(start=n) for n in range(taken)])
    likes.refused([candidate(start=100, old="  a == b", new="  a is b")])
    one = candidate(start=40, p=0.7)
    assert likes.against(one)
    assert odds(likes.weighed(one).p) == pytest.approx(odds(0.7) + shift)
    other = candidate(new="a is not b")
    assert likes.weighed(other) is other


def test_the_log_hears_what_is_decided_and_taken_back(tmp_path: Path) -> None:
    log = Log(tmp_path / "ripple.db", tmp_path, lambda problem: pytest.fail(problem.message))
    one = candidate(start=40)
    actions = tuple(replace(action(n), intent=IntentKind.REPEAT, old="a == b", new="a is b") for n in (1, 2))
    said = replace(answer(root=str(tmp_path)), actions=actions)
    log.decide(said, [Decided(1, Verdict.ACCEPTED)], "{}")
    assert not log.likes().against(one)
    log.undone(log.applied()[0])
    assert odds(log.likes().weighed(one).p) == pytest.approx(UNWANTED)
    log.settle(said, [Decided(2, Verdict.MADE_BY_HAND)])
    assert odds(log.likes().weighed(one).p) == pytest.approx(DISPUTED)
    log.close()


def test_other_intents_say_nothing_of_other_places() -> None:
    likes = Likes()
    renamed = candidate()
    renamed = replace(renamed, site=replace(renamed.site, intent=IntentKind.RENAME))
    likes.refused([renamed])
    assert likes.weighed(renamed) is renamed and likes.weighed(candidate()) == candidate()


def test_undone_is_turned_down_after_all() -> None:
    likes = Likes()
    likes.took([candidate(start=0), candidate(start=9)])
    likes.undone([candidate(start=0), candidate(start=9)])
    assert odds(likes.weighed(candidate(p=0.6)).p) == pytest.approx(odds(0.6) + UNWANTED)


@given(st.floats(0, 1), st.lists(st.sampled_from(["took", "refused", "undone"])))
def test_a_chance_stays_one_and_never_rises(p: float, said: list[str]) -> None:
    likes = Likes()
    for word in said:
        getattr(likes, word)([candidate()])
    assert 0 <= likes.weighed(candidate(p=p)).p <= max(p, 1e-5)
