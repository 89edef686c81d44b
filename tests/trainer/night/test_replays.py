"""Held-out commits are played both ways by the real engine, once each, whatever interrupts."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from engine.session.thinking import Question, Thought
from tests.engine.model.tiny_gguf import write_adapter
from trainer.night import replays
from trainer.night.desk import Desk, Halt
from trainer.night.projects import projects
from trainer.night.replays import FILE, Pair, Watched, play, read


@pytest.fixture
def adapter(tmp_path: Path, desk: Desk) -> Path:
    return write_adapter(tmp_path / "adapter.gguf", desk.night.base)


def subjects(pairs: list[Pair]) -> list[str]:
    return [pair.before.subject for pair in pairs]


def test_both_ways_on_the_same_commits(shop: Path, desk: Desk, adapter: Path) -> None:
    found, _ = projects(desk)
    pairs = play(desk, found, adapter)
    assert subjects(pairs) == ["Name 5", "Name 6"]
    for pair in pairs:
        assert pair.before.sha == pair.after.sha and pair.before.tokens == pair.after.tokens
        assert pair.before.points and pair.after.points
    chances = [[action.p for action in side.points[0].weighed] for side in (pairs[0].before, pairs[0].after)]
    assert chances[0] != chances[1], "the adapter was on"


def test_it_goes_on_with_the_next_commit_and_leaves_out_a_torn_line(
    shop: Path, desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = projects(desk)
    whole = play(desk, found, adapter)
    path = desk.home / FILE
    first, second = (line for line in path.read_text().split("\n") if line)
    path.write_text(f"\n{first}\n\n{second[:50]}")
    assert subjects(list(read(path))) == ["Name 5"]
    played: list[str] = []
    real = replays.Play

    def counted(world, mind, commit, after):
        played.append(commit.subject)
        return real(world, mind, commit, after)

    monkeypatch.setattr(replays, "Play", counted)
    assert subjects(play(desk, found, adapter)) == subjects(whole)
    assert played == ["Name 6", "Name 6"]
    assert subjects(list(read(path))) == ["Name 5", "Name 6"]
    assert json.loads(first)["before"]["subject"] == "Name 5"


def test_when_the_minutes_are_nearly_over_it_makes_do_with_what_there_is(
    shop: Path, desk: Desk, adapter: Path
) -> None:
    found, _ = projects(desk)
    desk.plan = replace(desk.plan, least_held=1)
    desk.deadline = time.monotonic() + 5
    assert subjects(play(desk, found, adapter)) == ["Name 5"]
    assert "1 of 2 commits were replayed" in (desk.home / "night.log").read_text()


def test_it_gives_up_before_the_next_answer(desk: Desk) -> None:
    class Answers:
        def answer(self, question: Question) -> Thought:
            return Thought()

    watched = Watched(Answers(), desk)
    watched.answer(None)  # type: ignore[arg-type]
    desk.stop.by = signal.SIGINT
    with pytest.raises(Halt, match="SIGINT"):
        watched.answer(None)  # type: ignore[arg-type]
