"""The adapter as the engine runs it equals the one that was trained, for each architecture."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

import torch

from engine.errors import ModelProblem
from engine.model import header
from engine.model.calibrate import KEY, Calibration, Sigmoid, parse
from engine.model.checks import check_adapter
from engine.model.runtime import Runtime
from tests.trainer.random_models import TOKENS, random_model, write_gguf
from trainer import adapter, lora
from trainer.parity import Parity, compared, parity

pytestmark = pytest.mark.train

PROMPTS = [
    torch.randint(0, len(TOKENS), (90,), generator=torch.Generator().manual_seed(n)).tolist()
    for n in range(3)
]


def _trained(path: Path, strength: float = 0.1) -> lora.Tuned:
    """A base with an adapter that does something."""
    tuned = lora.load(path)
    for name, parameter in tuned.peft.named_parameters():
        if "lora_B" in name:
            parameter.data = strength * torch.randn_like(parameter)
    return tuned


@pytest.mark.parametrize("architecture", ["qwen2", "qwen3", "llama"])
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_llama_cpp_with_the_adapter_computes_what_torch_with_it_does(
    architecture: str, tied: bool, tmp_path: Path
) -> None:
    base = write_gguf(tmp_path / "base.gguf", random_model(architecture, tied=tied))
    runtime = Runtime(base, threads=1)
    plain = lora.base(base)
    assert parity(runtime, plain, PROMPTS).furthest < 0.05
    tuned = _trained(base)
    calibration = Calibration(default=Sigmoid(1.5, -0.5, 0.25), floor=None)
    target = tmp_path / "adapter.gguf"
    adapter.write_adapter(target, tuned, base, runtime.info.sha256, "night 1", calibration)
    runtime.set_adapter(target)
    found = parity(runtime, tuned.model, PROMPTS)
    assert found.furthest < 0.1
    assert found.top_one >= 0.99
    assert parity(runtime, lora.base(base), PROMPTS).furthest > 0.5, "the adapter does something"
    assert header.read(target).text("general.name") == "night 1"
    assert parse(runtime.metadata(KEY)) == calibration
    runtime.set_adapter(None)
    assert parity(runtime, lora.base(base), PROMPTS).furthest < 0.05
    runtime.close()


def test_a_fresh_adapter_changes_nothing_and_is_the_same_for_a_seed(tmp_path: Path) -> None:
    base = write_gguf(tmp_path / "base.gguf", random_model("qwen2"))
    one, two, other = lora.load(base, 1), lora.load(base, 1), lora.load(base, 2)
    ids = torch.tensor(PROMPTS[:1])
    with torch.no_grad():
        logits = one.model(ids).logits
        assert torch.equal(logits, lora.base(base)(ids).logits)
    halves = [dict(tuned.peft.named_parameters()) for tuned in (one, two, other)]
    trained = [name for name, parameter in halves[0].items() if parameter.requires_grad]
    assert len(trained) == 2 * 2 * len(lora.MODULES)
    assert sum(halves[0][name].numel() for name in trained) == one.sizes.adapter
    assert all(torch.equal(halves[0][name], halves[1][name]) for name in trained)
    assert not all(torch.equal(halves[0][name], halves[2][name]) for name in trained)


def test_the_calibration_of_an_adapter_is_replaced(tmp_path: Path) -> None:
    base = write_gguf(tmp_path / "base.gguf", random_model("llama"))
    runtime = Runtime(base, threads=1)
    target, other = tmp_path / "adapter.gguf", tmp_path / "other.gguf"
    adapter.write_adapter(target, _trained(base), base, runtime.info.sha256, "night 1", Calibration())
    adapter.with_calibration(target, other, Calibration(default=Sigmoid(2.0), floor=None))
    runtime.set_adapter(target)
    before = runtime.eval(PROMPTS[0], [89])
    runtime.set_adapter(other)
    assert (runtime.eval(PROMPTS[0], [89]) == before).all()
    assert parse(runtime.metadata(KEY)).default == Sigmoid(2.0)
    assert header.read(other).text("general.name") == "night 1"
    head = check_adapter(other, runtime.info.sha256, header.read(base))
    assert head.metadata.keys() == header.read(target).metadata.keys()
    runtime.close()


def test_an_adapter_belongs_to_its_base(tmp_path: Path) -> None:
    one = write_gguf(tmp_path / "one.gguf", random_model("qwen2"))
    two = write_gguf(tmp_path / "two.gguf", random_model("qwen2", seed=1))
    runtime = Runtime(two, threads=1)
    target = tmp_path / "adapter.gguf"
    adapter.write_adapter(target, _trained(one), one, "1" * 64, "night 1")
    assert header.read(target).text(adapter.TOKENIZER_KEY) == lora.tokenizer_sha256(two)
    with pytest.raises(ModelProblem, match="another model"):
        runtime.set_adapter(target)
    runtime.close()


def test_an_adapter_that_is_not_finite_is_not_written(tmp_path: Path) -> None:
    base = write_gguf(tmp_path / "base.gguf", random_model("qwen2"))
    tuned = _trained(base, strength=float("nan"))
    target = tmp_path / "out" / "adapter.gguf"
    target.parent.mkdir()
    with pytest.raises(ModelProblem, match="not finite"):
        adapter.write_adapter(target, tuned, base, "1" * 64, "night 1")
    assert list(target.parent.iterdir()) == []


def test_a_foreign_architecture_cannot_be_trained(tmp_path: Path) -> None:
    from tests.engine.model.tiny_gguf import write_model

    path = write_model(tmp_path / "gemma.gguf", architecture="gemma")
    with pytest.raises(ModelProblem, match="gemma"):
        lora.load(path)


def test_a_model_that_would_not_fit_is_refused_with_the_figure(tmp_path: Path) -> None:
    path = tmp_path / "base.gguf"
    large = lora.Sizes("qwen2", 1_540_000_000, 28, 1536, 8960, 1536, 256, 151_936)
    need = lora.estimate(large, lora.Passes(2048), points=64)
    with pytest.raises(ModelProblem, match=r"base.gguf takes 38.9 GB of memory, 8.0 GB are allowed"):
        lora.refuse_if_too_large(path, need, limit=8_000_000_000)
    lora.refuse_if_too_large(path, lora.Memory(1, 1, 1, 1))
    with pytest.raises(ModelProblem, match="are free"):
        lora.refuse_if_too_large(path, lora.estimate(large, lora.Passes(1 << 40), 64))


def test_parity_counts_ties_as_equal_and_finds_what_differs() -> None:
    one = torch.tensor([[1.0, 0.95, 0.0], [3.0, 0.0, 0.0]]).numpy()
    two = torch.tensor([[0.9, 0.96, 0.0], [3.0, 0.0, 0.0]]).numpy()
    assert compared(one, two).holds
    assert not compared(one, two[::-1]).holds
    assert not Parity(0.97, 0.0, 0.0, 10).holds
