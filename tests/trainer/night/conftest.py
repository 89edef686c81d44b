"""A project with a history, and a night's desk over a tiny model."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from engine import nights
from engine.nights import Night
from engine.store import FILE, Store
from engine.types import Edit
from tests.trainer.night.nights import settings, silent
from tests.trainer.test_histories import commit, git
from trainer.night.desk import Desk, Plan
from trainer.stopping import Stop

NAMES = "def name_0():\n    return 1\n\n\na = name_0()\n\n\nb = name_0()\n\n\nc = name_0()\n"


def text(number: int) -> str:
    """The project's one file with its function's n-th name."""
    return NAMES.replace("name_0", f"name_{number}")


def recorded(data_dir: Path, *roots: Path) -> None:
    """Let the database know of these folders."""
    store = Store(data_dir / FILE)
    for number, root in enumerate(roots):
        store.edit(str(root), Edit(f"e{number}", "a.py", "a", "b", (), "person", 5.0), "-a\n+b\n")
    store.close()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A git work tree with six commits that can be played, each a rename; known to the database."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q")
    for number in range(7):
        commit(root, f"Name {number}", {"core.py": text(number)})
    recorded(settings(tmp_path).data_dir, root)
    return root


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A night that may hold two commits and learn from three."""
    plan = Plan(settings(tmp_path), learnt=3, held=2, least_held=2)
    assert plan.settings.model is not None
    base = hashlib.sha256(plan.settings.model.read_bytes()).hexdigest()
    night = Night("2026-03-01T02-30-00", 1.0, base, step="collect")
    nights.write(plan.data_dir, night)
    return Desk(plan, night, plan.settings.model, Stop(), silent)
