"""What is written for systemd, launchd and cron, that it is written once, and that all of it goes again."""

from __future__ import annotations

import plistlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.schedule import choice
from app.schedule.cron import BEGIN, END, Cron
from app.schedule.job import Clock, Done, Job, ScheduleProblem, nightly, run
from app.schedule.launchd import Launchd
from app.schedule.systemd import Systemd, service
from tests.app.schedule.programs import CRONTAB, LAUNCHCTL, SYSTEMCTL, Machine

ODD = 'a 100% "odd" $HOME\\folder'


EARLY = Clock(2, 30)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the log lies, and the script that cron runs."""
    (tmp_path / ODD).mkdir()
    return tmp_path / ODD


def job(at: Clock = EARLY, folder: str = "/opt/ripple", data: Path = Path("/data")) -> Job:
    variables = {"RIPPLE_DATA_DIR": f"/data/{ODD}"}
    return Job(("/opt/ripple/bin/python", "-m", "app"), Path(folder), variables, at, data / "nightly.log")


def test_the_job_knows_where_things_lie(tmp_path: Path) -> None:
    env = {
        "RIPPLE_DATA_DIR": "/data",
        "PATH": "/usr/bin",
        "XDG_DATA_HOME": "",
        "SECRET": "x",
        "RIPPLE_MODEL": "a\nb",
    }
    made = nightly(Clock(3, 5), 45, tmp_path, env)
    assert made.command == (sys.executable, "-m", "app", "nightly", "run", "--minutes", "45")
    assert made.variables == {"RIPPLE_DATA_DIR": "/data", "PATH": "/usr/bin"}
    assert (made.folder / "app" / "cli.py").is_file()
    assert nightly(Clock(3, 5), None, tmp_path, env).command[-1] == "run"


def test_systemd_gets_a_timer_that_catches_up_and_a_humble_service(machine: Machine) -> None:
    machine.have("systemctl", SYSTEMCTL)
    systemd = Systemd()
    assert systemd.usable() and systemd.status() is None
    written = systemd.install(job())
    assert [Path(one.place).read_text() for one in written] == [one.text for one in written]
    assert systemd.timer == machine.home / ".config/systemd/user/ripple-nightly.timer"
    assert {"OnCalendar=*-*-* 02:30:00", "Persistent=true"} <= set(written[1].text.splitlines())
    assert {"Nice=19", "ConditionACPower=true"} <= set(written[0].text.splitlines())
    assert machine.calls("systemctl")[-3:] == [
        "--user daemon-reload", "--user enable ripple-nightly.timer", "--user restart ripple-nightly.timer",
    ]  # fmt: skip
    assert "next at Thu 2026-11-26 02:30:00 UTC" in systemd.status()


def test_systemd_is_told_odd_texts_as_it_wants_them() -> None:
    unit = service(job(folder="/opt/50% off"))
    assert 'Environment="RIPPLE_DATA_DIR=/data/a 100%% \\"odd\\" $HOME\\\\folder"' in unit
    assert "WorkingDirectory=/opt/50%% off" in unit
    assert 'ExecStart="/opt/ripple/bin/python" "-m" "app"' in unit


def test_installing_again_changes_the_time_alone(machine: Machine) -> None:
    machine.have("systemctl", SYSTEMCTL)
    systemd = Systemd()
    systemd.install(job())
    systemd.install(job())
    systemd.install(job(Clock(4, 0)))
    assert "04:00:00" in systemd.timer.read_text()
    assert len(list(systemd.timer.parent.iterdir())) == 2
    assert systemd.uninstall() and not systemd.uninstall()
    assert list(systemd.timer.parent.iterdir()) == []
    assert not (machine.state / "active").exists()


@pytest.mark.parametrize("call", ["daemon-reload", "enable", "restart"])
def test_what_systemd_does_not_start_is_not_left_behind(machine: Machine, call: str) -> None:
    machine.have("systemctl", SYSTEMCTL)
    machine.refuse(call)
    systemd = Systemd()
    with pytest.raises(ScheduleProblem, match=f"{call}.* failed: Failed to {call}: no bus"):
        systemd.install(job())
    assert systemd.status() is None and not systemd.service.exists()


def test_a_timer_that_does_not_run_is_told(machine: Machine) -> None:
    machine.have("systemctl", SYSTEMCTL)
    systemd = Systemd()
    systemd.install(job())
    (machine.state / "active").unlink()
    assert "does not run" in systemd.status()


def test_cron_keeps_everything_else_as_it_was(machine: Machine, data: Path) -> None:
    machine.have("crontab", CRONTAB)
    cron = Cron()
    machine.table = others = "MAILTO=me\n# mine\n5 4 * * * backup 50\\%"
    assert cron.usable() and cron.status() is None
    cron.install(job(data=data))
    cron.install(job(Clock(0, 5), data=data))
    assert [path.name for path in data.iterdir()] == ["nightly.sh"]
    assert machine.table.startswith(others + "\n" + BEGIN) and machine.table.endswith(END + "\n")
    assert machine.table.count(BEGIN) == 1
    assert cron.status() == "every night at 00:05 (crontab -l)"
    machine.table += "6 4 * * * after\n"
    assert cron.uninstall() and not cron.uninstall()
    assert machine.table == others + "\n6 4 * * * after\n" and not list(data.iterdir())


def test_cron_starts_with_an_empty_table(machine: Machine, data: Path) -> None:
    machine.have("crontab", CRONTAB)
    Cron().install(job(data=data))
    assert machine.table.startswith(BEGIN)


def test_a_long_path_fits_into_crons_thousand_characters(machine: Machine, data: Path) -> None:
    machine.have("crontab", CRONTAB)
    long = replace(job(data=data), variables={"PATH": ":".join(f"/nix/store/{n:032}/bin" for n in range(90))})
    Cron().install(long)
    assert max(map(len, machine.table.splitlines())) < 900
    assert long.variables["PATH"] in (data / "nightly.sh").read_text()


def test_what_cron_does_not_take_is_not_left_behind(machine: Machine, data: Path) -> None:
    machine.have("crontab", CRONTAB)
    machine.refuse("writing")
    with pytest.raises(ScheduleProblem, match="did not take"):
        Cron().install(job(data=data))
    assert not list(data.iterdir())
    machine.allow("writing")
    Cron().install(job(data=data))
    machine.refuse("writing")
    with pytest.raises(ScheduleProblem, match="did not take"):
        Cron().install(job(Clock(4, 0), data=data))
    assert list(data.iterdir()) and "30 2 * * *" in machine.table, "the older lines still run it"


def test_another_data_folder_takes_the_script_along(machine: Machine, data: Path, tmp_path: Path) -> None:
    machine.have("crontab", CRONTAB)
    Cron().install(job(data=data))
    Cron().install(job(data=tmp_path))
    assert not list(data.iterdir()) and (tmp_path / "nightly.sh").exists()
    machine.table = machine.table.replace("sh /", "sh ' /")
    assert Cron().uninstall()
    assert (tmp_path / "nightly.sh").exists(), "who has changed the line keeps what it ran"


def test_what_cron_runs_is_what_was_meant(machine: Machine, tmp_path: Path) -> None:
    machine.have("crontab", CRONTAB)
    folder, log = tmp_path / "50% off", tmp_path / "it's 100%" / "night log"
    folder.mkdir()
    log.parent.mkdir()
    code = "import os; print(os.getcwd(), os.environ['RIPPLE_DATA_DIR'], os.nice(0))"
    made = Job((sys.executable, "-c", code), folder, {"RIPPLE_DATA_DIR": ODD}, Clock(2, 30), log)
    written, _ = Cron().install(made)
    line = written.text.splitlines()[1].removeprefix("30 2 * * * ")
    assert "%" not in line.replace(r"\%", "")
    subprocess.run(["sh", "-c", line.replace(r"\%", "%")], check=True)
    assert log.read_text() == f"{folder} {ODD} 19\n"


def test_a_person_who_may_not_use_cron(machine: Machine, data: Path) -> None:
    machine.have("crontab", CRONTAB)
    machine.table = "1 1 * * * mine\n"
    machine.refuse("crontab")
    cron = Cron()
    assert not cron.usable() and not cron.uninstall() and cron.status() is None
    with pytest.raises(ScheduleProblem, match="not allowed"):
        cron.install(job(data=data))
    machine.allow("crontab")
    assert machine.table == "1 1 * * * mine\n"


def test_launchd_gets_an_agent(machine: Machine) -> None:
    machine.have("launchctl", LAUNCHCTL)
    launchd = Launchd(platform="darwin")
    assert launchd.usable() and launchd.status() is None
    (written,) = launchd.install(job())
    told = plistlib.loads(written.text.encode())
    assert told["StartCalendarInterval"] == {"Hour": 2, "Minute": 30}
    assert told["EnvironmentVariables"] == {"RIPPLE_DATA_DIR": f"/data/{ODD}"}
    assert told["Nice"] == 19 and told["ProgramArguments"][1:] == ["-m", "app"]
    launchd.install(job(Clock(4, 0)))
    assert launchd.status() == f"every night at 04:00 ({launchd.plist})"
    assert launchd.uninstall() and not launchd.uninstall()
    assert not (machine.state / "loaded").exists()
    assert not Launchd(platform="linux").usable()


def test_what_launchd_does_not_load_is_not_left_behind(machine: Machine) -> None:
    machine.have("launchctl", LAUNCHCTL)
    machine.refuse("bootstrap")
    launchd = Launchd(platform="darwin")
    with pytest.raises(ScheduleProblem, match="Input/output error"):
        launchd.install(job())
    assert not launchd.plist.exists() and launchd.status() is None


def test_the_first_that_answers_has_the_nights_alone(machine: Machine, data: Path) -> None:
    known = (Launchd(platform="linux"), Systemd(), Cron())
    with pytest.raises(ScheduleProblem, match="Neither"):
        choice.install(job(), known)
    machine.have("crontab", CRONTAB)
    assert choice.install(job(data=data), known)[0].name == "cron"
    machine.have("systemctl", SYSTEMCTL)
    assert choice.install(job(), known)[0].name == "systemd"
    assert BEGIN not in machine.table, "no night is begun twice"
    assert [one.name for one in choice.uninstall(known)] == ["systemd"]


def test_a_program_that_is_missing_or_hangs_is_a_failure(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["no-such-program"], None) == Done(127, "", "no-such-program is not installed")
    monkeypatch.setattr("app.schedule.job.SECONDS", 0.05)
    assert run(["sleep", "5"], None).code == 126
