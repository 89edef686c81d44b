"""Rewriting at known offsets, and names taken apart and put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.simulate.source import Change, Moved, apply, join_name, split_name


@given(st.text("ab \n", max_size=40), st.data())
def test_moved_offsets_point_at_the_same_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    changes = [
        Change(low, text[low:high], data.draw(st.sampled_from(["", "xyz", "q"]))) for low, high in pairs
    ]
    after, moved = apply(text, changes), Moved(changes)
    for offset in range(len(text)):
        if not any(low <= offset < high for low, high in pairs) and offset not in {low for low, _ in pairs}:
            assert after[moved(offset)] == text[offset]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("max_size", ["max", "size"]),
        ("readHTTPBody", ["read", "http", "body"]),
        ("_Private", ["private"]),
        ("MAX_SIZE", ["max", "size"]),
    ],
)
def test_names_come_apart_and_together(name: str, parts: list[str]) -> None:
    assert split_name(name) == parts
    assert join_name(parts, name).lower().replace("_", "") == name.lower().replace("_", "")


@pytest.mark.parametrize(
    ("like", "joined"),
    [("a_b", "new_name"), ("aB", "newName"), ("Ab", "NewName"), ("_x", "_new_name"), ("AB", "NEW_NAME")],
)
def test_new_names_keep_the_style(like: str, joined: str) -> None:
    assert join_name(["new", "name"], like) == joined
