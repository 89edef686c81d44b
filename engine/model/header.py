"""A small reader of GGUF headers, so that a broken or foreign file is told before llama.cpp maps it."""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.errors import ModelProblem

Value = int | float | bool | str | list["Value"]

KEPT: Final = 256
"""Elements kept of a longer array (tokens, merges): what the checks look at."""

_SCALARS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING: Final = 8
_ARRAY: Final = 9

_BLOCKS: Final = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2),
}  # fmt: skip
"""Elements and bytes of one block, by ggml type; a type that is not here counts as nothing."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF file says about itself."""

    metadata: Mapping[str, Value]
    tensors: tuple[str, ...]
    size: int
    """Bytes that the file must have for its tensors to be complete."""

    def text(self, key: str) -> str | None:
        """A metadata value, where it is there and is text."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """A metadata value, where it is there and is a whole number."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def array(self, key: str) -> list[Value]:
        """The first elements of a metadata array; empty where there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, list) else []


def read(path: Path) -> Header:
    """Read the header and check that the file is whole. Raises ModelProblem."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ModelProblem(f"{path} is not a GGUF file.", "Choose a file that ends in .gguf.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                size = len(data)
                header = _Reader(data).header()
    except OSError as error:
        raise ModelProblem(
            f"{path} cannot be read: {error.strerror}.", "Check `model` in the settings.", "Model not found"
        ) from error
    except (struct.error, IndexError, OverflowError, MemoryError, RecursionError) as error:
        raise _truncated(path) from error
    if header.size > size:
        raise _truncated(path)
    return header


def _truncated(path: Path) -> ModelProblem:
    return ModelProblem(
        f"{path} is not complete.", "Copy or download it again.", "The model file is truncated"
    )


class _Reader:
    """Walks over the header; struct.error where the file ends too soon."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.at = 4

    def header(self) -> Header:
        version = self._scalar("I")
        if version not in (2, 3):
            raise ModelProblem(f"GGUF version {version} is not supported.", "Use a file of version 2 or 3.")
        tensor_count, value_count = int(self._scalar("Q")), int(self._scalar("Q"))
        metadata: dict[str, Value] = {}
        for _ in range(value_count):
            key = self._string()
            metadata[key] = self._value(int(self._scalar("I")))
        names: list[str] = []
        end = 0
        for _ in range(tensor_count):
            names.append(self._string())
            dims = [int(self._scalar("Q")) for _ in range(int(self._scalar("I")))]
            elements, size = _BLOCKS.get(int(self._scalar("I")), (1, 0))
            end = max(end, int(self._scalar("Q")) + math.prod(dims) // elements * size)
        alignment = metadata.get("general.alignment", 32)
        step = alignment if isinstance(alignment, int) and alignment > 0 else 32
        return Header(metadata, tuple(names), -(-self.at // step) * step + end)

    def _scalar(self, code: str) -> int | float | bool:
        (value,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize("<" + code)
        return value  # type: ignore[no-any-return]

    def _string(self) -> str:
        length = int(self._scalar("Q"))
        if self.at + length > len(self.data):
            raise IndexError(length)
        raw = self.data[self.at : self.at + length]
        self.at += length
        return raw.decode("utf-8", "replace")

    def _value(self, kind: int) -> Value:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            inner, count = int(self._scalar("I")), int(self._scalar("Q"))
            return self._array(inner, count)
        if kind not in _SCALARS:
            raise IndexError(kind)
        return self._scalar(_SCALARS[kind])

    def _array(self, kind: int, count: int) -> list[Value]:
        """The first elements; the others are passed over."""
        if kind in _SCALARS:
            kept = [self._scalar(_SCALARS[kind]) for _ in range(min(count, KEPT))]
            self.at += (count - len(kept)) * struct.calcsize("<" + _SCALARS[kind])
            return list(kept)
        out: list[Value] = []
        for n in range(count):
            if n < KEPT or kind != _STRING:
                out.append(self._value(kind))
            else:
                self.at += 8 + int(struct.unpack_from("<Q", self.data, self.at)[0])
        return out
