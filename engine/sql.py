"""The longer statements of the store."""

from __future__ import annotations

from typing import Final

_OF_PROJECT: Final = "project IN (SELECT id FROM projects WHERE root = ?1)"

OWNED: Final = {
    "edits": f"SELECT id FROM edits WHERE {_OF_PROJECT}",
    "suggestions": f"SELECT id FROM suggestions WHERE {_OF_PROJECT}",
    "actions": f"SELECT a.id FROM actions a JOIN suggestions s ON s.id = a.suggestion WHERE s.{_OF_PROJECT}",
    "decisions": "SELECT d.id FROM decisions d JOIN actions a ON a.id = d.action"
    f" JOIN suggestions s ON s.id = a.suggestion WHERE s.{_OF_PROJECT}",
    "applied": f"SELECT id FROM applied WHERE {_OF_PROJECT}",
    "kept": "SELECT k.id FROM kept k JOIN actions a ON a.id = k.action"
    f" JOIN suggestions s ON s.id = a.suggestion WHERE s.{_OF_PROJECT}",
    "fates": f"SELECT f.id FROM fates f JOIN suggestions s ON s.id = f.suggestion WHERE s.{_OF_PROJECT}",
}
"""The ids of each table's rows that belong to the project ?1, in the order of dependence."""

PUT_SUGGESTION: Final = """
    INSERT INTO suggestions (id, project, edit, at, reason, model, adapter, threshold,
        prompt_ids, prompt_lengths, prompt, considered, latency, written)
    VALUES (:id, :project, :edit, :at, :reason, :model, :adapter, :threshold,
        :prompt_ids, :prompt_lengths, :prompt, :considered, :latency, :written)
    ON CONFLICT (id) DO UPDATE SET prompt_ids = excluded.prompt_ids, prompt_lengths = excluded.prompt_lengths,
        prompt = excluded.prompt, considered = excluded.considered, latency = excluded.latency,
        written = excluded.written
"""

PUT_ACTION: Final = """
    INSERT OR IGNORE INTO actions (suggestion, n, path, start, line, old, new, intent, p, why, context, nth,
        site, guess, propensity, shown_at)
    VALUES (:suggestion, :n, :path, :start, :line, :old, :new, :intent, :p, :why, :context, :nth,
        :site, :guess, :propensity, :shown_at)
"""

MOVE_ACTION: Final = "UPDATE actions SET context = ?, nth = ? WHERE suggestion = ? AND n = ?"

PUT_EDIT: Final = """
    INSERT OR IGNORE INTO edits (id, project, path, by, at, hunks, diff)
    VALUES (:id, :project, :path, :by, :at, :hunks, :diff)
"""

PUT_PROJECT: Final = """
    INSERT INTO projects (root, first_seen, last_seen) VALUES (?1, ?2, ?2)
    ON CONFLICT (root) DO UPDATE SET last_seen = max(last_seen, ?2) RETURNING id
"""

PUT_MODEL: Final = """
    INSERT INTO models (name, sha256, first_seen) VALUES (?, ?, ?)
    ON CONFLICT (name, sha256) DO UPDATE SET name = name RETURNING id
"""

PUT_ADAPTER: Final = """
    INSERT INTO adapters (name, model, first_seen) VALUES (?, ?, ?)
    ON CONFLICT (name, model) DO UPDATE SET name = name RETURNING id
"""

PUT_DECISION: Final = """
    INSERT INTO decisions (action, verdict, new, at, later)
    SELECT id, ?1, ?2, ?3, ?4 FROM actions WHERE suggestion = ?5 AND n = ?6
        AND NOT (?4 AND EXISTS (SELECT 1 FROM decisions d WHERE d.id = (
            SELECT max(e.id) FROM decisions e WHERE e.action = actions.id
        ) AND d.verdict = ?1 AND d.new IS ?2))
"""
"""What was found from later saves is not said again: a chain, or another session, may have said the same."""

CLOSE_ACTION: Final = """
    UPDATE actions SET closed_at = ? WHERE suggestion = ? AND n = ? AND closed_at IS NULL
"""

