"""What the interface knows after each event."""

from __future__ import annotations

from pathlib import Path

from app.demo_guide import Guide, Step
from app.night_offer import Outlook
from app.night_process import Progress
from app.ui.board import Board, Phase
from app.ui.messages import SessionSaid
from engine.types import (
    Applied,
    Failed,
    ModelChanged,
    ModelInfo,
    Ready,
    Refused,
    Rejected,
    Saved,
    Silence,
    Undone,
    Withdrawn,
)
from tests.app.fakes import READY, action, silence, suggestion

ONE = action("a b c", "x.py", 1, 1, "a", "z")
TWO = action("a b c", "x.py", 2, 1, "b", "z")
THREE = action("a b c", "y.py", 3, 1, "c", "z")


def board(*events) -> Board:
    made = Board(Path("/p"))
    for event in events:
        made.follow(event)
    return made


def test_states_follow_the_session():
    assert board().phase is Phase.INDEXING
    assert board(READY).phase is Phase.READY
    assert board(READY, Saved("e1", "x.py", "person")).phase is Phase.THINKING
    assert board(READY, suggestion(ONE, final=False)).phase is Phase.THINKING
    assert board(READY, suggestion(ONE)).phase is Phase.READY
    silent = board(READY, silence("nothing follows"))
    assert (silent.phase, silent.reason) == (Phase.SILENT, "nothing follows")
    assert board(Failed("Model problem", "m")).reason == "Model problem"


def test_a_partly_taken_chain_stays_open_until_the_rest_is_decided():
    shown = suggestion(ONE, TWO, THREE)
    part = board(shown, Applied("s1", (1,), ("x.py",)))
    assert part.open_actions == (TWO, THREE)
    part.follow(Applied("s1", (2, 3), ("x.py", "y.py")))
    assert part.suggestion is None
    assert part.outcome == "Applied 2 edits in 2 files. u takes it back."
    assert part.undoable == 2


def test_a_longer_chain_keeps_what_was_taken():
    grown = board(
        suggestion(ONE, TWO, final=False), Applied("s1", (1,), ("x.py",)), suggestion(ONE, TWO, THREE)
    )
    assert grown.taken == {1}
    assert grown.open_actions == (TWO, THREE)


def test_another_suggestion_forgets_the_one_before():
    after = board(
        suggestion(ONE), Applied("s1", (1,), ("x.py",)), Refused("s1", 1, "stale"), suggestion(TWO, name="s2")
    )
    assert (after.taken, after.refused, after.outcome) == (set(), {}, "")


def test_a_superseded_save_changes_nothing():
    open_chain = board(suggestion(ONE), Saved("e2", "x.py", "person"), Silence("e1", "superseded"))
    assert open_chain.suggestion is not None
    assert open_chain.phase is Phase.THINKING


def test_a_save_elsewhere_leaves_the_chain_open():
    elsewhere = board(suggestion(ONE), Saved("e2", "z.py", "person"), silence(edit="e2"))
    assert elsewhere.open_actions == (ONE,)


def test_a_save_of_its_own_file_that_nothing_follows_closes_the_chain():
    stale = board(suggestion(ONE), Saved("e2", "x.py", "person"), Saved("e3", "z.py", "person"))
    stale.follow(Silence("e2", "superseded"))
    assert stale.open_actions
    stale.follow(silence(edit="e3"))
    assert stale.suggestion is None


def test_our_own_save_leaves_the_rest_open():
    shown = board(suggestion(ONE, TWO), Applied("s1", (1,), ("x.py",)), Saved("r1", "x.py", "ripple"))
    shown.follow(silence("chain complete", edit="r1"))
    assert shown.open_actions == (TWO,)
    assert shown.phase is Phase.READY


def test_what_is_gone_with_its_files_is_closed():
    shown = board(suggestion(ONE, THREE), Withdrawn("s0", (1, 3), "z.py is gone"))
    assert shown.open_actions == (ONE, THREE)
    shown.follow(Withdrawn("s1", (1,), "x.py is gone"))
    assert shown.open_actions == (THREE,) and shown.outcome == ""
    shown.follow(Withdrawn("s1", (3,), "y.py is gone"))
    assert shown.suggestion is None and shown.outcome == "y.py is gone: so is what was suggested with it."


