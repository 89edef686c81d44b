"""A trained LoRA as a GGUF adapter that llama.cpp swaps in at run time.

Tensors are named `<tensor of the base>.lora_a` (rank by inputs) and `.lora_b` (outputs by rank), in float32;
llama.cpp scales by alpha / rank. The llama architecture keeps the rows of q and k in another order than
transformers does, and so those of their `lora_b`. llama.cpp checks the architecture and shapes alone, so the
file names the base by its hash, which the engine compares before it loads an adapter.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import gguf
import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelProblem
from engine.files import write_atomic
from engine.model import header
from engine.model.calibrate import KEY, Calibration, dump
from engine.model.checks import check_adapter
from trainer.lora import ALPHA, Sizes, Tuned, tokenizer_sha256

BASE_KEY: Final = "ripple.base_sha256"
TOKENIZER_KEY: Final = "ripple.tokenizer"
NAMES: Final = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
"""The names of a block's linear layers, in transformers and in GGUF."""

Matrix = NDArray[np.float32]


def write_adapter(
    target: Path,
    tuned: Tuned,
    base: Path,
    base_sha256: str,
    name: str,
    calibration: Calibration | None = None,
) -> None:
    """Write the adapter in one step, once the engine accepts it. Raises ModelProblem, FileProblem."""
    with tempfile.TemporaryDirectory(prefix=".adapter-", dir=target.parent) as scratch:
        written = Path(scratch) / "adapter.gguf"
        with closing(gguf.GGUFWriter(str(written), tuned.sizes.architecture)) as writer:
            writer.add_type(gguf.GGUFType.ADAPTER)
            writer.add_name(name)
            writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
            writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(ALPHA))
            writer.add_string(BASE_KEY, base_sha256)
            writer.add_string(TOKENIZER_KEY, tokenizer_sha256(base))
            if calibration is not None:
                writer.add_string(KEY, dump(calibration))
            for tensor, matrix in tensors(tuned):
                writer.add_tensor(tensor, matrix)
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
        check_adapter(written, base_sha256, header.read(base))
        write_atomic(target, written.read_bytes())


def tensors(tuned: Tuned) -> Iterator[tuple[str, Matrix]]:
    """The adapter's matrices under their GGUF names. Raises ModelProblem where one is not finite."""
    for path, module in tuned.model.named_modules():
        layer, _, own = ["", "", *str(path).split(".")][-3:]
        if own not in NAMES or not hasattr(module, "lora_A"):
            continue
        one, two = (
            half["default"].weight.detach().cpu().float().numpy() for half in (module.lora_A, module.lora_B)
        )
        if not (np.isfinite(one).all() and np.isfinite(two).all()):
            raise ModelProblem(f"The adapter's {path} is not finite.", "Train again with a lower --rate.")
        name = f"blk.{layer}.{NAMES[own]}.weight"
        yield f"{name}.lora_a", np.ascontiguousarray(one)
        yield f"{name}.lora_b", np.ascontiguousarray(_rows(two, own, tuned))


def with_calibration(adapter: Path, target: Path, calibration: Calibration) -> None:
    """The adapter with another calibration, in one step. Raises FileProblem."""
    reader = gguf.GGUFReader(str(adapter))
    head = header.read(adapter)
    with tempfile.TemporaryDirectory(prefix=".adapter-", dir=target.parent) as scratch:
        written = Path(scratch) / "adapter.gguf"
        with closing(gguf.GGUFWriter(str(written), head.text("general.architecture"))) as writer:
            for key, value in head.metadata.items():
                if key in ("general.architecture", KEY):
                    continue
                if isinstance(value, str):
                    writer.add_string(key, value)
                elif isinstance(value, float):
                    writer.add_float32(key, value)
            writer.add_string(KEY, dump(calibration))
            for one in reader.tensors:
                writer.add_tensor(one.name, np.array(one.data))
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
        write_atomic(target, written.read_bytes())


def _rows(matrix: Matrix, own: str, tuned: Tuned) -> Matrix:
    """A lora_b with its rows in GGUF's order."""
    sizes: Sizes = tuned.sizes
    if sizes.architecture != "llama" or own not in ("q_proj", "k_proj"):
        return matrix
    heads = tuned.model.config.num_attention_heads
    if own == "k_proj":
        heads = tuned.model.config.num_key_value_heads
    return permuted(matrix, heads)


def permuted(matrix: Matrix, heads: int) -> Matrix:
    """[heads * width, r]: each head's rows from halves to pairs, as GGUF has them for llama's rotation."""
    outputs, rank = matrix.shape
    halves = matrix.reshape(heads, 2, outputs // heads // 2, rank)
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(outputs, rank))