PUT_KEPT: Final = """
    INSERT OR IGNORE INTO kept (action, horizon, share, at)
    SELECT id, ?, ?, ? FROM actions WHERE suggestion = ? AND n = ?
"""

PUT_FATE: Final = """
    INSERT INTO fates (suggestion, site, fate, new, at)
    SELECT id, ?, ?, ?, ? FROM suggestions WHERE id = ?
    ON CONFLICT (suggestion, site) DO UPDATE SET fate = excluded.fate, new = excluded.new, at = excluded.at
"""

PUT_APPLIED: Final = """
    INSERT INTO applied (project, suggestion, actions, record, at) VALUES (?, ?, ?, ?, ?)
"""

APPLIED: Final = """
    SELECT a.id, a.suggestion, a.actions, a.record FROM applied a JOIN projects p ON p.id = a.project
    WHERE p.root = ? AND a.undone_at IS NULL ORDER BY a.id DESC
"""

LAST_VERDICT: Final = """
    SELECT d.verdict FROM actions a
    JOIN suggestions s ON s.id = a.suggestion
    JOIN projects p ON p.id = s.project
    JOIN decisions d ON d.action = a.id
    WHERE p.root = ?1 AND a.path = ?2 AND a.old = ?3 AND a.new = ?4 AND a.context = ?5
        AND coalesce(a.nth, ?6) = ?6
        AND (d.verdict IN ('accepted', 'corrected', 'rejected', 'made_by_hand') OR d.verdict = 'undone'
            AND EXISTS (SELECT 1 FROM decisions w WHERE w.action = a.id AND w.verdict = 'accepted'
                AND d.at - w.at BETWEEN 0 AND 600))
    ORDER BY d.id DESC LIMIT 1
"""

LOG: Final = "SELECT * FROM decision_log WHERE ?1 IS NULL OR project = ?1 ORDER BY id DESC LIMIT ?2"

CORRECTIONS: Final = """
    SELECT a.intent, a.path, a.new AS draft, coalesce(d.new, a.new) AS new, e.hunks
    FROM decisions d
    JOIN actions a ON a.id = d.action
    JOIN suggestions s ON s.id = a.suggestion
    JOIN edits e ON e.id = s.edit
    WHERE d.at > ?1 AND d.verdict IN ('accepted', 'corrected', 'made_by_hand')
        AND a.intent NOT IN ('rename', 'repeat', 'free')
        AND d.id = (SELECT max(id) FROM decisions WHERE action = a.id)
    ORDER BY d.id DESC LIMIT ?2
"""

DECIDED_LAST: Final = """
    SELECT o.verdict FROM outcomes o JOIN projects p ON p.id = o.project
    WHERE p.root = ?
        AND o.verdict IN ('accepted', 'corrected', 'made_by_hand', 'rejected', 'ignored', 'undone')
    ORDER BY o.decided_at DESC, o.action DESC LIMIT ?
"""

TOLD_IDS: Final = """
    SELECT id, project FROM (
        SELECT s.id, s.project, s.at FROM suggestions s JOIN projects p ON p.id = s.project
        WHERE s.at >= ?1 AND (?2 IS NULL OR p.root = ?2) ORDER BY s.at DESC, s.id DESC LIMIT ?3
    ) ORDER BY at, id
"""

TOLD: Final = """
    SELECT s.id, p.root, s.at, s.reason, s.threshold, s.prompt_ids, s.prompt_lengths,
        s.considered, s.written, m.name AS model, m.sha256, ad.name AS adapter,
        e.id AS edit, e.path, e.by, e.at AS edit_at, e.hunks
    FROM suggestions s
    JOIN projects p ON p.id = s.project
    JOIN edits e ON e.id = s.edit
    JOIN models m ON m.id = s.model
    LEFT JOIN adapters ad ON ad.id = s.adapter
    WHERE s.id = ?
"""

TOLD_ACTIONS: Final = "SELECT * FROM actions WHERE suggestion = ? ORDER BY n"

