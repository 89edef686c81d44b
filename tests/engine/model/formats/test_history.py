"""How edits are told: diffs, pairs, earlier states; and which lines around them are shown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diff import saved
from engine.model.formats.excerpt import Place, excerpt, tokens
from engine.model.formats.history import changes, earlier, unified
from engine.model.formats.zeta21 import FEWEST, borders, marked

LINES = st.lists(st.sampled_from(["", "}", "  x = 1", "def f():", "return;", "long " * 20]), max_size=60)


def test_a_diff_counts_even_where_there_is_nothing() -> None:
    assert unified("", "a\nb\n") == "@@ -1,0 +1,2 @@\n+a\n+b\n"
    assert unified("a", "") == "@@ -1,1 +1,0 @@\n-a\n"
    assert unified("a\n", "a") == unified("a", "a") == ""


def test_changes_that_stand_near_are_one_hunk() -> None:
    before = "".join(f"{n}\n" for n in range(20))
    near = unified(before, before.replace("3\n", "x\n", 1).replace("\n10\n", "\ny\n"))
    far = unified(before, before.replace("3\n", "x\n", 1).replace("\n11\n", "\ny\n"))
    assert (near.count("@@ -"), far.count("@@ -")) == (1, 2)
    assert far.startswith("@@ -1,7 +1,7 @@\n 0\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n@@ -9,7 +9,7 @@\n")


def test_pairs_leave_out_changes_of_blanks() -> None:
    before = "a = 1\n" + "".join(f"{n}\n" for n in range(10)) + "b = 1\n"
    after = before.replace("a = 1", "  a = 1").replace("b = 1", "b = 2")
    (only,) = changes([saved("x.py", before, after)], 1)
    assert (only.old, only.new, only.first, only.last) == ("9\nb = 1", "9\nb = 2", 11, 12)


def test_earlier_states_end_where_another_file_was_edited() -> None:
    one = saved("a.py", "a\nb\nc\n", "a\nB\nc\n", 1)
    other = saved("b.py", "x\n", "y\n", 2)
    two = saved("a.py", one.after, "a\nB\nC\n", 3)
    three = saved("a.py", two.after, "new\na\nB\nC\n", 4)
    assert earlier([one, other, two, three], "a.py", 4, 10) == ["a\nB\nC\n", "a\nB\nc\n"]
    assert earlier([one, two], "a.py", 2, 4) == ["B\n", "b\n"]


def test_an_edit_over_the_edge_hides_what_was_before() -> None:
    edit = saved("a.py", "a\nb\nc\nd\n", "x y z\nd\n")
    assert earlier([edit], "a.py", 2, 7) == []


@given(LINES, st.integers(0, 2000), st.integers(1, 400), st.integers(0, 200))
def test_an_excerpt_is_whole_lines_within_the_budget(
    lines: list[str], at: int, editable: int, context: int
) -> None:
    text = "\n".join(lines)
    place = Place("a.py", text, min(at, len(text)))
    part = excerpt(place, editable, context)
    assert part.first <= part.start <= place.at <= part.end <= part.last
    for start, end in ((part.start, part.end), (part.first, part.last)):
        assert start == 0 or text[start - 1] == "\n"
        assert end == len(text) or text[end] == "\n"
    rows = text[part.start : part.end].split("\n")
    cursor = rows[text.count("\n", part.start, place.at)]
    assert sum(max(1, tokens(row)) for row in rows) <= editable + max(1, tokens(cursor))


@given(LINES, st.integers(0, 2000))
def test_blocks_cover_the_region_and_keep_its_text(lines: list[str], at: int) -> None:
    region = "\n".join(lines)
    places = borders(region)
    assert places[0] == 0 and places[-1] == len(region)
    assert places == sorted(set(places)) or not region
    assert all(region[start - 1] == "\n" for start in places[1:-1])
    assert all(region[a:b].count("\n") >= FEWEST for a, b in pairwise(places[1:-1]))
    text = marked(region, min(at, len(region)))
    assert text.count("<|user_cursor|>") == 1
    bare = text.replace("<|user_cursor|>", "")
    for number in range(1, len(places) + 1):
        assert bare.count(f"<|marker_{number}|>") == 1
        bare = bare.replace(f"<|marker_{number}|>", "")
    assert bare == region + "\n"


@pytest.mark.parametrize("closing", ["}", "    )", "return;", "end"])
def test_a_block_does_not_begin_with_what_closes_one(closing: str) -> None:
    region = "\n".join(["x"] * 16 + [closing, "good"] + ["x"] * 9)
    assert region[borders(region)[1] :].startswith("good")
