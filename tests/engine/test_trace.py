"""Stretches are followed to where their text stands, and what is left of a change is a share of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diff import hunks
from engine.trace import Shifts, Stretch, followed, left_of, narrowed, same

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
    assert followed(Stretch(3, ""), hunks("f(a)", "f(bcd)")) == Stretch(5, "")
    assert followed(Stretch(3, ", 5"), hunks("f(a, 5)", "f(a, timeout=5)")) == Stretch(3, ", timeout=5")


@pytest.mark.parametrize(
    ("before", "text", "after", "wanted"),
    [
        ("f(a, tries)", ", tries", "f(a, tries=tries)", ", tries=tries"),
        ("f(a, tries)", ", tries", "f(a, tries=3)", ", tries=3"),
        ("f(a, tries)", ", tries", "f(a, tries, 3)", ", tries"),
        ("x = name", "name", "x = self.name", "self.name"),
        ("f(5)", "5", "f(timeout=5)", "timeout=5"),
        ("f(5)", "5", "f(a + 5)", "5"),
        ("x = total", "total", "x = total + total", "total"),
        ("x = total", "total", "x = total == 3", "total"),
        ("x = foo(a)", "foo(a)", "x = foo(a).bar(b)", "foo(a)"),
        ("import a\nx", "import a\n", "import a\nimport b\nx", "import a\n"),
    ],
)
def test_what_is_written_beside_it_is_part_of_it_where_the_two_are_one(
    before: str, text: str, after: str, wanted: str
) -> None:
    place = followed(Stretch(before.index(text), text), hunks(before, after))
    assert (place.text, place.wide) == (wanted, False)
    assert after[place.start : place.end] == wanted


@given(st.text("ab \n", max_size=12), st.text("ab \n", max_size=12), st.data())
def test_the_text_stands_where_it_is_said_to(before: str, after: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    place = followed(Stretch(start, before[start:end]), hunks(before, after))
    assert after[place.start : place.end] == place.text


@given(st.text("ab \n", max_size=12), st.text("ab \n", max_size=12), st.data())
def test_a_look_up_says_the_same_of_what_no_edit_touches(
    before: str, after: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    place, changes = Stretch(start, before[start:end]), hunks(before, after)
    shift = Shifts(changes).of(place)
    beside = any(hunk.start <= end and start <= hunk.end for hunk in changes)
    assert (shift is None) is beside
    if shift is not None:
        assert followed(place, changes) == Stretch(start + shift, place.text)


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


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("    print(amount(x))\n", Stretch(13, "amount")),
        ("amount(amount)", None),
        ("amount_due(x)", None),
        ("", None),
    ],
)
def test_a_wide_stretch_is_narrowed_to_a_text_that_stands_in_it_once(
    text: str, wanted: Stretch | None
) -> None:
    wide = Stretch(3, text, wide=True)
    assert narrowed(wide, "amount") == (wanted or wide)
    assert narrowed(Stretch(3, text), "amount") == Stretch(3, text)
