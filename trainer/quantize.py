"""A GGUF written anew with weights of another type; everything that the file says of itself is kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import gguf
import numpy as np
from numpy.typing import NDArray

from engine.errors import FileProblem, ModelProblem
from engine.files import problem, sync_folder
from engine.model import header

Progress = Callable[[int], None]

TYPES: Final = {
    "bf16": (gguf.GGMLQuantizationType.BF16, gguf.LlamaFileType.MOSTLY_BF16),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}
VERSION: Final = 2
"""Of ggml's quantisation, which quantised files state."""
_WRITTEN_ANEW: Final = (
    gguf.Keys.General.ARCHITECTURE,
    gguf.Keys.General.FILE_TYPE,
    gguf.Keys.General.QUANTIZATION_VERSION,
)


def beside(path: Path, kind: str) -> Path:
    """Where the other type goes if no place is named: next to the file, with the type in its name."""
    stem = path.stem
    for known in (*TYPES, "f32"):
        stem = stem.removesuffix(f".{known}").removesuffix(f"-{known}").removesuffix(f".{known.upper()}")
    return path.with_name(f"{stem}.{kind}.gguf")


def quantize(
    path: Path, target: Path, kind: str, force: bool = False, progress: Progress = lambda _: None
) -> int:
    """Write the file in one step and check it; its size in bytes. Raises ModelProblem, FileProblem.

    Matrices take the type; where a row has no whole number of its blocks they take f16, as llama.cpp does.
    Vectors, and the routers of mixtures of experts, stay as they are.
    """
    head = header.read(path)
    _refuse(path, target, head, force)
    reader = _reader(path)
    stored = [_stored(tensor, TYPES[kind][0]) for tensor in reader.tensors]
    if all(tensor.tensor_type == type_ for tensor, type_ in zip(reader.tensors, stored, strict=True)):
        raise ModelProblem(f"{path} is stored as {kind} already.", "Choose another --type.", "Nothing to do")
    with _temporary(target) as written:
        with closing(gguf.GGUFWriter(str(written), head.text("general.architecture"))) as writer:
            _metadata(reader, writer, kind)
            for tensor, type_ in zip(reader.tensors, stored, strict=True):
                shape = tuple(int(size) for size in reversed(tensor.shape))
                ggml = gguf.GGMLQuantizationType(type_)
                writer.add_tensor_info(tensor.name, shape, np.dtype(np.float32), _bytes(shape, type_), ggml)
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_ti_data_to_file()
            for tensor, type_ in zip(reader.tensors, stored, strict=True):
                writer.write_tensor_data(_converted(tensor, type_))
                progress(int(tensor.n_bytes))
        size = written.stat().st_size
        if header.read(written).tensors != head.tensors:
            raise ModelProblem(f"{path} could not be written anew.", "Take another file of the model.")
    return size


def total(path: Path) -> int:
    """Bytes of weights in the file, which is what progress counts. Raises ModelProblem."""
    header.read(path)
    return sum(int(tensor.n_bytes) for tensor in _reader(path).tensors)


def _refuse(path: Path, target: Path, head: header.Header, force: bool) -> None:
    if (
        head.text("general.architecture") is None
        or head.text("general.type") == "adapter"
        or not head.tensors
    ):
        raise ModelProblem(f"{path} is not a model.", "Choose the GGUF of a whole model.", "Not a model")
    if (head.number("split.count") or 1) > 1:
        raise ModelProblem(
            f"{path} is one part of a model in several files.", "Join them first (llama-gguf-split --merge)."
        )
    if target.exists() and target.samefile(path):
        raise ModelProblem(f"{target} is the file that is read.", "Name another with --output.")
    if target.exists() and not force:
        raise FileProblem(f"{target} is there already.", "Name another file with --output, or give --force.")


def _reader(path: Path) -> gguf.GGUFReader:
    try:
        return gguf.GGUFReader(path)
    except (ValueError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise ModelProblem(f"{path} cannot be read: {error}.", "Copy or download it again.") from error


def _stored(tensor: gguf.ReaderTensor, wanted: int) -> int:
    """The ggml type that a tensor gets."""
    if len(tensor.shape) < 2 or tensor.name.endswith("ffn_gate_inp.weight"):
        return int(tensor.tensor_type)
    block, _ = gguf.GGML_QUANT_SIZES[wanted]
    return wanted if int(tensor.shape[0]) % block == 0 else int(gguf.GGMLQuantizationType.F16)


def _bytes(shape: tuple[int, ...], kind: int) -> int:
    """What a tensor takes in a ggml type."""
    block, size = gguf.GGML_QUANT_SIZES[kind]
    return int(np.prod(shape, dtype=np.int64)) // int(block) * int(size)


def _converted(tensor: gguf.ReaderTensor, kind: int) -> NDArray[np.generic]:
    """A tensor's data in its new type; one at a time is in memory."""
    if tensor.tensor_type == kind:
        return np.asarray(tensor.data)
    try:
        plain = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        return np.asarray(gguf.quants.quantize(plain, gguf.GGMLQuantizationType(kind)))
    except NotImplementedError as error:
        raise ModelProblem(
            f"{tensor.name} is stored as {tensor.tensor_type.name}, which cannot be read back.",
            "Take a file of the model in f32, bf16, f16 or q8_0.",
        ) from error


def _metadata(reader: gguf.GGUFReader, writer: gguf.GGUFWriter, kind: str) -> None:
    """Copy every entry byte for byte; the type of the file is stated anew."""
    writer.add_file_type(TYPES[kind][1])
    if kind == "q8_0":
        writer.add_quantization_version(VERSION)
    for field in reader.fields.values():
        if field.name in _WRITTEN_ANEW or field.name.startswith("GGUF."):
            continue
        kind_, inner = field.types[0], field.types[-1]
        texts = (
            [field.parts[index].tobytes() for index in field.data]
            if inner == gguf.GGUFValueType.STRING
            else None
        )
        if kind_ != gguf.GGUFValueType.ARRAY:
            writer.add_key_value(field.name, texts[0] if texts else field.contents(), kind_)
        elif len(field.data):  # the package can write no empty list, and an absent one reads the same
            writer.add_key_value(field.name, texts or field.contents(), kind_, sub_type=inner)


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place at the end, or is gone."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=".quantize-", suffix=".tmp", dir=target.parent)
        os.close(descriptor)
        written = Path(name)
        try:
            yield written
            with written.open("rb") as file:
                os.fsync(file.fileno())
            written.chmod(0o644)
            written.replace(target)
            sync_folder(target.parent)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        raise problem(target, error) from error
