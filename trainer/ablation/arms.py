"""The arms of the ablation: what each learns from the same tuples, and the recipe that all share."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from peft import LoraConfig
from transformers import AutoTokenizer

from trainer import lora
from trainer.ablation import stepwise, whole
from trainer.ablation.encoding import pairs
from trainer.ablation.material import Material
from trainer.actionrl import Weights
from trainer.adapter import write_adapter
from trainer.lessons import Encode
from trainer.rows import Row

BETAS: Final = (0.05, 0.2, 0.8)
"""What is tried on the validation repositories, for each arm alike."""
ANCHOR: Final = 0.2

Kind = Literal["sft", "dpo", "dpo_anchor", "masked", "actionrl", "silence", "no_anchor", "replay"]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of learning."""

    kind: Kind
    title: str
    betas: tuple[float, ...] = BETAS
    like: Kind | None = None
    """Another arm whose beta it has, for it differs from that one in one thing."""


ARMS: Final = (
    Arm("sft", "supervised on accepted chains", (0.0,)),
    Arm("dpo", "naive DPO, whole chains (TRL)"),
    Arm("dpo_anchor", "DPO with the anchor (TRL)"),
    Arm("masked", "suffix-masked DPO"),
    Arm("actionrl", "ActionRL"),
    Arm("silence", "ActionRL, bare rejections as silence", like="actionrl"),
    Arm("no_anchor", "ActionRL without the anchor", like="actionrl"),
    Arm("replay", "replay and protection alone", (0.0,)),
)
PROTOTYPE: Final = "prototype"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What all arms share."""

    rate: float = 1e-3
    warmup: int = 3
    steps: int = 15
    tuples: int = 16
    """In one step."""
    twice: bool = False
    """TRL's arms run a pair's prompts once for each side, as its own collator has them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What all arms start from."""

    base: Path
    sha256: str
    material: Material
    replay: Sequence[Row]
    """Labelled windows of the base's own training, for the arms that rehearse them."""
    encode: Encode


def train(arm: Arm, beta: float, seed: int, ground: Ground, recipe: Recipe, target: Path) -> float:
    """Train one adapter from the base and write it; the seconds that the training took.

    Raises ModelProblem, FileProblem.
    """
    if arm.kind in ("dpo", "dpo_anchor"):
        tuned, seconds = _whole(arm, beta, seed, ground, recipe)
    else:
        tuned, seconds = _stepwise(arm, beta, seed, ground, recipe)
    write_adapter(target, tuned, ground.base, ground.sha256, target.stem)
    return seconds


def _stepwise(arm: Arm, beta: float, seed: int, ground: Ground, recipe: Recipe) -> tuple[lora.Tuned, float]:
    weights = Weights(beta=beta or 1.0)
    preferences = ground.material.preferences
    match arm.kind:
        case "sft":
            weights = replace(weights, preference=0.0, alpha=1.0, protect=0.0, replay=0.0)
        case "masked":
            weights = replace(weights, alpha=0.0, protect=0.0, replay=0.0)
        case "no_anchor":
            weights = replace(weights, alpha=0.0)
        case "replay":
            weights = replace(weights, alpha=0.0, preference=0.0)
        case "silence":
            preferences = (*preferences, *ground.material.bare)
    terms = stepwise.Terms(
        weights,
        imitate=arm.kind == "sft",
        rate=recipe.rate,
        warmup=recipe.warmup,
        steps=round(recipe.steps * len(preferences) / len(ground.material.preferences)),
        tuples=recipe.tuples,
        seed=seed,
    )
    tuned = lora.load(ground.base, seed)
    return tuned, stepwise.train(tuned, preferences, ground.replay, ground.encode, terms)


def _whole(arm: Arm, beta: float, seed: int, ground: Ground, recipe: Recipe) -> tuple[lora.Tuned, float]:
    terms = whole.Terms(
        beta,
        anchor=ANCHOR if arm.kind == "dpo_anchor" else 0.0,
        rate=recipe.rate,
        warmup=recipe.warmup,
        steps=recipe.steps,
        pairs=recipe.tuples,
        seed=seed,
        twice=recipe.twice,
    )
    adapter = LoraConfig(
        r=lora.RANK,
        lora_alpha=lora.ALPHA,
        lora_dropout=0.0,
        target_modules=list(lora.MODULES),
        bias="none",
        task_type="CAUSAL_LM",
    )
    tokenizer = AutoTokenizer.from_pretrained(ground.base.parent, gguf_file=ground.base.name)
    with tempfile.TemporaryDirectory(prefix="ripple-dpo-") as scratch:
        made = whole.train(
            lora.base(ground.base),
            tokenizer,
            adapter,
            pairs(ground.material.preferences),
            terms,
            Path(scratch),
        )
    return lora.Tuned(made.model, made.model.get_base_model(), lora.sizes(ground.base)), made.seconds
