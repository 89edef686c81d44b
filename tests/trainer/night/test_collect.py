"""What decisions and histories tell: kept a block at a time, without secrets, split by time."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.adapters import Adapters
from engine.model.predictor import Predictor
from engine.nights import NightOutcome
from engine.store import FILE, Store
from engine.types import PromptFormat
from tests.engine.model.tiny_gguf import write_adapter, write_model
from tests.engine.test_store import answer
from tests.trainer.night.test_scores import preference
from trainer.night import collect, steps
from trainer.night.desk import Desk, Halt
from trainer.self_replay import Ended, History
from trainer.tuples import Choice, Preference, read, write, write_outcomes


def test_the_same_commits_are_held_when_a_night_goes_on(shop: Path, desk: Desk) -> None:
    from tests.trainer.test_histories import commit

    first = collect.found(desk)
    commit(shop, "Newer", {"core.py": "x = 1\n\n\n\ny = 2\n"})
    assert collect.found(desk) == first


def test_too_few_commits_to_judge_by_end_the_night_at_once(shop: Path, desk: Desk) -> None:
    desk.plan = replace(desk.plan, least_held=3)
    with pytest.raises(Halt) as halt:
        collect.found(desk)
    assert halt.value.outcome is NightOutcome.NO_DATA and "have 2 commits" in halt.value.reason


def test_histories_are_played_once_and_a_block_at_a_time(
    shop: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "BLOCK", 1)
    known = collect.found(desk)
    stop, real = desk.stop, desk.progress

    def stops(share: float | None, words: str) -> None:
        real(share, words)
        if "played 1" in words:
            stop.by = signal.SIGTERM

    monkeypatch.setattr(desk, "progress", stops)
    with pytest.raises(Halt, match="SIGTERM"):
        collect.from_histories(desk, known)
    assert len(desk.kept(collect.PLAYED)) == 1
    stop.by = None
    monkeypatch.setattr(desk, "progress", real)
    tuples, outcomes = collect.from_histories(desk, known)
    assert sorted(desk.kept(collect.PLAYED).values()) == [0, 1, 2]
    assert outcomes and {one.model for one in outcomes} == {desk.night.base}
    assert {one.signal for one in tuples} <= {"history"}
    monkeypatch.setattr(Desk, "predictor", None)
    assert collect.from_histories(desk, known) == (tuples, outcomes)


def test_a_model_that_writes_is_cut_off_in_a_commit_and_keeps_those_before(
    shop: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = collect.found(desk)
    real = collect.tuples

    def slow(history: History, predictor: Predictor, should_stop: Callable[[], bool]) -> Iterator[object]:
        yield next(real(history, predictor))
        desk.deadline -= 60 * desk.plan.minutes
        assert not should_stop(), "the time of a project is known when it begins"
        monkeypatch.setattr(time, "monotonic", lambda: desk.deadline + 1)
        if should_stop():
            raise Ended

    monkeypatch.setattr(Desk, "speaks", PromptFormat.TEXT)
    monkeypatch.setattr(collect, "tuples", slow)
    collect.from_histories(desk, known)
    assert len(desk.kept(collect.PLAYED)) == 1


def test_histories_keep_to_their_share_of_the_minutes(shop: Path, desk: Desk) -> None:
    known = collect.found(desk)
    desk.deadline -= 60 * desk.plan.minutes * 0.9
    collect.from_histories(desk, known)
    assert len(desk.kept(collect.PLAYED)) == 1, "one commit is played in any case"


def test_a_broken_row_is_left_out_counted_and_named(shop: Path, desk: Desk) -> None:
    path = desk.plan.data_dir / FILE
    store = Store(path)
    store.answer(replace(answer("torn", root=str(shop)), at=time.time()))
    store.answer(replace(answer("old", root=str(shop)), at=time.time() - 90 * 86_400))
    store.close()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE suggestions SET considered = '{'")
        conn.commit()
    found = collect.from_decisions(desk)
    assert found.answers == 1 and found.skipped["broken"] == 1 and not found.preferences
    assert "suggestion torn cannot be read" in (desk.home / "night.log").read_text()


def at(number: int, signal: str) -> Preference:
    """A tuple of its own file and time."""
    made = preference([(Choice(0, 0, "new"),)], [(Choice(0, 1, "new"),)])
    sites = tuple(
        tuple(replace(one, place=f"{signal}{number}.py:{n}:old") for n, one in enumerate(made.sites[0]))
        for _ in made.sites
    )
    return replace(made, sites=sites, at=float(number), signal=signal, path=f"{signal}{number}.py")


def test_decisions_and_histories_are_split_apart(desk: Desk) -> None:
    write(
        desk.home / steps.TUPLES,
        [at(n, "rejected") for n in range(100, 110)] + [at(n, "history") for n in range(30)],
    )
    write_outcomes(desk.home / steps.OUTCOMES, [])
    desk.plan = replace(desk.plan, least_held=8)
    assert steps.parted(desk) == "32 tuples to learn from, 8 held out"
    held = list(read(desk.home / steps.HELD))
    assert sorted((one.signal, one.at) for one in held) == [
        *(("history", float(n)) for n in range(24, 30)), ("rejected", 108.0), ("rejected", 109.0)
    ]  # fmt: skip
    night = desk.night
    assert (night.from_decisions, night.from_history, night.held) == (8, 24, 8)
    assert night.tuples == {"history": 24, "rejected": 8}


def test_a_change_that_is_held_out_as_a_decision_is_not_learnt_from_a_history(desk: Desk) -> None:
    same = replace(at(109, "rejected"), signal="history", at=0.0)
    write(
        desk.home / steps.TUPLES,
        [at(n, "rejected") for n in range(100, 110)] + [same, *(at(n, "history") for n in range(1, 10))],
    )
    write_outcomes(desk.home / steps.OUTCOMES, [])
    desk.plan = replace(desk.plan, least=20, least_held=4)
    assert steps.parted(desk) == "15 tuples to learn from, 4 held out"
    assert 0.0 not in {one.at for one in read(desk.home / steps.LEARNT)}


def test_what_was_all_decided_at_one_time_cannot_be_parted(desk: Desk) -> None:
    write(desk.home / steps.TUPLES, [replace(at(n, "rejected"), at=5.0) for n in range(50)])
    write_outcomes(desk.home / steps.OUTCOMES, [])
    with pytest.raises(Halt) as halt:
        steps.parted(desk)
    assert halt.value.outcome is NightOutcome.NO_DATA and "50 tuples can be held out" in halt.value.reason


def test_too_few_tuples_end_the_night(shop: Path, desk: Desk) -> None:
    with pytest.raises(Halt) as halt:
        steps.collected(desk)
    assert halt.value.outcome is NightOutcome.NO_DATA and "40 are needed" in halt.value.reason


def test_what_is_published_belongs_to_the_model_that_runs(desk: Desk) -> None:
    write_adapter(desk.home / "adapter.gguf", desk.night.base)
    desk.keep("gate.done", "It is better.")
    write_model(desk.base, seed=9)
    with pytest.raises(Halt) as halt:
        steps.published(desk)
    assert halt.value.outcome is NightOutcome.FAILED and "was replaced" in halt.value.reason
    assert Adapters(desk.plan.data_dir, desk.night.base).current() is None
    write_model(desk.base)
    assert steps.published(desk) == "It is better."
    current = Adapters(desk.plan.data_dir, desk.night.base).current()
    assert current is not None and current.stem == desk.night.adapter
