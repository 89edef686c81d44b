"""From windows on disk to a calibrated file: one command after the other, and what they say if they fail."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

from click.testing import CliRunner, Result

from engine.model import header
from engine.model import vocabulary as v
from tests.trainer.stories import story
from tests.trainer.trees import TREES
from trainer import storage
from trainer.commands import main
from trainer.storage import Stored

pytestmark = pytest.mark.train

SPLITS = {
    "pallets/jinja": "train",
    "encode/starlette": "valid",
    "sirupsen/logrus": "valid",
    "psf/requests": "test",
}


def ripple(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with windows, a tokenizer and a model that was trained for a moment."""
    root = tmp_path_factory.mktemp("work")
    (root / "data").mkdir()
    for number, (name, split) in enumerate(SPLITS.items()):
        rng = random.Random(number)
        made = [story(rng) for _ in range(120)]
        lines = "\n".join(json.dumps({**one, "source": name}) for one in made if one["labels"])
        path = root / "data" / f"{split}-history-{name.replace('/', '+')}.jsonl.gz"
        path.write_bytes(gzip.compress(lines.encode()))
    tree = root / "shop"
    tree.mkdir()
    for path, text in TREES["python"].items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    made = ripple("tokenizer", tree, "--run", root / "run", "--size", len(v.SPECIALS) + 300)
    assert made.exit_code == 0, made.output
    places = ("--data", root / "data", "--run", root / "run")
    model = ("--width", 64, "--layers", 1, "--no-compile", "--threads", 1, "--batch", 1024)
    made = ripple("pretrain", *places, *model, "--minutes", 0.05)
    assert made.exit_code == 0, made.output
    assert "train: 1 files" in made.output and "held out" in made.output
    return root


def test_the_file_is_calibrated_on_what_was_held_out(work: Path) -> None:
    made = ripple("export", "--data", work / "data", "--run", work / "run")
    assert made.exit_code == 0, made.output
    assert "rename" in made.output and "log loss" in made.output
    assert header.read(work / "run" / "ripple.gguf").number("ripple.prompt") == v.PROMPT_VERSION
    made = ripple("evaluate", "--data", work / "data", "--run", work / "run")
    assert made.exit_code == 0, made.output
    assert "| rename |" in made.output and "| all |" in made.output
    assert json.loads((work / "run" / "evaluation-test.json").read_text())["auc"]["model"] > 0


def test_ways_to_store_weights_are_measured(work: Path) -> None:
    made = ripple(
        "types", "--data", work / "data", "--run", work / "run", "--split", "valid", "--windows", 40
    )
    assert made.exit_code == 0, made.output
    assert all(f"| {kind} |" in made.output for kind in ("f32", "bf16", "f16", "q8_0"))
    assert "Best: " in made.output
    assert sorted(path.suffix for path in (work / "run").iterdir() if path.is_dir()) == []


def test_the_best_is_good_then_fast_then_small() -> None:
    found = [
        Stored("f32", 0.90, 0.30, 20.0, 40),
        Stored("bf16", 0.899, 0.301, 10.0, 20),
        Stored("f16", 0.899, 0.301, 10.5, 15),
        Stored("q8_0", 0.88, 0.30, 1.0, 10),
    ]
    assert storage.best(found).kind == "f16"
    assert "Best: f16" in storage.table(found)


def test_what_is_missing_or_damaged_is_said(work: Path, tmp_path: Path) -> None:
    made = ripple("pretrain", "--data", tmp_path, "--run", tmp_path)
    assert made.exit_code == 1 and "ripple train tokenizer" in made.output
    made = ripple("pretrain", "--data", tmp_path, "--run", work / "run")
    assert made.exit_code == 1 and "ripple train decisions" in made.output
    (tmp_path / "tokenizer.json").write_bytes((work / "run" / "tokenizer.json").read_bytes())
    (tmp_path / "checkpoint.pt").write_bytes(b"damaged")
    for command in (("pretrain", "--no-compile"), ("export",), ("types",)):
        made = ripple(*command, "--data", work / "data", "--run", tmp_path)
        assert made.exit_code == 1 and "cannot be read as a checkpoint" in made.output, made.output
    made = ripple("tokenizer", "--corpus", tmp_path, "--run", tmp_path)
    assert made.exit_code == 2 and "Name source trees" in made.output


def test_plain_code_is_read_beside_the_windows(work: Path, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((work / "run" / "tokenizer.json").read_bytes())
    (tmp_path / "trees").mkdir()
    places = ("--data", work / "data", "--run", tmp_path, "--width", 64, "--layers", 1, "--no-compile")
    code = (*places, "--tokens", 0.03, "--batch", 1024, "--code", 0.5)
    made = ripple("pretrain", *code)
    assert made.exit_code == 2 and "--trees" in made.output
    made = ripple("pretrain", *code, "--trees", tmp_path / "trees")
    assert made.exit_code == 1 and "no source tree of the train set" in made.output
    (tmp_path / "trees" / "shop").symlink_to(work / "shop")
    made = ripple("pretrain", *code, "--trees", tmp_path / "trees")
    assert made.exit_code == 0, made.output
    assert "train code: 1 trees" in made.output and "  code " in made.output


def test_the_file_of_another_prompt_is_not_measured(work: Path) -> None:
    from engine.model.predictor import EMBEDDED
    from tests.engine.model.tiny_gguf import write_model

    other = write_model(work / "other.gguf", prompt_version=1)
    made = ripple("evaluate", "--data", work / "data", "--run", work / "run", "--model", other)
    assert made.exit_code == 1 and "version 1 of the prompt" in made.output
    assert EMBEDDED.is_file()
