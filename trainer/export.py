"""The trained model as one GGUF: Qwen2 architecture, our tokenizer, the prompt's version and the calibration.

Before a file is handed out, llama.cpp's logits are held against torch's on real prompts.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gguf
import numpy as np
import torch
from numpy.typing import NDArray

from engine.model.calibrate import KEY, Calibration, dump
from engine.model.vocabulary import END, NO, PAD, PROMPT_KEY, PROMPT_VERSION, SPECIALS, YES
from trainer.model import Ripple
from trainer.rows import Row
from trainer.tokenizer import CodeTokenizer

ASSET: Final = Path(__file__).resolve().parent.parent / "engine" / "model" / "assets" / "ripple.gguf"
NAME: Final = "ripple-first"
LARGEST: Final = 40 * 1024 * 1024
"""Bytes that the embedded model may have."""
TOP_ONE: Final = 0.98
FURTHEST: Final = 0.5
"""The largest difference of a decision's logit that is put down to rounding."""
TYPES: Final = {
    "bf16": (gguf.GGMLQuantizationType.BF16, gguf.LlamaFileType.MOSTLY_BF16),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
}


@dataclass(frozen=True, slots=True)
class Parity:
    """How llama.cpp's logits compare with torch's at the asks and in the chains of some prompts."""

    top_one: float
    """Share of positions where both find the same most probable token."""
    same_decision: float
    """Share of asks where yes or no is the same."""
    furthest: float
    """Largest absolute difference of a decision's logit."""
    mean: float
    asks: int

    @property
    def holds(self) -> bool:
        """Whether the file may be used."""
        return self.top_one >= TOP_ONE and self.same_decision >= TOP_ONE and self.furthest <= FURTHEST


def write_gguf(
    path: Path,
    model: Ripple,
    tokenizer: CodeTokenizer,
    kind: str = "bf16",
    calibration: Calibration | None = None,
    notes: str = "",
    largest: int = LARGEST,
) -> int:
    """Write the file atomically; its size in bytes. Raises ValueError when it is too large to be embedded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".gguf.tmp")
    writer = gguf.GGUFWriter(str(beside), "qwen2")
    _describe(writer, model, kind, notes)
    _tokens(writer, tokenizer)
    writer.add_uint32(PROMPT_KEY, PROMPT_VERSION)
    writer.add_string(KEY, dump(calibration or Calibration(floor=None)))
    writer.add_string("ripple.tokenizer", tokenizer.sha256())
    for name, weight in tensors(model):
        stored = TYPES[kind][0] if weight.ndim == 2 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(name, gguf.quants.quantize(weight, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    size = beside.stat().st_size
    if size > largest:
        beside.unlink()
        raise ValueError(f"{size / 2**20:.1f} MB is more than the {largest // 2**20} MB that may be embedded")
    beside.replace(path)
    return size


def tensors(model: Ripple) -> list[tuple[str, NDArray[np.float32]]]:
    """The weights under their GGUF names, in float32."""
    out = []
    for name, weight in model.state_dict().items():
        renamed = name.replace("blocks.", "blk.").replace(".attention.", ".")
        out.append((renamed, weight.detach().cpu().float().numpy()))
    return out


def check(path: Path, model: Ripple, rows: Sequence[Row]) -> Parity:
    """Hold the file's logits, through llama.cpp, against the float32 model's on the rows."""
    from engine.model.runtime import Runtime

    runtime = Runtime(path, threads=1)
    gaps: list[NDArray[np.float64]] = []
    same_top = positions = same_decision = 0
    for row in rows:
        ids = [int(token) for token in row.ids]
        places = [*(int(ask) for ask in row.asks), *range(row.prompt, len(ids))]
        theirs = runtime.eval(ids, places).astype(np.float64)
        with torch.no_grad():
            hidden = model(torch.tensor([ids]))[0]
            ours = model.logits(hidden[places]).double().numpy()
        count = len(row.asks)
        mine, other = ours[:count, YES] - ours[:count, NO], theirs[:count, YES] - theirs[:count, NO]
        gaps.append(np.abs(mine - other))
        same_decision += int(((mine > 0) == (other > 0)).sum())
        same_top += int((ours.argmax(-1) == theirs.argmax(-1)).sum())
        positions += len(places)
    gap = np.concatenate(gaps)
    runtime.close()
    return Parity(
        same_top / positions, same_decision / len(gap), float(gap.max()), float(gap.mean()), len(gap)
    )


def check_tokens(path: Path, tokenizer: CodeTokenizer, texts: Sequence[str]) -> float:
    """The share of texts that llama.cpp tokenises as the trainer does."""
    from engine.model.runtime import Runtime

    runtime = Runtime(path, threads=1)
    same = sum(list(runtime.encode(text)) == tokenizer.encode(text) for text in texts)
    runtime.close()
    return same / max(1, len(texts))


def install(path: Path, asset: Path = ASSET) -> None:
    """Make the file the embedded model, atomically."""
    asset.parent.mkdir(parents=True, exist_ok=True)
    beside = asset.with_suffix(".gguf.tmp")
    shutil.copyfile(path, beside)
    beside.replace(asset)


def _describe(writer: gguf.GGUFWriter, model: Ripple, kind: str, notes: str) -> None:
    shape = model.shape
    writer.add_name(NAME)
    writer.add_license("MIT")
    writer.add_description(notes or "Decides which edits follow from an edit.")
    writer.add_file_type(TYPES[kind][1])
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_freq_base(shape.theta)
    writer.add_vocab_size(shape.vocabulary)


def _tokens(writer: gguf.GGUFWriter, tokenizer: CodeTokenizer) -> None:
    """Control tokens are CONTROL: llama.cpp then never finds them in user text."""
    control = len(SPECIALS)
    kinds = [
        gguf.TokenType.CONTROL if index < control else gguf.TokenType.NORMAL
        for index in range(len(tokenizer.tokens))
    ]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("starcoder")
    writer.add_token_list(tokenizer.tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([f"{left} {right}" for left, right in tokenizer.merges])
    writer.add_bos_token_id(END)
    writer.add_eos_token_id(END)
    writer.add_pad_token_id(PAD)
    writer.add_add_bos_token(False)
