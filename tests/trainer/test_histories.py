"""Reading a small git history: which commits count, and how they are cut."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from trainer.histories import steps
from trainer.repository import Repository

OLD = "def load_items(path):\n    return open(path)\n\n\n" + "x = 1\n" * 5
USES = (
    "from core import load_items\n\n\n"
    + "y = 2\n" * 4
    + "load_items('a')\n"
    + "z = 3\n" * 4
    + "load_items('b')\n"
)


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def commit(root: Path, message: str, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        (root / path).write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    commit(tmp_path, "start", {"core.py": OLD, "uses.py": USES})
    renamed = {
        "core.py": OLD.replace("load_items", "read_items"),
        "uses.py": USES.replace("load_items", "read_items"),
    }
    commit(tmp_path, "Rename the reader", renamed)
    commit(tmp_path, "Format with black", {"core.py": renamed["core.py"].replace("x = 1", "x  =  1")})
    commit(tmp_path, "Revert something", {"core.py": renamed["core.py"]})
    return tmp_path


def test_only_usable_commits_are_taken(root: Path) -> None:
    repository = Repository(root)
    try:
        (found,) = repository.commits(50)
        assert set(found.paths) == {"core.py", "uses.py"}
        assert repository.text(found.parent, "core.py") == OLD
        assert repository.text(found.sha, "missing.py") is None
        assert repository.text(found.sha, "a missing file.py") is None
        assert set(repository.tree(found.sha)) == {"core.py", "uses.py"}
    finally:
        repository.close()


def test_a_file_is_cut_into_stretches_of_lines() -> None:
    found = steps("uses.py", USES, USES.replace("load_items", "read_items"))
    assert len(found) == 3
    assert not found[0].defines
    assert steps("core.py", OLD, OLD.replace("load_items", "read_items"))[0].defines
