"""The database's schema, as numbered steps that are never changed once released.

Times are seconds since the epoch. Text positions are character offsets, lines count from 0.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from engine.errors import StoreProblem

migrations = Migrations("ripple")


def bring_up_to_date(db: Database, path: Path) -> None:
    """Take the steps that are missing, in one transaction, so that of two processes only one does.

    Raises StoreProblem where the file at `path` is a newer Ripple's.
    """
    newer = {step.name for step in migrations.applied(db)} - _steps()
    if newer:
        message = f"{path} was written by a newer Ripple ({', '.join(sorted(newer))})."
        raise StoreProblem(message, "Update Ripple.")
    if not migrations.pending(db):
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def _steps() -> set[str]:
    """The names of all steps this version knows."""
    empty = Database(memory=True, execute_plugins=False)
    try:
        return {step.name for step in migrations.pending(empty)}
    finally:
        empty.close()


# sqlite-utils' decorator has no annotations, hence the ignores


@migrations()  # type: ignore[untyped-decorator]
def m001_tables(db: Database) -> None:
    """What was edited, what was suggested with which prompt, and what became of each action."""
    for statement in _TABLES:
        db.execute(statement)


@migrations()  # type: ignore[untyped-decorator]
def m002_views(db: Database) -> None:
    """The same as a person reads it."""
    for statement in _VIEWS:
        db.execute(statement)


@migrations()  # type: ignore[untyped-decorator]
def m003_signals(db: Database) -> None:
    """How long an action was on screen, guesses, and what later saves tell; the views count accordingly."""
    for statement in _SIGNALS:
        db.execute(statement)


@migrations()  # type: ignore[untyped-decorator]
def m004_written(db: Database) -> None:
    """What a model of the person's own wrote: JSON, for each window the stretch of a file and the answer."""
    db.execute("ALTER TABLE suggestions ADD COLUMN written TEXT NOT NULL DEFAULT '[]'")


@migrations()  # type: ignore[untyped-decorator]
def m005_places(db: Database) -> None:
    """Which of the same texts on its line an action changes; NULL where that was not noted."""
    db.execute("ALTER TABLE actions ADD COLUMN nth INTEGER")


_TABLES: Final = (
    """
    CREATE TABLE projects (
        id INTEGER PRIMARY KEY,
        root TEXT NOT NULL UNIQUE,
        first_seen REAL NOT NULL,
        last_seen REAL NOT NULL
    )""",
    """
    CREATE TABLE models (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        first_seen REAL NOT NULL,
        UNIQUE (name, sha256)
    )""",
    """
    CREATE TABLE adapters (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        model INTEGER NOT NULL REFERENCES models (id),
        first_seen REAL NOT NULL,
        UNIQUE (name, model)
    )""",
    # hunks: JSON, one object for each with start, old, new_start, new; diff: the same for reading
    """
    CREATE TABLE edits (
        id TEXT PRIMARY KEY,
        project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        by TEXT NOT NULL CHECK (by IN ('person', 'ripple')),
        at REAL NOT NULL,
        hunks TEXT NOT NULL,
        diff TEXT NOT NULL
    )""",
    # reason: why nothing was shown, NULL where something was; prompt_ids: little-endian 32-bit token ids, all
    # windows in a row; prompt_lengths: JSON, the number of tokens of each; considered: JSON, each site
    # that was decided about, with its p and, where it was not shown, why; latency: JSON, milliseconds
    """
    CREATE TABLE suggestions (
        id TEXT PRIMARY KEY,
        project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
        edit TEXT NOT NULL REFERENCES edits (id) ON DELETE CASCADE,
        at REAL NOT NULL,
        reason TEXT,
        model INTEGER NOT NULL REFERENCES models (id),
        adapter INTEGER REFERENCES adapters (id),
        threshold REAL NOT NULL,
        prompt_ids BLOB NOT NULL,
        prompt_lengths TEXT NOT NULL,
        prompt TEXT NOT NULL,
        considered TEXT NOT NULL,
        latency TEXT NOT NULL
    )""",
    # context: the line of the file that the action's text began on; site: its place in suggestions.considered
    """
    CREATE TABLE actions (
        id INTEGER PRIMARY KEY,
        suggestion TEXT NOT NULL REFERENCES suggestions (id) ON DELETE CASCADE,
        n INTEGER NOT NULL,
        path TEXT NOT NULL,
        start INTEGER NOT NULL,
        line INTEGER NOT NULL,
        old TEXT NOT NULL,
        new TEXT NOT NULL,
        intent TEXT NOT NULL,
        p REAL NOT NULL,
        why TEXT NOT NULL,
        context TEXT NOT NULL,
        site INTEGER,
        UNIQUE (suggestion, n)
    )""",
    # new: what the person wrote instead, for 'corrected'
    """
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        action INTEGER NOT NULL REFERENCES actions (id) ON DELETE CASCADE,
        verdict TEXT NOT NULL CHECK (verdict IN (
            'accepted', 'corrected', 'rejected', 'ignored', 'superseded', 'made_by_hand', 'undone')),
        new TEXT,
        at REAL NOT NULL
    )""",
    # what undo needs: record is the journal's description of the files before and after
    """
    CREATE TABLE applied (
        id INTEGER PRIMARY KEY,
        project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
        suggestion TEXT NOT NULL REFERENCES suggestions (id) ON DELETE CASCADE,
        actions TEXT NOT NULL,
        record TEXT NOT NULL,
        at REAL NOT NULL,
        undone_at REAL
    )""",
    "CREATE INDEX edits_by_project ON edits (project, at)",
    "CREATE INDEX suggestions_by_project ON suggestions (project, at)",
    "CREATE INDEX suggestions_by_edit ON suggestions (edit)",
    "CREATE INDEX actions_by_change ON actions (path, old, new)",
    "CREATE INDEX decisions_by_action ON decisions (action)",
    "CREATE INDEX applied_by_project ON applied (project, id)",
)

