"""A night in a process of its own, to be stopped, starved and killed.

Run by `python -m tests.trainer.night.at_work` with a folder, what its one long step does, minutes, and memory
in GB. `kill` instead runs many nights in forks, kills each at a random moment, and looks after each whether
all that a running app reads is whole.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

from engine import nights
from engine.model.checks import check_adapter
from engine.model.header import read
from engine.nights import NightOutcome
from tests.trainer.night.nights import publishes, settings, silent, step, whole, writes
from trainer import nightly
from trainer.night import watch
from trainer.night.desk import Desk, Plan
from trainer.stopping import Stop, stopping


def deaf(desk: Desk) -> str:
    """Looks at no wish."""
    time.sleep(60)
    return "slept"


def patient(desk: Desk) -> str:
    """Looks now and then, and keeps what it has."""
    while True:
        time.sleep(0.05)
        desk.check()


def loading(desk: Desk) -> str:
    """Holds Python up as loading a library does: no other thread runs, no signal is heard; once."""
    if (desk.home / "loaded").exists():
        return "loaded"
    (desk.home / "loaded").touch()
    with desk.loading():
        ctypes.PyDLL(None).sleep(60)
    return "slept"


def hungry(desk: Desk) -> str:
    """Takes memory until it is told to stop."""
    held = []
    while True:
        held.append(b"x" * 10_000_000)
        time.sleep(0.01)
        desk.check()


def writing(desk: Desk) -> str:
    """Writes results all the time."""
    for number in range(3):
        desk.keep(f"part-{number}.json", ["x" * 2000])
        desk.progress(number / 3, "wrote")
    return "written"


def worked(folder: Path, does: str, minutes: float, memory: float) -> None:
    plan = Plan(settings(folder), minutes, memory)
    named = {"deaf": deaf, "patient": patient, "hungry": hungry, "loading": loading}[does]
    with stopping() as stop:
        print("at work", flush=True)
        night = nightly.run(plan, [step("collect"), step("train", named)], silent, stop)
    watch.leave(night, stop)


def real(folder: Path, minutes: float, memory: float) -> None:
    """The steps as they are, with the embedded model and a few commits."""
    from engine.config import Settings
    from trainer.night.steps import STEPS

    here = Settings(folder / "data", folder / "cache", folder / "config.toml")
    plan = Plan(here, minutes, memory, learnt=8, held=4, least=2, least_held=1)
    with stopping() as stop:
        night = nightly.run(plan, STEPS, lambda *words: print(*words, flush=True), stop)
    watch.leave(night, stop)


def forked(folder: Path) -> int:
    """Begin or go on with a night in a fork; its process."""
    child = os.fork()
    if child == 0:
        steps = [step("collect", writing), step("train", writes), step("publish", publishes)]
        night = nightly.run(Plan(settings(folder)), steps, silent, Stop())
        os._exit(0 if night.outcome is NightOutcome.PUBLISHED else 3)
    return child


def killed(folder: Path, rounds: int) -> None:
    """Kill nights at random moments, and check; then let one come to its end."""
    model = settings(folder).model
    assert model is not None and threading.active_count() == 1
    header, rng = read(model), random.Random(5)
    nightly._code()
    since = time.monotonic()
    os.waitpid(forked(folder), 0)
    took = time.monotonic() - since
    ends = {"killed": 0, "over": 0}
    for _ in range(rounds):
        child = forked(folder)
        time.sleep(rng.uniform(0, 1.2 * took))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        ends["killed" if os.WIFSIGNALED(status) else "over"] += 1
        assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, status
        assert whole(folder)
        assert not nights.running(folder / "data")
        kept = nights.nights(folder / "data")
        found = sorted(path.name for path in (folder / "data" / "nights").iterdir())
        assert [night.id for night in reversed(kept)] == [
            name for name in found if (folder / "data" / "nights" / name / nights.FILE).exists()
        ]
        assert sum(not night.over for night in kept) <= 1
        for night in kept:
            if night.outcome is NightOutcome.PUBLISHED:
                assert night.adapter
    _, status = os.waitpid(forked(folder), 0)
    assert os.waitstatus_to_exitcode(status) == 0 and whole(folder)
    last = nights.nights(folder / "data")[0]
    current = next((folder / "data" / "adapters").rglob(f"{last.adapter}.gguf"))
    check_adapter(current, last.base, header)
    print(ends, flush=True)
    assert ends["killed"] > rounds / 3


if __name__ == "__main__":
    place, what, *bounds = sys.argv[1:]
    if what == "kill":
        killed(Path(place), int(bounds[0]))
    elif what == "real":
        real(Path(place), *map(float, bounds))
    else:
        worked(Path(place), what, *map(float, bounds))
