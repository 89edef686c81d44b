"""The running app: its states, its sizes, its threads and its failures."""

from __future__ import annotations

import time

import pytest
from textual.color import Color

from app.demo_guide import FIRST_EDIT, Step
from app.ui.theme import DARK, LIGHT, theme_for
from app.ui.widgets.chain import ChainList
from app.ui.widgets.empty import EmptyState
from engine.diff import LineStarts
from engine.errors import FileProblem, StaleFile
from engine.types import Action, Failed, IntentKind, Saved
from tests.app.fakes import READY, make_stage, on_stage, sample_chain, silence, suggestion


async def test_the_empty_state_teaches(tmp_path):
    async with on_stage(tmp_path) as stage:
        seen = stage.seen()
        assert "Edit a file in your editor and save it." in seen
        assert "Ripple shows what follows." in seen
        assert "library" in seen
        assert "11 files, 42 names" in seen


async def test_indexing_is_said_before_the_session_is_ready(tmp_path):
    stage = make_stage(tmp_path, ready=Saved("e0", "a.py", "ripple"))
    async with stage.app.run_test(size=(100, 30)) as stage.pilot:
        await stage.until(lambda: stage.sessions)
        stage.app.board.phase = type(stage.app.board.phase).INDEXING
        stage.app.draw()
        await stage.pilot.pause()
        assert "indexing…" in stage.seen()
        assert "Reading the project…" in stage.seen()


async def test_a_start_that_fails_says_what_to_do(tmp_path):
    problem = FileProblem("/nowhere is not a folder.", "Name the folder of a project.")
    async with on_stage(tmp_path, ready=problem) as stage:
        await stage.until(lambda: "problem: File problem" in stage.seen())
        assert "/nowhere is not a folder." in stage.seen()
        assert "Name the folder of a project." in stage.seen()
        await stage.press("tab", "u", "w", "z")
        assert stage.decided() == []


