"""Which scheduler takes the nights: the first that answers, and only that one."""

from __future__ import annotations

from collections.abc import Sequence

from app.schedule.cron import Cron
from app.schedule.job import Job, ScheduleProblem, Scheduler, Written
from app.schedule.launchd import Launchd
from app.schedule.systemd import Systemd


def schedulers() -> tuple[Scheduler, ...]:
    """All that Ripple knows, the better ones first."""
    return Launchd(), Systemd(), Cron()


def install(job: Job, known: Sequence[Scheduler]) -> tuple[Scheduler, tuple[Written, ...]]:
    """Schedule the job with the first that answers, and take it out of the others.

    Raises ScheduleProblem where none does, or the one refuses; FileProblem.
    """
    chosen = next((one for one in known if one.usable()), None)
    if chosen is None:
        raise ScheduleProblem(
            "Neither systemd's user manager nor launchd nor cron answers on this machine.",
            "`ripple nightly run` trains now, and `ripple watch` offers it when you pause.",
        )
    written = chosen.install(job)
    for other in known:
        if other is not chosen:
            other.uninstall()
    return chosen, written


def uninstall(known: Sequence[Scheduler]) -> tuple[Scheduler, ...]:
    """Take the nights out of every scheduler; those that had them. Raises ScheduleProblem, FileProblem."""
    return tuple(one for one in known if one.uninstall())
