"""Preference optimisation over whole chains by TRL's DPOTrainer; its loss, reference and loop are its own.

What is ours is how a chain becomes tokens (encoding.py): the trainer is given sequences of decisions, and a
model whose hidden state in front of each is the one at the decision's <|ask|>, and whose head knows two
tokens. So the trainer's log-probability of a sequence is exactly the policy's of that chain.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from torch import Tensor, nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.modeling_outputs import BaseModelOutput
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from engine.model.vocabulary import NO, YES
from trainer.ablation.encoding import Pair

HEAD: Final = (NO, YES)
"""The two tokens of the head; a decision's token is its index here."""
_FIRST: Final = 0
"""Stands in front of the decisions, for nothing is predicted from nothing."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the pairs are trained on."""

    beta: float
    anchor: float = 0.0
    """Weight of the accepted chain's mean negative log-likelihood."""
    rate: float = 1e-4
    warmup: int = 10
    steps: int = 100
    pairs: int = 16
    """In one step."""
    seed: int = 1
    twice: bool = False
    """As the trainer's own collator has it; see Collator."""


class Asking(nn.Module):
    """A backbone that gives, in front of every decision, the hidden state at its <|ask|>."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def get_input_embeddings(self) -> nn.Module:
        """As transformers asks for it."""
        embeddings: nn.Module = self.inner.get_input_embeddings()  # type: ignore[operator]  # a model's own
        return embeddings

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        windows: Tensor | None = None,
        reads: Tensor | None = None,
        **_: object,
    ) -> BaseModelOutput:
        """windows [S, L], reads [B, K, 2] (window, position; -1: none) -> hidden states [B, K + 1, width]."""
        if windows is None or reads is None:
            raise ValueError("decisions are read from windows")
        states = self.inner(input_ids=windows, use_cache=False).last_hidden_state
        found = states[reads[..., 0].clamp(min=0), reads[..., 1].clamp(min=0)]
        found = found * (reads[..., :1] >= 0)
        last = found.new_zeros(found.shape[0], 1, found.shape[-1])
        return BaseModelOutput(last_hidden_state=torch.cat((found, last), dim=1))


@dataclass(frozen=True)
class Collator:
    """Pairs to a batch: the chosen sequences, then the rejected ones, as the trainer wants them."""

    pairs: Sequence[Pair]
    twice: bool = False
    """Run a pair's prompts once for each side, as the trainer's own collator does; the same, and slower."""

    def __call__(self, examples: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """The examples name pairs by number."""
        pairs = [self.pairs[int(example["number"])] for example in examples]
        sides = [(pair, side) for side in ("chosen", "rejected") for pair in pairs]
        decisions = [getattr(pair, side) for pair, side in sides]
        longest = max(map(len, decisions))
        windows = [prompt for pair in pairs for prompt in pair.prompts]
        windows += windows if self.twice else []
        ids = torch.zeros(len(windows), max(map(len, windows)), dtype=torch.long)
        for number, prompt in enumerate(windows):
            ids[number, : len(prompt)] = torch.tensor(prompt)
        tokens = torch.full((len(sides), longest + 1), _FIRST, dtype=torch.long)
        reads = torch.full((len(sides), longest, 2), -1, dtype=torch.long)
        mask = torch.zeros_like(tokens)
        sizes = [len(pair.prompts) for pair in pairs]
        firsts = np.cumsum([0, *sizes, *sizes]) if self.twice else np.tile(np.cumsum([0, *sizes[:-1]]), 2)
        for number, (chain, first) in enumerate(zip(decisions, firsts, strict=False)):
            for at, one in enumerate(chain):
                tokens[number, at + 1] = int(one.yes)
                reads[number, at, 0], reads[number, at, 1] = int(first) + one.window, one.at
            mask[number, 1 : len(chain) + 1] = 1
        attention = torch.cat((torch.ones(len(sides), 1, dtype=torch.long), mask[:, 1:]), dim=1)
        batch = {
            "input_ids": tokens,
            "attention_mask": attention,
            "completion_mask": mask,
            "windows": ids,
            "reads": reads,
        }
        for name in ("ref_chosen_logps", "ref_rejected_logps"):
            if name in examples[0]:
                batch[name] = torch.tensor([example[name] for example in examples])
        return batch


class Trainer(DPOTrainer):  # type: ignore[misc]  # TRL is not looked into
    """The trainer, told that its pairs are tokens already."""

    def _prepare_dataset(self, dataset: Dataset, *_: object) -> Dataset:
        return dataset


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training came to."""

    model: PeftModel
    """The base with its adapter, asked in the usual way again."""
    seconds: float
    """Of the training proper and of the reference's log-probabilities."""
    log: list[dict[str, float]]


def asking(model: PreTrainedModel) -> nn.Module:
    """Turn the model into one that reads decisions; what `restored` needs to turn it back."""
    head = model.get_output_embeddings()
    two = nn.Linear(head.in_features, len(HEAD), bias=False)
    with torch.no_grad():
        two.weight.copy_(head.weight[list(HEAD)])
    two.weight.requires_grad_(False)
    model.model = Asking(model.model)
    model.lm_head = two
    model.config.tie_word_embeddings = False
    model.is_quantized = False  # transformers takes weights out of a GGUF for quantised ones for good
    return cast(nn.Module, head)


def restored(model: PreTrainedModel, head: nn.Module) -> None:
    """Turn it back."""
    model.model = model.model.inner
    model.lm_head = head
    model.config.tie_word_embeddings = True


def train(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    adapter: LoraConfig,
    pairs: Sequence[Pair],
    terms: Terms,
    folder: Path,
) -> Trained:
    """Train an adapter on the pairs, from the base."""
    logging.getLogger("trl").setLevel(logging.ERROR)
    head = asking(model)
    began = time.monotonic()
    config = DPOConfig(
        output_dir=str(folder),
        beta=terms.beta,
        loss_type=["sigmoid", "sft"] if terms.anchor else ["sigmoid"],
        loss_weights=[1.0, terms.anchor] if terms.anchor else None,
        learning_rate=terms.rate,
        lr_scheduler_type="cosine",
        warmup_steps=terms.warmup,
        max_steps=terms.steps,
        per_device_train_batch_size=terms.pairs,
        precompute_ref_log_probs=True,
        weight_decay=0.0,
        max_grad_norm=1.0,
        max_length=None,
        bf16=True,
        gradient_checkpointing=False,
        use_cpu=True,
        remove_unused_columns=False,
        logging_steps=5,
        logging_strategy="steps",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=False,
        seed=terms.seed,
    )
    trainer = Trainer(
        model=model,
        args=config,
        data_collator=Collator(pairs, terms.twice),
        train_dataset=Dataset.from_dict({"number": list(range(len(pairs)))}),
        processing_class=tokenizer,
        peft_config=adapter,
    )
    trainer.train()
    seconds = time.monotonic() - began
    trained = cast(PeftModel, trainer.model)
    restored(cast(PreTrainedModel, trained.get_base_model()), head)
    return Trained(trained, seconds, [dict(entry) for entry in trainer.state.log_history])