async def test_a_decision_that_fails_is_said_and_keys_wake_again(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        stage.session.failure = StaleFile("library/desk.py was saved since.", "Look at the new suggestion.")
        await stage.press("tab")
        await stage.until(lambda: "library/desk.py was saved since." in stage.seen())
        await stage.press("tab")
        assert stage.decided() == [("accept", "s1", "all")] * 2


async def test_an_error_nobody_foresaw_does_not_end_the_app(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        stage.session.failure = ZeroDivisionError("[b]oops[/b]")
        await stage.press("tab")
        await stage.until(lambda: "Something went wrong" in stage.seen())
        assert "[b]oops[/b]" in stage.seen()
        assert stage.app.is_running


async def test_every_save_is_predicted_and_a_newer_one_ends_the_older(tmp_path):
    async with on_stage(tmp_path) as stage:
        stops = []

        def predict(should_stop):
            stops.append(should_stop)
            while not should_stop() and len(stops) == 1:
                time.sleep(0.005)

        stage.session.predict = predict
        stage.session.save(edit="e1")
        await stage.until(lambda: len(stops) == 1)
        stage.session.save(edit="e2")
        await stage.until(lambda: len(stops) == 2)
        assert stops[0]()
        assert not stops[1]()


async def test_silence_is_shown_with_its_reason(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.answer(silence("nothing follows from a comment"))
        await stage.until(lambda: "silent: nothing follows from a comment" in stage.seen())
        assert "w says more" in stage.seen()
        assert "12 ms" in stage.seen()


async def test_silence_after_a_persons_save_closes_the_chain(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.answer(silence("nothing follows", edit="e2"), edit="e2")
        await stage.until(lambda: stage.app.board.suggestion is None)
        assert not stage.app.main.has_class("-open")
        await stage.press("tab")
        assert stage.decided() == []


async def test_a_broken_model_is_told_and_structure_goes_on(tmp_path):
    async with on_stage(tmp_path) as stage:
        stage.session.emit(Failed("Model problem", "x.gguf is cut short.", "Fetch it again."))
        stage.session.emit(READY)
        await stage.until(lambda: "x.gguf is cut short." in stage.seen())
        await stage.open_chain(upto=1)
        assert "1 edit in 1 file" in stage.seen()


@pytest.mark.parametrize("size", [(60, 24), (60, 40), (80, 24), (140, 36), (220, 60), (40, 12)])
async def test_every_size_shows_chain_and_diff(tmp_path, size):
    async with on_stage(tmp_path, size=size) as stage:
        await stage.open_chain()
        lines = stage.seen().splitlines()
        assert len(lines) == size[1]
        assert all(len(line) == size[0] for line in lines)
        assert "❯  1" in stage.seen()
        if size[1] >= 24:
            assert "+" in stage.seen() and "- " in stage.seen()
        assert "__init__.py:5" in stage.seen()


async def test_narrow_is_above_and_wide_is_beside(tmp_path):
    async with on_stage(tmp_path, size=(60, 36)) as stage:
        await stage.open_chain()
        assert str(stage.root) not in stage.seen().splitlines()[0]
        chain, diff = stage.app.main.chain.region, stage.app.main.diff.region
        assert chain.x == diff.x and chain.bottom <= diff.y
        await stage.pilot.resize_terminal(240, 36)
        await stage.pilot.pause()
        await stage.until(
            lambda: str(stage.root) in stage.seen().splitlines()[0], "the status line has room again"
        )
        chain, diff = stage.app.main.chain.region, stage.app.main.diff.region
        assert chain.y == diff.y and chain.right <= diff.x


async def test_two_hundred_actions_scroll_and_a_step_draws_two_rows(tmp_path, monkeypatch):
    async with on_stage(tmp_path) as stage:
        text = "total = 1\n" * 300
        (stage.root / "long.py").write_text(text)
        actions = tuple(
            Action(
                n,
                "long.py",
                at,
                LineStarts(text).range(at, at + 5),
                "total",
                "sum",
                IntentKind.RENAME,
                0.9,
                "why",
            )
            for n in range(1, 201)
            for at in [(n - 1) * 10]
        )
        await stage.answer(suggestion(*actions))
        await stage.until(lambda: stage.app.main.chain.option_count == 200)
        assert "200 edits in 1 file" in stage.seen()
        await stage.press("end")
        assert stage.app.main.chain.selected == actions[-1]
        await stage.until(lambda: "❯ 200" in stage.seen())
        drawn = []
        redraw = ChainList.replace_option_prompt_at_index

        def note(chain, index, row):
            drawn.append(index)
            return redraw(chain, index, row)

        monkeypatch.setattr(ChainList, "replace_option_prompt_at_index", note)
        await stage.press("p")
        assert sorted(set(drawn)) == [198, 199]


async def test_the_diff_scrolls_by_key(tmp_path):
    async with on_stage(tmp_path, size=(100, 14)) as stage:
        await stage.open_chain()
        await stage.press("n", "n", "n")
        await stage.press("shift+down", "shift+down")
        await stage.until(lambda: stage.app.main.diff.scroll_y == 2)
        await stage.press("shift+up")
        await stage.until(lambda: stage.app.main.diff.scroll_y == 1)


async def test_the_selected_action_says_why_and_how_sure(tmp_path):
    async with on_stage(tmp_path) as stage:
        shown = await stage.open_chain()
        seen = stage.seen()
        assert "rename, 99% sure" in seen
        assert f"1 of {len(shown.actions)}" in seen


async def test_no_color_is_respected(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        for strip in stage.app.screen._compositor.render_strips():
            for segment in strip.apply_filter(stage.app._filters[-1], Color(0, 0, 0)):
                for color in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                    assert color is None or color.triplet is None or len({*color.triplet}) == 1


def test_the_theme_follows_the_terminal():
    assert theme_for({}) == DARK
    assert theme_for({"COLORFGBG": "0;15"}) == LIGHT
    assert theme_for({"COLORFGBG": "0;default;7"}) == LIGHT
    assert theme_for({"COLORFGBG": "15;0"}) == DARK


async def test_the_guide_makes_the_first_edit_and_leads_on(tmp_path):
    async with on_stage(tmp_path, guided=True) as stage:
        assert "Step 1 of 3" in stage.seen()
        await stage.press("g")
        assert FIRST_EDIT.changed in (stage.root / FIRST_EDIT.path).read_text()
        await stage.answer(sample_chain(stage.root))
        await stage.until(lambda: "Step 2 of 3" in stage.seen())
        assert "Tab" in stage.app.guide.text and stage.app.guide.text in " ".join(stage.seen().split())
        stage.clock.now += 1
        await stage.press("tab")
        await stage.until(lambda: "Step 3 of 3" in stage.seen())
        assert "Press u" in stage.seen()
        await stage.press("u")
        await stage.until(lambda: stage.app.guide.step is Step.DONE)
        assert "ripple PATH" in stage.seen()


async def test_a_first_edit_that_cannot_be_made_is_said(tmp_path):
    async with on_stage(tmp_path, guided=True) as stage:
        (stage.root / FIRST_EDIT.path).write_text("pass\n")
        await stage.press("g")
        await stage.until(lambda: "no longer holds the line" in stage.seen())


async def test_without_the_sample_there_is_no_guide(tmp_path):
    async with on_stage(tmp_path) as stage:
        assert not stage.app.query("#guide")
        await stage.press("g")
        assert FIRST_EDIT.line in (stage.root / FIRST_EDIT.path).read_text()
        assert stage.app.query_one(EmptyState).display
