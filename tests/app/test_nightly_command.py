"""`ripple nightly`: the scheduler told, the night run, and Ctrl-C that ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.night_process import NightProcess, NoTrainer, Progress, parse, run
from app.schedule.job import ScheduleProblem
from engine import nights
from engine.config import Settings
from engine.nights import Night, NightOutcome
from tests.app.schedule.programs import SYSTEMCTL, Machine, machine

__all__ = ["machine"]
ROOT = Path(__file__).parents[2]


def ripple(*args: str) -> Result:
    return CliRunner().invoke(cli, ["nightly", *args], prog_name="ripple")


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra `train` is there, as far as anybody asks."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())


def test_install_shows_what_it_wrote(machine: Machine, trained: None) -> None:
    machine.have("systemctl", SYSTEMCTL)
    result = ripple("install", "--at", "3:05", "--minutes", "30")
    assert result.exit_code == 0, result.output
    unit = machine.home / ".config/systemd/user/ripple-nightly.service"
    assert f"# {unit}\n{unit.read_text()}" in result.stdout
    assert '"nightly" "run" "--minutes" "30"' in result.stdout
    assert "systemd begins a night every day at 03:05." in result.stderr
    assert "while you are logged in" in result.stderr
    assert "next at" in ripple("status").stdout
    assert "Taken out of systemd" in ripple("uninstall").stderr
    assert "No nights were scheduled" in ripple("uninstall").stderr
    assert "scheduled  no" in ripple("status").stdout


@pytest.mark.parametrize("at", ["24:00", "2", "02:5", "02:60", "half past two", "-1:00"])
def test_a_time_that_is_none_is_told(at: str, machine: Machine, trained: None) -> None:
    result = ripple("install", f"--at={at}")
    assert result.exit_code == 2 and "write it like 02:30" in result.stderr


def test_without_any_scheduler_there_is_a_next_step(machine: Machine, trained: None) -> None:
    result = ripple("install")
    assert isinstance(result.exception, ScheduleProblem)
    assert "ripple nightly run" in result.exception.hint


@pytest.mark.parametrize("command", ["install", "run"])
def test_without_the_extra_it_says_how_to_install_it(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = ripple(command)
    assert result.exit_code == 1
    assert isinstance(result.exception, NoTrainer)
    assert "pip install 'ripple-next-edit[train]'" in result.exception.hint


def test_status_tells_of_the_last_night_and_of_one_at_work(machine: Machine) -> None:
    data_dir = Settings.load().data_dir
    assert "last       none yet" in ripple("status").stdout
    old = Night("2026-11-24T02-30-00", 1.0, "ab", NightOutcome.KEPT, "It was no better.", 2.0)
    nights.write(data_dir, old)
    nights.write(data_dir, Night("2026-11-25T02-30-00", 3.0, "ab", step="train"))
    with nights.locked(data_dir) as ours:
        assert ours
        result = ripple("status").stdout
    assert "at work    yes, in step train" in result
    assert "last       2026-11-24T02-30-00: kept. It was no better." in result
    assert "at work    no" in ripple("status").stdout


TRAINER = """
import signal, sys, time
if "--stubborn" in {options!r}:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    def end(*_):
        print("stopped", flush=True)
        sys.exit(143)
    signal.signal(signal.SIGTERM, end)
print("train: 40% of the steps", flush=True)
print(sys.argv[1:], flush=True)
{then}
"""


def trainer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, then: str = "time.sleep(30)", options: str = ""
) -> None:
    """A stand-in for the trainer, found before the real one."""
    package = folder / "stand-in"
    (package / "trainer").mkdir(parents=True)
    (package / "app").mkdir()
    (package / "trainer" / "__init__.py").touch()
    (package / "trainer" / "__main__.py").write_text(TRAINER.format(options=options, then=then))
    monkeypatch.setattr("app.__file__", str(package / "app" / "__init__.py"))


def test_run_passes_on_what_is_asked_and_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    trainer(tmp_path, monkeypatch, "sys.exit(3)")
    (tmp_path / "trainer").mkdir()
    (tmp_path / "trainer" / "__main__.py").write_text("raise SystemExit('the wrong trainer')")
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path / "data", 45) == 3
    said = capfd.readouterr().out
    assert f"['nightly', '--data-dir', '{tmp_path / 'data'}', '--minutes', '45']" in said


def test_what_it_says_is_heard_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer(tmp_path, monkeypatch)
    night = NightProcess(tmp_path, heard=True)
    said = night.progress()
    assert next(said) == Progress("train", 0.4, "of the steps")
    assert night.alive
    night.stop()
    assert [one.words for one in said][-1] == "stopped"
    assert night.wait() == 143


def test_a_stubborn_night_is_killed_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.night_process.STOP_SECONDS", 0.2)
    child = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
    trainer(tmp_path, monkeypatch, child, "--stubborn")
    night = NightProcess(tmp_path, heard=True)
    said = night.progress()
    pid = int([next(said).words for _ in range(3)][-1])
    started = time.monotonic()
    night.stop()
    assert night.wait() == -signal.SIGKILL and time.monotonic() - started < 5
    for _ in range(100):
        if not _alive(pid):
            break
        time.sleep(0.02)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


RUN = """
import sys, app
from pathlib import Path
app.__file__ = sys.argv[1]
from app.night_process import run
sys.exit(run(Path(sys.argv[2])))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_night_and_its_code_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    trainer(tmp_path, monkeypatch)
    command = [sys.executable, "-c", RUN, str(tmp_path / "stand-in" / "app" / "__init__.py"), str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        assert "train" in process.stdout.readline()
        process.send_signal(number)
        assert "stopped" in process.stdout.read()
    assert process.returncode == 143


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", None),
        ("  \n", None),
        ("train: 42% loss 0.412", Progress("train", 0.42, "loss 0.412")),
        ("gate: 100%", Progress("gate", 1.0, "")),
        ("collect: 12 tuples", Progress("collect", None, "12 tuples")),
        ("odd: 999% of it", Progress("odd", 1.0, "of it")),
        ("Another night is at work.", Progress("", None, "Another night is at work.")),
        ("Error: The disk is full: 3 MB.", Progress("", None, "Error: The disk is full: 3 MB.")),
    ],
)
def test_lines_of_the_trainer(line: str, said: Progress | None) -> None:
    assert parse(line) == said
