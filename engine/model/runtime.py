"""The door to llama.cpp: one model, one context, one KV cache, driven through the low-level calls.

What is evaluated stays in the KV cache; the next evaluation keeps the longest common prefix and feeds the
rest. Cancellation is looked at between batches, not inside them: llama.cpp calls its abort callback after
every node of the graph, and each call would wait for Python's lock.

Measured for 6.8 M parameters on one thread of a Sapphire Rapids core: flash attention wins 10 % on a
prefill of 350 tokens (53 against 58 ms), but costs three times as much on batches of 8 to 63 tokens (41
against 12 ms for 48), which is what prefix reuse and draft checks feed. So it is off on the CPU.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import llama_cpp.llama_cpp as llama
import numpy as np
import numpy.typing as npt
import psutil

from engine.errors import ModelProblem
from engine.model import header
from engine.model import vocabulary as v
from engine.model.checks import check_adapter, check_foreign, check_model
from engine.types import ModelInfo, PromptFormat

Logits = npt.NDArray[np.float32]
ShouldStop = Callable[[], bool]

CONTEXT: Final = 2048
BATCH: Final = 256
"""Tokens between two looks at `should_stop`."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The evaluation was given up because `should_stop` said so."""


def never() -> bool:
    """A `should_stop` that never stops."""
    return False


def thread_count(wanted: int = 0) -> int:
    """Threads to compute with: what is wanted, but never all cores, and at least one."""
    return max(1, min(wanted or _cores(), _cores() - 1))


def try_out(path: Path) -> None:
    """Have llama.cpp read all but the weights: architecture, sizes, vocabulary. Raises ModelProblem."""
    llama.llama_model_free(_load(path, 0, weights=False))


