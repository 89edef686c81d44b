"""The base model in torch, dequantised from the very GGUF that the engine runs, with a LoRA adapter on it.

Any model of the qwen2, qwen3 or llama architecture. What a run will need is worked out before it loads
anything, and a run that would not fit is refused with the figure.
"""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gguf
import psutil

from engine.errors import ModelProblem
from engine.model import header
from engine.model.checks import ARCHITECTURES, check_foreign

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

RANK: Final = 16
ALPHA: Final = 32
MODULES: Final = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""All seven linear layers of a block."""
COMPARED: Final = 256
"""Tokens of a prompt at which llama.cpp's logits are compared with torch's."""
SHORTEST: Final = 256
"""Tokens of a prompt below which hardly any is."""
RUNTIME_MEGABYTES: Final = 1000
"""Python with torch, transformers and llama.cpp (430), and what oneDNN and the allocator keep."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a model's size in memory follows from."""

    architecture: str
    weights: int
    """Elements of all tensors."""
    layers: int
    width: int
    inner: int
    queries: int
    """Width of all query heads together."""
    keys: int
    """Width of all key heads together; as much again for the values."""
    vocabulary: int
    file: int = 0
    """Bytes of the GGUF."""

    @property
    def adapter(self) -> int:
        """Elements of a LoRA on all seven linear layers."""
        d, f, q, k = self.width, self.inner, self.queries, self.keys
        ends = (d + q) + 2 * (d + k) + (q + d) + 2 * (d + f) + (f + d)
        return RANK * self.layers * ends


@dataclass(frozen=True, slots=True)
class Memory:
    """What training takes at the most, in bytes."""

    weights: int
    """float32, and once more while they are loaded."""
    adapter: int
    """Weights, gradients and both moments of AdamW."""
    activations: int
    """What one pass keeps for its gradient, and as much again while the gradient is computed."""
    logits: int
    compared: int = 0
    """llama.cpp beside it, and the logits of both with what their comparison makes of them."""

    @property
    def total(self) -> int:
        """All of it, with the programs themselves; loading and training peak at different times.

        What training took is not all given back before its adapter is compared.
        """
        training = self.weights + self.adapter + self.activations + self.logits + self.compared
        return RUNTIME_MEGABYTES * 2**20 + max(2 * self.weights, training)


@dataclass(frozen=True, slots=True)
class Tuned:
    """A base with an adapter on it."""

    peft: PeftModel
    """For the adapter: its parameters, and `disable_adapter` for the reference."""
    model: PreTrainedModel
    """The same model as torch computes it, adapter included."""
    sizes: Sizes


def sizes(path: Path) -> Sizes:
    """Read from the file's header. Raises ModelProblem where it is no model of an architecture we train."""
    head = check_foreign(path)
    architecture = head.text("general.architecture") or ""
    if architecture not in ARCHITECTURES:
        raise ModelProblem(
            f"{path} has the architecture {architecture!r}; only {', '.join(ARCHITECTURES)} can be trained.",
            "Train the embedded model, or one of these.",
            "A foreign model",
        )

    def number(name: str) -> int:
        value = head.number(f"{architecture}.{name}")
        if value is None:
            raise ModelProblem(f"{path} does not say its {name}.", "Take another file of the model.")
        return value

    heads, width = number("attention.head_count"), number("embedding_length")
    key_heads = head.number(f"{architecture}.attention.head_count_kv") or heads
    one_head = head.number(f"{architecture}.attention.key_length") or width // heads
    tensors = gguf.GGUFReader(str(path)).tensors
    embedding = next(one for one in tensors if one.name == "token_embd.weight")
    return Sizes(
        architecture,
        sum(int(one.n_elements) for one in tensors),
        number("block_count"),
        width,
        number("feed_forward_length"),
        heads * one_head,
        key_heads * one_head,
        int(embedding.n_elements) // width,
        path.stat().st_size,
    )


@dataclass(frozen=True, slots=True)
class Passes:
    """How a step is cut into passes."""

    tokens: int
    """Padded tokens of one, at the most, or a row that is longer."""
    recomputed: bool = False
    """Whether a block keeps its input alone and is computed again for the gradient: slower by a third."""


