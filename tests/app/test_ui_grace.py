"""The moment after a suggestion appears, in which keys decide nothing."""

from __future__ import annotations

import pytest

from app.ui.grace import Grace
from tests.app.fakes import FakeClock, on_stage, sample_chain, suggestion


def test_grace_lasts_as_long_as_is_set():
    clock = FakeClock()
    grace = Grace(400, clock)
    assert not grace.active
    grace.start()
    clock.now += 0.399
    assert grace.active
    clock.now += 0.001
    assert not grace.active


@pytest.mark.parametrize("key", ["tab", "enter", "space", "e", "escape"])
async def test_deciding_keys_sleep_at_first(tmp_path, key):
    async with on_stage(tmp_path) as stage:
        await stage.answer(sample_chain(stage.root))
        await stage.until(lambda: stage.app.board.suggestion)
        stage.clock.now += 0.39
        await stage.press(key)
        assert stage.decided() == []
        assert not stage.app.main.editor.display
        assert stage.app.board.suggestion is not None
        stage.clock.now += 0.02
        await stage.press(key)
        assert stage.decided() or stage.app.main.editor.display


async def test_other_keys_do_not_sleep(tmp_path):
    async with on_stage(tmp_path) as stage:
        shown = sample_chain(stage.root)
        await stage.answer(shown)
        await stage.until(lambda: stage.app.main.chain.selected)
        await stage.press("n")
        assert stage.app.main.chain.selected == shown.actions[1]


async def test_a_sign_says_that_keys_sleep(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.answer(sample_chain(stage.root))
        await stage.until(lambda: stage.app.main.chain.has_class("-fresh"))
        assert "just in" in stage.seen()
        stage.clock.now += 0.5
        stage.app.end_grace()
        await stage.pilot.pause()
        assert not stage.app.main.chain.has_class("-fresh")
        assert "just in" not in stage.seen()


async def test_a_longer_chain_of_the_same_suggestion_starts_nothing_anew(tmp_path):
    async with on_stage(tmp_path) as stage:
        whole = sample_chain(stage.root)
        await stage.answer(suggestion(*whole.actions[:4], final=False))
        await stage.until(lambda: stage.app.main.chain.option_count == 4)
        assert "4 edits in 3 files, more coming…" in stage.seen()
        await stage.press("n", "n")
        stage.clock.now += 0.41
        stage.session.emit(whole)
        await stage.until(lambda: stage.app.main.chain.option_count == len(whole.actions))
        assert stage.app.main.chain.selected == whole.actions[2], "the selection stays"
        await stage.press("space")
        assert stage.decided() == [("accept", "s1", [1, 2, 3])], "and keys are awake"


async def test_another_suggestion_starts_it_anew(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.answer(sample_chain(stage.root, name="s2", edit="e2"), edit="e2")
        await stage.until(lambda: stage.app.board.suggestion.id == "s2")
        await stage.press("tab")
        assert stage.decided() == []


async def test_an_open_editor_closes_when_another_suggestion_comes(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.press("e")
        await stage.answer(sample_chain(stage.root, name="s2", edit="e2"), edit="e2")
        await stage.until(lambda: stage.app.board.suggestion.id == "s2")
        assert not stage.app.main.editor.display
        assert stage.app.main.chain.has_focus


async def test_no_grace_when_it_is_set_to_nothing(tmp_path):
    async with on_stage(tmp_path, grace_ms=0) as stage:
        await stage.answer(sample_chain(stage.root))
        await stage.until(lambda: stage.app.main.chain.selected)
        await stage.press("tab")
        assert stage.decided() == [("accept", "s1", "all")]
