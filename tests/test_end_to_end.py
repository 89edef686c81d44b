"""The real program on the sample project, saved to as editors do: predict, accept, run its tests, undo."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from app.demo_guide import FIRST_EDIT, SAMPLE
from engine.model.predictor import EMBEDDED
from tests import ripple_process
from tests.engine.model.tiny_gguf import write_model
from tests.ripple_process import RippleProcess

WAYS = [
    ripple_process.in_place,
    ripple_process.atomic_replace,
    ripple_process.backup_and_rename,
    ripple_process.copy_and_touch,
]
MODES = [
    pytest.param(("--structure-only",), id="structure"),
    pytest.param(
        (),
        id="model",
        marks=[pytest.mark.model, pytest.mark.skipif(not EMBEDDED.is_file(), reason="no embedded model yet")],
    ),
]


@pytest.fixture(params=MODES)
def ripple(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RippleProcess]:
    project = tmp_path / "library"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    with RippleProcess(project, *request.param) as process:
        yield process


def texts(project: Path) -> dict[str, str]:
    paths = [p for p in project.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return {p.relative_to(project).as_posix(): p.read_bytes().decode() for p in paths}


def edited(before: dict[str, str]) -> str:
    return before[FIRST_EDIT.path].replace(FIRST_EDIT.line, FIRST_EDIT.changed)


def applied_to(text: str, actions: list[dict]) -> str:
    """The text after actions whose ranges speak of it, in lines and characters as documented."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

    def offset(position: dict) -> int:
        return starts[position["line"]] + position["character"]

    for action in sorted(actions, key=lambda a: offset(a["range"]["start"]), reverse=True):
        start, end = offset(action["range"]["start"]), offset(action["range"]["end"])
        assert text[start:end] == action["old"]
        text = text[:start] + action["new"] + text[end:]
    return text


def own_tests_pass(project: Path) -> bool:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ".",
        "-c",
        "/dev/null",
    ]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=project, env=env, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_rename_from_save_to_undo(ripple: RippleProcess, way: Callable[[Path, str], None]) -> None:
    ready = ripple.wait("ready")
    before = texts(ripple.project)
    assert ready["files"] >= 10 and ready["symbols"] > 20

    way(ripple.project / FIRST_EDIT.path, edited(before))
    assert ripple.wait("saved")["path"] == FIRST_EDIT.path
    suggestion = ripple.answer()
    assert suggestion["event"] == "suggestion", suggestion
    saved = {**before, FIRST_EDIT.path: edited(before)}

    ripple.send(do="accept", suggestion=suggestion["id"], actions="all")
    applied = ripple.wait("applied", "refused", "error")
    assert applied["event"] == "applied"
    assert ripple.wait("saved")["by"] == "ripple"
    assert ripple.answer()["event"] == "silent"
    expected = {
        path: applied_to(text, [a for a in suggestion["actions"] if a["path"] == path])
        for path, text in saved.items()
    }
    assert texts(ripple.project) == expected
    assert own_tests_pass(ripple.project)

    ripple.send(do="undo")
    assert sorted(ripple.wait("undone", "error")["paths"]) == sorted(applied["paths"])
    assert texts(ripple.project) == saved
    assert ripple.nothing(), "our own writes are no saves"
    assert [e for e in ripple.events if e["event"] == "error"] == []


def test_half_a_rename_breaks_the_tests_that_judge_it(tmp_path: Path) -> None:
    project = tmp_path / "library"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    assert own_tests_pass(project)
    (project / FIRST_EDIT.path).write_text(edited(texts(project)))
    assert not own_tests_pass(project)


