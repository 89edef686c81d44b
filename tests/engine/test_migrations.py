"""The schema is what it is said to be, and every step from an older file leads to it."""

import sqlite3
from contextlib import closing
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
        *("prompt_ids", "prompt_lengths", "prompt", "considered", "latency", "written"),
    ],
    "actions": [
        *("id", "suggestion", "n", "path", "start", "line", "old", "new"),
        *("intent", "p", "why", "context", "site", "guess", "propensity", "shown_at", "closed_at", "nth"),
    ],
    "decisions": ["id", "action", "verdict", "new", "at", "later"],
    "kept": ["id", "action", "horizon", "share", "at"],
    "fates": ["id", "suggestion", "site", "fate", "new", "at"],
    "applied": ["id", "project", "suggestion", "actions", "record", "at", "undone_at"],
}
VIEWS = {"decision_log", "outcomes", "acceptance_by_day", "by_intent", "preferences"}
STEPS = ["m001_tables", "m002_views", "m003_signals", "m004_written", "m005_places"]
INDICES = {
    *("edits_by_project", "edits_by_path", "suggestions_by_project", "suggestions_by_edit"),
    *("actions_by_change", "decisions_by_action", "decisions_by_time", "applied_by_project"),
}


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


OLD_ROWS = """
INSERT INTO projects VALUES (1, '/p', 1, 1);
INSERT INTO models VALUES (1, 'tiny', 'ab', 1);
INSERT INTO edits VALUES ('e1', 1, 'a.py', 'person', 1, '[]', '');
INSERT INTO suggestions VALUES ('s1', 1, 'e1', 2, NULL, 1, NULL, 0.4, x'', '[]', '', '[]', '{}');
INSERT INTO actions VALUES (7, 's1', 1, 'a.py', 0, 0, 'total', 'amount', 'rename', 0.9, 'w', 'total()', NULL);
INSERT INTO decisions VALUES (41, 7, 'accepted', NULL, 3);
INSERT INTO decisions VALUES (42, 7, 'corrected', 'sum', 4);
"""


def test_an_old_file_keeps_its_decisions(tmp_path: Path) -> None:
    path = tmp_path / "ripple.db"
    db = Database(path)
    migrations.apply(db, stop_before="m003_signals")
    db.conn.executescript(OLD_ROWS)
    db.close()
    store = Store(path)
    newest, oldest = store.log()
    assert (oldest.verdict, newest.verdict, newest.corrected_to) == ("accepted", "corrected", "sum")
    assert not newest.later and not newest.guess
    (told,) = store.told()
    assert told.actions[0].propensity == 1.0 and told.actions[0].shown_at is None
    asked = ("/p", "a.py", "total", "amount", "total()")
    assert not store.rejected(*asked, 0)
    store.close()
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("INSERT INTO decisions (action, verdict, at) VALUES (7, 'rejected', 6)")
    with closing(Store(path)) as store:
        assert all(store.rejected(*asked, nth) for nth in (0, 1)), "which it was on its line nobody noted"
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("INSERT INTO decisions (action, verdict, at) VALUES (7, 'flashed', 5)")
        assert [row[0] for row in conn.execute("SELECT id FROM decisions ORDER BY id")] == [41, 42, 43, 44]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            conn.execute("INSERT INTO decisions (action, verdict, at) VALUES (7, 'liked', 5)")
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            conn.execute("INSERT INTO decisions (action, verdict, at) VALUES (8, 'flashed', 5)")
        found = conn.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        assert {row[0] for row in found} >= INDICES
        conn.execute("DELETE FROM projects")
        assert conn.execute("SELECT count(*) FROM decisions").fetchone() == (0,), "it all hangs together"
    conn.close()


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
