"""Which projects a night plays, and which of their commits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trainer.night.conftest import recorded
from tests.trainer.night.nights import settings
from tests.trainer.test_histories import git
from trainer.night import projects as projects_
from trainer.night.desk import Desk, Halt
from trainer.night.projects import projects, roots, shared, tops
from trainer.replay.run import Plan
from trainer.repository import Commit


def commits(name: str, count: int) -> list[Commit]:
    """Newest first."""
    return [Commit(f"{name}{number}", "", ("a.py",)) for number in reversed(range(count))]


def test_nothing_recorded_is_no_project_and_makes_no_database(tmp_path: Path) -> None:
    data = settings(tmp_path).data_dir
    assert roots(data) == [] and list(data.iterdir()) == []


def test_folders_of_one_work_tree_are_one_project(tmp_path: Path) -> None:
    one, plain = tmp_path / "one", tmp_path / "plain"
    (one / "src").mkdir(parents=True)
    plain.mkdir()
    git(one, "init", "-q")
    recorded(settings(tmp_path).data_dir, one / "src", one, plain, tmp_path / "gone")
    folders = roots(tmp_path / "data")
    assert folders == [one / "src", one, plain, tmp_path / "gone"]
    assert tops(folders) == ([one.resolve()], [plain, tmp_path / "gone"])


def test_the_newest_commits_are_held_and_the_older_ones_learnt_from(shop: Path, desk: Desk) -> None:
    (project,), without = projects(desk)
    assert without == [] and project.root == shop.resolve()
    assert [one.subject for one in project.held] == ["Name 5", "Name 6"]
    assert [one.subject for one in project.learnt] == ["Name 2", "Name 3", "Name 4"]


def test_a_repository_without_a_usable_commit_is_named(tmp_path: Path, shop: Path, desk: Desk) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "-q")
    recorded(tmp_path / "data", empty)
    found, without = projects(desk)
    assert [one.root.name for one in found] == ["shop"] and without == [empty.resolve()]


def test_of_a_long_history_only_the_newest_part_is_looked_at(
    shop: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    real = projects_.chosen

    def chosen(plan: Plan) -> list[Commit]:
        asked.append(plan.since)
        return real(plan)

    monkeypatch.setattr(projects_, "chosen", chosen)
    projects(desk)
    monkeypatch.setattr(projects_, "LOOKED_AT", 2)
    projects(desk)
    assert asked[0] is None and asked[1] is not None and asked[1].startswith("20")


def test_projects_give_in_turn_and_a_small_one_keeps_most_to_learn_from() -> None:
    usable = {Path("big"): commits("b", 100), Path("small"): commits("s", 4)}
    big, small = shared(usable, held=10, learnt=20)
    assert [one.sha for one in small.held] == ["s2", "s3"] and [one.sha for one in small.learnt] == [
        "s0",
        "s1",
    ]
    assert len(big.held) == 8 and len(big.learnt) == 18
    assert big.held[-1].sha == "b99" and big.learnt[-1].sha == "b91"
    assert not {one.sha for one in big.held} & {one.sha for one in big.learnt}


def test_it_gives_up_between_two_projects(shop: Path, desk: Desk) -> None:
    import signal

    desk.stop.by = signal.SIGTERM
    with pytest.raises(Halt, match="SIGTERM"):
        projects(desk)
