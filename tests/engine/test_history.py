"""What an edit is, and which saves are one edit."""

from __future__ import annotations

import pytest

from engine.history import History


@pytest.fixture
def history():
    history = History()
    history.load("a.py", "total = 1\nother = total\n\nlast = 3\n")
    return history


def test_loading_is_no_edit(history):
    assert history.text("a.py").startswith("total")
    assert history.text("b.py") is None
    assert history.recent() == ()


def test_a_save_is_the_difference_to_the_last_text(history):
    before = history.text("a.py")
    edit = history.observe("a.py", before.replace("total", "amount", 1), "person", 10.0)
    assert (edit.path, edit.by, edit.at, edit.before) == ("a.py", "person", 10.0, before)
    assert [(hunk.start, hunk.old, hunk.new) for hunk in edit.hunks] == [(0, "total", "amount")]
    assert history.text("a.py") == edit.after
    assert history.recent() == (edit,)


def test_the_same_text_again_is_nothing(history):
    assert history.observe("a.py", history.text("a.py"), "person", 1.0) is None
    assert history.recent() == ()


def test_a_deleted_file_is_forgotten(history):
    assert history.observe("a.py", None, "person", 1.0) is None
    assert history.text("a.py") is None


def test_a_new_file_is_an_edit_of_nothing(history):
    edit = history.observe("b.py", "x = 1\n", "person", 1.0)
    assert (edit.before, edit.after) == ("", "x = 1\n")


def test_a_moved_file_is_no_edit(history):
    text = history.text("a.py")
    history.observe("a.py", None, "person", 1.0)
    assert history.observe("pkg/a.py", text, "person", 1.0) is None
    assert history.text("pkg/a.py") == text


def test_identifiers_are_never_used_twice(history):
    other = History()
    ids = {history.observe("a.py", f"x = {n}\n", "person", n).id for n in range(5)}
    ids |= {other.observe("a.py", f"x = {n}\n", "person", n).id for n in range(5)}
    assert len(ids) == 10
    assert all(one.startswith("e") for one in ids)


def saves(history, *steps, by="person"):
    for at, old, new in steps:
        history.observe("a.py", history.text("a.py").replace(old, new, 1), by, at)
    return history.recent()


def test_saves_while_typing_one_name_are_one_edit(history):
    (one,) = saves(history, (1.0, "total", "am"), (3.0, "am ", "amou "), (7.5, "amou ", "amount "))
    assert [(hunk.old, hunk.new) for hunk in one.hunks] == [("total", "amount")]
    assert one.at == 7.5


def test_saves_on_one_line_are_one_edit(history):
    (one,) = saves(history, (1.0, "total", "amount"), (2.0, "= 1", "= 2"))
    assert len(one.hunks) == 2


@pytest.mark.parametrize(
    "second",
    [
        (6.5, "= 1", "= 2"),  # too late
        (2.0, "other", "another"),  # another line
        (2.0, "last", "first"),
    ],
)
def test_other_saves_stay_apart(history, second):
    assert len(saves(history, (1.0, "total", "amount"), second)) == 2


def test_what_ripple_wrote_is_not_mixed_with_what_the_person_wrote(history):
    saves(history, (1.0, "total", "amount"))
    found = saves(history, (1.5, "= 1", "= 2"), by="ripple")
    assert [edit.by for edit in found] == ["person", "ripple"]


def test_an_edit_taken_back_is_none(history):
    assert saves(history, (1.0, "total", "amount"), (2.0, "amount", "total")) == ()


def test_recent_is_the_last_few_oldest_first(history):
    for n in range(10):
        history.observe(f"f{n}.py", "x\n", "person", float(n))
    assert [edit.path for edit in history.recent(3)] == ["f7.py", "f8.py", "f9.py"]
