"""Figures, paths and states as they read on the screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.content import Content

from app.ui.board import Board, Phase
from app.ui.widgets.chain import Columns
from app.ui.widgets.recent import recent_text
from app.ui.widgets.status import status_text
from app.ui.wording import (
    bar,
    chain_title,
    countdown,
    duration,
    fit,
    home_path,
    model_name,
    percent,
    place,
    safe,
    short_path,
)
from engine.types import ModelInfo, Saved
from tests.app.fakes import action


@pytest.mark.parametrize(
    ("p", "text"), [(0, "0%"), (0.126, "13%"), (0.93, "93%"), (0.999, "99%"), (1, "100%")]
)
def test_percent_rounds_and_only_certainty_is_a_hundred(p, text):
    assert percent(p) == text


def test_bar_tells_by_shape():
    assert bar(0.6, 5) == ("━━━", "╌╌")
    assert bar(0, 5) == ("", "╌╌╌╌╌")
    assert bar(2, 5) == ("━━━━━", "")


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (40, "django/contrib/admin/options.py"),
        (26, "…/contrib/admin/options.py"),
        (20, "…/admin/options.py"),
        (12, "…/options.py"),
        (10, "options.py"),
        (8, "…ions.py"),
    ],
)
def test_a_short_path_keeps_the_name_of_the_file(width, text):
    assert short_path("django/contrib/admin/options.py", width) == text
    assert Content(text).cell_length <= width


def test_wide_characters_count_as_two_cells():
    assert fit("図書館図書館", 7) == "図書館…"
    assert (
        short_path("本/図書館.py", 8) == "…館.py" or Content(short_path("本/図書館.py", 8)).cell_length <= 8
    )


def test_a_place_counts_lines_from_one():
    assert place(action("a\nb = c\n", "src/deep/er/file.py", 1, 2, "c", "d"), 12) == "…/file.py:2"


def test_time_reads_well():
    assert [duration(12.3), duration(999.4), duration(1500)] == ["12 ms", "999 ms", "1.5 s"]
    assert [countdown(252), countdown(251.2), countdown(5), countdown(0)] == ["4:12", "4:12", "0:05", "0:00"]


def test_nothing_in_foreign_text_reaches_the_terminal_as_a_command():
    assert safe("a\x1b[31mb\rc\x07\u202ed") == "a␛[31mb␍c␇·d"
    assert len(safe("\x1b\x00\x9b\u2066")) == 4
    assert safe("\udcff.py") == "\N{REPLACEMENT CHARACTER}.py", "a name that is not UTF-8 has no cells else"


def test_the_home_folder_is_a_tilde():
    assert home_path(Path("/home/me/work/x"), Path("/home/me")) == "~/work/x"
    assert home_path(Path("/srv/x"), Path("/home/me")) == "/srv/x"


def test_the_model_is_named_with_its_adapter_or_structure_alone():
    assert model_name(ModelInfo("structure", "")) == "structure only"
    assert model_name(ModelInfo("ripple-7m", "ab")) == "ripple-7m"
    assert model_name(ModelInfo("ripple-7m", "ab", "night-3")) == "ripple-7m + night-3"


def test_a_chain_says_how_much_it_is():
    one = action("a", "a.py", 1, 1, "a", "b")
    assert chain_title((one,)) == "1 edit in 1 file"
    assert chain_title((one, one)) == "2 edits in 1 file"


def test_a_guess_is_called_one_in_its_title_and_its_row():
    one = replace(action("a", "a.py", 1, 1, "a", "b"), guess=True)
    assert chain_title((one,)) == "a guess: 1 edit in 1 file"
    row = Columns((one,), 80).row(one, "❯", faded=False).plain
    assert "rename, a guess" in row and len(row) <= 80
    narrow = Columns((one,), 24).row(one, "❯", faded=False).plain
    assert len(narrow) <= 26


BOARD = Board(
    Path("/srv/projects/deep/library"),
    phase=Phase.SILENT,
    model=ModelInfo("ripple-7m", "ab", "night-3"),
    reason="nothing follows from this edit",
    latency_ms=142.4,
)


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (
            140,
            " watching /srv/projects/deep/library · ripple-7m + night-3 · 142 ms"
            " · silent: nothing follows from this edit ",
        ),
        (90, " library · ripple-7m + night-3 · 142 ms · silent: nothing follows from this edit "),
        (60, " library · 142 ms · silent: nothing follows from this edit "),
        (52, " library · silent: nothing follows from this edit "),
        (30, " library · silent: nothing f… "),
    ],
)
def test_the_status_line_leaves_out_what_matters_least(width, text):
    line = status_text(BOARD, 0, width)
    assert line.plain == text
    assert line.cell_length <= width + 1


def test_a_snooze_comes_before_the_state():
    assert "snoozed 4:12" in status_text(BOARD, 252, 140).plain


def test_recent_edits_are_newest_first_and_once_in_a_row():
    saved = [Saved("1", "a.py", "person"), Saved("2", "b.py", "ripple"), Saved("3", "b.py", "ripple")]
    assert recent_text(saved, 80).plain == " Recent  Ripple b.py  you a.py"
    assert recent_text(saved, 24).plain == " Recent  Ripple b.py"
