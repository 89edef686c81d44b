"""Tiny qwen2 GGUF files and adapters with random weights: real enough for llama.cpp, made in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

from engine.model import vocabulary as v

MERGES = (
    "t o",
    "t a",
    "to ta",
    "tota l",
    "s u",
    "su m",
    "Ġ Ġ",
    "ĠĠ ĠĠ",
    "r e",
    "t u",
    "tu r",
    "tur n",
    "re turn",
)


@dataclass(frozen=True)
class Shape:
    """The size of a model; the vocabulary is padded to `vocab` where that is more than what is needed."""

    width: int = 32
    layers: int = 2
    feed: int = 64
    heads: int = 2
    kv_heads: int = 1
    vocab: int = 0
    context: int = 2048


def byte_symbols() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, by byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


def write_model(
    path: Path,
    shape: Shape = Shape(),
    *,
    seed: int = 0,
    quant: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F32,
    specials: tuple[str, ...] = v.SPECIALS,
    control: bool = True,
    prompt_version: int | None = v.PROMPT_VERSION,
    architecture: str = "qwen2",
    calibration: str | None = None,
) -> Path:
    """Write a random model; the keywords make it broken or foreign in one way each."""
    tokens = [*specials, *byte_symbols(), *("".join(merge.split()) for merge in MERGES)]
    types = [gguf.TokenType.CONTROL if control else gguf.TokenType.NORMAL] * len(specials)
    types += [gguf.TokenType.NORMAL] * (len(tokens) - len(specials))
    missing = max(0, shape.vocab - len(tokens))
    tokens += [f"[pad{n}]" for n in range(missing)]
    types += [gguf.TokenType.UNUSED] * missing

    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name("tiny")
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.feed)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(tokens))
    if prompt_version is not None:
        writer.add_uint32("ripple.prompt", prompt_version)
    if calibration is not None:
        writer.add_string("ripple.calibration", calibration)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("starcoder")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(list(MERGES))
    writer.add_bos_token_id(v.TEXT)
    writer.add_eos_token_id(v.END)
    writer.add_pad_token_id(v.PAD)
    writer.add_add_bos_token(False)
    _add_weights(writer, shape, len(tokens), seed, quant)
    _finish(writer)
    return path


def write_adapter(path: Path, base_sha256: str, shape: Shape = Shape(), rank: int = 4, seed: int = 7) -> Path:
    """Write a random LoRA on the attention output of each layer, strong enough to change every logit."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    writer.add_string("ripple.base_sha256", base_sha256)
    for layer in range(shape.layers):
        name = f"blk.{layer}.attn_output.weight"
        writer.add_tensor(f"{name}.lora_a", rng.normal(0, 1, (rank, shape.width)).astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", rng.normal(0, 1, (shape.width, rank)).astype(np.float32))
    _finish(writer)
    return path


def _add_weights(
    writer: gguf.GGUFWriter, shape: Shape, vocab: int, seed: int, quant: gguf.GGMLQuantizationType
) -> None:
    rng = np.random.default_rng(seed)
    kv = shape.width // shape.heads * shape.kv_heads
    f32 = gguf.GGMLQuantizationType.F32

    def add(name: str, *dims: int, offset: float = 0.0) -> None:
        values = (rng.normal(0, 0.2, dims) + offset).astype(np.float32)
        kind = quant if len(dims) == 2 else f32
        data = values if kind == f32 else gguf.quants.quantize(values, kind)
        writer.add_tensor(name, data, raw_dtype=kind)

    add("token_embd.weight", vocab, shape.width)
    add("output_norm.weight", shape.width, offset=1.0)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        add(block + "attn_norm.weight", shape.width, offset=1.0)
        add(block + "ffn_norm.weight", shape.width, offset=1.0)
        for part, rows in (("q", shape.width), ("k", kv), ("v", kv)):
            add(f"{block}attn_{part}.weight", rows, shape.width)
            add(f"{block}attn_{part}.bias", rows)
        add(block + "attn_output.weight", shape.width, shape.width)
        add(block + "ffn_gate.weight", shape.feed, shape.width)
        add(block + "ffn_up.weight", shape.feed, shape.width)
        add(block + "ffn_down.weight", shape.width, shape.feed)


def _finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
