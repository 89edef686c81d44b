"""The score card of siblings: what is noted of a history, and that the command reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.trainer.test_histories import commit, git
from trainer.commands import main
from trainer.echoes import Job, Noted
from trainer.siblings import note, table

BEFORE = """\
class Theme:
    font: str
    style: str
    width: int


def of(font, style, width):
    return Theme(
        font=font,
        style=style,
        width=width,
    )


def printed(theme):
    print(
        theme.font,
        theme.style,
        theme.width,
    )
"""
AFTER = BEFORE.replace("    style: str\n", "    style: str\n    height: int\n").replace(
    "        style=style,\n", "        style=style,\n        height=height,\n"
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "clones" / "pallets+flask"
    root.mkdir(parents=True)
    git(root, "init", "-q")
    commit(root, "start", {"theme.py": BEFORE})
    commit(root, "a height", {"theme.py": AFTER})
    return root


def test_places_of_a_history_are_noted_with_their_truth(clone: Path) -> None:
    noted = note(Job(clone, "pallets/flask", 10))
    # the keyword came, beneath its sibling and above the next one; what is printed stayed
    assert len(noted.right) > sum(noted.right) > 0
    right = [row for row, right in zip(noted.properties, noted.right, strict=True) if right]
    assert all(row[:2] == ("file", "names") and row[2] in ("between", "edge") for row in right)


def test_the_command_counts_by_kind(clone: Path) -> None:
    result = CliRunner().invoke(main, ["siblings", "--clones", str(clone.parent)])
    assert result.exit_code == 0, result.output
    assert "with right ones" in result.output and "names" in result.output


def test_the_rate_is_that_of_places_and_of_commits() -> None:
    rows = [("file", "names", "edge", "0.50")] * 3
    said = table([Noted("a", rows, [True, False, False], [1, 1, 2])]).splitlines()
    assert said[-1].split() == ["file", "names", "edge", "0.50", "3", "0.333", "2", "1"]
