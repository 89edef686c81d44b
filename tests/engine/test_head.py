"""Commits are seen in git's own files, with and without a log of HEAD, in linked working trees too."""

import subprocess
from pathlib import Path

import pytest

from engine.head import Commits

WHO = ("-c", "user.name=Ann B", "-c", "user.email=ann@example.org")


def git(root: Path, *args: str, at: int = 100) -> None:
    env = {"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": f"@{at} +0200", "HOME": str(root)}
    subprocess.run(["git", *WHO, *args], cwd=root, check=True, env=env, capture_output=True)


def commit(root: Path, at: int, *options: str) -> None:
    git(root, "commit", "-q", "--allow-empty", "-m", f"at {at}", *options, at=at)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    return root


def test_the_first_commit_after_a_moment(root: Path) -> None:
    commits = Commits(root / "src")
    commits.look(1.0)
    assert commits.after(0.0) is None, "there is none yet"
    commit(root, 100)
    commit(root, 200)
    commit(root, 300, "--amend")
    commits.look(400.0)
    assert [commits.after(at) for at in (0.0, 100.0, 100.5, 250.0, 300.5)] == [100, 100, 200, 300, None]


def test_a_switch_of_branches_is_no_commit(root: Path) -> None:
    commit(root, 100)
    git(root, "checkout", "-q", "-b", "other", at=200)
    git(root, "reset", "-q", "--hard", "HEAD", at=300)
    commits = Commits(root)
    commits.look(400.0)
    assert commits.after(150.0) is None


@pytest.mark.parametrize("packed", [False, True])
def test_without_a_log_the_branch_tells(root: Path, packed: bool) -> None:
    git(root, "config", "core.logAllRefUpdates", "false")
    commit(root, 100)
    if packed:
        git(root, "pack-refs", "--all")
    commits = Commits(root)
    commits.look(150.0)
    commit(root, 200)
    commits.look(210.0)
    commits.look(220.0)
    assert (commits.after(150.0), commits.after(215.0)) == (210.0, None)
    git(root, "checkout", "-q", "--orphan", "other")
    commit(root, 300)
    commits.look(310.0)
    assert commits.after(215.0) is None, "another branch, and nobody saw it begin"


def test_a_linked_working_tree(root: Path, tmp_path: Path) -> None:
    commit(root, 100)
    git(root, "worktree", "add", "-q", str(tmp_path / "linked"), at=110)
    commits = Commits(tmp_path / "linked")
    commit(tmp_path / "linked", 200)
    commit(root, 300)
    commits.look(400.0)
    assert (commits.after(150.0), commits.after(250.0)) == (200, None), "the other tree's are not its own"


def test_a_linked_working_tree_without_a_log(root: Path, tmp_path: Path) -> None:
    commit(root, 100)
    git(root, "worktree", "add", "-q", str(tmp_path / "linked"), at=110)
    (log,) = root.glob(".git/worktrees/*/logs/HEAD")
    log.unlink()
    git(root, "config", "core.logAllRefUpdates", "false")
    commits = Commits(tmp_path / "linked")
    commits.look(150.0)
    commit(tmp_path / "linked", 200)
    commits.look(210.0)
    assert commits.after(150.0) == 210.0


def test_no_repository_no_commits(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("nonsense")
    commits = Commits(tmp_path)
    commits.look(1.0)
    assert commits.after(0.0) is None
