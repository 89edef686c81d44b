"""A model of the person's own, which writes windows anew, is aligned in its own format."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

from click.testing import CliRunner

from engine.diff import saved
from engine.errors import ModelProblem
from engine.model.opening import asking, opened
from engine.model.rewrite import RewritePredictor
from engine.model.runtime import Runtime, never
from engine.store import FILE, Store
from engine.types import Verdict
from tests.trainer.random_models import random_model, write_gguf
from tests.trainer.rewriting import rewriting, swaps, window
from trainer import course, lora
from trainer.align import AlignPlan, align
from trainer.curriculum import Kind
from trainer.night.written import WindowJudge
from trainer.stopping import Stop
from trainer.tuples import END, Choice, Preference, read

pytestmark = pytest.mark.train

PLAN = AlignPlan(steps=10, epochs=99, batch=16, replay_batch=2, exact=True, rate=5e-3)
TEXT = "total = 1\nsum = 2\nreturn total\n"


def base_of(folder: Path, architecture: str) -> Path:
    """A model whose file name says that it is for code."""
    return write_gguf(folder / "coder.gguf", random_model(architecture), prompt=None)


def told(runtime: Runtime, format_: str) -> list[Preference]:
    """Corrected, turned down for nothing, turned down for another place, and taken; of four prompts."""
    found = []
    here = window(TEXT, format_)
    for head in ("one", "two", "six", "ten"):
        prompt = (*runtime.begin(), *runtime.encode(f"change {head}:\n"))
        sites, (one, two) = swaps(("1", "100"), ("sum", "mean"), written=here)
        own = Choice(0, 1, "median")
        for accepted, rejected in (
            ((one, own), [(one, two)]),
            ((END,), [(two,)]),
            ((one,), [(two,)]),
            ((one, two), []),
        ):
            made = rewriting(sites, [accepted], rejected, here)
            found.append(replace(made, prompts=(prompt,), model=runtime.info.sha256))
    return found


def steps(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / course.STEPS).read_text().splitlines()]


def won(runtime: Runtime, tuples: Sequence[Preference]) -> int:
    judge = WindowJudge(runtime, never)
    found = [judge.won(one) for one in tuples]
    assert sum(of for _, of in found) == 24, "the end is a contest as well, and what was taken along"
    return sum(count for count, _ in found)


@pytest.mark.parametrize(
    ("architecture", "format_"), [("qwen2", "text"), ("llama", "zeta-2"), ("qwen3", "sweep-v2")]
)
def test_what_was_wanted_becomes_likelier_and_runs_in_the_engine(
    tmp_path: Path, architecture: str, format_: str
) -> None:
    base = base_of(tmp_path, architecture)
    runtime = opened(base, threads=1, told=format_)
    tuples = told(runtime, format_)
    before = won(runtime, tuples)
    said: list[str] = []
    target = align(base, tuples, [], PLAN, tmp_path / "run", said.append, Stop())
    assert "16 tuples with 12 pairs; 16 windows of replay, 0 quiet" in said[0]
    lines = steps(tmp_path / "run")
    assert lines[0]["margin"] == lines[0]["prefix_drift"] == 0.0
    assert lines[-1]["margin"] > 1 and lines[-1]["accuracy"] > 0.9
    assert lines[-1]["loss"] < lines[0]["loss"] and lines[-1]["chosen_log_prob"] > lines[0]["chosen_log_prob"]
    assert any("the adapter in llama.cpp and torch: same top token at" in line for line in said)
    predictor = asking(runtime)
    assert isinstance(predictor, RewritePredictor)
    predictor.set_adapter(target)
    assert won(runtime, tuples) > before
    edit = saved("a.py", "x = 1\n", "x = 2\n")
    (only,) = predictor.decide([edit], [], {"a.py": "x = 2\n"}.get, never)
    assert only.written is not None and only.written.format == format_
    assert predictor.info.adapter == "adapter"
    runtime.close()


def test_every_kind_of_loss_learns_them(tmp_path: Path) -> None:
    base = base_of(tmp_path, "qwen2")
    runtime = opened(base, threads=1)
    tuples = told(runtime, "text")
    runtime.close()
    for kind in (Kind.SUFFIX_MASKED, Kind.SFT):
        folder = tmp_path / kind
        align(base, tuples, [], replace(PLAN, kind=kind, steps=6), folder, lambda _: None, Stop())
        lines = steps(folder)
        assert lines[-1]["loss"] < lines[0]["loss"]


def test_what_does_not_fit_is_refused_with_the_figure_before_it_is_loaded(tmp_path: Path) -> None:
    base = base_of(tmp_path, "qwen2")
    runtime = opened(base, threads=1)
    tuples = told(runtime, "text")
    runtime.close()
    with pytest.raises(ModelProblem, match=r"takes 1\.\d GB of memory, 0\.1 GB are allowed"):
        align(base, tuples, [], replace(PLAN, memory=10**8), tmp_path / "run", lambda _: None, Stop())
    assert lora.least(base).total < lora.estimate(lora.sizes(base), lora.Passes(4096), 400).total
    with pytest.raises(ModelProblem, match="None of the tuples"):
        others = [replace(one, model="1" * 64) for one in tuples]
        align(base, others, [], PLAN, tmp_path / "run", lambda _: None, Stop())


def test_the_commands_take_decisions_and_train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.trainer.night.test_own_model import answered
    from trainer.commands import main

    base = base_of(tmp_path, "qwen2")
    monkeypatch.setenv("RIPPLE_MODEL", str(base))
    monkeypatch.setenv("RIPPLE_DATA_DIR", str(tmp_path / "data"))
    runtime = opened(base, threads=1)
    store = Store(tmp_path / "data" / FILE)
    for number in range(4):
        answered(store, tmp_path, runtime, number, time.time() - 60, Verdict.CORRECTED, Verdict.ACCEPTED)
    store.close()
    runtime.close()
    made = CliRunner().invoke(main, ["tuples", "--decisions", "--out", str(tmp_path / "out")])
    assert made.exit_code == 0 and "corrected  4" in made.output, made.output
    file = tmp_path / "out" / "decisions.jsonl.gz"
    assert all(one.windows and one.rejected for one in read(file))
    run = [
        "align",
        "--tuples",
        str(file),
        "--base",
        str(base),
        "--run",
        str(tmp_path / "run"),
        "--steps",
        "1",
    ]
    done = CliRunner().invoke(main, [str(part) for part in run])
    assert done.exit_code == 0 and "4 tuples with 4 pairs" in done.stderr, done.output
    assert (tmp_path / "run" / "adapter.gguf").exists()


def test_a_tokenizer_that_adds_blanks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = base_of(tmp_path, "qwen2")
    runtime = opened(base, threads=1)
    tuples = told(runtime, "text")
    runtime.close()
    monkeypatch.setattr(Runtime, "decode", lambda self, ids: " a")
    with pytest.raises(ModelProblem, match="puts a blank before every text"):
        align(base, tuples, [], PLAN, tmp_path / "run", lambda _: None, Stop())


def test_a_broken_tuple_and_one_that_is_too_long_are_left_out(tmp_path: Path) -> None:
    base = base_of(tmp_path, "qwen2")
    runtime = opened(base, threads=1)
    tuples = told(runtime, "text")
    assert runtime.n_ctx == 512, "as much as the model was trained on"
    runtime.close()
    moved = replace(tuples[0], windows=(replace(tuples[0].windows[0], start=7),))
    long = replace(tuples[1], prompts=(tuples[1].prompts[0] * 60,))
    said: list[str] = []
    align(base, [moved, long, tuples[2]], [], replace(PLAN, steps=1), tmp_path / "run", said.append, Stop())
    assert said[0].startswith("1 tuples with 1 pairs, 1 left out: broken, 1 left out: too long")