def test_a_burst_closes_the_chain():
    burst = board(
        suggestion(ONE), Saved("b1", "z.py", "person"), silence("burst: 5000 files changed at once", "b1")
    )
    assert burst.suggestion is None
    assert burst.reason == "5000 files changed at once"


def test_undo_counts_down():
    done = board(suggestion(ONE), Applied("s1", (1,), ("x.py",)), Undone("s1", (1,), ("x.py",)))
    assert done.undoable == 0
    assert done.outcome == "Took back 1 edit in 1 file."


def test_only_a_chain_of_the_same_suggestion_replaces_one_that_waits():
    first, longer = SessionSaid(suggestion(ONE, final=False)), SessionSaid(suggestion(ONE, TWO))
    other = SessionSaid(suggestion(ONE, name="s2"))
    assert first.can_replace(longer)
    assert not first.can_replace(other)
    assert not first.can_replace(SessionSaid(silence()))


def test_the_guide_goes_on_and_back():
    guide = Guide(Path("/p"))
    guide.follow(Saved("e1", "library/fees.py", "person"), open_chain=False)
    assert guide.step is Step.EDIT
    guide.follow(suggestion(ONE), open_chain=True)
    assert guide.step is Step.ACCEPT
    guide.follow(silence(), open_chain=True)
    assert guide.step is Step.ACCEPT, "a save elsewhere"
    guide.follow(silence(), open_chain=False)
    assert guide.step is Step.EDIT, "there is nothing to accept any more"
    guide.follow(suggestion(ONE), open_chain=True)
    guide.follow(Applied("s1", (1,), ("x.py",)), open_chain=True)
    assert guide.step is Step.ACCEPT, "part of it is still open"
    guide.follow(Applied("s1", (2,), ("x.py",)), open_chain=False)
    assert guide.step is Step.UNDO
    guide.follow(silence("chain complete"), open_chain=False)
    guide.follow(Undone("s1", (1,), ("x.py",)), open_chain=False)
    assert guide.step is Step.DONE
    assert "Step" not in guide.title


def test_a_rejection_ends_the_guide():
    guide = Guide(Path("/p"))
    guide.rejected()
    assert guide.step is Step.EDIT
    guide.follow(suggestion(ONE), open_chain=True)
    guide.rejected()
    assert guide.step is Step.DONE


def test_another_adapter_is_named_with_the_one_before():
    seen = Board(Path("/p"))
    seen.follow(Ready(1, 1, 1.0, ModelInfo("m", "ab"), 1.0))
    seen.follow(ModelChanged(ModelInfo("m", "ab", "0a1b2c3d4e5f")))
    assert seen.outcome == "The adapter 0a1b2c3 decides now."
    seen.follow(ModelChanged(ModelInfo("m", "ab", "99aa88bb77cc")))
    assert seen.outcome == "The adapter 99aa88b decides now, in place of 0a1b2c3."
    seen.follow(ModelChanged(ModelInfo("m", "ab")))
    assert seen.outcome == "The model decides without an adapter now, in place of 99aa88b."


def test_a_night_of_ones_own_goes_before_what_is_seen_elsewhere():
    seen = Board(Path("/p"))
    seen.look(Outlook(offered=30))
    assert (seen.offered, seen.night) == (30, "")
    seen.follow_night(Progress("train", 0.4, "loss 0.5"))
    assert (seen.offered, seen.night, seen.ours) == (0, "train 40%", True)
    seen.follow_night(Progress("", None, "a word beside it"))
    seen.look(Outlook(at_work="gate"))
    assert seen.night == "train 40%"
    seen.follow_night(None)
    seen.look(Outlook(at_work="gate"))
    assert (seen.night, seen.ours) == ("gate", False)


def test_a_chain_stays_open_without_what_was_left_out():
    left = board(suggestion(ONE, TWO, THREE), Rejected("s1", (2,)), Rejected("s0", (1,)))
    assert (left.open_actions, left.left_out, left.outcome) == ((ONE, THREE), {2}, "")
    left.follow(Applied("s1", (1, 3), ("x.py", "y.py")))
    assert (left.suggestion, left.left_out) == (None, set())
    assert left.outcome == "Applied 2 edits in 2 files. u takes it back."


def test_leaving_out_the_last_open_one_is_a_rejection():
    left = board(suggestion(ONE, TWO), Applied("s1", (1,), ("x.py",)), Rejected("s1", (2,)))
    assert (left.suggestion, left.outcome, left.undoable) == (None, "Rejected.", 1)