class Runtime:
    """A model in memory. All methods may be called from any thread; one works at a time."""

    def __init__(
        self,
        path: Path,
        threads: int = 0,
        gpu_layers: int = 0,
        n_ctx: int = CONTEXT,
        speaks: PromptFormat | None = None,
    ) -> None:
        """Check and load the model, of whatever make if it `speaks` a foreign format. Raises ModelProblem."""
        self._header = check_model(path) if speaks is None else check_foreign(path)
        self._lock = threading.RLock()
        self._kv: list[int] = []
        self._adapter: object | None = None
        self._adapter_header: header.Header | None = None
        self.n_ctx = n_ctx
        self.threads = thread_count(threads)
        name = self._header.text("general.name") or path.stem
        self.info = ModelInfo(name, _sha256(path), format=speaks)
        layers = gpu_layers if llama.llama_supports_gpu_offload() else 0
        self._model = _load(path, layers)
        self._context = _open_context(self._model, n_ctx, self.threads, on_gpu=layers != 0)
        self._vocab = llama.llama_model_get_vocab(self._model)
        self.n_vocab: int = llama.llama_vocab_n_tokens(self._vocab)
        self._batch = _Batch(BATCH)
        self._warm_up()

    def encode(self, text: str) -> list[int]:
        """Tokenise user text; control tokens in it stay text."""
        raw = text.encode("utf-8", "replace")
        room = len(raw) + 8
        buffer = (ctypes.c_int32 * room)()
        count = llama.llama_tokenize(self._vocab, raw, len(raw), buffer, room, False, False)
        if count < 0:
            raise ModelProblem("The model's tokenizer failed.", "Try another model file.")
        return buffer[:count]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of tokens, byte for byte; a character that is cut in two becomes U+FFFD.

        Token by token, since llama_detokenize "cleans up" spaces before punctuation.
        """
        return b"".join(map(self.piece, ids)).decode("utf-8", "replace")

    def piece(self, token: int) -> bytes:
        """The bytes of one token; the name of a control token."""
        buffer = ctypes.create_string_buffer(256)
        count = llama.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, True)
        if count < 0:
            buffer = ctypes.create_string_buffer(-count)
            count = llama.llama_token_to_piece(self._vocab, token, buffer, len(buffer), 0, True)
        return buffer.raw[: max(0, count)]

    def special(self, text: str) -> int | None:
        """The control token that is written like this; None where the model has none."""
        raw = text.encode()
        buffer = (ctypes.c_int32 * (len(raw) + 8))()
        count = llama.llama_tokenize(self._vocab, raw, len(raw), buffer, len(raw) + 8, False, True)
        return buffer[0] if count == 1 and self.piece(buffer[0]) == raw else None

    def begin(self) -> list[int]:
        """The tokens that the model wants in front of every prompt."""
        wanted = llama.llama_vocab_get_add_bos(self._vocab)
        return [llama.llama_vocab_bos(self._vocab)] if wanted else []

    def is_end(self, token: int) -> bool:
        """Whether the model ends its text with this token."""
        return bool(llama.llama_vocab_is_eog(self._vocab, token))

    def is_control(self, token: int) -> bool:
        """Whether a token stands for no text."""
        return bool(llama.llama_vocab_is_control(self._vocab, token))

    def eval(self, ids: Sequence[int], logits_at: Sequence[int], should_stop: ShouldStop = never) -> Logits:
        """Logits of the token that follows each position of `logits_at` (ascending): (positions, vocabulary).

        Raises Stopped, and ModelProblem where the prompt is longer than the context.
        """
        if len(ids) > self.n_ctx:
            raise ModelProblem(f"A prompt of {len(ids)} tokens does not fit into {self.n_ctx}.")
        with self._lock:
            self._keep(min([self._common(ids), *logits_at]))
            rows = np.empty((len(logits_at), self.n_vocab), np.float32)
            done = 0
            while len(self._kv) < len(ids):
                if should_stop():
                    raise Stopped
                start = len(self._kv)
                part = ids[start : start + BATCH]
                here = [at - start for at in logits_at[done:] if at < start + len(part)]
                self._feed(part, start, here)
                for row, index in enumerate(here, done):
                    pointer = llama.llama_get_logits_ith(self._context, index)
                    if not pointer:
                        raise ModelProblem(
                            "This model gives no probabilities of what follows.",
                            "Choose one that writes text.",
                            "Not a text model",
                        )
                    rows[row] = np.ctypeslib.as_array(pointer, (self.n_vocab,))
                done += len(here)
            return rows

    def reset(self) -> None:
        """Forget what is in the KV cache."""
        with self._lock:
            self._keep(0)

    def metadata(self, key: str) -> str | None:
        """A text from the adapter's metadata, else from the model's."""
        own = self._adapter_header.text(key) if self._adapter_header else None
        return own if own is not None else self._header.text(key)

    @property
    def prompt_version(self) -> int:
        """The version of Ripple's prompt that the model was trained on."""
        return self._header.number(v.PROMPT_KEY) or v.PROMPT_VERSION

    def set_adapter(self, path: Path | None) -> None:
        """Swap the LoRA adapter, None for none; what is in the KV cache is dropped. Raises ModelProblem."""
        checked = None if path is None else check_adapter(path, self.info.sha256, self._header)
        with self._lock:
            loaded = None
            if path is not None:
                loaded = llama.llama_adapter_lora_init(self._model, str(path).encode())
                if not loaded:
                    raise ModelProblem(f"The adapter {path} cannot be loaded.", "Train it again.")
            self._activate(loaded)
            self._keep(0)
            if self._adapter is not None:
                llama.llama_adapter_lora_free(self._adapter)
            self._adapter, self._adapter_header = loaded, checked
            self.info = replace(self.info, adapter=None if path is None else path.stem)

    def close(self) -> None:
        """Free everything; the runtime cannot be used after."""
        with self._lock:
            if self._model is None:
                return
            self._batch.free()
            llama.llama_free(self._context)
            llama.llama_model_free(self._model)
            self._model = self._context = self._adapter = None

    def _activate(self, adapter: object | None) -> None:
        if adapter is None:
            llama.llama_set_adapters_lora(self._context, None, 0, None)
            return
        adapters = (llama.llama_adapter_lora_p_ctypes * 1)(adapter)
        if llama.llama_set_adapters_lora(self._context, adapters, 1, (ctypes.c_float * 1)(1.0)) != 0:
            llama.llama_adapter_lora_free(adapter)
            raise ModelProblem("The adapter does not fit the model.", "Train it again.")

    def _common(self, ids: Sequence[int]) -> int:
        """How many tokens of `ids` are in the KV cache already."""
        length = min(len(ids), len(self._kv))
        for index in range(length):
            if ids[index] != self._kv[index]:
                return index
        return length

    def _keep(self, count: int) -> None:
        """Drop all but the first `count` tokens from the KV cache."""
        memory = llama.llama_get_memory(self._context)
        if count > 0 and llama.llama_memory_seq_rm(memory, 0, count, -1):
            del self._kv[count:]
            return
        llama.llama_memory_clear(memory, False)
        self._kv.clear()

    def _feed(self, part: Sequence[int], start: int, logits_at: Sequence[int]) -> None:
        """Evaluate one batch behind what is in the KV cache."""
        code = llama.llama_decode(self._context, self._batch.fill(part, start, logits_at))
        if code != 0:
            self._keep(0)
            raise ModelProblem(f"The model could not be evaluated (llama.cpp says {code}).")
        self._kv += part

    def _warm_up(self) -> None:
        """Touch every weight once, so that the first prediction is as quick as the others."""
        self.eval([min(v.RIPPLE, self.n_vocab - 1)] * 32, [31])
        self.reset()