_COUNTS: Final = """
    count(*) AS shown,
    sum(verdict = 'accepted') AS accepted,
    sum(verdict = 'corrected') AS corrected,
    sum(verdict = 'made_by_hand') AS made_by_hand,
    sum(verdict = 'rejected') AS rejected,
    sum(verdict = 'ignored') AS ignored,
    sum(verdict = 'superseded') AS superseded,
    sum(verdict = 'undone') AS undone,
    round(1.0 * sum(verdict IN ('accepted', 'made_by_hand'))
        / nullif(sum(verdict IS NOT NULL AND verdict != 'superseded'), 0), 3) AS acceptance
"""
"""Actions by their last verdict; those that a newer suggestion took over count neither for nor against."""

_VIEWS: Final = (
    """
    CREATE VIEW decision_log AS
    SELECT datetime(d.at, 'unixepoch', 'localtime') AS "when", p.root AS project, a.path, a.line + 1 AS line,
        a.intent, a.old, a.new, round(a.p, 3) AS p, d.verdict, d.new AS corrected_to, a.why,
        m.name AS model, ad.name AS adapter, a.suggestion, a.n, s.edit, d.at, d.id
    FROM decisions d
    JOIN actions a ON a.id = d.action
    JOIN suggestions s ON s.id = a.suggestion
    JOIN projects p ON p.id = s.project
    JOIN models m ON m.id = s.model
    LEFT JOIN adapters ad ON ad.id = s.adapter""",
    """
    CREATE VIEW outcomes AS
    SELECT a.id AS action, s.project, s.at, a.intent, a.p,
        (SELECT verdict FROM decisions d WHERE d.action = a.id ORDER BY d.id DESC LIMIT 1) AS verdict
    FROM actions a JOIN suggestions s ON s.id = a.suggestion""",
    f"""
    CREATE VIEW acceptance_by_day AS
    SELECT date(at, 'unixepoch', 'localtime') AS day, {_COUNTS}
    FROM outcomes GROUP BY day ORDER BY day""",
    f"""
    CREATE VIEW by_intent AS
    SELECT intent, {_COUNTS}, round(avg(p), 3) AS mean_p
    FROM outcomes GROUP BY intent ORDER BY shown DESC""",
)