TOLD_DECISIONS: Final = """
    SELECT a.n, d.verdict, d.new, d.at, d.later FROM decisions d JOIN actions a ON a.id = d.action
    WHERE a.suggestion = ? ORDER BY d.id
"""

TOLD_KEPT: Final = """
    SELECT a.n, k.horizon, k.share, k.at FROM kept k JOIN actions a ON a.id = k.action
    WHERE a.suggestion = ? ORDER BY k.id
"""

TOLD_FATES: Final = "SELECT site, fate, new, at FROM fates WHERE suggestion = ? ORDER BY site"

SAVES: Final = "SELECT id, path, by, at, hunks FROM edits WHERE project = ? AND at > ? ORDER BY at"

FOLLOWED: Final = """
    SELECT a.suggestion, a.n, a.path, a.start, a.old, coalesce(d.new, a.new) AS new, a.context, d.at,
        d.verdict = 'corrected' AS own, s.project, e.at AS edit_at,
        EXISTS (SELECT 1 FROM decisions l WHERE l.action = a.id AND l.later) AS settled,
        (SELECT group_concat(k.horizon) FROM kept k WHERE k.action = a.id) AS looked
    FROM decisions d
    JOIN actions a ON a.id = d.action
    JOIN suggestions s ON s.id = a.suggestion
    JOIN edits e ON e.id = s.edit
    JOIN projects p ON p.id = s.project
    WHERE p.root = ?1 AND d.at > ?2 AND d.verdict IN ('accepted', 'corrected') AND NOT d.later
        AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.action = a.id AND u.id > d.id AND NOT u.later)
        AND (SELECT count(*) FROM kept k WHERE k.action = a.id) < 3
    ORDER BY d.id DESC LIMIT ?3
"""

_ANSWERED: Final = """
    (s.reason IS NULL OR (s.reason NOT IN ('superseded', 'closed', 'snoozed', 'rejected')
        AND s.reason NOT LIKE 'burst%'))
"""
"""A save that Ripple looked at to the end."""

DAYS: Final = f"""
    WITH saves AS (
        SELECT date(s.at, 'unixepoch', 'localtime') AS day, count(*) AS saves,
            sum(s.reason IS NULL) AS answered
        FROM suggestions s JOIN edits e ON e.id = s.edit WHERE e.by = 'person' AND {_ANSWERED} GROUP BY day),
    hunks AS (
        SELECT date(e.at, 'unixepoch', 'localtime') AS day, e.by,
            length(json_extract(h.value, '$.old')) + length(json_extract(h.value, '$.new')) AS size
        FROM edits e, json_each(e.hunks) h),
    changes AS (
        SELECT day, sum(size) AS characters, sum((by = 'ripple') * size) AS written FROM hunks GROUP BY day)
    SELECT d.day, coalesce(a.shown, 0) AS shown, a.acceptance, coalesce(s.saves, 0) AS saves,
        1.0 * s.answered / s.saves AS activity, 1.0 * c.written / nullif(c.characters, 0) AS generation
    FROM (SELECT day FROM saves UNION SELECT day FROM changes UNION SELECT day FROM acceptance_by_day) d
    LEFT JOIN saves s ON s.day = d.day
    LEFT JOIN changes c ON c.day = d.day
    LEFT JOIN acceptance_by_day a ON a.day = d.day
    ORDER BY d.day DESC LIMIT ?
"""

_DECIDED: Final = "verdict IN ('accepted', 'corrected', 'made_by_hand', 'rejected', 'ignored', 'undone')"

BY_INTENT: Final = "SELECT intent, shown, acceptance FROM by_intent ORDER BY shown DESC"

CONFIDENCE: Final = f"""
    SELECT avg(p) AS p, avg(verdict IN ('accepted', 'made_by_hand')) AS share, count(*) AS n
    FROM outcomes WHERE {_DECIDED} GROUP BY min(CAST(p * 10 AS INTEGER), 9) ORDER BY p
"""

DECIDED_SINCE: Final = """
    SELECT count(*) AS n FROM decisions
    WHERE at > ? AND verdict IN ('accepted', 'corrected', 'made_by_hand', 'rejected', 'undone')
"""
