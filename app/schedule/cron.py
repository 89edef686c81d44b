"""cron, where there is nothing better: lines between two markers, all else in the table left as it is.

The line runs a script that lies beside the night's log: cron takes no command of a thousand characters, which
a PATH may have by itself.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Final

from app.schedule.job import Job, Run, ScheduleProblem, Written, run
from app.schedule.units import place, remove

BEGIN: Final = "# >>> ripple nightly (`ripple nightly uninstall` takes this out) >>>"
END: Final = "# <<< ripple nightly <<<"
SCRIPT: Final = "nightly.sh"
_OURS: Final = re.compile(rf"^{re.escape(BEGIN)}\n.*?^{re.escape(END)}(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_LINE: Final = re.compile(r"^(?P<minute>\d+) (?P<hour>\d+) \* \* \* (?P<command>.*)$", re.MULTILINE)


class Cron:
    """The person's own table, read and written with `crontab`."""

    name = "cron"
    note = "A night that the machine sleeps through is not made up for."

    def __init__(self, run: Run = run) -> None:
        self._run = run

    def usable(self) -> bool:
        """Whether there is a crontab program that lets this person have a table."""
        try:
            self._table()
        except ScheduleProblem:
            return False
        return True

    def install(self, job: Job) -> tuple[Written, ...]:
        """Put our lines at the end of the table, in place of older ones, and the script where they say."""
        path, program, text = job.log.parent / SCRIPT, script(job), lines(job)
        table = self._table()
        others = _OURS.sub("", table)
        place(path, os.fsencode(program))
        try:
            self._write(others + ("" if not others or others.endswith("\n") else "\n") + text)
        except ScheduleProblem:
            if others == table:
                remove(path)
            raise
        for older in _scripts(table) - {path}:
            remove(older)
        return Written("crontab -l", text), Written(str(path), program)

    def uninstall(self) -> bool:
        """Take our lines out, and delete what they run."""
        if not self.usable():
            return False
        table = self._table()
        others = _OURS.sub("", table)
        if others == table:
            return False
        self._write(others)
        for path in _scripts(table):
            remove(path)
        return True

    def status(self) -> str | None:
        """At what time of day it runs."""
        if not self.usable():
            return None
        ours = _OURS.search(self._table())
        line = _LINE.search(ours.group()) if ours else None
        if line is None:
            return None
        return f"every night at {int(line['hour']):02d}:{int(line['minute']):02d} (crontab -l)"

    def _table(self) -> str:
        """The table as it is; raises ScheduleProblem. `crontab` has code 1 where there is none yet."""
        done = self._run(("crontab", "-l"), None)
        if done.code == 0:
            return done.out
        if done.code == 1 and "no crontab" in done.err.lower():
            return ""
        raise ScheduleProblem(
            f"crontab -l failed: {done.said}.", "`ripple nightly run` works without a scheduler."
        )

    def _write(self, table: str) -> None:
        done = self._run(("crontab", "-"), table)
        if done.code != 0:
            raise ScheduleProblem(
                f"crontab did not take the new table: {done.said}.",
                "It is as it was. `ripple nightly run` works without a scheduler.",
            )


def lines(job: Job) -> str:
    """Our lines: in a table a percent sign would end the command, unless it has a backslash before it."""
    command = f"sh {shlex.quote(str(job.log.parent / SCRIPT))} >>{shlex.quote(str(job.log))} 2>&1".replace(
        "%", r"\%"
    )
    return f"{BEGIN}\n{job.at.minute} {job.at.hour} * * * {command}\n{END}\n"


def script(job: Job) -> str:
    """What the line runs."""
    variables = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in job.variables.items())
    return (
        "# written by `ripple nightly install`\n"
        f"cd {shlex.quote(str(job.folder))} || exit\n{variables}exec nice -n 19 {shlex.join(job.command)}\n"
    )


def _scripts(table: str) -> set[Path]:
    """The scripts that our lines in a table run."""
    found: set[Path] = set()
    for ours in _OURS.finditer(table):
        for line in _LINE.finditer(ours.group()):
            try:
                words = shlex.split(line["command"].replace(r"\%", "%"))
            except ValueError:  # somebody has changed the line
                continue
            found |= {Path(word) for word in words[1:2] if Path(word).name == SCRIPT}
    return found
