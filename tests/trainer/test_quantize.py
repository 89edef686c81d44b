"""A GGUF in another type: the same metadata, nearly the same numbers, and never half a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("gguf")

import gguf
import numpy as np

from engine.errors import EngineError
from engine.model import header
from engine.model.checks import check_model
from tests.engine.model.tiny_gguf import Shape, write_adapter, write_model
from trainer import quantize as module
from trainer.quantize import beside, quantize

ROOT = Path(__file__).parents[2]
EMBEDDED = ROOT / "engine/model/assets/ripple.gguf"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tiny.gguf", calibration='{"ä": 1}')


def weights(path: Path) -> dict[str, tuple[str, np.ndarray]]:
    return {
        tensor.name: (tensor.tensor_type.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type))
        for tensor in gguf.GGUFReader(path).tensors
    }


def described(path: Path) -> dict[str, object]:
    new = {"general.file_type", "general.quantization_version"}
    return {
        name: field.contents()
        for name, field in gguf.GGUFReader(path).fields.items()
        if not name.startswith("GGUF.") and name not in new
    }


@pytest.mark.parametrize(("kind", "far"), [("q8_0", 0.02), ("bf16", 0.01), ("f16", 0.001)])
def test_numbers_and_metadata_stay(tiny: Path, kind: str, far: float) -> None:
    target = beside(tiny, kind)
    assert target.name == f"tiny.{kind}.gguf"
    assert quantize(tiny, target, kind) == target.stat().st_size
    assert described(target) == described(tiny)
    assert header.read(target).number("general.file_type") == module.TYPES[kind][1]
    check_model(target)
    before, after = weights(tiny), weights(target)
    assert list(before) == list(after)
    for name, (_, values) in before.items():
        type_, found = after[name]
        assert type_ == (kind.upper() if values.ndim == 2 else "F32")
        assert found.shape == values.shape
        assert np.abs(found - values).max() <= far


def test_back_again_is_the_same_to_the_bit(tiny: Path, tmp_path: Path) -> None:
    quantize(tiny, tmp_path / "a.gguf", "q8_0")
    quantize(tmp_path / "a.gguf", tmp_path / "b.gguf", "f16")
    quantize(tmp_path / "b.gguf", tmp_path / "c.gguf", "q8_0")
    one, other = weights(tmp_path / "a.gguf"), weights(tmp_path / "c.gguf")
    assert all(np.allclose(one[name][1], other[name][1], atol=2e-3) for name in one)


def test_rows_without_whole_blocks_take_f16(tmp_path: Path) -> None:
    odd = write_model(tmp_path / "odd.gguf", Shape(width=48, feed=64, heads=2))
    quantize(odd, tmp_path / "new.gguf", "q8_0")
    types = {
        name: type_ for name, (type_, values) in weights(tmp_path / "new.gguf").items() if values.ndim == 2
    }
    assert types["token_embd.weight"] == "F16" and types["blk.0.ffn_down.weight"] == "Q8_0"


@pytest.mark.model
@pytest.mark.skipif(not EMBEDDED.is_file(), reason="no embedded model")
def test_llama_cpp_decides_alike_with_the_embedded_model(tmp_path: Path) -> None:
    runtime = pytest.importorskip("engine.model.runtime")
    quantize(EMBEDDED, tmp_path / "ripple.q8_0.gguf", "q8_0")
    logits = []
    for path in (EMBEDDED, tmp_path / "ripple.q8_0.gguf"):
        loaded = runtime.Runtime(path, threads=1)
        ids = list(loaded.encode("def total(items):\n    return sum(items)\n" * 4))
        logits.append(loaded.eval(ids, range(len(ids))))
        loaded.close()
    assert (logits[0].argmax(-1) == logits[1].argmax(-1)).mean() >= 0.9
    assert np.abs(logits[0] - logits[1]).mean() < 0.2


def test_what_is_no_model_is_refused(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("GGUF? no")
    (tmp_path / "cut.gguf").write_bytes(tiny.read_bytes()[:-50])
    write_adapter(tmp_path / "adapter.gguf", "0" * 64)
    for name in ("text", "cut", "adapter"):
        with pytest.raises(EngineError) as raised:
            quantize(tmp_path / f"{name}.gguf", tmp_path / "new.gguf", "f16")
        assert raised.value.hint
    assert not (tmp_path / "new.gguf").exists()


def test_nothing_is_replaced_unasked(tiny: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.gguf"
    target.write_text("mine")
    with pytest.raises(EngineError, match="there already"):
        quantize(tiny, target, "f16")
    assert target.read_text() == "mine"
    quantize(tiny, target, "f16", force=True)
    with pytest.raises(EngineError, match="stored as f16 already"):
        quantize(target, tmp_path / "again.gguf", "f16")
    with pytest.raises(EngineError, match="file that is read"):
        quantize(tiny, tiny, "f16", force=True)


def test_a_full_disk_leaves_nothing_behind(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object, *args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gguf.GGUFWriter, "write_tensor_data", full)
    with pytest.raises(EngineError, match="No space left"):
        quantize(tiny, beside(tiny, "f16"), "f16")
    assert list(tiny.parent.iterdir()) == [tiny]


def test_the_command(tiny: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app", "model", "quantize", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)

    ended = run(str(tiny), "--type", "q8_0")
    assert (ended.returncode, ended.stdout) == (0, f"{beside(tiny, 'q8_0')}\n"), ended.stderr
    again = run(str(tiny), "--type", "q8_0")
    assert (again.returncode, again.stdout) == (1, "")
    assert "is there already" in again.stderr and "--force" in again.stderr
    assert run(str(tiny), "--type", "q9").returncode == 2
