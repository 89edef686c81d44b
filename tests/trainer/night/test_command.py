"""`ripple train nightly`: what it says, with which exit code, and how it shows progress."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import nights
from engine.nights import Bin, Compared, Night, NightOutcome
from tests.engine.model.tiny_gguf import write_model
from tests.trainer.night.nights import step
from trainer import night_commands
from trainer.commands import main
from trainer.night import desk as desks
from trainer.night import report, steps
from trainer.night.desk import Desk, Halt
from trainer.stopping import Stop


@pytest.fixture(autouse=True)
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIPPLE_MODEL", str(write_model(tmp_path / "tiny.gguf")))
    monkeypatch.setattr("trainer.nightly.be_nice", lambda: None)


def run(tmp_path: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["nightly", "--data-dir", str(tmp_path / "data"), *more])


def test_the_report_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def says(desk: Desk) -> str:
        assert (desk.plan.minutes, desk.plan.memory, desk.plan.learnt, desk.plan.held) == (5, 2, 7, 3)
        desk.progress(0.5, "half of it")
        return "all of it"

    monkeypatch.setattr(steps, "STEPS", (step("collect", says),))
    found = run(tmp_path, "--minutes", "5", "--memory", "2", "--learn", "7", "--hold", "3")
    assert found.exit_code == 0
    assert "published. all of it" in found.stdout and "collect: 100% all of it" in found.stderr


def test_what_a_night_may_cost_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def says(desk: Desk) -> str:
        return f"{desk.plan.minutes:g} minutes, {desk.plan.memory:g} GB"

    monkeypatch.setattr(steps, "STEPS", (step("collect", says),))
    assert "45 minutes, 4 GB" in run(tmp_path).stdout
    monkeypatch.setenv("RIPPLE_NIGHTLY_MINUTES", "180")
    monkeypatch.setenv("RIPPLE_NIGHTLY_MEMORY", "12")
    assert "180 minutes, 12 GB" in run(tmp_path).stdout
    assert "5 minutes, 12 GB" in run(tmp_path, "--minutes", "5").stdout


@pytest.mark.parametrize(
    ("outcome", "code"), [(NightOutcome.KEPT, 0), (NightOutcome.NO_DATA, 0), (NightOutcome.FAILED, 1)]
)
def test_the_exit_code_says_whether_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: NightOutcome, code: int
) -> None:
    def halts(desk: Desk) -> str:
        raise Halt(outcome, "So it is.")

    monkeypatch.setattr(steps, "STEPS", (step("gate", halts),))
    found = run(tmp_path)
    assert found.exit_code == code and f"{outcome}. So it is." in found.stdout


def test_a_signal_is_in_the_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(desk: Desk) -> str:
        desk.stop.by = signal.SIGTERM
        desk.check()
        return ""

    codes: list[int] = []
    monkeypatch.setattr(steps, "STEPS", (step("train", stops),))
    monkeypatch.setattr("os._exit", codes.append)
    assert run(tmp_path).exit_code == 128 + signal.SIGTERM and codes == [128 + signal.SIGTERM]


def test_a_second_one_says_so_and_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with nights.locked(tmp_path / "data"):
        found = run(tmp_path)
    assert found.exit_code == 0 and found.stdout == "Another night is at work.\n"


def test_what_cannot_even_begin_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found = run(tmp_path / "file")
    assert found.exit_code == 1 and "a part of its path is a file" in found.stderr


def test_a_setting_that_is_not_understood_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIPPLE_THRESHOLD", "high")
    found = run(tmp_path)
    assert found.exit_code == 1 and "RIPPLE_THRESHOLD" in found.stderr and "Traceback" not in found.output


def test_with_nothing_recorded_there_is_no_data(tmp_path: Path) -> None:
    """The real steps, as far as they come."""
    found = run(tmp_path)
    assert (
        found.exit_code == 0 and "no data. The git histories of the projects have 0 commits" in found.stdout
    )


def test_a_bar_where_a_terminal_draws_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    told = night_commands.Told(Stop())
    told("train", 0.5, "step 50 of 100")
    told("train", 0.51, "too soon after it")
    told("train", 1.0, "done")
    said = capsys.readouterr().err
    assert "[############------------] step 50 of 100" in said and "too soon" not in said
    assert said.endswith("[########################] done\n")


def test_a_night_in_words() -> None:
    night = Night(
        "2026-03-01T02-30-00", 1.0, "ab", NightOutcome.KEPT, "It may be chance.", 2.0, "gate",
        {"rejected": 2, "history": 40}, 2, 40, 11, {"secret": 1}, {"collect": 1.25, "train": 2.0}, 812.0, 90,
        0.7, 0.4, {"preference": Compared(0.5, 0.75, 0.125, 0.375, 16)}, None,
        {"rename": Compared(0.6, 0.6, -0.1, 0.1, 9)}, (Bin(0.1, 0.2, 3),), (),
    )  # fmt: skip
    said = report.text(night)
    assert said.splitlines()[:5] == [
        "Night 2026-03-01T02-30-00: kept. It may be chance.",
        "42 tuples learnt from (40 history, 2 rejected), 11 held out",
        "left out: 1 secret",
        "90 steps, loss 0.700 to 0.400",
        "3.2 minutes (collect 1.2, train 2.0), at most 812 MB of memory",
    ]
    assert "preference  0.500   0.750  +0.125 to +0.375   16" in said
    assert "  rename    0.600   0.600  -0.100 to +0.100   9" in said


def test_the_peak_of_memory_is_in_megabytes() -> None:
    assert 20 < desks.peak_mb() < 20_000


def test_a_reader_that_is_gone_stops_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*said: object, **how: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("click.echo", gone)
    stop = Stop()
    night_commands.Told(stop)("collect", None, "begun")
    assert stop.asked
