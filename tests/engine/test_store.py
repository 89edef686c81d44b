"""What is logged can be read back, survives a second process, and goes when it is told to."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import StoreProblem
from engine.records import Answer, Considered, Decided, Kept, SiteFate, Told, Unreadable, Written
from engine.store import Store
from engine.types import Action, Edit, Hunk, IntentKind, Latency, ModelInfo, Position, Range, Verdict

ROOT = "/home/ann/shop"
EDIT = Edit(
    "a-e1", "src/a.py", "total = 1\n", "amount = 1\n", (Hunk(0, "total", 0, "amount"),), "person", 5.0
)
WRITTEN = (Written("text", "src/b.py", 3, "total\r\n", "amount", "\n```", True),)


def action(n: int, start: int = 0, path: str = "src/b.py") -> Action:
    spot = Range(Position(2, start), Position(2, start + 5))
    return Action(n, path, start, spot, "total", "amount", IntentKind.RENAME, 0.93, "call of `total`")


def answer(name: str = "a-s1", root: str = ROOT, count: int = 2, edit: Edit = EDIT) -> Answer:
    return Answer(
        id=name,
        root=root,
        edit=edit,
        diff="-total\n+amount\n",
        at=6.0,
        model=ModelInfo("tiny", "ab" * 32, "night-3"),
        threshold=0.5,
        latency=Latency(total=12.5),
        prompts=((1, 2, 70000), (1, 2, 3, 4)),
        prompt="<|ripple|>total",
        considered=(Considered("src/b.py", 0, "total", "amount", "rename", 0.2, "p 0.20 is below 0.50"),),
        written=WRITTEN,
        actions=tuple(action(n, n * 10) for n in range(1, count + 1)),
        contexts=tuple(f"total({n})" for n in range(1, count + 1)),
        sites=(0, None, None, None)[:count],
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "data" / "ripple.db")
    yield store
    store.close()


def test_decisions_come_back_field_by_field(store: Store) -> None:
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED), Decided(2, Verdict.CORRECTED, "sum")], 7.0)
    corrected, accepted = store.log()
    assert (accepted.verdict, accepted.path, accepted.line, accepted.p) == (
        Verdict.ACCEPTED,
        "src/b.py",
        3,
        0.93,
    )
    assert (accepted.model, accepted.adapter, accepted.at, accepted.n) == ("tiny", "night-3", 7.0, 1)
    assert (corrected.verdict, corrected.corrected_to) == (Verdict.CORRECTED, "sum")
    assert store.log(limit=1) == (corrected,)
    assert store.log(root="/elsewhere") == ()


def test_the_exact_prompt_is_kept(store: Store) -> None:
    store.answer(answer())
    rows = {row["table"]: row for row in store.export()}
    assert rows["suggestions"]["prompt_ids"] == [1, 2, 70000, 1, 2, 3, 4]
    assert rows["suggestions"]["prompt_lengths"] == [3, 4]
    assert rows["suggestions"]["latency"]["total"] == 12.5
    assert rows["suggestions"]["considered"][0]["left_out"] == "p 0.20 is below 0.50"
    assert rows["edits"]["hunks"] == [{"start": 0, "old": "total", "new_start": 0, "new": "amount"}]


def test_a_silence_is_kept_with_its_reason(store: Store) -> None:
    store.answer(replace(answer(count=0), reason="nothing follows"))
    assert [row["reason"] for row in store.export() if row["table"] == "suggestions"] == ["nothing follows"]


def test_a_chain_that_grows_is_one_suggestion(store: Store) -> None:
    store.answer(answer(count=1))
    store.answer(answer(count=3))
    rows = [row for row in store.export() if row["table"] == "actions"]
    assert [(row["suggestion"], row["n"]) for row in rows] == [("a-s1", 1), ("a-s1", 2), ("a-s1", 3)]


def test_a_decision_brings_its_suggestion_along(store: Store) -> None:
    """The log may have been forgotten from another terminal while the suggestion was shown."""
    store.answer(answer())
    store.forget()
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0)
    assert len(store.log()) == 1


def test_rejected_until_taken(store: Store) -> None:
    asked = (ROOT, "src/b.py", "total", "amount", "total(1)", 0)
    assert not store.rejected(*asked)
    store.decide(answer(), [Decided(1, Verdict.REJECTED)], 7.0)
    assert store.rejected(*asked)
    assert not store.rejected(ROOT, "src/b.py", "total", "amount", "total(2)", 0)
    assert not store.rejected(ROOT, "src/b.py", "total", "amount", "total(1)", 1), "another on that line"
    assert not store.rejected(ROOT, "src/b.py", "total", "sum", "total(1)", 0)
    assert not store.rejected("/elsewhere", *asked[1:])
    store.decide(answer("a-s2", edit=replace(EDIT, id="a-e2")), [Decided(1, Verdict.MADE_BY_HAND)], 8.0)
    assert not store.rejected(*asked)


def test_a_rejection_moves_with_its_line(store: Store) -> None:
    """What was written beside it since has changed the line; the next offer stands on the new one."""
    said = answer()
    store.decide(said, [Decided(1, Verdict.REJECTED)], 7.0)
    moved = replace(said, contexts=("total(1, x)", "total(2)"), nths=(1, 0))
    store.stands(moved, [1])
    asked = (ROOT, "src/b.py", "total", "amount")
    assert store.rejected(*asked, "total(1, x)", 1) and not store.rejected(*asked, "total(1)", 0)
    store.forget()
    store.stands(moved, [1])
    assert not store.log()


def test_applied_sets_are_taken_back_newest_first(store: Store) -> None:
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0, record='{"id": 1}')
    store.decide(answer(), [Decided(2, Verdict.ACCEPTED)], 8.0, record='{"id": 2}')
    newest, older = store.applied(ROOT)
    assert (newest.actions, newest.record, older.actions) == ((2,), '{"id": 2}', (1,))
    store.undone(newest, 9.0)
    assert store.applied(ROOT) == (older,)
    assert store.applied("/elsewhere") == ()
    assert store.log(limit=1)[0].verdict is Verdict.UNDONE


def test_the_views_count_by_last_verdict(store: Store) -> None:
    store.decide(answer(count=4), [Decided(1, Verdict.ACCEPTED), Decided(2, Verdict.REJECTED)], 7.0)
    store.decide(answer(count=4), [Decided(3, Verdict.ACCEPTED), Decided(4, Verdict.SUPERSEDED)], 7.0)
    store.decide(answer(count=4), [Decided(3, Verdict.UNDONE)], 8.0)
    with sqlite3.connect(store.path) as conn:
        conn.row_factory = sqlite3.Row
        (day,) = conn.execute("SELECT * FROM acceptance_by_day").fetchall()
        (intent,) = conn.execute("SELECT * FROM by_intent").fetchall()
    conn.close()
    assert (day["shown"], day["accepted"], day["rejected"], day["undone"], day["acceptance"]) == (
        4,
        1,
        1,
        1,
        0.333,
    )
    assert (intent["intent"], intent["superseded"], intent["mean_p"]) == ("rename", 1, 0.93)


def test_the_views_leave_flashes_out_and_count_guesses_apart(store: Store) -> None:
    one = answer(count=4)
    guess = replace(one, actions=(replace(one.actions[0], guess=True), *one.actions[1:]))
    store.decide(guess, [Decided(1, Verdict.REJECTED), Decided(2, Verdict.FLASHED)], 7.0)
    store.decide(guess, [Decided(3, Verdict.ACCEPTED), Decided(4, Verdict.IGNORED)], 7.0)
    store.note("a-s1", kept=[Kept(3, "1h", 0.5, 9.0)])
    (day,) = view(store, "acceptance_by_day")
    assert (day["shown"], day["flashed"], day["acceptance"]) == (4, 1, 0.5)
    assert (day["guesses"], day["guesses_accepted"], day["kept_1h"]) == (1, 0, 0.5)


def test_undone_counts_as_rejected_within_ten_minutes_only(store: Store) -> None:
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED), Decided(2, Verdict.ACCEPTED)], 7.0)
    store.decide(answer(), [Decided(1, Verdict.UNDONE)], 7.0 + 599)
    store.decide(answer(), [Decided(2, Verdict.UNDONE)], 7.0 + 601)
    (intent,) = view(store, "by_intent")
    assert (intent["undone"], intent["accepted"]) == (1, 1)
    (told,) = store.told()
    assert isinstance(told, Told)
    assert [one.outcome.verdict for one in told.actions if one.outcome] == [Verdict.UNDONE, Verdict.ACCEPTED]
    assert store.rejected(ROOT, "src/b.py", "total", "amount", "total(1)", 0)
    assert not store.rejected(ROOT, "src/b.py", "total", "amount", "total(2)", 0)
    assert store.taken(ROOT, 20) == (True, False), "the newest decision comes last"


def test_preferences_read_as_context_accepted_rejected(store: Store) -> None:
    asked = replace(answer(count=3), sites=(0, None, None))
    store.decide(asked, [Decided(1, Verdict.REJECTED), Decided(2, Verdict.CORRECTED, "sum")], 7.0)
    store.decide(asked, [Decided(3, Verdict.FLASHED)], 7.0)
    silent = replace(answer("a-s2", edit=replace(EDIT, id="a-e2"), count=0), reason="not sure enough")
    store.answer(silent)
    store.note("a-s1", fates=[SiteFate(0, False, "whole", 8.0)])
    store.note("a-s2", fates=[SiteFate(0, True, "amount", 9.0)])
    read = [(r["signal"], r["context"], r["accepted"], r["rejected"]) for r in view(store, "preferences")]
    assert sorted(read) == [
        ("corrected", "src/b.py:3  total(2)", "sum", "amount"),
        ("made_by_hand", "src/b.py", "amount", "nothing"),
        ("rejected", "src/b.py:3  total(1)", "whole", "amount"),
    ]


def test_what_followed_is_told(store: Store) -> None:
    shown = replace(answer(), shown_at=(6.5, 6.6), propensities=(1.0, 0.05))
    store.decide(shown, [Decided(1, Verdict.ACCEPTED)], 7.0)
    store.note("a-s1", [Decided(1, Verdict.CORRECTED, "sum", later=True)], at=30.0)
    store.note("a-s1", kept=[Kept(1, "5m", 0.25, 307.0), Kept(1, "5m", 1.0, 308.0)])
    store.note("a-s1", fates=[SiteFate(0, True, "amount", 9.0)])
    for name, path, at in (("l1", "src/b.py", 50.0), ("l2", "src/c.py", 51.0), ("l3", "src/a.py", 90_000.0)):
        store.edit(ROOT, replace(EDIT, id=name, path=path, at=at), "")
    (told,) = store.told()
    assert isinstance(told, Told)
    assert (told.suggestion, told.project, told.prompts) == ("a-s1", ROOT, ((1, 2, 70000), (1, 2, 3, 4)))
    assert (told.model, told.considered, told.edit.hunks) == (shown.model, shown.considered, EDIT.hunks)
    assert told.written == WRITTEN
    first, second = told.actions
    assert (first.shown_at, first.closed_at, first.site, first.propensity) == (6.5, 7.0, 0, 1.0)
    assert [(d.verdict, d.new, d.later) for d in first.decisions] == [
        (Verdict.ACCEPTED, None, False),
        (Verdict.CORRECTED, "sum", True),
    ]
    assert first.kept == (Kept(1, "5m", 0.25, 307.0),), "the first look counts"
    assert (second.outcome, second.propensity, second.closed_at) == (None, 0.05, None)
    assert told.fates == (SiteFate(0, True, "amount", 9.0),)
    assert [one.id for one in told.later] == ["l1"], "in its files, within a day"
    assert list(store.told(6.1)) == list(store.told(0.0, "/elsewhere")) == []


def test_a_broken_row_takes_only_itself_out(store: Store) -> None:
    store.answer(answer())
    store.answer(answer("a-s2", edit=replace(EDIT, id="a-e2")))
    with sqlite3.connect(store.path) as conn:
        conn.execute("UPDATE suggestions SET prompt_ids = x'00' WHERE id = 'a-s1'")
    conn.close()
    broken, whole = store.told()
    assert isinstance(broken, Unreadable) and broken.suggestion == "a-s1" and broken.why
    assert isinstance(whole, Told) and whole.suggestion == "a-s2"


def test_a_broken_save_takes_out_what_it_followed(store: Store) -> None:
    store.answer(answer())
    store.edit(ROOT, replace(EDIT, id="l1", path="src/b.py", at=50.0), "")
    elsewhere = replace(EDIT, id="z-e1", path="src/z.py")
    store.answer(replace(answer("z-s1", edit=elsewhere), considered=()))
    with sqlite3.connect(store.path) as conn:
        conn.execute("UPDATE edits SET hunks = '[{' WHERE id = 'l1'")
    conn.close()
    broken, whole = store.told()
    assert isinstance(broken, Unreadable) and broken == Unreadable(
        "a-s1", "ValueError: a later save cannot be read"
    )
    assert isinstance(whole, Told) and whole.later == ()


def test_what_two_sessions_find_is_said_once(store: Store) -> None:
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0)
    corrected = Decided(1, Verdict.CORRECTED, "sum", later=True)
    for at in (30.0, 31.0):
        store.note("a-s1", [corrected], [Kept(1, "5m", 0.0, at)], [SiteFate(0, True, "amount", at)], at)
    store.note("a-s1", [Decided(1, Verdict.UNDONE, later=True)], at=32.0)
    store.note("a-s1", [corrected], at=33.0)
    assert [(row.verdict, row.at) for row in reversed(store.log())] == [
        (Verdict.ACCEPTED, 7.0),
        (Verdict.CORRECTED, 30.0),
        (Verdict.UNDONE, 32.0),
        (Verdict.CORRECTED, 33.0),
    ]


def test_nothing_is_noted_about_what_was_forgotten(store: Store) -> None:
    store.note("gone", [Decided(1, Verdict.UNDONE)], [Kept(1, "1h", 1.0, 8.0)], [SiteFate(0, True, "", 8.0)])
    assert list(store.export()) == []


def view(store: Store, name: str) -> list[sqlite3.Row]:
    with sqlite3.connect(store.path) as conn:
        conn.row_factory = sqlite3.Row
        found = conn.execute(f"SELECT * FROM {name}").fetchall()
    conn.close()
    return found


def test_forget_one_project_and_leave_no_trace_of_it(store: Store) -> None:
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0)
    secret = replace(EDIT, id="z-e1", hunks=(Hunk(0, "total", 0, "hunter2" * 40),))
    store.decide(answer("z-s1", root="/secret", edit=secret), [Decided(1, Verdict.REJECTED)], 7.0, "{}")
    store.note("z-s1", kept=[Kept(2, "5m", 1.0, 8.0)], fates=[SiteFate(0, True, "hunter2" * 40, 8.0)])
    assert store.forget("/secret") == {
        "edits": 1,
        "suggestions": 1,
        "actions": 2,
        "decisions": 1,
        "applied": 1,
        "kept": 1,
        "fates": 1,
    }
    assert [row.project for row in store.log()] == [ROOT]
    files = list(store.path.parent.iterdir())
    assert b"hunter2" not in b"".join(file.read_bytes() for file in files)
    assert store.forget()["decisions"] == 1
    assert list(store.export()) == []


def test_export_of_one_project(store: Store) -> None:
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0)
    store.decide(
        answer("z-s1", root="/z", edit=replace(EDIT, id="z-e1")), [Decided(2, Verdict.REJECTED)], 8.0
    )
    rows = list(store.export("/z"))
    assert {row["table"] for row in rows} == {
        *("projects", "models", "adapters", "edits", "suggestions", "actions", "decisions")
    }
    assert [row["verdict"] for row in rows if row["table"] == "decisions"] == ["rejected"]
    assert [row["root"] for row in rows if row["table"] == "projects"] == ["/z"]
    json.dumps(rows)


def test_only_the_person_may_read_it(store: Store) -> None:
    store.answer(answer())
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    for file in store.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_decisions_are_synced(store: Store) -> None:
    (mode,) = store._db.execute("PRAGMA journal_mode").fetchone()
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0)
    (sync,) = store._db.execute("PRAGMA synchronous").fetchone()
    assert (mode, sync) == ("wal", 2)


def test_two_processes_write_at_once(store: Store) -> None:
    code = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from engine.store import Store; from engine.records import Decided\n"
        "from engine.types import Verdict\n"
        "from tests.engine.test_store import answer, EDIT\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for n in range(20):\n"
        "    one = answer(f'p{n}', edit=replace(EDIT, id=f'p{n}'))\n"
        "    store.decide(one, [Decided(1, Verdict.ACCEPTED)], float(n))\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(store.path)])
    for n in range(20):
        one = answer(f"q{n}", edit=replace(EDIT, id=f"q{n}"))
        store.decide(one, [Decided(2, Verdict.ACCEPTED)], float(n))
    assert other.wait(30) == 0
    assert len(store.log()) == 40


def test_many_open_a_new_file_at_once(tmp_path: Path) -> None:
    problems: list[Exception] = []

    def open_it() -> None:
        try:
            Store(tmp_path / "ripple.db").close()
        except StoreProblem as problem:
            problems.append(problem)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems


def test_problems_have_a_next_step(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.db").write_bytes(b"not a database at all" * 400)
    with pytest.raises(StoreProblem, match="damaged") as damaged:
        Store(tmp_path / "broken.db")
    assert "Move the file away" in damaged.value.hint
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreProblem, match="cannot be opened for writing"):
        Store(tmp_path / "folder.db")
    monkeypatch.setattr("engine.store.BUSY_MS", 50)
    impatient = Store(store.path)
    with store._writing(), pytest.raises(StoreProblem, match="Another program is writing") as locked:
        impatient.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0)
    assert locked.value.hint
    impatient.close()


def test_names_that_are_no_utf8_are_written_out(store: Store) -> None:
    root, path = os.fsdecode(b"/home/ann/caf\xe9"), os.fsdecode(b"src/\xff.py")
    made = replace(answer(root=root, count=1), edit=replace(EDIT, path=path), actions=(action(1, path=path),))
    store.decide(made, [Decided(1, Verdict.REJECTED)], 7.0)
    assert store.rejected(root, path, "total", "amount", "total(1)", 0)
    (row,) = store.log(root)
    assert (row.project, row.path) == ("/home/ann/caf\\udce9", "src/\\udcff.py")
    store.forget(root)
    assert store.log() == ()


def test_check_says_that_all_is_well(store: Store) -> None:
    store.decide(answer(), [Decided(1, Verdict.ACCEPTED)], 7.0)
    assert "1 decisions" in store.check()
