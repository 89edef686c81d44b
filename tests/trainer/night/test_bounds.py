"""A night in a process of its own: it stops when asked, keeps to its bounds, and survives being killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import nights
from engine.nights import NightOutcome

ROOT = Path(__file__).parents[3]


def begun(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.trainer.night.at_work", str(folder), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def until_at_work(process: subprocess.Popen[str], folder: Path) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    until = time.monotonic() + 20
    while not any(night.step == "train" for night in nights.nights(folder / "data")):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("what", ["patient", "deaf"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_two_seconds_when_asked(tmp_path: Path, what: str, number: signal.Signals) -> None:
    process = begun(tmp_path, what, 5, 4)
    until_at_work(process, tmp_path)
    since = time.monotonic()
    process.send_signal(number)
    process.communicate(timeout=10)
    assert time.monotonic() - since < 2.0
    assert process.returncode == 128 + number
    (night,) = nights.nights(tmp_path / "data")
    assert night.outcome is NightOutcome.STOPPED and number.name in night.reason
    assert (nights.folder(tmp_path / "data", night.id) / "collect.done").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_two_seconds_while_a_library_loads(tmp_path: Path, number: signal.Signals) -> None:
    """Nothing of it runs any more then, so the record has told it beforehand; the next run goes on."""
    process = begun(tmp_path, "loading", 5, 4)
    until_at_work(process, tmp_path)
    while not list((tmp_path / "data" / "nights").glob("*/loaded")):
        time.sleep(0.02)
    time.sleep(0.3)
    since = time.monotonic()
    process.send_signal(number)
    process.communicate(timeout=10)
    assert time.monotonic() - since < 1.0 and process.returncode == -number
    (night,) = nights.nights(tmp_path / "data")
    assert night.outcome is NightOutcome.STOPPED and night.ended and not night.over
    assert (
        night.reason == "It was ended while torch was loading in step train; the next run goes on from here."
    )
    assert not nights.running(tmp_path / "data")
    begun(tmp_path, "loading", 5, 4).communicate(timeout=20)
    (again,) = nights.nights(tmp_path / "data")
    assert again.id == night.id and again.outcome is NightOutcome.PUBLISHED


def test_its_minutes_end_it(tmp_path: Path) -> None:
    process = begun(tmp_path, "patient", 0.01, 4)
    process.communicate(timeout=10)
    assert process.returncode == 0
    (night,) = nights.nights(tmp_path / "data")
    assert night.outcome is NightOutcome.STOPPED and "0.01 minutes were over in step train" in night.reason


def test_its_memory_ends_it(tmp_path: Path) -> None:
    process = begun(tmp_path, "hungry", 5, 0.25)
    process.communicate(timeout=20)
    assert process.returncode == 1
    (night,) = nights.nights(tmp_path / "data")
    assert night.outcome is NightOutcome.FAILED and "more than the 0.25 GB" in night.reason
    assert night.peak_mb > 200


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_at_any_moment_nothing_is_half_published(tmp_path: Path) -> None:
    with begun(tmp_path, "kill", 60) as process:
        said, _ = process.communicate()
    assert process.returncode == 0, said