def estimate(model: Sizes, passes: Passes, points: int) -> Memory:
    """What one of these passes takes, of whose tokens `points` are predicted over all words.

    For each token and layer autograd keeps the inputs of norms, linear layers and LoRA's halves, rotated
    queries and keys, the attention's output, and the feed-forward's gate, activation and product.
    """
    d, f, q, k = model.width, model.inner, model.queries, model.keys
    block = 8 * d + 5 * q + 6 * k + 5 * f + len(MODULES) * RANK
    kept = model.layers * d + block if passes.recomputed else model.layers * block
    return Memory(
        weights=4 * model.weights,
        adapter=16 * model.adapter,
        activations=8 * passes.tokens * (kept + 6 * d),
        logits=12 * points * model.vocabulary,
        compared=model.file + 4 * 4 * COMPARED * model.vocabulary,
    )


def least(path: Path) -> Memory:
    """What a run over rows of the shortest useful length takes. Raises ModelProblem."""
    return estimate(sizes(path), Passes(SHORTEST, recomputed=True), 0)


def refuse_if_too_large(path: Path, need: Memory, limit: int | None = None) -> None:
    """Raises ModelProblem where `need` is more than the limit in bytes, or than what is free now."""
    most = room(limit)
    if need.total <= most:
        return
    what = "are allowed" if most == limit else "are free"
    raise ModelProblem(
        f"Training {path.name} takes {gigabytes(need.total)} GB of memory, {gigabytes(most)} GB {what}.",
        "Close other programs, allow more (--memory; nights: `nightly_memory`), or train a smaller model.",
        "Not enough memory",
    )


def room(limit: int | None = None) -> int:
    """Bytes that may be taken: what is free now, and no more than the limit."""
    free = int(psutil.virtual_memory().available)
    return free if limit is None else min(free, limit)


def gigabytes(count: int) -> str:
    """A number of bytes, rounded up to a tenth."""
    return f"{math.ceil(count / 1e8) / 10:.1f}"


def load(path: Path, seed: int = 0, recomputed: bool = False) -> Tuned:
    """The model with a fresh adapter, which changes nothing yet. Raises ModelProblem.

    `recomputed`: as in Passes. A model then has to be in training mode, which changes nothing else: there is
    no dropout.
    """
    import torch
    from peft import LoraConfig, get_peft_model

    model = base(path)
    torch.manual_seed(seed)
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=list(MODULES), bias="none")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers by a name that it renamed
        peft = get_peft_model(model, config)
        tuned = Tuned(peft, peft.get_base_model(), sizes(path))
        if recomputed:  # the name that warns is the one that every version knows
            tuned.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
            tuned.model.train()
    return tuned


def base(path: Path) -> PreTrainedModel:
    """The weights as the engine runs them, in float32. Raises ModelProblem."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.utils import logging

    known = sizes(path)
    logging.disable_progress_bar()
    try:
        config = AutoConfig.from_pretrained(path.parent, gguf_file=path.name)
        config.head_dim = known.queries // config.num_attention_heads  # not read from a qwen3 file
        with contextlib.redirect_stderr(io.StringIO()):  # a progress bar that cannot be turned off
            found: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
                path.parent, gguf_file=path.name, config=config, dtype=torch.float32
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelProblem(
            f"{path} cannot be loaded for training: {error}", "Train the embedded model, or another one."
        ) from error
    found.config.use_cache = False
    return found.eval()


def tokenizer_sha256(path: Path) -> str:
    """The hash that a Ripple model states, else that of its tokens and merges."""
    import hashlib

    stated = header.read(path).text("ripple.tokenizer")
    if stated is not None:
        return stated
    reader = gguf.GGUFReader(str(path))
    found = hashlib.sha256()
    for key in ("tokenizer.ggml.tokens", "tokenizer.ggml.merges", "tokenizer.ggml.token_type"):
        field = reader.get_field(key)
        found.update(repr(field.contents() if field is not None else None).encode())
    return found.hexdigest()
