"""Pairs a second of `ripple train align` and of TRL's DPOTrainer, on the same tuples, model and thread.

`--projects` names files of preference tuples (`ripple train tuples`); `--limit` is how many are taken: those
with one accepted and one rejected chain in one window. Both train a LoRA of the same shape for one epoch in
batches of 16, the reference included; TRL as it comes, on the chains as text behind <|answer|>. Ours takes
them in the form of asks, as a night does, and once more as the very chains that TRL is given. Processor time
is what counts, since a machine may be busy.
"""

from __future__ import annotations

import random
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoTokenizer
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from engine.model import prompt
from engine.model.predictor import EMBEDDED
from engine.model.runtime import Runtime
from tests.benchmarks.common import table
from trainer import course, curriculum, lora
from trainer.lessons import ChainForm, lesson
from trainer.stopping import Stop
from trainer.tuples import END, Chain, Preference, read

BATCH = 16


class Stock(DPOTrainer):  # type: ignore[misc]
    """The trainer, told that its pairs are tokens already."""

    def _prepare_dataset(self, dataset: Dataset, *_: object) -> Dataset:
        return dataset


def run(options: Namespace) -> dict[str, object]:
    """Train on the same pairs in each way."""
    torch.set_num_threads(1)
    runtime = Runtime(EMBEDDED, threads=1)
    found = [one for path in options.projects for one in read(Path(path)) if _fits(one)]
    random.Random(options.seed).shuffle(found)
    found = [replace(one, weight=1.0) for one in found[: options.limit]]
    asks = _material(found, runtime)
    chains = replace(
        asks, tuples=tuple(made for one in found if (made := lesson(one, ChainForm(runtime.encode), 1.0)))
    )
    ways: dict[str, Callable[[], int]] = {
        "ActionRL, asks": lambda: _ours(asks),
        "ActionRL, chains": lambda: _ours(chains),
        "TRL DPOTrainer": lambda: _stock(found, runtime),
    }
    figures = {name: _timed(way) for name, way in ways.items()}
    runtime.close()
    slow = figures["TRL DPOTrainer"]["pairs_per_second"]
    rows = []
    for name, one in figures.items():
        speed = one["pairs_per_second"]
        rows.append((name, one["pairs"], f"{one['seconds']:.1f}", f"{speed:.2f}", f"{speed / slow:.2f}"))
    table("Pairs a second of one core", ("way", "pairs", "processor s", "pairs/s", "to TRL's"), rows)
    return dict(figures)


def _timed(way: Callable[[], int]) -> dict[str, float]:
    began, wall = time.process_time(), time.monotonic()
    pairs = way()
    seconds = time.process_time() - began
    return {
        "pairs": pairs,
        "seconds": seconds,
        "wall": time.monotonic() - wall,
        "pairs_per_second": pairs / seconds,
    }


def _fits(one: Preference) -> bool:
    choices = [choice for chain in (*one.accepted, *one.rejected) for choice in chain if choice != END]
    return len(one.accepted) == len(one.rejected) == 1 and len({choice.window for choice in choices}) == 1


def _material(found: Sequence[Preference], runtime: Runtime) -> curriculum.Material:
    plan = curriculum.AlignPlan()
    return curriculum.material(found, [], plan, runtime.info.sha256, runtime.encode, runtime.n_ctx)


def _ours(found: curriculum.Material) -> int:
    plan = curriculum.AlignPlan(epochs=1.0, batch=BATCH, minutes=1e6, checkpoint_seconds=1e6)
    with tempfile.TemporaryDirectory() as folder:
        run = course.Course(EMBEDDED, found, plan, lora.Passes(plan.tokens), Path(folder), lambda _: None)
        run.run(Stop())
        return min(len(found.tuples), run.progress.steps * BATCH)


def _stock(found: Sequence[Preference], runtime: Runtime) -> int:
    rows: list[dict[str, Any]] = []
    for one in found:
        window = next(
            choice.window for chain in (*one.accepted, *one.rejected) for choice in chain if choice != END
        )
        rows.append(
            {
                "prompt_ids": list(one.prompts[window]),
                "chosen_ids": _text(one.accepted[0], runtime),
                "rejected_ids": _text(one.rejected[0], runtime),
            }
        )
    model = lora.base(EMBEDDED)
    model.is_quantized = False  # transformers takes weights out of a GGUF for quantised ones for good
    with tempfile.TemporaryDirectory() as folder:
        config = DPOConfig(
            output_dir=folder,
            beta=0.2,
            learning_rate=5e-4,
            num_train_epochs=1,
            per_device_train_batch_size=BATCH,
            max_length=None,
            bf16=True,
            use_cpu=True,
            gradient_checkpointing=False,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
            remove_unused_columns=False,
        )
        shape = LoraConfig(
            r=lora.RANK,
            lora_alpha=lora.ALPHA,
            lora_dropout=0.0,
            target_modules=list(lora.MODULES),
            task_type="CAUSAL_LM",
        )
        trainer = Stock(
            model=model,
            args=config,
            train_dataset=Dataset.from_list(rows),
            processing_class=AutoTokenizer.from_pretrained(EMBEDDED.parent, gguf_file=EMBEDDED.name),
            peft_config=shape,
        )
        trainer.train()
    return len(rows)


def _text(chain: Chain, runtime: Runtime) -> list[int]:
    return prompt.encode_answer([(one.label, one.text) for one in chain if one != END], runtime.encode)
