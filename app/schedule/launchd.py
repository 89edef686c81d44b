"""launchd, on macOS: an agent of the person's own. A night that was slept through runs at the next waking."""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.schedule.job import Done, Job, Run, ScheduleProblem, Written, run
from app.schedule.units import place, remove

LABEL: Final = "dev.ripple.nightly"


class Launchd:
    """A property list in ~/Library/LaunchAgents, and `launchctl`."""

    name = "launchd"
    note = "A night that was slept through begins when the Mac wakes."

    def __init__(
        self, run: Run = run, env: Mapping[str, str] = os.environ, platform: str = sys.platform
    ) -> None:
        self._run = run
        self._here = platform == "darwin"
        home = Path(env.get("HOME", "~")).expanduser()
        self.plist = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        self._domain = f"gui/{os.getuid()}"

    def usable(self) -> bool:
        """Whether this is a Mac with somebody logged in."""
        return self._here and self._ctl("print", self._domain).code == 0

    def install(self, job: Job) -> tuple[Written, ...]:
        """Write the list and load it; what cannot be loaded is not left behind."""
        data = plist(job)
        self._ctl("bootout", f"{self._domain}/{LABEL}")  # an older one; that there is none is no failure
        place(self.plist, data)
        done = self._ctl("bootstrap", self._domain, str(self.plist))
        if done.code != 0:
            remove(self.plist)
            raise ScheduleProblem(
                f"launchctl bootstrap failed: {done.said}.",
                "Nothing was left behind. `ripple nightly run` works without a scheduler.",
            )
        return (Written(str(self.plist), data.decode()),)

    def uninstall(self) -> bool:
        """Unload the agent, then delete its list."""
        there = self.plist.exists()
        if there:
            self._ctl("bootout", f"{self._domain}/{LABEL}")
            remove(self.plist)
        return there

    def status(self) -> str | None:
        """At what time of day it runs."""
        if not self.plist.exists():
            return None
        try:
            at = plistlib.loads(self.plist.read_bytes())["StartCalendarInterval"]
            time = f"{int(at['Hour']):02d}:{int(at['Minute']):02d}"
        except (OSError, plistlib.InvalidFileException, ValueError, KeyError, TypeError) as error:
            return f"{self.plist} cannot be read: {error}"
        if self._ctl("print", f"{self._domain}/{LABEL}").code != 0:
            return f"{self.plist} is there, but launchd has not loaded it"
        return f"every night at {time} ({self.plist})"

    def _ctl(self, *arguments: str) -> Done:
        return self._run(("launchctl", *arguments), None)


def plist(job: Job) -> bytes:
    """The property list, XML."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(job.command),
            "WorkingDirectory": str(job.folder),
            "EnvironmentVariables": dict(job.variables),
            "StartCalendarInterval": {"Hour": job.at.hour, "Minute": job.at.minute},
            "Nice": 19,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "StandardOutPath": str(job.log),
            "StandardErrorPath": str(job.log),
        }
    )