def test_a_model_of_ones_own_in_the_real_process(tmp_path: Path) -> None:
    """Random weights, so what it says is noise; what is asked of it and what is logged must be exact."""
    project = tmp_path / "library"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    write_model(tmp_path / "tiny.gguf", calibration='{"rename": {"a": 0.001, "b": 3.0}}')
    with RippleProcess(project, "--model", str(tmp_path / "tiny.gguf"), "--threshold", "0.01") as ripple:
        ready = ripple.wait("ready")
        assert ready["model"]["sha256"] == sha256((tmp_path / "tiny.gguf").read_bytes()).hexdigest()
        ripple.save(FIRST_EDIT.path, edited(texts(project)))
        suggestion = ripple.answer()
        assert suggestion["event"] == "suggestion", suggestion
        assert suggestion["latency_ms"]["prefill"] > 0
        ripple.send(do="accept", suggestion=suggestion["id"], actions="all")
        ripple.wait("applied")
        ripple.answer()
        with closing(sqlite3.connect(ripple.database)) as conn:
            conn.row_factory = sqlite3.Row
            row = conn.execute("SELECT * FROM suggestions WHERE id = ?", (suggestion["id"],)).fetchone()
            (models,) = conn.execute("SELECT sha256 FROM models").fetchall()
    lengths = json.loads(row["prompt_lengths"])
    assert len(row["prompt_ids"]) == 4 * sum(lengths) and min(lengths) > 50
    assert "<|ask|>" in row["prompt"] and "late_fee" in row["prompt"]
    assert models["sha256"] == ready["model"]["sha256"]


@pytest.mark.parametrize("ripple", MODES[:1], indirect=True)
def test_what_is_no_edit_gets_no_answer(ripple: RippleProcess) -> None:
    ripple.wait("ready")
    (ripple.project / FIRST_EDIT.path).touch()
    (ripple.project / ".env").write_text("SECRET=1\n")
    assert ripple.nothing()


@pytest.mark.parametrize("ripple", MODES[:1], indirect=True)
def test_a_file_that_moves_takes_its_imports_along(ripple: RippleProcess) -> None:
    ripple.wait("ready")
    (ripple.project / "library/desk.py").rename(ripple.project / "library/counter.py")
    moved = ripple.answer()
    assert ("tests/test_desk.py", "import") in {(one["path"], one["intent"]) for one in moved["actions"]}
    ripple.send(do="reject", suggestion=moved["id"])
    before = texts(ripple.project)
    ripple.save(FIRST_EDIT.path, edited(before))
    answer = ripple.answer()
    paths = {action["path"] for action in answer["actions"]}
    assert "library/counter.py" in paths and "library/desk.py" not in paths


@pytest.mark.parametrize("ripple", MODES[:1], indirect=True)
def test_a_branch_switch_is_one_silence(ripple: RippleProcess) -> None:
    ripple.wait("ready")
    for number in range(60):
        (ripple.project / f"library/gen{number}.py").write_text(
            f"def made_{number}():\n    return {number}\n"
        )
    assert ripple.wait("saved")
    assert ripple.wait("silent")["reason"] == "burst: 60 files changed at once"
    assert ripple.nothing()
    assert sum(e["event"] == "saved" for e in ripple.events) == 1


@pytest.mark.parametrize("ripple", MODES[:1], indirect=True)
def test_saves_in_a_row_are_each_answered_once(ripple: RippleProcess) -> None:
    ripple.wait("ready")
    before = texts(ripple.project)
    for number in range(12):
        ripple.save(FIRST_EDIT.path, edited(before) + f"\nn = {number}\n")
    while not ripple.nothing(1.0):
        pass
    saved = [e["edit"] for e in ripple.events if e["event"] == "saved"]
    silent = [e["edit"] for e in ripple.events if e["event"] == "silent"]
    final = [e["edit"] for e in ripple.events if e["event"] == "suggestion" and e["final"]]
    assert saved and sorted(silent + final) == sorted(saved)
    for edit in saved:
        own = [e for e in ripple.events if e.get("edit") == edit]
        assert own[0]["event"] == "saved", "a save is told before its answer"


@pytest.mark.parametrize("ripple", MODES[:1], indirect=True)
def test_a_second_session_on_the_same_project_and_database(ripple: RippleProcess) -> None:
    ripple.wait("ready")
    before = texts(ripple.project)
    with RippleProcess(ripple.project, "--structure-only") as other:
        other.wait("ready")
        ripple.save(FIRST_EDIT.path, edited(before))
        mine, theirs = ripple.answer(), other.answer()
        ripple.send(do="accept", suggestion=mine["id"], actions="all")
        assert ripple.wait("applied", "refused", "error")["event"] == "applied"
        other.wait("saved")
        other.send(do="accept", suggestion=theirs["id"], actions="all")
        assert other.wait("applied", "refused", "error")["event"] in {"refused", "error"}
        assert own_tests_pass(ripple.project)
