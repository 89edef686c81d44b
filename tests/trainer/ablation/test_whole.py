"""Whole chains through TRL's DPOTrainer: its sequences are the policy's chains, and what it does to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("trl")

import torch
from peft import LoraConfig
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from engine.model.vocabulary import ASK, NO, YES
from tests.trainer.preferring import SIZE, asking, preferring, take
from trainer.ablation import whole
from trainer.ablation.encoding import Pair, pairs
from trainer.packing import Points, linear
from trainer.policy import log_probs
from trainer.tuples import END

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

THREE = asking("a", "b", "c")
OTHER = asking("d", "e", head="other")
TUPLE = preferring([take(0, 2)], [take(0, 1, 2)], THREE)
PAIRS = pairs(
    [TUPLE, preferring([(*take(0), END)], [(*take(0), *take(1, texts="de", window=1))], THREE, OTHER)]
)


def model() -> Qwen2ForCausalLM:
    torch.manual_seed(1)
    config = Qwen2Config(
        vocab_size=SIZE,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
    )
    return Qwen2ForCausalLM(config).eval()


def chain_log_prob(base: Qwen2ForCausalLM, pair: Pair, side: str) -> float:
    """By the policy itself."""
    decisions = getattr(pair, side)
    points = Points(
        np.array([one.window for one in decisions]),
        np.array([one.at for one in decisions]),
        np.array([YES if one.yes else NO for one in decisions]),
        np.array([NO if one.yes else YES for one in decisions]),
    )
    with torch.no_grad():
        return float(log_probs(base, [linear(ids) for ids in pair.prompts], points).sum())


@pytest.mark.parametrize("twice", [False, True])
def test_the_trainer_s_log_probability_of_a_sequence_is_the_policy_s_of_the_chain(twice: bool) -> None:
    base = model()
    expected = [chain_log_prob(base, pair, side) for side in ("chosen", "rejected") for pair in PAIRS]
    batch = whole.Collator(PAIRS, twice)([{"number": 0}, {"number": 1}])
    head = whole.asking(base)
    with torch.no_grad():
        states = base.model(**{name: batch[name] for name in ("input_ids", "windows", "reads")})
        logits = base.lm_head(states.last_hidden_state[:, :-1]).log_softmax(-1)
    said = logits.gather(-1, batch["input_ids"][:, 1:, None])[..., 0] * batch["completion_mask"][:, 1:]
    assert said.sum(1).tolist() == pytest.approx(expected, abs=1e-4)
    whole.restored(base, head)
    assert chain_log_prob(base, PAIRS[0], "chosen") == pytest.approx(expected[0], abs=1e-5)


def test_decisions_are_read_at_the_asks() -> None:
    batch = whole.Collator(PAIRS)([{"number": 1}])
    for window, at in batch["reads"][batch["completion_mask"][:, 1:].bool()].tolist():
        assert batch["windows"][window, at] == ASK


def test_training_by_trl_parts_the_chains_and_pushes_down_what_stands_behind(tmp_path: Path) -> None:
    """The third action is right and in both chains, so it cancels; in the rejected chain alone it falls."""
    suffixed = pairs([preferring([(*take(0), END)], [take(0, 1, 2)], THREE)])
    base = model()
    before = {side: chain_log_prob(base, suffixed[0], side) for side in ("chosen", "rejected")}
    adapter = LoraConfig(
        r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "up_proj"], task_type="CAUSAL_LM"
    )
    words = Tokenizer(models.WordLevel({"<end>": 0, "<none>": 1}, unk_token="<none>"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", pad_token="<end>")
    terms = whole.Terms(beta=0.5, rate=2e-2, warmup=1, steps=8, pairs=2)
    trained = whole.train(base, tokenizer, adapter, suffixed * 2, terms, tmp_path)
    after = {
        side: chain_log_prob(trained.model.get_base_model(), suffixed[0], side)
        for side in ("chosen", "rejected")
    }
    assert after["chosen"] - after["rejected"] > before["chosen"] - before["rejected"] + 0.1
    assert after["rejected"] < before["rejected"]
    third = replace(suffixed[0], rejected=suffixed[0].rejected[2:])
    assert chain_log_prob(trained.model.get_base_model(), third, "rejected") < chain_log_prob(
        model(), third, "rejected"
    )
