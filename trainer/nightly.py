"""The night: what was decided by day becomes an adapter, which is published if it proves better.

Its steps leave their results in the night's folder, each written in one step and named last, so that a night
that was stopped, killed or cut off goes on at the step it was in. What runs by day changes at one moment
only: when the pointer to the current adapter is replaced, behind the gate.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import engine
import trainer
from engine import nights
from engine.errors import EngineError, FileProblem
from engine.files import TEMPORARY, problem, write_atomic
from engine.model.checks import check_model
from engine.model.predictor import EMBEDDED
from engine.nights import Night, NightOutcome
from trainer.fingerprint import fingerprint
from trainer.night.desk import Desk, Halt, Plan, Tell, digest
from trainer.night.watch import Watch
from trainer.stopping import Stop

ROOM: Final = 300_000_000
"""Bytes that must be free on the disk before a night begins."""
STALE: Final = 3 * 86_400.0
"""Seconds after which an unfinished night is given up: too much was decided since."""
MADE: Final = "made.json"
"""Which code works on a night: what other code has left is not taken up."""
STUDIED: Final = frozenset({nights.FILE, nights.LOG, "adapter.gguf", "gate.json"})
"""What stays of a night that is over. The rest quotes the person's code, and is deleted."""


class Busy(Exception):
    """Another night is at work."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the night. It says what it did; it is done once that stands in the night's folder."""

    name: str
    run: Callable[[Desk], str]

    @property
    def result(self) -> str:
        """The file that says that it is done."""
        return f"{self.name}.done"


def run(plan: Plan, steps: Sequence[Step], tell: Tell, stop: Stop) -> Night:
    """Work through a night, the unfinished one where there is one; its record.

    Raises Busy, and EngineError where not even a record can be begun.
    """
    with nights.locked(_made(plan.data_dir)) as ours:
        if not ours:
            raise Busy
        base = plan.settings.model or EMBEDDED
        night = _taken_up(plan, digest(base)) or _new(plan, digest(base))
        desk = Desk(plan, night, base, stop, tell)
        with Watch(desk):
            halt = _worked(desk, steps)
            _closed(desk, halt)
        return desk.night


