"""systemd's user timer: the best of them, since it makes up for a night that the machine slept through."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.schedule.job import Done, Job, Run, ScheduleProblem, Written, run
from app.schedule.units import place, remove

UNIT: Final = "ripple-nightly"

SERVICE: Final = """\
# written by `ripple nightly install`
[Unit]
Description=Ripple learns from what was decided by day
ConditionACPower=true

[Service]
Type=oneshot
WorkingDirectory={folder}
{variables}ExecStart={command}
Nice=19
CPUSchedulingPolicy=batch
IOSchedulingClass=idle
TimeoutStopSec=5
"""
TIMER: Final = """\
# written by `ripple nightly install`
[Unit]
Description=Begin Ripple's night at {at}

[Timer]
OnCalendar=*-*-* {at}:00
Persistent=true

[Install]
WantedBy=timers.target
"""


class Systemd:
    """Unit files in the person's own folder, and `systemctl --user`."""

    name = "systemd"
    note = (
        "A night that was slept through is made up for. It runs on mains power, while you are logged in; "
        "`loginctl enable-linger` has it run without."
    )

    def __init__(self, run: Run = run, env: Mapping[str, str] = os.environ) -> None:
        self._run = run
        home = env.get("XDG_CONFIG_HOME") or str(Path(env.get("HOME", "~")).expanduser() / ".config")
        folder = Path(home) / "systemd" / "user"
        self.service, self.timer = folder / f"{UNIT}.service", folder / f"{UNIT}.timer"

    def usable(self) -> bool:
        """Whether a user manager answers: in containers and over some remote logins none does."""
        return self._ctl("show-environment").code == 0

    def install(self, job: Job) -> tuple[Written, ...]:
        """Write both units and start the timer; what cannot be started is not left behind."""
        written = (Written(str(self.service), service(job)), Written(str(self.timer), timer(job)))
        for path, unit in zip((self.service, self.timer), written, strict=True):
            place(path, unit.text.encode())
        # restarted, since a running timer keeps the time that it was started with
        for call in (("daemon-reload",), ("enable", self.timer.name), ("restart", self.timer.name)):
            done = self._ctl(*call)
            if done.code != 0:
                self.uninstall()
                raise ScheduleProblem(
                    f"systemctl --user {' '.join(call)} failed: {done.said}.",
                    "Nothing was left behind. `ripple nightly run` works without a scheduler.",
                )
        return written

    def uninstall(self) -> bool:
        """Stop the timer, then delete the units."""
        there = self.service.exists() or self.timer.exists()
        if there:
            self._ctl("disable", "--now", self.timer.name)
            remove(self.timer)
            remove(self.service)
            self._ctl("daemon-reload")
        return there

    def status(self) -> str | None:
        """When the timer goes off next."""
        if not self.timer.exists():
            return None
        shown = self._ctl("show", self.timer.name, "-p", "ActiveState", "-p", "NextElapseUSecRealtime")
        facts = dict(line.split("=", 1) for line in shown.out.splitlines() if "=" in line)
        if shown.code != 0 or facts.get("ActiveState") != "active":
            return f"{self.timer} is there, but the timer does not run: {shown.err.strip() or 'inactive'}"
        return f"next at {facts.get('NextElapseUSecRealtime') or 'an unknown time'} ({self.timer})"

    def _ctl(self, *arguments: str) -> Done:
        return self._run(("systemctl", "--user", *arguments), None)


def service(job: Job) -> str:
    """The unit that runs the night."""
    variables = "".join(f"Environment={_quoted(f'{key}={value}')}\n" for key, value in job.variables.items())
    command = " ".join(_quoted(part).replace("$", "$$") for part in job.command)
    return SERVICE.format(folder=_specified(str(job.folder)), variables=variables, command=command)


def timer(job: Job) -> str:
    """The unit that says when."""
    return TIMER.format(at=job.at)


def _quoted(text: str) -> str:
    """A word of a unit file, as systemd.syntax(7) wants it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_specified(escaped)}"'


def _specified(text: str) -> str:
    """Text in which no percent sign is a specifier."""
    return text.replace("%", "%%")
