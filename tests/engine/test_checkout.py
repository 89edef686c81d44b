"""What git writes into the working tree is told from what a person saves, by a real git's index."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from engine.checkout import PATIENCE, Checkout
from engine.types import Saved, Silence, Suggestion, Verdict
from tests.engine.test_head import git
from tests.engine.test_session import FILES, RENAMED, Bench, bench

__all__ = ["bench"]

NAMES = ["src/a.py", "src/deep/er/b.py", "src/\u00e9 c.py", "z.py"]


def now() -> int:
    return int(time.time())


def committed(root: Path, *options: str) -> None:
    git(root, "add", "-A", at=now())
    git(root, "commit", "-q", "-m", "one", *options, at=now())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository in which the branch `other` has other texts, and `c.py` more."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    write(root, "x = 1\n")
    committed(root)
    git(root, "checkout", "-q", "-b", "other", at=now())
    write(root, "x = 22\n")
    (root / "c.py").write_text("y = 1\n")
    committed(root)
    git(root, "checkout", "-q", "main", at=now())
    return root


def write(root: Path, text: str) -> None:
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_a_branch_switch_is_gits_and_a_save_is_not(root: Path, version: str) -> None:
    git(root, "update-index", "--index-version", version, at=now())
    git(root, "checkout", "-q", "other", at=now())
    checkout = Checkout(root)
    assert checkout.wrote({*NAMES, "c.py"}) and checkout.wrote({"z.py"})
    (root / "z.py").write_text("x = 3\n")
    assert not checkout.wrote({"z.py"}) and not checkout.wrote({"z.py", "c.py"})
    git(root, "checkout", "-q", ".", at=now())
    assert checkout.wrote({"z.py"})
    git(root, "checkout", "-q", "main", at=now())
    assert checkout.wrote({"c.py"}), "it took the file away"


def test_stash_and_reset(root: Path) -> None:
    checkout = Checkout(root)
    (root / "z.py").write_text("x = 3\n")
    git(root, "stash", at=now())
    assert checkout.wrote({"z.py"})
    git(root, "stash", "pop", at=now())
    assert not checkout.wrote({"z.py"}), "what comes back is the person's own"
    git(root, "reset", "-q", "--hard", at=now())
    assert checkout.wrote({"z.py"})


def test_a_save_that_is_committed_at_once_is_the_persons(root: Path) -> None:
    (root / "z.py").write_text("x = 3\n")
    committed(root)
    assert not Checkout(root).wrote({"z.py"})


def test_a_new_file_and_an_old_switch_are_the_persons(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = Checkout(root)
    (root / "new.py").write_text("x = 3\n")
    assert not checkout.wrote({"new.py"})
    (root / "z.py").touch()
    assert not checkout.wrote({"z.py"})
    git(root, "checkout", "-q", "other", at=now())
    monkeypatch.setattr("time.time", lambda clock=time.time: clock() + 60)
    assert not checkout.wrote({"z.py"}), "that was a minute ago"


def test_a_part_of_a_repository_and_a_linked_working_tree(root: Path, tmp_path: Path) -> None:
    git(root, "checkout", "-q", "other", at=now())
    assert Checkout(root / "src").wrote({"a.py", "deep/er/b.py"})
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", str(linked), "main", at=now())
    assert Checkout(linked).wrote({"z.py"}) and not Checkout(linked).wrote({"z.py", "src"})


def test_where_there_is_no_git_or_a_broken_index(root: Path, tmp_path: Path) -> None:
    assert not Checkout(tmp_path).wrote({"shop/z.py"})
    for data in (b"", b"DIRC", b"DIRC\0\0\0\x02\0\0\0\x09short", b"nothing at all" * 9):
        (root / ".git/index").write_bytes(data)
        assert not Checkout(root).wrote({"z.py"})


def test_a_git_at_work_is_waited_for_but_no_lock_that_stays(root: Path) -> None:
    lock = root / ".git/index.lock"
    lock.touch()
    (root / "z.py").write_text("x = 9\n")
    began = time.monotonic()
    assert not Checkout(root).wrote({"z.py"})
    assert PATIENCE <= time.monotonic() - began < 10 * PATIENCE
    os.utime(lock, (0, 0))
    began = time.monotonic()
    assert not Checkout(root).wrote({"z.py"})
    assert time.monotonic() - began < PATIENCE


def test_a_switch_of_few_files_is_no_edit(bench: Bench) -> None:
    git(bench.root, "init", "-q", "-b", "main")
    committed(bench.root)
    git(bench.root, "checkout", "-q", "-b", "other", at=now())
    bench.write("shop/cart.py", RENAMED)
    committed(bench.root)
    git(bench.root, "checkout", "-q", "main", at=now())
    bench.start().events.clear()
    git(bench.root, "checkout", "-q", "other", at=now())
    bench.session.observe(frozenset({"shop/cart.py"}))
    saved, silence = bench.events
    assert isinstance(saved, Saved) and isinstance(silence, Silence)
    assert silence.reason == "burst: git changed 1 file"
    git(bench.root, "checkout", "-q", "main", at=now())
    bench.session.observe(frozenset({"shop/cart.py"}))
    suggestion = bench.renamed()
    assert isinstance(suggestion, Suggestion), "the person's own is an edit as before"
    bench.later(60)
    git(bench.root, "checkout", "-q", ".", at=now())
    bench.session.observe(frozenset({"shop/cart.py"}))
    assert bench.last(Silence).reason == "burst: git changed 1 file"
    assert bench.text("shop/cart.py") == FILES["shop/cart.py"]
    assert bench.session._project.history.recent() == (), "what git took back is no context"
    assert {verdict for _, verdict in bench.log()} == {Verdict.SUPERSEDED}, "nobody let it go by"
