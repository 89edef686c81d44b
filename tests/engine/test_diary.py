"""What the log tells of how Ripple fares: days, intents, confidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from engine.records import Confidence, Day, Decided, Diary, IntentShare
from engine.store import Store
from engine.types import Hunk, IntentKind, Verdict
from tests.engine.test_store import EDIT, answer

FIRST, SECOND = datetime(2026, 11, 24, 12).timestamp(), datetime(2026, 11, 25, 12).timestamp()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "ripple.db")
    yield store
    store.close()


def put(store: Store, name: str, at: float, *verdicts: Verdict, reason: str | None = None, **changes) -> None:
    """A save with its answer; a decision for each action."""
    edit = replace(EDIT, id=f"e-{name}", at=at, by=changes.pop("by", "person"))
    one = answer(name, count=len(verdicts), edit=edit)
    one = replace(one, at=at, reason=reason, actions=tuple(replace(a, **changes) for a in one.actions))
    store.decide(one, [Decided(n, verdict) for n, verdict in enumerate(verdicts, 1)], at + 1)


def test_nothing_was_recorded(store: Store) -> None:
    assert store.diary(90) == Diary((), (), ())
    assert store.decided_since(0) == 0


def test_days_in_their_order(store: Store) -> None:
    put(store, "a", FIRST, Verdict.ACCEPTED, Verdict.REJECTED)
    put(store, "b", FIRST, reason="nothing follows from this edit")
    put(store, "c", FIRST, reason="superseded")
    put(store, "d", FIRST, reason="burst: 30 files changed at once")
    put(store, "e", FIRST, reason="chain complete", by="ripple")
    put(store, "f", SECOND, Verdict.ACCEPTED)
    first, second = store.diary(90).days
    # of five changes of the same size one is Ripple's
    assert first == Day("2026-11-24", 2, 0.5, 2, 0.5, 0.2)
    assert second == Day("2026-11-25", 1, 1.0, 1, 1.0, 0.0)
    assert store.diary(1).days == (second,)


def test_an_edit_without_a_changed_character_divides_nothing(store: Store) -> None:
    moved = replace(EDIT, id="m", at=FIRST, hunks=(Hunk(0, "", 0, ""),))
    store.edit("/p", moved, "")
    assert store.diary(90).days == (Day("2026-11-24", 0, None, 0, None, None),)


def test_intents_and_confidence(store: Store) -> None:
    put(store, "a", FIRST, Verdict.ACCEPTED, Verdict.MADE_BY_HAND, Verdict.REJECTED, p=0.92)
    put(store, "b", FIRST, Verdict.IGNORED, p=0.95, intent=IntentKind.IMPORT)
    put(store, "c", FIRST, Verdict.UNDONE, p=0.45)
    put(store, "d", FIRST, Verdict.SUPERSEDED, Verdict.FLASHED, p=0.99)
    put(store, "e", FIRST, Verdict.ACCEPTED, p=1.0)
    diary = store.diary(90)
    assert diary.intents == (IntentShare("rename", 7, 0.6), IntentShare("import", 1, 0.0))
    low, high = diary.confidence
    assert low == Confidence(0.45, 0.0, 1)
    assert (round(high.p, 3), high.share, high.of) == (0.942, 0.6, 5)


def test_what_a_night_could_learn_from(store: Store) -> None:
    put(store, "a", FIRST, Verdict.ACCEPTED, Verdict.IGNORED, Verdict.SUPERSEDED)
    put(store, "b", SECOND, Verdict.REJECTED, Verdict.CORRECTED)
    assert store.decided_since(0) == 3
    assert store.decided_since(FIRST + 1) == 2