def _worked(desk: Desk, steps: Sequence[Step]) -> Halt:
    """Do the steps that are not done yet; how it ended."""
    try:
        _ready(desk)
        said = [_do(desk, step) for step in steps]
        return Halt(NightOutcome.PUBLISHED, said[-1])
    except Halt as halt:
        return halt
    except EngineError as error:
        return Halt(NightOutcome.FAILED, f"{error.title}: {error.message} {error.hint}".strip())
    except subprocess.CalledProcessError as error:
        said = str(error.stderr or "").strip().splitlines()[-1:] or [str(error)]
        return Halt(NightOutcome.FAILED, f"git failed in step {desk.night.step}: {said[0]}")
    except MemoryError:
        return Halt(NightOutcome.FAILED, f"The memory of the machine was used up in step {desk.night.step}.")
    except OSError as error:
        told = problem(Path(error.filename or desk.home), error)
        return Halt(NightOutcome.FAILED, f"{told.title}: {told.message} {told.hint}")
    except (RuntimeError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        desk.log(traceback.format_exc())
        words = f"{type(error).__name__}: {error}".splitlines()[0]
        return Halt(
            NightOutcome.FAILED, f"An error in step {desk.night.step} ({words}); {nights.LOG} has it all."
        )


def _do(desk: Desk, step: Step) -> str:
    """Do a step, unless it is done; what it said. Its minutes count on where it was begun before."""
    desk.check()
    if (desk.home / step.result).exists():
        return str(desk.kept(step.result))
    desk.note(replace(desk.night, step=step.name))
    desk.log(f"{step.name}: begun")
    desk.progress(None, "begun")
    before = desk.night.minutes.get(step.name, 0.0)
    since = time.monotonic()
    try:
        said = step.run(desk)
    finally:
        minutes = round(before + (time.monotonic() - since) / 60, 3)
        desk.spent(step.name, minutes)
    desk.note(desk.night)
    desk.log(f"{step.name}: {said} ({minutes:.1f} minutes)")
    desk.progress(1.0, said)
    desk.keep(step.result, said)
    return said


def _closed(desk: Desk, halt: Halt) -> None:
    """Write down how the night ended, and delete what is not to be kept. A full disk is only told."""
    if desk.stop.asked and halt.outcome is NightOutcome.FAILED:
        halt = desk.stopped()  # what is torn by a stop is no failure
    try:
        desk.end(halt)
        if desk.night.over:
            tidy(desk.home)
    except FileProblem as error:
        desk.night = replace(desk.night, outcome=NightOutcome.FAILED, reason=halt.reason, ended=time.time())
        desk.tell(desk.night.step, None, f"the record cannot be written: {error.message} {error.hint}")


def _ready(desk: Desk) -> None:
    """Look whether the night can be worked at all. Raises Halt, ModelProblem, FileProblem."""
    if desk.speaks is None:
        check_model(desk.base)
    else:
        from trainer import lora

        # what is too large for the machine is said at once, not when it is to be trained
        lora.refuse_if_too_large(desk.base, lora.least(desk.base), int(desk.plan.memory * 1e9))
    free = shutil.disk_usage(desk.home).free
    if free < ROOM:
        raise Halt(
            NightOutcome.FAILED,
            f"The disk that holds {desk.plan.data_dir} is full ({free / 1e6:.0f} MB are free, "
            f"{ROOM / 1e6:.0f} are needed). Free some space.",
        )
    if shutil.which("git") is None:
        raise Halt(
            NightOutcome.FAILED, "git is not on PATH: without the projects' histories nothing can be judged."
        )
    begin_clean(desk.home)


def begin_clean(folder: Path) -> None:
    """Delete what a killed night left half-written."""
    prefix, suffix = TEMPORARY
    for path in folder.rglob(f"{prefix}*{suffix}"):
        path.unlink(missing_ok=True)


def tidy(folder: Path) -> None:
    """Delete all of a night but what is studied later. Raises FileProblem."""
    try:
        nights.clear(folder, STUDIED)
    except OSError as error:
        raise problem(folder, error) from error


def _taken_up(plan: Plan, base: str) -> Night | None:
    """The newest night, if it is unfinished, of this model and code and not too old; others are given up."""
    found: Night | None = None
    for number, night in enumerate(nights.nights(plan.data_dir)):
        if night.over:
            continue
        reason = "Another night was begun after it."
        if number == 0:
            reason = _given_up(plan, night, base)
            if not reason:
                found = replace(night, outcome=NightOutcome.RUNNING, reason="", ended=None)
                nights.write(plan.data_dir, found)
                continue
        over = replace(night, outcome=NightOutcome.FAILED, reason=reason, ended=night.ended or time.time())
        nights.write(plan.data_dir, over)
        tidy(nights.folder(plan.data_dir, night.id))
    return found


def _given_up(plan: Plan, night: Night, base: str) -> str:
    """Why an unfinished night is not taken up; nothing where it is."""
    if night.base != base:
        return "The model was changed before the night was over."
    if time.time() - night.started > STALE:
        return "It was not finished in three days."
    made = nights.folder(plan.data_dir, night.id) / MADE
    if not made.exists() or made.read_text(encoding="utf-8") != _code():
        return "Ripple was updated before the night was over."
    return ""


def _new(plan: Plan, base: str) -> Night:
    """Begin a night. Raises FileProblem."""
    now = datetime.now()
    taken = {night.id for night in nights.nights(plan.data_dir)}
    name, number = now.strftime("%Y-%m-%dT%H-%M-%S"), 1
    while name in taken or nights.folder(plan.data_dir, name).exists():
        number += 1
        name = f"{now:%Y-%m-%dT%H-%M-%S}-{number}"
    night = Night(id=name, started=time.time(), base=base)
    write_atomic(_made(nights.folder(plan.data_dir, name)) / MADE, _code().encode())
    nights.write(plan.data_dir, night)
    return night


def _code() -> str:
    return fingerprint(engine, trainer)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise problem(folder, error) from error
    return folder


def be_nice() -> None:
    """Leave the machine to whoever else wants it."""
    os.nice(19 - os.nice(0))
