"""Rewriting a list in parentheses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.intents.calls.lists import Listed, listed, rewritten


def cut(text: str) -> Listed:
    """The list inside the parentheses of a text; its items are its words."""
    start, end = text.index("(") + 1, text.rindex(")")
    bare = re.sub(r"#[^\n]*", lambda found: " " * len(found.group()), text)
    spans = [(one.start(), one.end()) for one in re.finditer(r"\w+", bare) if start <= one.start() < end]
    return listed(text, start, end, spans)


def write(text: str, wanted: list[int | str]) -> str:
    change = rewritten(cut(text), wanted)
    if change is None:
        return text
    assert text.startswith(change.old, change.start)
    return text[: change.start] + change.new + text[change.start + len(change.old) :]


@pytest.mark.parametrize(
    ("before", "wanted", "expected"),
    [
        ("f()", ["x"], "f(x)"),
        ("f(a)", [], "f()"),
        ("f(a)", [0, "x"], "f(a, x)"),
        ("f(a)", ["x", 0], "f(x, a)"),
        ("f(a, b)", [0, "x", 1], "f(a, x, b)"),
        ("f(a, b)", [1, 0], "f(b, a)"),
        ("f(a, b, c)", [0, 2], "f(a, c)"),
        ("f(a, b, c)", [0, 1], "f(a, b)"),
        ("f(a, b,)", [0], "f(a,)"),
        ("f(a,b)", [0, 1, "x"], "f(a,b,x)"),
        ("f(\n    a,\n    b,\n)", [0, 1, "x"], "f(\n    a,\n    b,\n    x,\n)"),
        ("f(\n    a\n)", [0, "x"], "f(\n    a,\n    x\n)"),
        ("f(\n    a,\n    b,\n)", [1], "f(\n    b,\n)"),
        ("f(\n    a,  # one\n    b,  # two\n)", [0], "f(\n    a,  # one\n)"),
        ("f(\n    a,  # one\n    b,  # two\n)", [0, "x", 1], "f(\n    a,  # one\n    x,\n    b,  # two\n)"),
        ("f(\n    a,  # one\n    b,  # two\n)", [0, 1, "x"], "f(\n    a,  # one\n    b,  # two\n    x,\n)"),
        ("f(\n    a,\n    # the b\n    b,\n    c,\n)", [0, 2], "f(\n    a,\n    c,\n)"),
        ("f(\n    # the a\n    a,\n    b,\n)", [1], "f(\n    b,\n)"),
        ("f(\n    a,  # one\n    # the b\n    b,\n)", [0], "f(\n    a,  # one\n)"),
    ],
)
def test_the_list_keeps_its_looks(before: str, wanted: list[int | str], expected: str) -> None:
    assert write(before, wanted) == expected


def test_no_more_is_changed_than_must_be() -> None:
    change = rewritten(cut("f(a, b, c)"), [0, 1, 2, "x"])
    assert change is not None
    assert (change.start, change.old, change.new) == (9, "", ", x")
    assert rewritten(cut("f(a, b)"), [0, 1]) is None


@given(st.integers(0, 5), st.lists(st.one_of(st.integers(0, 4), st.sampled_from(["x", "y"])), max_size=6))
def test_the_items_are_those_that_were_wanted(size: int, wanted: list[int | str]) -> None:
    names = "abcdef"[:size]
    kept = list(dict.fromkeys(one for one in wanted if isinstance(one, str) or one < size))
    text = write("f(" + ", ".join(names) + ")", kept)
    expected = [names[one] if isinstance(one, int) else one for one in kept]
    assert re.findall(r"\w+", text)[1:] == expected
