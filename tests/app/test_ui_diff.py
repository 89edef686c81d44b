"""An action as the lines of a diff."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.diff_lines import diff_lines, layout, wrap
from engine.diff import LineStarts
from engine.types import Action, IntentKind

TEXT = "import a\n\ndef f(x):\n    return total(x) + total(x)\n\nprint(f(1))\n"


def change(text: str, start: int, old: str, new: str, path: str = "m.py") -> Action:
    assert text[start : start + len(old)] == old
    where = LineStarts(text).range(start, start + len(old))
    return Action(1, path, start, where, old, new, IntentKind.RENAME, 0.9, "why")


def rows(text: str | None, action: Action) -> list[tuple[str, int, str]]:
    return [(line.mark, line.number, line.code.plain) for line in diff_lines(text, action)]


def test_a_change_inside_a_line():
    action = change(TEXT, TEXT.index("total"), "total", "grand")
    assert rows(TEXT, action) == [
        (" ", 1, "import a"),
        (" ", 2, ""),
        (" ", 3, "def f(x):"),
        ("-", 4, "    return total(x) + total(x)"),
        ("+", 4, "    return grand(x) + total(x)"),
        (" ", 5, ""),
        (" ", 6, "print(f(1))"),
    ]


def test_the_part_that_changes_is_marked_on_both_sides():
    action = change(TEXT, TEXT.rindex("total"), "total", "grand_total")
    removed, added = (line for line in diff_lines(TEXT, action) if line.mark != " ")
    for line, part in ((removed, "total"), (added, "grand_total")):
        marked = [line.code.plain[s.start : s.end] for s in line.code.spans if "bold on" in str(s.style)]
        assert marked == [part]


def test_a_new_line_removes_nothing():
    at = TEXT.index("def f")
    action = change(TEXT, at, "", "import b\n")
    assert [row for row in rows(TEXT, action) if row[0] != " "] == [("+", 3, "import b")]


def test_a_line_taken_away_adds_nothing():
    action = change(TEXT, 0, "import a\n", "")
    assert [row for row in rows(TEXT, action) if row[0] != " "] == [("-", 1, "import a")]


def test_crlf_and_tabs():
    text = "if x:\r\n\ttotal = 1\r\n"
    action = change(text, text.index("total"), "total", "grand")
    assert rows(text, action)[1:] == [("-", 2, "    total = 1"), ("+", 2, "    grand = 1")]


def test_text_that_is_not_there_is_shown_without_context():
    action = change(TEXT, TEXT.index("total"), "total", "grand")
    for text in (None, "something else", ""):
        assert rows(text, action) == [("-", 4, "total"), ("+", 4, "grand")]


def test_code_is_never_markup_nor_a_command_to_the_terminal():
    text = "s = '[red]x[/red]\x1b[31m' + total\n"
    action = change(text, text.index("total"), "total", "[bold]grand")
    shown = rows(text, action)
    assert shown == [
        ("-", 1, "s = '[red]x[/red]␛[31m' + total"),
        ("+", 1, "s = '[red]x[/red]␛[31m' + [bold]grand"),
    ]


def test_code_is_highlighted_by_its_language():
    action = change(TEXT, TEXT.index("total"), "total", "grand")
    keyword = next(line for line in diff_lines(TEXT, action) if line.code.plain == "def f(x):")
    assert any(keyword.code.plain[s.start : s.end] == "def" for s in keyword.code.spans)


@pytest.mark.parametrize("path", ["a.rs", "b.unknown", "Makefile", "no_ending"])
def test_any_file_can_be_shown(path):
    assert rows("x = total\n", change("x = total\n", 4, "total", "grand", path))[-1] == ("+", 1, "x = grand")


def test_long_lines_break_between_words():
    action = change(TEXT, TEXT.index("total"), "total", "grand_total_of_everything")
    shown = layout(diff_lines(TEXT, action), 30).plain.splitlines()
    assert all(len(line) == 30 for line in shown)
    assert "- 4     return total(x) +" in shown[3]
    assert shown[4].startswith("-   ") and "total(x)" in shown[4]


@given(st.text(alphabet="ab_ (.図é", max_size=60), st.integers(8, 20))
def test_wrapping_loses_nothing_and_keeps_the_width(text, width):
    from textual.content import Content

    parts = wrap(Content(text), width)
    assert "".join(part.plain for part in parts) == text
    assert all(part.cell_length <= width for part in parts)


@given(st.text(alphabet="ab\n\r\té図\x0c", max_size=40), st.text(alphabet="cd\n", max_size=8), st.data())
def test_the_lines_of_a_diff_are_those_of_the_texts(text, new, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    action = change(text, start, text[start:end], new)
    after = text[:start] + new + text[end:]
    shown = diff_lines(text, action)
    for marks, whole in (("- ", text), ("+", after)):
        lines = whole.splitlines()
        for line in shown:
            if line.mark in marks:
                expected = lines[line.number - 1] if line.number <= len(lines) else ""
                assert line.code.plain.replace(" ", "") == expected.replace("\t", "")
