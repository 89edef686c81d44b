"""How long it takes until another adapter decides: the look, the swap, the key, the command, the poll.

On the embedded model, with random adapters of rank 16 on all its linear layers; --limit says how often.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from pathlib import Path

import gguf
import numpy as np

from engine.config import Settings
from engine.model.adapters import Adapters
from engine.model.library import digest
from engine.model.predictor import EMBEDDED
from engine.session import Session
from tests.benchmarks.common import median, percentile, table
from tests.ripple_process import RippleProcess

RANK = 16
CODE = "def total(items):\n    return sum(items)\n\n\nprint(total([1]))\n"


def run(options: Namespace) -> dict[str, object]:
    """Measure each; milliseconds."""
    times = min(options.limit, 30)
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = Path(name)
        (folder / "project").mkdir()
        (folder / "project" / "cart.py").write_text(CODE)
        base = digest(EMBEDDED)
        files = [adapter(folder / f"{seed}.gguf", base, seed) for seed in (1, 2)]
        measured = {**_inside(folder, files, times), **_command(folder, files, min(times, 10))}
        measured["a running process, published to told"] = _process(folder, files, min(times, 10))
    rows = [(what, median(ms), percentile(ms, 0.95), round(max(ms), 2)) for what, ms in measured.items()]
    table("milliseconds until another adapter decides", ("what", "p50", "p95", "max"), rows)
    return {what: {"p50": middle, "p95": high, "max": most} for what, middle, high, most in rows}


def adapter(path: Path, base: str, seed: int) -> Path:
    """A random adapter on every linear layer of the embedded model, as large as a night's."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 2.0 * RANK)
    writer.add_string("ripple.base_sha256", base)
    for tensor in gguf.GGUFReader(EMBEDDED).tensors:
        if tensor.name.startswith("blk.") and tensor.name.endswith(".weight") and len(tensor.shape) == 2:
            width, height = (int(size) for size in tensor.shape)
            for side, shape in (("a", (RANK, width)), ("b", (height, RANK))):
                writer.add_tensor(f"{tensor.name}.lora_{side}", rng.normal(0, 0.01, shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _inside(folder: Path, files: list[Path], times: int) -> dict[str, list[float]]:
    """A session of our own: what a key and the poll cost it."""
    env = {
        "RIPPLE_DATA_DIR": str(folder / "data"),
        "RIPPLE_CACHE_DIR": str(folder / "cache"),
        "RIPPLE_LSP": "0",
    }
    settings = Settings.load(env)
    session = Session(folder / "project", settings, lambda event: None, lambda paths, burst: None)
    session.start()
    adapters = Adapters(settings.data_dir, digest(EMBEDDED))
    names = [adapters.publish(file).stem for file in files]
    found: dict[str, list[float]] = {"look": [], "swap": [], "key b": []}
    for number in range(times):
        adapters.use(names[number % 2])
        found["look"].append(_timed(lambda: session.outdated))
        found["swap"].append(_timed(session.refresh))
        found["key b"].append(_timed(session.roll_back))
    session.close()
    return found


def _command(folder: Path, files: list[Path], times: int) -> dict[str, list[float]]:
    """`ripple model rollback`, the whole process."""
    adapters = Adapters(folder / "data", digest(EMBEDDED))
    env = {**os.environ, "RIPPLE_DATA_DIR": str(folder / "data"), "RIPPLE_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-m", "app", "model", "rollback"]
    found: list[float] = []
    for number in range(times):
        adapters.publish(files[number % 2])
        done = lambda: subprocess.run(command, env=env, check=True, capture_output=True)  # noqa: E731
        found.append(_timed(done))
    return {"ripple model rollback": found}


def _process(folder: Path, files: list[Path], times: int) -> list[float]:
    """`ripple watch --json`, idle: from the pointer's change until it says that another adapter decides."""
    found: list[float] = []
    with RippleProcess(folder / "project") as ripple:
        ripple.wait("ready")
        adapters = Adapters(ripple.database.parent, digest(EMBEDDED))
        for number in range(times):
            adapters.publish(files[number % 2])
            found.append(_timed(lambda: ripple.wait("model")))
    return found


def _timed(call: object) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000