class _Batch:
    """A llama_batch of fixed size, filled through numpy."""

    def __init__(self, size: int) -> None:
        self.raw = llama.llama_batch_init(size, 0, 1)
        self.token = np.ctypeslib.as_array(self.raw.token, (size,))
        self.pos = np.ctypeslib.as_array(self.raw.pos, (size,))
        self.logits = np.ctypeslib.as_array(self.raw.logits, (size,))
        np.ctypeslib.as_array(self.raw.n_seq_id, (size,))[:] = 1
        for index in range(size):
            self.raw.seq_id[index][0] = 0

    def fill(self, part: Sequence[int], start: int, logits_at: Sequence[int]) -> llama.llama_batch:
        """The batch with `part` at positions `start` and on; logits at the indices named."""
        count = len(part)
        self.raw.n_tokens = count
        self.token[:count] = part
        self.pos[:count] = np.arange(start, start + count)
        self.logits[:count] = 0
        self.logits[list(logits_at)] = 1
        return self.raw

    def free(self) -> None:
        llama.llama_batch_free(self.raw)


def _load(path: Path, gpu_layers: int, weights: bool = True) -> object:
    llama.llama_log_set(_on_log, ctypes.c_void_p(0))
    llama.llama_backend_init()
    params = llama.llama_model_default_params()
    params.load_mode = llama.LLAMA_LOAD_MODE_MMAP
    params.use_extra_bufts = (
        False  # repacking weights for AMX crashes on Q8_0 (0.3.36) and gains nothing else
    )
    params.n_gpu_layers = gpu_layers
    params.vocab_only = not weights
    model: object | None = llama.llama_model_load_from_file(str(path).encode(), params)
    if model is None:
        raise ModelProblem(f"llama.cpp cannot load {path}.", "It may be damaged: copy or download it again.")
    return model


def _open_context(model: object, n_ctx: int, threads: int, on_gpu: bool) -> object:
    params = llama.llama_context_default_params()
    params.n_ctx = n_ctx
    params.n_batch = params.n_ubatch = BATCH
    params.n_threads = params.n_threads_batch = threads
    params.flash_attn_type = (
        llama.LLAMA_FLASH_ATTN_TYPE_AUTO if on_gpu else llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
    )
    params.type_k = params.type_v = llama.GGML_TYPE_F16
    params.no_perf = True
    context: object | None = llama.llama_init_from_model(model, params)
    if context is None:
        llama.llama_model_free(model)
        raise ModelProblem("llama.cpp cannot set up the model.", "Free some memory and start again.")
    return context


@lru_cache(maxsize=8)
def _sha256_of(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256(path: Path) -> str:
    """The file's hash, remembered as long as its size and time stay."""
    stat = path.stat()
    return _sha256_of(path.resolve(), stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=1)
def _cores() -> int:
    """Physical cores that this process may use: fewer in a container or under an affinity mask."""
    counts = [psutil.cpu_count(logical=False) or os.cpu_count() or 1]
    if hasattr(os, "sched_getaffinity"):
        counts.append(len(os.sched_getaffinity(0)))
    with contextlib.suppress(
        OSError, ValueError
    ):  # no such file outside cgroups; "max" where there is no limit
        limit, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        counts.append(max(1, int(limit) // int(period)))
    return min(counts)


_LEVELS: Final = {1: logging.DEBUG, 2: logging.INFO, 3: logging.WARNING, 4: logging.DEBUG}


@llama.llama_log_callback  # type: ignore[untyped-decorator]
def _on_log(level: int, text: bytes, _: ctypes.c_void_p) -> None:
    """llama.cpp's own messages, into logging: standard output and error belong to the interface."""
    log.log(_LEVELS.get(level, logging.DEBUG), "%s", text.decode("utf-8", "replace").rstrip())
