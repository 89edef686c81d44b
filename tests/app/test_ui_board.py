"""What the interface knows after each event."""

from __future__ import annotations

from pathlib import Path

from app.demo_guide import Guide, Step
from app.ui.board import Board, Phase
from app.ui.messages import SessionSaid
from engine.types import Applied, Failed, Refused, Saved, Silence, Undone
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
    guide.follow(Saved("e1", "library/fees.py", "person"))
    assert guide.step is Step.EDIT
    guide.follow(suggestion(ONE))
    assert guide.step is Step.ACCEPT
    guide.follow(silence())
    assert guide.step is Step.EDIT, "there is nothing to accept any more"
    guide.follow(suggestion(ONE))
    guide.follow(Saved("r1", "x.py", "ripple"))
    assert guide.step is Step.UNDO
    guide.follow(silence("chain complete"))
    guide.follow(Undone("s1", (1,), ("x.py",)))
    assert guide.step is Step.DONE
    assert "Step" not in guide.title