_VERDICTS: Final = """
    'accepted', 'corrected', 'rejected', 'ignored', 'flashed', 'superseded', 'made_by_hand', 'undone'"""

_DECIDED: Final = """
    count(*) AS shown,
    sum(verdict = 'accepted') AS accepted,
    sum(verdict = 'corrected') AS corrected,
    sum(verdict = 'made_by_hand') AS made_by_hand,
    sum(verdict = 'rejected') AS rejected,
    sum(verdict = 'ignored') AS ignored,
    sum(verdict = 'flashed') AS flashed,
    sum(verdict = 'superseded') AS superseded,
    sum(verdict = 'undone') AS undone,
    round(1.0 * sum(NOT guess AND verdict IN ('accepted', 'made_by_hand'))
        / nullif(sum(NOT guess AND verdict IN (
            'accepted', 'corrected', 'made_by_hand', 'rejected', 'ignored', 'undone')), 0), 3) AS acceptance,
    sum(guess) AS guesses,
    sum(guess AND verdict IN ('accepted', 'made_by_hand')) AS guesses_accepted,
    round(avg((SELECT share FROM kept k WHERE k.action = outcomes.action AND horizon = '5m')), 3) AS kept_5m,
    round(avg((SELECT share FROM kept k WHERE k.action = outcomes.action AND horizon = '1h')), 3) AS kept_1h,
    round(avg((SELECT share FROM kept k WHERE k.action = outcomes.action AND horizon = 'commit')), 3)
        AS kept_commit
"""
"""Actions by their last verdict; what flashed by or was taken over counts neither way, guesses apart."""

