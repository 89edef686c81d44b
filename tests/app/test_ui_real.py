"""The main job in the running app with the real session, and the README's picture of it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from app.demo_guide import FIRST_EDIT, Guide, Step, copy_sample
from app.ui.app import RippleApp
from engine.model.adapters import Adapters
from engine.model.predictor import EMBEDDED
from engine.session import Session
from engine.store import FILE, Store
from tests.app.fakes import settings
from tests.engine.model.tiny_gguf import Shape, write_adapter
from tests.screenshot import PICTURE, take, text_of

SEVEN = {
    "library/__init__.py",
    "library/accounts.py",
    "library/desk.py",
    "library/fees.py",
    "library/letters.py",
    "library/report.py",
    "tests/test_fees.py",
}


def texts(root: Path) -> dict[str, str]:
    return {p.relative_to(root).as_posix(): p.read_text() for p in sorted(root.rglob("*.py"))}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in before if before[path] != after[path]}


def sample_tests(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the sample's own tests, as somebody who tries it would."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:textual-snapshot"]
    return subprocess.run(
        [*command, "-c", "/dev/null", "--rootdir", str(root)], cwd=root, capture_output=True, text=True
    )


@asynccontextmanager
async def real_app(folder: Path, guided: bool = True, structure_only: bool = True):
    root = copy_sample(folder)
    options = settings(folder / "own", grace_ms=50)
    options.data_dir.mkdir()
    app = RippleApp(
        root,
        options,
        lambda emit: Session(root, options, emit, structure_only=structure_only),
        guide=Guide(root) if guided else None,
        env={},
    )
    async with app.run_test(size=(120, 36), notifications=True) as pilot:

        async def until(true) -> None:
            for _ in range(1000):
                await pilot.pause(0.01)
                if true():
                    return
            raise AssertionError(f"never happened; the app knows {app.board}")

        await until(lambda: app.board.model)
        yield app, pilot, until


without_it = pytest.mark.skipif(not EMBEDDED.exists(), reason="the embedded model is not there")
WITH_MODEL = pytest.param(False, marks=[pytest.mark.model, without_it], id="model")
WITHOUT = pytest.param(True, id="structure")


@pytest.mark.parametrize("structure_only", [WITHOUT, WITH_MODEL])
async def test_the_guided_rename_changes_seven_files_and_comes_back(tmp_path, structure_only):
    async with real_app(tmp_path, structure_only=structure_only) as (app, pilot, until):
        root = app.board.root
        before = texts(root)
        await pilot.press("g")
        await until(lambda: app.board.suggestion and app.board.suggestion.final and not app.grace.active)
        assert changed(before, texts(root)) == {FIRST_EDIT.path}
        assert app.guide.step is Step.ACCEPT
        first = texts(root)
        await pilot.press("tab")
        await until(lambda: app.guide.step is Step.UNDO)
        after = texts(root)
        assert changed(before, after) == SEVEN
        assert "overdue_fine as fee_so_far" in after["library/letters.py"], "the alias stays"
        assert "charge=overdue_fine" in after["library/report.py"]
        if structure_only:
            assert "`overdue_fine` says" in after["library/desk.py"], "the docstring follows"
        assert after["library/receipts.py"].count("late_fee") == 3, "the same name in another meaning"
        left = [
            after[path].replace("`late_fee`", "") for path in SEVEN
        ]  # a model may leave a docstring alone
        assert not any(re.search(r"\blate_fee\b", text) for text in left)
        await until(lambda: not app.busy)
        await pilot.press("u")
        await until(lambda: app.guide.step is Step.DONE)
        assert texts(root) == first


async def test_a_part_then_a_correction_then_the_rest(tmp_path):
    async with real_app(tmp_path) as (app, pilot, until):
        root = app.board.root
        await pilot.press("g")
        await until(lambda: app.board.suggestion and app.board.suggestion.final and not app.grace.active)
        total = len(app.board.open_actions)
        await pilot.press("n", "space")
        await until(lambda: len(app.board.taken) == 2 and not app.busy)
        assert app.guide.step is Step.ACCEPT
        await until(lambda: app.main.chain.selected.n == 3 and not app.grace.active)
        await pilot.press("e", "end", "x", "enter")
        await until(lambda: len(app.board.taken) == 3 and not app.busy)
        assert sum("overdue_finex" in text for text in texts(root).values()) == 1
        await until(lambda: not app.grace.active and len(app.board.open_actions) == total - 3)
        await pilot.press("tab")
        await until(lambda: app.board.suggestion is None)
        assert app.board.undoable == 3


async def test_the_docstring_is_left_out_and_all_else_is_taken(tmp_path):
    async with real_app(tmp_path) as (app, pilot, until):
        root = app.board.root
        await pilot.press("g")
        await until(lambda: app.board.suggestion and app.board.suggestion.final and not app.grace.active)
        total, chain = len(app.board.open_actions), app.main.chain
        while "docstring" not in chain.selected.why:
            await pilot.press("n")
        left_out = chain.selected
        await pilot.press("x")
        await until(lambda: app.board.left_out == {left_out.n} and not app.busy)
        await pilot.press("tab")
        await until(lambda: app.guide.step is Step.UNDO and not app.busy)
        await pilot.pause(0.3)
        assert app.board.suggestion is None, "it is not offered again"
        after = texts(root)
        assert "`late_fee` says" in after["library/desk.py"] and "overdue_fine(" in after["library/desk.py"]
        assert sample_tests(root).returncode == 0
        data_dir = app.settings.data_dir
    with closing(Store(data_dir / FILE)) as store:
        log = store.log(str(root))
    assert [row.n for row in log if row.verdict == "rejected"] == [left_out.n]
    assert len([row for row in log if row.verdict == "accepted"]) == total - 1


async def test_the_samples_own_tests_pass_before_and_after(tmp_path):
    async with real_app(tmp_path) as (app, pilot, until):
        root = app.board.root
        assert sample_tests(root).returncode == 0
        await pilot.press("g")
        await until(lambda: app.board.suggestion and app.board.suggestion.final and not app.grace.active)
        assert sample_tests(root).returncode != 0, "the first edit alone breaks it"
        await pilot.press("tab")
        await until(lambda: app.guide.step is Step.UNDO)
        result = sample_tests(root)
        assert result.returncode == 0, result.stdout


async def test_an_edit_by_any_editor_is_seen(tmp_path):
    async with real_app(tmp_path, guided=False) as (app, pilot, until):
        path = app.board.root / "library" / "members.py"
        path.write_text(path.read_text().replace("def first_name", "def given_name"))
        await until(lambda: app.board.suggestion)
        assert [a.path for a in app.board.suggestion.actions] == ["library/letters.py"]
        await pilot.press("w")
        await until(lambda: app.screen is not app.main)


async def test_rejecting_is_remembered(tmp_path):
    async with real_app(tmp_path) as (app, pilot, until):
        await pilot.press("g")
        await until(lambda: app.board.suggestion and app.board.suggestion.final and not app.grace.active)
        before = texts(app.board.root)
        await pilot.press("escape")
        await until(lambda: app.board.suggestion is None and not app.busy)
        assert texts(app.board.root) == before
        assert app.guide.step is Step.DONE


async def test_snoozed_is_silent(tmp_path):
    async with real_app(tmp_path) as (app, pilot, until):
        await pilot.press("z")
        await until(lambda: app.snoozed and not app.busy)
        await pilot.press("g")
        await until(lambda: app.board.reason == "snoozed")
        assert app.board.suggestion is None


def test_the_picture_shows_what_the_app_shows(tmp_path, monkeypatch):
    """The committed picture has the places of the chain, the diff and the keys of the app as it is now."""
    monkeypatch.setenv("HOME", str(tmp_path.resolve()))
    then = text_of(PICTURE.read_text(encoding="utf-8"))
    now = text_of(asyncio.run(take(tmp_path.resolve(), structure_only="structure only" in then)))
    places = re.compile(r"[\w/…]+\.py:\d+")
    assert "tab Accept" in then and "7 files" in then
    assert set(places.findall(then)) == set(places.findall(now)), "run python -m tests.screenshot"
    for mark in ("watching ~/library", "❯", "overdue_fine", "esc Reject"):
        assert mark in then and mark in now


@pytest.mark.model
@without_it
async def test_an_adapter_is_taken_up_and_given_back_under_an_open_chain(tmp_path):
    async with real_app(tmp_path, structure_only=False) as (app, pilot, until):
        await pilot.press("g")
        await until(lambda: app.board.suggestion and app.board.suggestion.final)
        shown = app.board.suggestion
        base = app.board.model.sha256
        adapters = Adapters(app.settings.data_dir, base)
        path = adapters.publish(write_adapter(tmp_path / "night.gguf", base, Shape(256, 4)))
        await until(lambda: app.board.model.adapter == path.stem)
        assert app.board.suggestion == shown
        await pilot.press("b")
        await until(lambda: app.board.model.adapter is None)
        assert adapters.current() is None
        await pilot.pause(0.1)
        await pilot.press("tab")
        await until(lambda: "Applied" in app.board.outcome)
