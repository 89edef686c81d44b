"""The schema is what it is said to be, and every step from an older file leads to it."""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.errors import StoreProblem
from engine.migrations import migrations
from engine.store import Store

COLUMNS = {
    "projects": ["id", "root", "first_seen", "last_seen"],
    "models": ["id", "name", "sha256", "first_seen"],
    "adapters": ["id", "name", "model", "first_seen"],
    "edits": ["id", "project", "path", "by", "at", "hunks", "diff"],
    "suggestions": [
        *("id", "project", "edit", "at", "reason", "model", "adapter", "threshold"),
        *("prompt_ids", "prompt_lengths", "prompt", "considered", "latency"),
    ],
    "actions": [
        *("id", "suggestion", "n", "path", "start", "line", "old", "new"),
        *("intent", "p", "why", "context", "site"),
    ],
    "decisions": ["id", "action", "verdict", "new", "at"],
    "applied": ["id", "project", "suggestion", "actions", "record", "at", "undone_at"],
}
VIEWS = {"decision_log", "outcomes", "acceptance_by_day", "by_intent"}
STEPS = ["m001_tables", "m002_views"]


def test_schema(tmp_path: Path) -> None:
    Store(tmp_path / "ripple.db").close()
    db = Database(tmp_path / "ripple.db")
    own = {name: [c.name for c in db[name].columns] for name in db.table_names() if not name.startswith("_")}
    assert own == COLUMNS
    assert set(db.view_names()) == VIEWS
    assert [step.name for step in migrations.applied(db)] == STEPS
    for view in VIEWS:
        assert list(db[view].rows) == []
    db.close()


@pytest.mark.parametrize("step", STEPS)
def test_a_file_that_stopped_at_any_step_is_brought_up_to_date(tmp_path: Path, step: str) -> None:
    db = Database(tmp_path / "ripple.db")
    migrations.apply(db, stop_before=step)
    db.close()
    Store(tmp_path / "ripple.db").close()
    db = Database(tmp_path / "ripple.db")
    assert not migrations.pending(db)
    assert set(db.view_names()) == VIEWS
    db.close()


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "ripple.db").close()
    with sqlite3.connect(tmp_path / "ripple.db") as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('ripple', 'm900_later', '')"
        )
    conn.close()
    with pytest.raises(StoreProblem, match="newer Ripple"):
        Store(tmp_path / "ripple.db")
