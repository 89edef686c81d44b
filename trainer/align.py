"""Align the base model with preference tuples: a LoRA adapter as GGUF, checked through llama.cpp.

Always from the base, never stacked on yesterday's adapter: what is learnt is what the tuples say now. The
run's folder holds checkpoint.pt, steps.jsonl (a line of figures for each step) and, at the end, adapter.gguf;
a run that was stopped or killed goes on from its checkpoint. llama.cpp and torch are not in memory together
while the model is loaded or trained.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from engine.errors import ModelProblem
from engine.files import problem
from engine.model import calibrate
from engine.model.opening import opened
from engine.model.runtime import Runtime
from engine.model.speech import said
from trainer import lora
from trainer.adapter import write_adapter
from trainer.course import Course, Stopped
from trainer.curriculum import AlignPlan, Kind, Material, material
from trainer.parity import Parity, parity
from trainer.rehearsal import Rehearsed
from trainer.stopping import Stop
from trainer.tuples import Preference

__all__ = ["ADAPTER", "AlignPlan", "Kind", "Stopped", "align"]

ADAPTER: Final = "adapter.gguf"
COMPARED: Final = 3
"""Prompts on which llama.cpp is held against torch."""

Say = Callable[[str], None]


def align(
    base: Path,
    preferences: Sequence[Preference],
    replay: Sequence[Rehearsed],
    plan: AlignPlan,
    folder: Path,
    say: Say,
    stop: Stop,
) -> Path:
    """Train, write the adapter into the folder, and check it through llama.cpp; its path.

    Raises ModelProblem (nothing to learn, not enough memory, llama.cpp and torch disagree), FileProblem, and
    Stopped, after which the same call goes on.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise problem(folder, error) from error
    told = next((one.windows[0].format for one in preferences if one.windows), "")
    opening = partial(opened, base, plan.threads, told=told)
    with closing(opening()) as runtime:
        if runtime.info.format is not None and runtime.decode(runtime.encode("a")) != "a":
            raise ModelProblem(
                f"The tokenizer of {base} puts a blank before every text, so its answers cannot be said.",
                "Train a model with a byte-level tokenizer.",
                "The model cannot be trained",
            )
        found = _material(runtime, preferences, replay, plan)
        base_sha256 = runtime.info.sha256
    say(str(found))
    if not found.tuples:
        raise ModelProblem(
            "None of the tuples can be learnt from.",
            "They come with use, and from histories by `ripple train tuples`.",
            "Nothing to learn",
        )
    _look(stop)
    course = Course(base, found, plan, passes(base, found, plan), folder, say)
    prompts = [one.rows[0].ids[: lora.COMPARED].tolist() for one in found.tuples[:COMPARED]]
    with closing(opening()) as runtime:
        _hold("the base model", parity(runtime, course.tuned.model, prompts), say)
    _look(stop)
    course.run(stop)
    target = folder / ADAPTER
    write_adapter(target, course.tuned, base, base_sha256, plan.name)
    with closing(opening()) as runtime:
        runtime.set_adapter(target)
        _hold("the adapter", parity(runtime, course.tuned.model, prompts), say)
    return target


def _material(
    runtime: Runtime, preferences: Sequence[Preference], replay: Sequence[Rehearsed], plan: AlignPlan
) -> Material:
    """What is learnt from, in the model's tokens."""
    return material(
        preferences,
        replay,
        plan,
        runtime.info.sha256,
        runtime.encode if writes(runtime) else None,
        runtime.n_ctx,
        None if runtime.info.format is None else partial(said, runtime),
    )


def writes(runtime: Runtime) -> bool:
    """Whether the model's texts are read: one whose calibration has no floor for them never learnt to write.

    Its texts would be learnt from nothing, and their gains would hide what its decisions lack.
    """
    return calibrate.parse(runtime.metadata(calibrate.KEY)).floor is not None


def passes(base: Path, found: Material, plan: AlignPlan) -> lora.Passes:
    """As large as the plan says, or smaller where that would not fit, or computed twice where not even that.

    Raises ModelProblem where not even one lesson at a time fits.
    """
    sizes = lora.sizes(base)
    for recomputed in (False, True):
        for count in (max(plan.tokens, found.longest), found.longest):
            one = lora.Passes(count, recomputed)
            need = lora.estimate(sizes, one, found.written * max(1, count // found.longest))
            if need.total <= lora.room(plan.memory):
                return one
    lora.refuse_if_too_large(base, need, plan.memory)
    return one


def _look(stop: Stop) -> None:
    """Raises Stopped where the run was asked to end before it began."""
    if stop.asked:
        raise Stopped(f"Stopped by {stop.said} before the first step.", "The same command begins again.")


def _hold(what: str, found: Parity, say: Say) -> None:
    """Say how llama.cpp compares with torch. Raises ModelProblem where they compute different models."""
    say(f"{what} in llama.cpp and torch: {found}")
    if not found.holds:
        raise ModelProblem(
            f"llama.cpp and torch compute different things for {what}: {found}.",
            "Nothing was changed. Report it with the model's name.",
            "The model cannot be trained",
        )
