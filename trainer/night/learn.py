"""The middle steps: train the adapter, calibrate the chance that is shown, and put both into one file."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.errors import FileProblem, ModelProblem
from engine.files import write_atomic
from engine.model import calibrate
from engine.model.runtime import Stopped, thread_count
from engine.nights import Taste
from trainer import calibrator
from trainer.adapter import with_calibration
from trainer.calibrator import Moved
from trainer.night.desk import Desk, digest
from trainer.tuples import read, read_outcomes

LEARNT: Final = "learnt.jsonl.gz"
TOLD: Final = "told.jsonl.gz"
"""The outcomes that may be known: those that are older than what is held out."""
GATE: Final = 0.35
"""Of the night's minutes, what calibration and gate are left."""
LEAST_MINUTES: Final = 2.0
"""What training is given in any case."""
OWN_RATE: Final = 1e-4
OWN_STEPS: Final = 200
OWN_BATCH: Final = 4
OWN_REPLAY: Final = 2
"""For a person's own, bigger model: preference training of such is published at rates of 5e-5 to 1e-4. A step
is short, since a tuple may take a minute there and time is looked at between two steps."""
FOLDER: Final = "align"
TRAINED: Final = f"{FOLDER}/adapter.gguf"
CALIBRATION: Final = "calibration.json"
ADAPTER: Final = "adapter.gguf"
_STEP: Final = re.compile(r"step (\d+) of (\d+)")


def trained(desk: Desk) -> str:
    """Align the base with what was learnt; a run that was stopped goes on from its checkpoint."""
    with desk.loading():
        import peft  # noqa: F401 (with transformers and all it needs, which else would be loaded later)
        import torch  # noqa: F401

        from trainer import course
        from trainer.align import align
        from trainer.curriculum import AlignPlan
        from trainer.rehearsal import of_outcomes

    plan = AlignPlan(
        minutes=max(LEAST_MINUTES, desk.left() / 60 - desk.plan.minutes * GATE),
        days=float(desk.plan.days),
        now=desk.night.started,
        threads=thread_count(desk.plan.threads),
        memory=int(desk.plan.memory * 1e9),
        seed=desk.plan.seed,
        name=f"night {desk.night.id}",
    )
    if desk.speaks is not None:
        plan = replace(plan, rate=OWN_RATE, steps=OWN_STEPS, batch=OWN_BATCH, replay_batch=OWN_REPLAY)
    folder = desk.home / FOLDER

    def said(words: str) -> None:
        desk.log(f"train: {words}")
        at = _STEP.match(words)
        desk.progress(int(at[1]) / int(at[2]) if at else None, words)

    replay = of_outcomes(read_outcomes(desk.home / TOLD))
    try:
        align(desk.base, list(read(desk.home / LEARNT)), replay, plan, folder, said, desk.stop)
    except course.Stopped:
        desk.halt()
    found = losses(folder / course.STEPS)
    tenth = max(1, len(found) // 10)
    first, last = (sum(some) / tenth for some in (found[:tenth], found[-tenth:]))
    desk.note(replace(desk.night, steps=len(found), loss_first=first, loss_last=last))
    return f"{len(found)} steps, loss {first:.3f} to {last:.3f}"


def losses(path: Path) -> list[float]:
    """The loss of every step, in order; a run that went on from a checkpoint has repeated some."""
    found: dict[int, float] = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            raw = json.loads(line)
            found[int(raw["step"])] = float(raw["loss"])
        except (ValueError, TypeError, KeyError):
            continue
    if not found:
        raise FileProblem(f"{path} tells of no step.", "Begin another night.")
    return [found[step] for step in sorted(found)]


def calibrated(desk: Desk) -> str:
    """Bring the adapter's logits to the base's scale; what became of what was shown moves the chances."""
    if desk.speaks is not None:
        desk.keep(CALIBRATION, None)
        return "a model that writes by itself has no chances to calibrate"
    fitted = calibrator.of_adapter(
        desk.base,
        desk.home / TRAINED,
        list(read_outcomes(desk.home / TOLD)),
        time.time(),
        desk.plan.threads,
        desk.should_stop,
    )
    desk.check()
    for one in fitted.moved:
        desk.log(
            f"calibrate: {one.intent}: {one.right} of {one.outcomes} were right, "
            f"mean chance {one.before:.2f} to {one.after:.2f}"
        )
        for place in one.places:
            desk.log(f"calibrate: {one.intent} in {place.fact}: {place.before:.2f} to {place.after:.2f}")
    desk.note(replace(desk.night, tastes=tuple(_tastes(fitted.moved))))
    desk.keep(CALIBRATION, calibrate.dump(fitted.calibration))
    return f"{len(fitted.moved)} intents moved by {sum(one.outcomes for one in fitted.moved)} outcomes"


def _tastes(moved: Iterable[Moved]) -> Iterator[Taste]:
    for one in moved:
        yield Taste(one.intent.value, "", one.before, one.after, one.outcomes)
        yield from one.places


def exported(desk: Desk) -> str:
    """The adapter with its calibration, once llama.cpp has loaded it and computes with it."""
    path = desk.home / ADAPTER
    calibration = desk.kept(CALIBRATION)
    if calibration is None:
        write_atomic(path, (desk.home / TRAINED).read_bytes())
    else:
        with_calibration(desk.home / TRAINED, path, calibrate.parse(str(calibration)))
    prompt = next(iter(read(desk.home / LEARNT))).prompts[0]
    runtime = desk.runtime()
    try:
        at = [len(prompt) - 1]
        before = runtime.eval(prompt, at, desk.should_stop)
        runtime.set_adapter(path)
        after = runtime.eval(prompt, at, desk.should_stop)
    except Stopped:
        desk.halt()
    finally:
        runtime.close()
    change = float(abs(after - before).max())
    if not change < float("inf"):
        raise ModelProblem("The adapter makes the model say what is no number.", "It is not published.")
    name = digest(path)[:12]
    desk.note(replace(desk.night, adapter=name))
    return f"{name}, {path.stat().st_size / 1e6:.1f} MB; logits change by up to {change:.2f}"
