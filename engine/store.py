"""The database: what was edited, suggested and decided, in one SQLite file of the person's data folder.

Several processes may have it open. A decision is on the disk (fsync) before the call that logs it returns.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from engine import rows, sql
from engine.errors import StoreProblem
from engine.migrations import bring_up_to_date
from engine.records import (
    DAY,
    Answer,
    AppliedSet,
    Correction,
    Decided,
    Diary,
    Followed,
    Kept,
    LoggedDecision,
    SiteFate,
    Told,
    Unreadable,
)
from engine.types import Edit, ModelInfo, Verdict

FILE: Final = "ripple.db"
BUSY_MS: Final = 3000
"""How long to wait for another process's write."""
TABLES: Final = ("edits", "suggestions", "actions", "decisions", "applied", "kept", "fates")
"""What belongs to a project, in the order of dependence."""


class Store:
    """The open database. All methods may be called from any thread and raise StoreProblem."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._told():
            self._db = _opened(path)
            self._inode = path.stat().st_ino

    def in_place(self) -> bool:
        """Whether the file that is open still stands at its path: it may be deleted while we write to it."""
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def close(self) -> None:
        """Close the file; nothing may be called after."""
        with self._lock:
            self._db.conn.close()

    def answer(self, answer: Answer) -> None:
        """Log a chain or a silence; a chain that grew replaces its shorter self."""
        with self._writing():
            self._put(answer)

    def edit(self, root: str, edit: Edit, diff: str) -> None:
        """Log an edit that nothing answers on its own."""
        with self._writing():
            self._put_edit(self._project(root, edit.at), edit, diff)

    def decide(
        self, answer: Answer, decided: Sequence[Decided], at: float, record: str | None = None
    ) -> None:
        """Log decisions durably, with the answer they belong to; `record` is the journal's, for undo."""
        with self._writing(durable=True):
            project = self._put(answer)
            self._decide(answer.id, decided, at)
            if record is not None:
                numbers = json.dumps([one.n for one in decided])
                self._run(sql.PUT_APPLIED, (project, answer.id, numbers, record, at))

    def stands(self, answer: Answer, numbers: Sequence[int]) -> None:
        """Log on which lines actions stand by now; nothing happens where they were forgotten meanwhile."""
        with self._writing():
            for n in numbers:
                self._run(sql.MOVE_ACTION, (answer.contexts[n - 1], answer.nths[n - 1], answer.id, n))

    def applied(self, root: str) -> tuple[AppliedSet, ...]:
        """The sets of a project that are not taken back yet, newest first."""
        return tuple(rows.applied_set(row) for row in self._rows(sql.APPLIED, (root,)))

    def undone(self, applied: AppliedSet, at: float) -> None:
        """Log durably that a set was taken back."""
        with self._writing(durable=True):
            self._run("UPDATE applied SET undone_at = ? WHERE id = ?", (at, applied.id))
            self._decide(applied.suggestion, [Decided(n, Verdict.UNDONE) for n in applied.actions], at)

    def rejected(self, root: str, path: str, old: str, new: str, context: str, nth: int) -> bool:
        """Whether the person turned this very change at this very place down, and did not take it later."""
        last = self._rows(sql.LAST_VERDICT, (root, path, old, new, context, nth))
        return any(row["verdict"] in (Verdict.REJECTED, Verdict.UNDONE) for row in last)

    def note(
        self,
        suggestion: str,
        decided: Sequence[Decided] = (),
        kept: Iterable[Kept] = (),
        fates: Iterable[SiteFate] = (),
        at: float = 0.0,
    ) -> None:
        """Log what later saves tell about an answer; nothing happens where it was forgotten meanwhile."""
        with self._writing():
            self._decide(suggestion, decided, at)
            for one in kept:
                self._run(sql.PUT_KEPT, (one.horizon, one.share, one.at, suggestion, one.n))
            for fate in fates:
                what = "made" if fate.made else "changed"
                self._run(sql.PUT_FATE, (fate.site, what, fate.new, fate.at, suggestion))

    def taken(self, root: str, last: int) -> tuple[bool, ...]:
        """For each of the last decided actions whether it was taken as it was, oldest first."""
        found = self._rows(sql.DECIDED_LAST, (root, last))
        return tuple(row["verdict"] in (Verdict.ACCEPTED, Verdict.MADE_BY_HAND) for row in reversed(found))

    def told(
        self, since: float = 0.0, root: str | None = None, last: int | None = None
    ) -> Iterator[Told | Unreadable]:
        """Every answer since then of one project or all, oldest first, with what became of it.

        `last`: only so many of the newest. A row that cannot be read takes its answer out, and no other.
        """
        saves: dict[object, rows.Saves] = {}
        for row in self._rows(sql.TOLD_IDS, (since, root, -1 if last is None else last)):
            name, project = str(row["id"]), row["project"]
            if project not in saves:
                saves[project] = rows.Saves(self._rows(sql.SAVES, (project, since - DAY)))
            try:
                found = self._told_one(name, saves[project])
            except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
                yield Unreadable(name, f"{type(error).__name__}: {error}")
                continue
            if found is not None:
                yield found

    def _told_one(self, name: str, saves: rows.Saves) -> Told | None:
        """One answer; None where it was forgotten meanwhile."""
        for row in self._rows(sql.TOLD, (name,)):
            return rows.told(
                row,
                self._rows(sql.TOLD_ACTIONS, (name,)),
                self._rows(sql.TOLD_DECISIONS, (name,)),
                self._rows(sql.TOLD_KEPT, (name,)),
                self._rows(sql.TOLD_FATES, (name,)),
                saves,
            )
        return None

    def followed(self, root: str, since: float, most: int) -> tuple[Followed, ...]:
        """What was written in a project since then and has not told all that it may, oldest first."""
        written = self._rows(sql.FOLLOWED, (root, since, most))
        if not written:
            return ()
        saves = rows.Saves(self._rows(sql.SAVES, (written[0]["project"], since - DAY)))
        found: list[Followed] = []
        for row in reversed(written):
            try:
                found.append(rows.followed(row, saves))
            except (ValueError, KeyError, TypeError):
                continue  # a damaged row has nothing more to tell
        return tuple(found)

    def corrections(self, since: float, limit: int) -> tuple[Correction, ...]:
        """The drafts that were taken since then, in any project, with what stands for them; newest last."""
        found = self._rows(sql.CORRECTIONS, (since, limit))
        return tuple(rows.correction(row) for row in reversed(found))

    def diary(self, days: int) -> Diary:
        """How the last days went, over all projects."""
        last, rest = self._rows(sql.DAYS, (days,)), (sql.BY_INTENT, sql.CONFIDENCE)
        return rows.diary(last, *map(self._rows, rest))

    def decided_since(self, at: float) -> int:
        """How many decisions there are that a night could learn from."""
        return int(str(self._rows(sql.DECIDED_SINCE, (at,))[0]["n"]))

    def log(self, root: str | None = None, limit: int | None = None) -> tuple[LoggedDecision, ...]:
        """The decisions of one project or of all, newest first."""
        found = self._rows(sql.LOG, (root, -1 if limit is None else limit))
        return tuple(rows.logged(row) for row in found)

    def export(self, root: str | None = None) -> Iterator[dict[str, object]]:
        """Everything recorded about one project or all, as one object a row with its table's name."""
        yield from self._exported("projects", "WHERE ?1 IS NULL OR root = ?1", root)
        for table in ("models", "adapters"):
            yield from self._exported(table, "WHERE ?1 IS ?1", root)
        for table in TABLES:
            yield from self._exported(table, f"WHERE ?1 IS NULL OR id IN ({sql.OWNED[table]})", root)

    def forget(self, root: str | None = None) -> dict[str, int]:
        """Delete what was recorded about one project or all, beyond recovery; how many rows of what."""
        counts: dict[str, int] = {}
        with self._writing(durable=True):
            for table in TABLES:
                (row,) = self._run(
                    f"SELECT count(*) FROM {table} WHERE ?1 IS NULL OR id IN ({sql.OWNED[table]})", (root,)
                )
                counts[table] = int(row[0])
            self._run("DELETE FROM projects WHERE ?1 IS NULL OR root = ?1", (root,))
            if root is None:
                self._run("DELETE FROM adapters")
                self._run("DELETE FROM models")
        with self._told(), self._lock:
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return counts

    def check(self) -> str:
        """One line about the database's health, for `ripple doctor`."""
        (row,) = self._rows("PRAGMA quick_check(1)")
        if row["quick_check"] != "ok":
            raise StoreProblem(f"{self.path} is damaged: {row['quick_check']}.", _MOVE_AWAY)
        (counts,) = self._rows("SELECT count(*) AS n FROM decisions")
        return f"{self.path}, {counts['n']} decisions, SQLite {sqlite3.sqlite_version}"

    def _put(self, answer: Answer) -> int:
        project = self._project(answer.root, answer.at)
        self._put_edit(project, answer.edit, answer.diff)
        model, adapter = self._model(answer.model, answer.at)
        row = {
            "id": answer.id,
            "project": project,
            "edit": answer.edit.id,
            "at": answer.at,
            "reason": answer.reason,
            "model": model,
            "adapter": adapter,
            "threshold": answer.threshold,
            "prompt_ids": rows.packed(answer.prompts),
            "prompt_lengths": json.dumps([len(ids) for ids in answer.prompts]),
            "prompt": answer.prompt,
            "considered": json.dumps([asdict(one) for one in answer.considered], ensure_ascii=False),
            "latency": json.dumps(asdict(answer.latency)),
            "written": json.dumps([asdict(one) for one in answer.written], ensure_ascii=False),
        }
        self._run(sql.PUT_SUGGESTION, row)
        for at in range(len(answer.actions)):
            self._put_action(answer, at)
        return project

    def _put_action(self, answer: Answer, at: int) -> None:
        action = answer.actions[at]
        row = {
            "suggestion": answer.id,
            "n": action.n,
            "path": action.path,
            "start": action.start,
            "line": action.range.start.line,
            "old": action.old,
            "new": action.new,
            "intent": action.intent.value,
            "p": action.p,
            "why": action.why,
            "context": answer.contexts[at],
            "nth": answer.nths[at] if answer.nths else 0,
            "site": answer.sites[at],
            "guess": action.guess,
            "propensity": answer.propensities[at] if answer.propensities else 1.0,
            "shown_at": answer.shown_at[at] if answer.shown_at else None,
        }
        self._run(sql.PUT_ACTION, row)

    def _put_edit(self, project: int, edit: Edit, diff: str) -> None:
        hunks = json.dumps([asdict(hunk) for hunk in edit.hunks], ensure_ascii=False)
        row = {"id": edit.id, "project": project, "path": edit.path, "by": edit.by, "at": edit.at}
        self._run(sql.PUT_EDIT, {**row, "hunks": hunks, "diff": diff})

    def _project(self, root: str, at: float) -> int:
        return int(self._run(sql.PUT_PROJECT, (root, at))[0][0])

    def _model(self, info: ModelInfo, at: float) -> tuple[int, int | None]:
        model = int(self._run(sql.PUT_MODEL, (info.name, info.sha256, at))[0][0])
        if info.adapter is None:
            return model, None
        return model, int(self._run(sql.PUT_ADAPTER, (info.adapter, model, at))[0][0])

    def _decide(self, suggestion: str, decided: Sequence[Decided], at: float) -> None:
        for one in decided:
            self._run(sql.PUT_DECISION, (one.verdict.value, one.new, at, one.later, suggestion, one.n))
            self._run(sql.CLOSE_ACTION, (at, suggestion, one.n))

    def _exported(self, table: str, where: str, root: str | None) -> Iterator[dict[str, object]]:
        for row in self._rows(f"SELECT * FROM {table} {where} ORDER BY rowid", (root,)):
            out = dict(row)
            for name in rows.JSON & out.keys():
                out[name] = json.loads(str(out[name]))
            if table == "suggestions":
                out["prompt_ids"] = rows.unpacked(out["prompt_ids"])
            yield {"table": table, **out}

    def _run(self, statement: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[sqlite3.Row]:
        """Run inside `_writing`."""
        try:
            return list(self._db.execute(statement, values))
        except UnicodeEncodeError:
            return list(self._db.execute(statement, rows.sayable(values)))

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[dict[str, object]]:
        with self._told(), self._lock:
            try:
                return list(self._db.query(statement, values))
            except UnicodeEncodeError:
                return list(self._db.query(statement, rows.sayable(values)))

    @contextmanager
    def _writing(self, durable: bool = False) -> Iterator[None]:
        """One transaction; `durable` ones are on the disk when the block ends."""
        with self._told(), self._lock:
            conn = self._db.conn
            conn.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                conn.execute("COMMIT")
            except BaseException:
                if conn.in_transaction:
                    conn.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors as StoreProblem."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise _problem(self.path, error) from error


_MOVE_AWAY: Final = "Move the file away; Ripple then starts a new one."


def _opened(path: Path) -> Database:
    """Connect, private to the person, and bring the schema up to date."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    conn = sqlite3.connect(path, timeout=BUSY_MS / 1000, check_same_thread=False)
    try:
        db = Database(conn, execute_plugins=False)
        _use_wal(conn)
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA secure_delete = ON")
        bring_up_to_date(db, path)
    except BaseException:
        conn.close()
        raise
    return db


def _use_wal(conn: sqlite3.Connection) -> None:
    """Switch to WAL; that ignores the busy timeout, so waiting for another process is done here."""
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _problem(path: Path, error: sqlite3.Error | OSError) -> StoreProblem:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreProblem(
            f"Another program is writing to {path} and does not finish.", "Close it, then try again."
        )
    if "malformed" in text or "not a database" in text:
        return StoreProblem(f"{path} is damaged ({text}).", _MOVE_AWAY)
    if "full" in text:
        return StoreProblem(f"The disk that holds {path} is full.", "Free some space, then try again.")
    if isinstance(error, OSError) or "readonly" in text or "unable to open" in text:
        return StoreProblem(
            f"{path} cannot be opened for writing ({text}).",
            "Check its permissions, or set RIPPLE_DATA_DIR to another folder.",
        )
    return StoreProblem(f"{path} cannot be used ({text}).", "`ripple doctor` says more.")
