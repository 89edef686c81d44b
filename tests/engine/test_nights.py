"""The record of the nights: what is written comes back, what is damaged does no harm, one at a time."""

import os
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from engine import nights
from engine.errors import FileProblem
from engine.nights import Bin, Compared, Night, NightOutcome, Taste

FULL = Night(
    id="2026-03-01T02-30-00",
    started=1.0,
    base="ab" * 32,
    outcome=NightOutcome.PUBLISHED,
    reason="Preferences are met more often.",
    ended=61.5,
    step="publish",
    tuples={"rejected": 3, "history": 40},
    from_decisions=3,
    from_history=40,
    held=11,
    left_out={"secret": 1},
    minutes={"collect": 0.5, "train": 0.4},
    peak_mb=812.5,
    steps=120,
    loss_first=0.7,
    loss_last=0.4,
    figures={"preference": Compared(0.5, 0.7, 0.1, 0.3, 11)},
    yesterday=Compared(0.6, 0.7, -0.1, 0.3, 11),
    by_intent={"rename": Compared(0.6, 0.6, -0.1, 0.1, 9)},
    calibration_before=(Bin(0.1, 0.2, 5),),
    calibration_after=(Bin(0.1, 0.1, 5), Bin(0.9, 0.8, 4)),
    tastes=(Taste("rename", "node:docstring", 0.7, 0.2, 9),),
    adapter="0123456789ab",
    adapter_before="ba9876543210",
)


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    assert all(getattr(FULL, one.name) not in (None, "", (), {}, 0) for one in fields(Night)), "fill it"
    nights.write(tmp_path, FULL)
    assert nights.nights(tmp_path) == [FULL]
    assert FULL.over and FULL.counted() == 43


def test_the_newest_comes_first_and_what_is_damaged_is_left_out(tmp_path: Path) -> None:
    assert nights.nights(tmp_path) == []
    for number in (1, 3, 2):
        nights.write(tmp_path, Night(f"2026-03-0{number}T02-30-00", float(number), "ab"))
    torn = nights.folder(tmp_path, "2026-03-02T02-30-00") / nights.FILE
    torn.write_text(torn.read_text()[:40])
    nights.folder(tmp_path, "2026-03-04T02-30-00").mkdir()
    (tmp_path / nights.FOLDER / "a file").write_text("")
    odd = nights.folder(tmp_path, "2026-03-05T02-30-00")
    odd.mkdir()
    (odd / nights.FILE).write_text('["not", "a", "night"]')
    assert [night.started for night in nights.nights(tmp_path)] == [3.0, 1.0]


def test_a_figure_that_is_no_number_is_refused_rather_than_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        nights.write(tmp_path, Night("one", 1.0, "ab", loss_first=float("nan")))
    assert nights.nights(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / nights.FOLDER).write_text("in the way")
    with pytest.raises(FileProblem):
        nights.write(tmp_path, FULL)


def test_one_at_a_time_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    assert not nights.running(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from engine.nights import locked\n"
        "with locked(Path(sys.argv[1])) as ours:\n    print(ours, flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    with other.stdout:
        assert other.stdout.readline().strip() == b"True"
        assert nights.running(tmp_path)
        with nights.locked(tmp_path) as ours:
            assert not ours
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert not nights.running(tmp_path)
    with nights.locked(tmp_path) as ours:
        assert ours and nights.running(tmp_path)


def test_nothing_runs_where_there_is_no_folder(tmp_path: Path) -> None:
    assert not nights.running(tmp_path / "nowhere")


def test_forgetting_leaves_the_figures_or_nothing(tmp_path: Path) -> None:
    nights.forget(tmp_path, everything=False)
    nights.write(tmp_path, FULL)
    home = nights.folder(tmp_path, FULL.id)
    (home / "align").mkdir()
    (home / "align" / "rows.gz").write_text("code")
    (home / nights.LOG).write_text("paths")
    nights.forget(tmp_path, everything=False)
    assert [path.name for path in home.iterdir()] == [nights.FILE] and nights.nights(tmp_path) == [FULL]
    nights.forget(tmp_path, everything=True)
    assert nights.nights(tmp_path) == [] and not home.exists()


def test_nothing_is_forgotten_under_a_night_at_work(tmp_path: Path) -> None:
    nights.write(tmp_path, FULL)
    with nights.locked(tmp_path), pytest.raises(FileProblem, match="A night is at work"):
        nights.forget(tmp_path, everything=True)
    assert nights.nights(tmp_path) == [FULL]
