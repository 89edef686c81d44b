"""Stretches are followed to where their text stands, and what is left of a change is a share of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diff import hunks
from engine.trace import Stretch, followed, left_of, same

BEFORE = "x = obj.getName()\n"


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        ("y = 1\nx = obj.getName()\n", Stretch(14, "getName")),
        ("x = obj.getName(5)\n", Stretch(8, "getName")),
        ("x = obj.getDisplayName()\n", Stretch(8, "getDisplayName")),
        ("x = other.getName()\n", Stretch(10, "getName")),
        ("", Stretch(0, "", wide=True)),
    ],
)
def test_a_name_is_followed(after: str, wanted: Stretch) -> None:
    assert followed(Stretch(8, "getName"), hunks(BEFORE, after)) == wanted


def test_what_is_written_into_an_empty_place_is_its_text() -> None:
    assert followed(Stretch(3, ""), hunks("f(a)", "f(a, 5)")) == Stretch(3, ", 5")
    assert followed(Stretch(3, ""), hunks("f(a)", "ff(a)")) == Stretch(4, "")
    assert followed(Stretch(3, ", 5"), hunks("f(a, 5)", "f(a, timeout=5)")) == Stretch(3, ", timeout=5")


@given(st.text("ab \n", max_size=12), st.text("ab \n", max_size=12), st.data())
def test_the_text_stands_where_it_is_said_to(before: str, after: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    place = followed(Stretch(start, before[start:end]), hunks(before, after))
    assert after[place.start : place.end] == place.text


@pytest.mark.parametrize(
    ("old", "new", "now", "share"),
    [
        ("total", "amount", "amount", 1.0),
        ("total", "amount", "total", 0.0),
        ("total", "amount", "sum", 0.0),
        ("", ".getName()", ".getDisplayName()", 0.75),
        ("foo(a)", "foo(a, b=5)", "foo(a)", 0.0),
        ("foo(a)", "foo(a, b=5)", "foo(a,\n    b=5)", 1.0),
        ("foo(a)", "foo(a, b=5)", "bar(foo(a, b=5), c)", 1.0),
        ("gone()", "", "", 1.0),
        ("gone()", "", "gone()", 0.0),
        ("a  b", "a b", "a b", 1.0),
        ("a  b", "a b", "a  b", 0.0),
    ],
)
def test_what_is_left_of_a_change(old: str, new: str, now: str, share: float) -> None:
    assert left_of(old, new, Stretch(0, now)) == share


def test_in_a_wide_stretch_all_of_it_stands_or_none() -> None:
    assert left_of("a", "b.c", Stretch(0, "x = b.c + 1", wide=True)) == 1.0
    assert left_of("a", "b.c", Stretch(0, "x = c.b + 1", wide=True)) == 0.0
    assert left_of("a()", "", Stretch(0, "x = 1", wide=True)) == 1.0
    assert left_of("a()", "", Stretch(0, "x = a()", wide=True)) == 0.0


def test_blanks_make_no_other_text() -> None:
    assert same("f(a,  b)", "f(\n  a, b)") and not same("f(a)", "f(b)")
