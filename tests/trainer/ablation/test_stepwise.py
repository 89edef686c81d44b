"""The arms with our own loss: what each does to the chance of what was accepted, and of what was rejected."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

import torch
from peft import LoraConfig, get_peft_model
from transformers import Qwen2Config, Qwen2ForCausalLM

from engine.model.vocabulary import ASK, NO, YES
from tests.trainer.preferring import SIZE, asking, encode, preferring, take
from trainer.ablation import stepwise
from trainer.actionrl import Weights
from trainer.lora import Sizes, Tuned
from trainer.packing import Points, linear
from trainer.policy import log_probs
from trainer.rows import Row

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore::FutureWarning")]

THREE = asking("a", "b", "c")
TUPLE = preferring([take(0, 2)], [take(0, 1)], THREE)
ASKS = np.array([at for at, token in enumerate(THREE[0]) if token == ASK])


def tuned() -> Tuned:
    torch.manual_seed(1)
    config = Qwen2Config(
        vocab_size=SIZE,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
    )
    model = Qwen2ForCausalLM(config).eval()
    peft = get_peft_model(
        model, LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "up_proj"])
    )
    return Tuned(peft, peft.get_base_model(), Sizes("qwen2", 0, 1, 32, 32, 32, 16, SIZE))


def yes(one: Tuned) -> list[float]:
    """Log-probability of yes at each ask."""
    points = Points(np.zeros(3, np.int64), ASKS, np.full(3, YES), np.full(3, NO))
    with torch.no_grad():
        return log_probs(one.model, [linear(THREE[0])], points).tolist()


def row(quiet: bool) -> Row:
    return Row(
        ids=np.array(THREE[0], np.uint16),
        prompt=len(THREE[0]),
        asks=ASKS,
        labels=np.array([not quiet, False, False]),
        rules=np.zeros(3, np.float32),
        intents=np.zeros(3, np.int64),
        scenario="history",
        language="python",
        source="p",
        point="",
        quiet=quiet,
    )


def trained(weights: Weights, imitate: bool = False, replay: int = 0) -> list[float]:
    """How the log-probability of yes changed at each of the three asks."""
    one = tuned()
    before = yes(one)
    rows = [row(quiet=n % 2 == 0) for n in range(replay)]
    terms = stepwise.Terms(weights, imitate, rate=1e-2, warmup=1, steps=12, tuples=2)
    stepwise.train(one, [TUPLE, TUPLE], rows, encode, terms)
    return [after - was for after, was in zip(yes(one), before, strict=True)]


def test_the_divergence_alone_is_parted() -> None:
    gain = trained(Weights(alpha=0.0, protect=0.0, hold=0.0, replay=0.0))
    assert gain[2] - gain[1] > 0.1


def test_imitation_raises_what_was_accepted_and_asks_nothing_of_the_rest() -> None:
    gain = trained(Weights(alpha=1.0, preference=0.0, protect=0.0, hold=0.0, replay=0.0), imitate=True)
    assert gain[0] > 0.1 and gain[2] > 0.1


def test_replay_and_the_quiet_set_hold_against_it() -> None:
    free = trained(Weights(alpha=1.0, protect=0.0, hold=0.0, replay=0.0))
    held = trained(Weights(alpha=1.0, protect=1.0, replay=1.0), replay=8)
    assert held[2] < free[2]
