"""Every key, pressed in the running app against a session that writes down what it is asked."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.ui.keys import KEYS
from app.ui.screens.help import HelpScreen
from app.ui.screens.why import WhyScreen
from engine.errors import SettingsProblem, StoreProblem
from engine.types import Failed, Refused, Why
from tests.app.fakes import MODEL, READY, make_stage, on_stage, sample_chain, silence, suggestion


@pytest.mark.parametrize("key", ["tab", "enter"])
async def test_tab_and_enter_accept_the_whole_chain(tmp_path, key):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.press(key)
        assert stage.decided() == [("accept", "s1", "all")]
        await stage.until(lambda: "Applied" in stage.app.board.outcome)
        assert "u takes it back" in stage.seen()


async def test_space_accepts_up_to_and_with_the_selected_action(tmp_path):
    async with on_stage(tmp_path) as stage:
        shown = await stage.open_chain()
        await stage.press("n", "n", "space")
        assert stage.decided() == [("accept", "s1", [1, 2, 3])]
        await stage.until(lambda: stage.app.board.taken == {1, 2, 3})
        await stage.until(
            lambda: stage.app.main.chain.selected == shown.actions[3], "the next open one is selected"
        )
        await stage.press("n", "space")
        assert stage.decided()[1] == ("accept", "s1", [4, 5])


@pytest.mark.parametrize(("forward", "back"), [("n", "p"), ("j", "k"), ("down", "up")])
async def test_keys_move_and_stop_at_the_ends(tmp_path, forward, back):
    async with on_stage(tmp_path) as stage:
        shown = await stage.open_chain(upto=3)
        chain = stage.app.main.chain
        await stage.press(forward)
        assert chain.selected == shown.actions[1]
        await stage.press(forward, forward, forward)
        assert chain.selected == shown.actions[2]
        await stage.press(back, back, back, back)
        assert chain.selected == shown.actions[0]
        assert stage.decided() == []


async def test_home_and_end_jump(tmp_path):
    async with on_stage(tmp_path) as stage:
        shown = await stage.open_chain()
        await stage.press("end")
        assert stage.app.main.chain.selected == shown.actions[-1]
        await stage.press("home")
        assert stage.app.main.chain.selected == shown.actions[0]


async def test_e_edits_and_enter_accepts_the_correction(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.press("n", "e")
        assert stage.app.main.editor.has_focus
        assert stage.app.main.editor.text == "overdue_fine"
        await stage.press("space", "q", "e", "u", "enter")
        assert stage.decided() == [("correct", "s1", 2, "overdue_fine qeu")]
        assert not stage.app.main.editor.display
        assert stage.app.main.chain.has_focus


async def test_esc_leaves_the_editor_and_decides_nothing(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.press("e", "x", "escape")
        assert not stage.app.main.editor.display
        assert stage.decided() == []
        await stage.press("e")
        assert stage.app.main.editor.text == "overdue_fine"


async def test_tab_in_the_editor_accepts_nothing(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.press("e", "tab", "n")
        assert stage.decided() == []
        assert stage.app.main.editor.display


async def test_ctrl_j_begins_a_line_in_the_editor(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.press("e", "ctrl+j", "x", "enter")
        assert stage.decided() == [("correct", "s1", 1, "overdue_fine\nx")]


async def test_esc_rejects(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.press("escape")
        assert stage.decided() == [("reject", "s1")]
        assert "Rejected." in stage.seen()
        await stage.press("tab")
        assert stage.decided() == [("reject", "s1")]


async def test_x_leaves_the_selected_edit_out_and_tab_takes_the_rest(tmp_path):
    async with on_stage(tmp_path) as stage:
        shown = await stage.open_chain(upto=5)
        chain = stage.app.main.chain
        await stage.press("n", "n", "x")
        assert stage.decided() == [("reject", "s1", [3])]
        await stage.until(lambda: stage.app.board.left_out == {3})
        await stage.until(lambda: chain.selected == shown.actions[3], "the next open one is selected")
        row = chain.get_option_at_index(2).prompt
        assert row.plain.startswith("✗ 3")
        assert "strike" in str(row.spans) and "dim" in str(row.spans)
        assert ", 1 left out" in stage.seen()
        await stage.press("p", "x", "e", "space")
        assert stage.decided()[1:] == [("accept", "s1", [1, 2])], "what is left out is decided already"
        await stage.until(lambda: stage.app.board.taken == {1, 2})
        await stage.press("tab")
        assert stage.decided()[-1] == ("accept", "s1", "all")
        await stage.until(lambda: "Applied 2 edits" in stage.seen())


async def test_the_last_open_edit_left_out_closes_the_chain(tmp_path):
    async with on_stage(tmp_path, guided=True) as stage:
        shown = await stage.open_chain(upto=3)
        chain = stage.app.main.chain
        await stage.press("end", "x")
        await stage.until(lambda: chain.selected == shown.actions[1], "there is none behind")
        await stage.press("p", "x")
        await stage.until(lambda: stage.app.board.left_out == {1, 3})
        assert stage.app.guide.step.name == "ACCEPT"
        await stage.press("x")
        assert stage.decided() == [("reject", "s1", [n]) for n in (3, 1, 2)]
        await stage.until(lambda: "Rejected." in stage.seen())
        assert stage.app.guide.step.name == "DONE"
        await stage.press("x", "tab")
        assert len(stage.decided()) == 3


async def test_what_could_not_be_left_out_is_still_open(tmp_path):
    """The session did not log it and says why: the chain must not look as if it had."""
    async with on_stage(tmp_path) as stage:
        await stage.open_chain(upto=3)
        stage.session.failure = StoreProblem("It is locked.", "Close the other program.")
        await stage.press("x")
        await stage.until(lambda: "It is locked." in stage.seen())
        assert len(stage.app.board.open_actions) == 3
        assert not stage.app.main.chain.get_option_at_index(0).prompt.plain.startswith("✗")


async def test_u_undoes_what_was_applied(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain(upto=2)
        await stage.press("u")
        assert stage.decided() == [], "there is nothing to take back yet"
        await stage.press("tab")
        await stage.until(lambda: stage.app.board.undoable)
        await stage.press("u")
        assert stage.decided()[-1] == ("undo",)
        await stage.until(lambda: "Took back 2 edits in 1 file." in stage.seen())


async def test_u_takes_back_what_an_earlier_run_applied(tmp_path):
    stage = make_stage(tmp_path, left=1)
    async with stage.app.run_test() as stage.pilot:
        await stage.until(lambda: stage.app.board.undoable == 1)
        await stage.press("u")
        assert stage.decided() == [("undo",)]


async def test_w_says_why(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.answer(silence("nothing follows from a comment"))
        stage.session.explained = Why(
            "e1", "Nothing follows.", ("a.py:3  [bold]p 0.31[/bold]  below the threshold",)
        )
        await stage.press("w")
        await stage.until(lambda: isinstance(stage.app.screen, WhyScreen))
        assert "[bold]p 0.31[/bold]" in stage.seen(), "foreign text is no markup"
        await stage.press("escape")
        assert stage.app.screen is stage.app.main


async def test_z_snoozes_counts_down_and_wakes(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.press("z")
        assert ("snooze", 5) in stage.session.calls
        stage.clock.now += 48
        stage.app.tick()
        await stage.pilot.pause()
        assert "snoozed 4:12" in stage.seen()
        await stage.press("z")
        assert ("snooze", 0) in stage.session.calls
        await stage.pilot.pause()
        assert "snoozed" not in stage.seen()


async def test_a_snooze_ends_by_itself(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.press("z")
        stage.clock.now += 301
        stage.app.tick()
        await stage.pilot.pause()
        assert "snoozed" not in stage.seen()
        assert stage.app.snoozed_until == 0


async def test_question_mark_shows_every_key_as_it_is_mapped(tmp_path):
    async with on_stage(tmp_path, keys=("accept-all=ctrl+y",)) as stage:
        await stage.press("question_mark")
        assert isinstance(stage.app.screen, HelpScreen)
        rows = {what: keys for keys, what in stage.app.screen.rows}
        for binding in KEYS:
            if binding.id not in ("first-edit",):
                assert binding.tooltip in rows
        assert rows["Accept the whole chain"] == "^y"
        assert next(iter(rows)) == "Accept the whole chain"
        await stage.press("escape")
        await stage.open_chain()
        await stage.press("tab")
        assert stage.decided() == []
        await stage.press("ctrl+y")
        assert stage.decided() == [("accept", "s1", "all")]


@pytest.mark.parametrize("entry", ["accept-all", "accept-all=", "acept=f2", "=f2"])
def test_a_key_setting_that_means_nothing_is_refused(tmp_path, entry):
    with pytest.raises(SettingsProblem, match="maps no action"):
        make_stage(tmp_path, keys=(entry,))


async def test_q_leaves_and_closes_the_session(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.pilot.press("q")
        await stage.until(lambda: not stage.app.is_running or stage.app._exit)
    assert ("close",) in stage.session.calls


async def test_every_binding_has_an_id_and_a_description():
    ids = [binding.id for binding in KEYS]
    assert all(ids) and len(set(ids)) == len(ids)
    assert all(binding.tooltip for binding in KEYS)


async def test_keys_are_greyed_where_they_can_do_nothing(tmp_path):
    async with on_stage(tmp_path) as stage:

        def enabled() -> set[str]:
            return {
                a.binding.id for a in stage.app.main.active_bindings.values() if a.enabled and a.binding.id
            }

        assert not enabled() & {"accept-all", "accept-to-here", "leave-out", "edit", "reject", "undo", "next"}
        assert enabled() >= {"why", "snooze", "keys", "quit"}
        await stage.open_chain()
        assert enabled() >= {"accept-all", "accept-to-here", "leave-out", "edit", "reject", "next"}
        await stage.press("e")
        assert not enabled() & {"accept-all", "accept-to-here", "leave-out", "edit", "reject", "next"}


async def test_the_palette_offers_what_can_be_done(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        titles = {command.title: command for command in stage.app.get_system_commands(stage.app.screen)}
        assert "Leave the selected edit out; the rest stays open" in titles
        assert {"Accept the whole chain", "Reject the chain", "Show all keys", "Light or dark"} <= set(titles)
        assert "Take back what was applied last" not in titles
        await titles["Accept the whole chain"].callback()
        await stage.until(lambda: not stage.app.busy)
        assert stage.decided() == [("accept", "s1", "all")]
        theme = stage.app.theme
        titles["Light or dark"].callback()
        assert stage.app.theme != theme


async def test_one_decision_at_a_time(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        stage.session.hold = threading.Event()
        await stage.pilot.press("tab", "tab", "escape", "space")
        stage.session.hold.set()
        await stage.until(lambda: not stage.app.busy)
        assert stage.decided() == [("accept", "s1", "all")]


async def test_a_refusal_is_said_and_marked(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        for number in (2, 3, 4):
            stage.session.emit(Refused("s1", number, "[red]library/desk.py[/red] has changed"))
        await stage.until(lambda: len(stage.app.board.refused) == 3)
        await stage.pilot.pause()
        assert stage.seen().count("Not applied") == 1, "the same reason is said once"
        assert "[red]library/desk.py[/red] has changed" in stage.seen()
        assert "!" in stage.app.main.chain.get_option_at_index(1).prompt.plain


async def test_a_failure_has_title_sentence_and_next_step(tmp_path):
    async with on_stage(tmp_path) as stage:
        stage.session.emit(Failed("Database problem", "It is locked.", "Close the other program."))
        await stage.until(lambda: "Database problem" in stage.seen())
        assert "It is locked. Close the other program." in stage.seen()


async def test_a_person_saving_elsewhere_replaces_the_chain(tmp_path):
    async with on_stage(tmp_path) as stage:
        await stage.open_chain()
        await stage.answer(suggestion(*sample_chain(stage.root, 2).actions, name="s2", edit="e2"), edit="e2")
        await stage.until(lambda: stage.app.board.suggestion.id == "s2")
        assert stage.app.main.chain.option_count == 2
        stage.clock.now += 1
        await stage.press("tab")
        assert stage.decided() == [("accept", "s2", "all")]


async def test_b_goes_back_to_the_adapter_before_and_keeps_the_chain(tmp_path):
    ready = replace(READY, model=replace(MODEL, adapter="0a1b2c3d4e5f"))
    async with on_stage(tmp_path, ready=ready) as stage:
        shown = await stage.open_chain()
        assert "ripple-7m + 0a1b2c3 " in stage.seen()
        await stage.press("b")
        assert stage.decided() == [("roll_back",)]
        await stage.until(lambda: stage.app.board.model.adapter is None)
        await stage.pilot.pause()
        await stage.until(lambda: "ripple-7m + " not in stage.seen())
        await stage.until(lambda: "in place of" in stage.seen(), "the toast names what to go forward to")
        assert stage.app.main.chain.actions == shown.actions
        await stage.press("b", "tab")
        assert stage.decided() == [("roll_back",), ("accept", "s1", "all")], (
            "there is nothing to go back from"
        )


async def test_another_adapter_is_taken_up_without_a_key(tmp_path):
    async with on_stage(tmp_path) as stage:
        shown = await stage.open_chain(upto=2)
        stage.session.models = [replace(MODEL, adapter="0a1b2c3d4e5f")]
        stage.session.outdated = True
        stage.app.tick()
        await stage.until(lambda: stage.app.board.model.adapter)
        await stage.pilot.pause()
        assert "ripple-7m + 0a1b2c3 " in stage.seen()
        assert stage.app.main.chain.actions == shown.actions
        stage.app.tick()
        assert stage.session.calls.count(("refresh",)) == 1
