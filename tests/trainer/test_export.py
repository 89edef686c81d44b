"""The exported file: llama.cpp computes what torch computes, and tokenises as the trainer does."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

import torch

from engine.model import header
from engine.model import vocabulary as v
from engine.model.calibrate import KEY, Calibration, Sigmoid, parse
from engine.model.checks import check_model
from engine.types import IntentKind
from tests.trainer.stories import story
from trainer import export
from trainer.model import Ripple, Shape
from trainer.rows import Row, to_row
from trainer.tokenizer import CodeTokenizer, train

pytestmark = pytest.mark.train

SOURCE = Path(__file__).read_text(encoding="utf-8")
TOKENIZER: CodeTokenizer = train([SOURCE] * 5, vocabulary=len(v.SPECIALS) + 256 + 150)
SHAPE = Shape(len(TOKENIZER.tokens), width=64, layers=2, inner=128, heads=4, kv_heads=2, context=2048)


def _model() -> Ripple:
    torch.manual_seed(0)
    model = Ripple(SHAPE).eval()
    for parameter in model.parameters():  # norms and biases that do something
        parameter.data += 0.1 * torch.randn_like(parameter)
    return model


def _rows(count: int) -> list[Row]:
    rng = random.Random(4)
    return [row for row in (to_row(story(rng), TOKENIZER) for _ in range(count)) if len(row.asks)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ripple]:
    path = tmp_path_factory.mktemp("gguf") / "ripple.gguf"
    model = _model()
    calibration = Calibration({IntentKind.RENAME: Sigmoid(1.5, -0.25)}, Sigmoid(0.5, 0.1), None)
    export.write_gguf(path, model, TOKENIZER, "f32", calibration)
    return path, model


def test_llama_cpp_computes_what_torch_computes(written: tuple[Path, Ripple]) -> None:
    parity = export.check(written[0], written[1], _rows(6))
    assert parity.holds
    assert parity.furthest < 0.05


def test_another_model_is_refused(written: tuple[Path, Ripple]) -> None:
    other = _model()
    other.blocks[0].attention.attn_q.weight.data += 1.0
    assert not export.check(written[0], other, _rows(6)).holds


def test_llama_cpp_tokenises_as_the_trainer_does(written: tuple[Path, Ripple]) -> None:
    texts = [
        *SOURCE.splitlines(),
        SOURCE,
        "<|s0|> <|ask|>",
        "x = 2024\t# naïve 漢字 🙂\r\n",
        "  a  b ",
        "don't",
    ]
    assert export.check_tokens(written[0], TOKENIZER, texts) == 1.0


def test_the_engine_accepts_the_file_and_finds_the_calibration(written: tuple[Path, Ripple]) -> None:
    head = check_model(written[0])
    assert head.number("ripple.prompt") == v.PROMPT_VERSION
    assert head.text("general.name") == export.NAME
    calibration = parse(head.text(KEY))
    assert calibration.by_intent == {IntentKind.RENAME: Sigmoid(1.5, -0.25)}
    assert calibration.floor is None
    assert calibration.default == Sigmoid(0.5, 0.1)


@pytest.mark.parametrize("kind", ["bf16", "f16"])
def test_smaller_types_are_written_and_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "ripple.gguf"
    model = _model()
    size = export.write_gguf(path, model, TOKENIZER, kind)
    assert size < 0.7 * 4 * model.size()
    assert header.read(path).size <= size
    assert export.check(path, model, _rows(3)).mean < 0.5


def test_a_file_too_large_to_embed_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more than"):
        export.write_gguf(tmp_path / "ripple.gguf", _model(), TOKENIZER, "f16", largest=1000)
    assert list(tmp_path.iterdir()) == []


def test_parity_needs_all_three() -> None:
    good = export.Parity(top_one=1.0, same_decision=1.0, furthest=0.01, mean=0.001, asks=10)
    assert good.holds
    assert not replace(good, top_one=0.97).holds
    assert not replace(good, same_decision=0.97).holds
    assert not replace(good, furthest=0.6).holds


def test_install_replaces_the_asset(written: tuple[Path, Ripple], tmp_path: Path) -> None:
    asset = tmp_path / "assets" / "ripple.gguf"
    export.install(written[0], asset)
    assert asset.read_bytes() == written[0].read_bytes()
    assert [path.name for path in asset.parent.iterdir()] == ["ripple.gguf"]
