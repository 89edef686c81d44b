"""Small random models of each architecture, made by transformers and written as GGUF."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from engine.model import vocabulary as v
from tests.engine.model.tiny_gguf import MERGES, byte_symbols
from trainer.adapter import NAMES, permuted

TOKENS = [*v.SPECIALS, *byte_symbols(), *("".join(merge.split()) for merge in MERGES)]
KINDS = {
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
    "llama": (LlamaConfig, LlamaForCausalLM),
}
OTHERS = {
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def random_model(architecture: str, seed: int = 0, tied: bool = True, context: int = 512) -> PreTrainedModel:
    """Two layers, heads of width 16, and logits that differ by a few units."""
    torch.manual_seed(seed)
    config, kind = KINDS[architecture]
    shape = {"head_dim": 16} if architecture != "qwen2" else {}
    model = kind(
        config(
            vocab_size=len(TOKENS),
            hidden_size=64,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=context,
            tie_word_embeddings=tied,
            rms_norm_eps=1e-6,
            rope_theta=10_000.0,
            **shape,
        )
    ).eval()
    for parameter in model.parameters():
        parameter.data += (0.2 if parameter.dim() == 2 else 0.1) * torch.randn_like(parameter)
    return model


def write_gguf(path: Path, model: PreTrainedModel, prompt: int | None = v.PROMPT_VERSION) -> Path:
    """The model in float32, with a tokenizer of bytes."""
    config = model.config
    architecture = str(config.model_type)
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_name(f"random {architecture}")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(16)
    writer.add_value_length(16)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(TOKENS))
    if architecture == "llama":
        writer.add_rope_dimension_count(16)
    if prompt is not None:
        writer.add_uint32(v.PROMPT_KEY, prompt)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("starcoder")
    writer.add_token_list(TOKENS)
    normal = len(TOKENS) - len(v.SPECIALS)
    writer.add_token_types([gguf.TokenType.CONTROL] * len(v.SPECIALS) + [gguf.TokenType.NORMAL] * normal)
    writer.add_token_merges(list(MERGES))
    writer.add_eos_token_id(v.END)
    writer.add_pad_token_id(v.PAD)
    writer.add_add_bos_token(False)
    for name, weight in model.state_dict().items():
        values = weight.float().numpy()
        if (renamed := _renamed(name, model)) is not None:
            writer.add_tensor(renamed, _in_order(name, values, model))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _renamed(name: str, model: PreTrainedModel) -> str | None:
    ends = {
        "model.embed_tokens.weight": "token_embd.weight",
        "model.norm.weight": "output_norm.weight",
        "lm_head.weight": None if model.config.tie_word_embeddings else "output.weight",
    }
    if name in ends:
        return ends[name]
    _, _, layer, *rest = name.split(".")
    inner, kind = ".".join(rest[:-1]), rest[-1]
    return f"blk.{layer}.{OTHERS.get(inner) or NAMES[rest[-2]]}.{kind}"


def _in_order(name: str, values: np.ndarray, model: PreTrainedModel) -> np.ndarray:
    if model.config.model_type != "llama" or not ("q_proj" in name or "k_proj" in name):
        return values
    heads = model.config.num_attention_heads if "q_proj" in name else model.config.num_key_value_heads
    return permuted(values, heads)