_SIGNALS: Final = (
    "DROP VIEW by_intent",
    "DROP VIEW acceptance_by_day",
    "DROP VIEW outcomes",
    "DROP VIEW decision_log",
    # a CHECK cannot be changed in place; nothing refers to decisions, so the table can be made anew.
    # later: 1 where the verdict was found from later saves, 0 where somebody said it
    f"""
    CREATE TABLE decisions_new (
        id INTEGER PRIMARY KEY,
        action INTEGER NOT NULL REFERENCES actions (id) ON DELETE CASCADE,
        verdict TEXT NOT NULL CHECK (verdict IN ({_VERDICTS})),
        new TEXT,
        at REAL NOT NULL,
        later INTEGER NOT NULL DEFAULT 0 CHECK (later IN (0, 1))
    )""",
    "INSERT INTO decisions_new (id, action, verdict, new, at)"
    " SELECT id, action, verdict, new, at FROM decisions",
    "DROP TABLE decisions",
    "ALTER TABLE decisions_new RENAME TO decisions",
    "CREATE INDEX decisions_by_action ON decisions (action)",
    "CREATE INDEX decisions_by_time ON decisions (at)",
    # guess: 1 where p is below the threshold; propensity: the probability with which it was shown, NULL is 1;
    # shown_at, closed_at: from when to when it was on screen
    "ALTER TABLE actions ADD COLUMN guess INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE actions ADD COLUMN propensity REAL",
    "ALTER TABLE actions ADD COLUMN shown_at REAL",
    "ALTER TABLE actions ADD COLUMN closed_at REAL",
    # share: how much of what the action wrote still stood, 1 all and 0 nothing
    """
    CREATE TABLE kept (
        id INTEGER PRIMARY KEY,
        action INTEGER NOT NULL REFERENCES actions (id) ON DELETE CASCADE,
        horizon TEXT NOT NULL CHECK (horizon IN ('5m', '1h', 'commit')),
        share REAL NOT NULL CHECK (share BETWEEN 0 AND 1),
        at REAL NOT NULL,
        UNIQUE (action, horizon)
    )""",
    # site: the place's number in suggestions.considered; fate: whether the person's own saves made just that
    # change there, or another one; new: what stands there then, NULL where the text around it went too
    """
    CREATE TABLE fates (
        id INTEGER PRIMARY KEY,
        suggestion TEXT NOT NULL REFERENCES suggestions (id) ON DELETE CASCADE,
        site INTEGER NOT NULL,
        fate TEXT NOT NULL CHECK (fate IN ('made', 'changed')),
        new TEXT,
        at REAL NOT NULL,
        UNIQUE (suggestion, site)
    )""",
    "CREATE INDEX edits_by_path ON edits (project, path, at)",
    """
    CREATE VIEW decision_log AS
    SELECT datetime(d.at, 'unixepoch', 'localtime') AS "when", p.root AS project, a.path, a.line + 1 AS line,
        a.intent, a.old, a.new, round(a.p, 3) AS p, d.verdict, d.new AS corrected_to, a.why,
        m.name AS model, ad.name AS adapter, a.suggestion, a.n, s.edit, d.at, d.id, a.guess, d.later
    FROM decisions d
    JOIN actions a ON a.id = d.action
    JOIN suggestions s ON s.id = a.suggestion
    JOIN projects p ON p.id = s.project
    JOIN models m ON m.id = s.model
    LEFT JOIN adapters ad ON ad.id = s.adapter""",
    # undone counts within ten minutes only: later it says nothing about the suggestion
    """
    CREATE VIEW outcomes AS
    SELECT a.id AS action, s.project, s.at, a.intent, a.p, a.guess, d.verdict, d.new AS corrected_to,
        d.at AS decided_at
    FROM actions a JOIN suggestions s ON s.id = a.suggestion
    LEFT JOIN decisions d ON d.id = (
        SELECT e.id FROM decisions e WHERE e.action = a.id AND NOT (
            e.verdict = 'undone' AND e.at - coalesce((
                SELECT max(w.at) FROM decisions w
                WHERE w.action = a.id AND w.id < e.id AND NOT w.later
                    AND w.verdict IN ('accepted', 'corrected')
            ), e.at) > 600)
        ORDER BY e.id DESC LIMIT 1)""",
    f"""
    CREATE VIEW acceptance_by_day AS
    SELECT date(at, 'unixepoch', 'localtime') AS day, {_DECIDED}
    FROM outcomes GROUP BY day ORDER BY day""",
    f"""
    CREATE VIEW by_intent AS
    SELECT intent, {_DECIDED}, round(avg(p), 3) AS mean_p
    FROM outcomes GROUP BY intent ORDER BY shown DESC""",
    # accepted: what the person wanted there, NULL where nobody knows; rejected: what they did not want,
    # 'nothing' where Ripple was silent about what they then did by hand
    """
    CREATE VIEW preferences AS
    SELECT datetime(t.at, 'unixepoch', 'localtime') AS "when", p.root AS project, t.context, t.old,
        t.accepted, t.rejected, t.signal, t.guess, m.name AS model, ad.name AS adapter,
        t.suggestion, t.n, t.at
    FROM (
        SELECT a.suggestion, a.n, a.path || ':' || (a.line + 1) || '  ' || a.context AS context,
            a.old, a.guess,
            CASE WHEN o.verdict IN ('accepted', 'made_by_hand') THEN a.new
                WHEN o.verdict = 'corrected' THEN o.corrected_to ELSE f.new END AS accepted,
            CASE WHEN o.verdict NOT IN ('accepted', 'made_by_hand') THEN a.new END AS rejected,
            o.verdict AS signal, o.decided_at AS at
        FROM outcomes o JOIN actions a ON a.id = o.action
        LEFT JOIN fates f ON f.suggestion = a.suggestion AND f.site = a.site
        WHERE o.verdict NOT IN ('flashed', 'superseded')
        UNION ALL
        SELECT f.suggestion, NULL, json_extract(s.considered, '$[' || f.site || '].path'),
            json_extract(s.considered, '$[' || f.site || '].old'), 0, f.new, 'nothing', 'made_by_hand', f.at
        FROM fates f JOIN suggestions s ON s.id = f.suggestion
        WHERE f.fate = 'made'
            AND NOT EXISTS (SELECT 1 FROM actions a WHERE a.suggestion = f.suggestion AND a.site = f.site)
    ) t
    JOIN suggestions s ON s.id = t.suggestion
    JOIN projects p ON p.id = s.project
    JOIN models m ON m.id = s.model
    LEFT JOIN adapters ad ON ad.id = s.adapter""",
)
