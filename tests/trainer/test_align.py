"""A run of alignment on a small random model: it learns, goes on where it stopped, and refuses."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

import torch
from click.testing import CliRunner

from engine.errors import ModelProblem
from engine.model import header
from engine.model import vocabulary as v
from engine.model.runtime import Runtime
from tests.trainer.preferring import asking, encode, preferring, take
from tests.trainer.random_models import random_model, write_gguf
from trainer import align as alignment
from trainer import course, curriculum, lora
from trainer.actionrl import Weights
from trainer.align import AlignPlan, Kind, Stopped, align
from trainer.curriculum import strength
from trainer.lora import Passes
from trainer.parity import Parity
from trainer.rehearsal import Rehearsed
from trainer.stopping import Stop
from trainer.tuples import END, Choice, Preference, write

pytestmark = pytest.mark.train

PLAN = AlignPlan(steps=8, epochs=99, batch=16, replay_batch=2, quiet=2, quiet_batch=1, exact=True, rate=5e-3)
HEADS = ("total", "price", "user", "name")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gguf(tmp_path_factory.mktemp("base") / "base.gguf", random_model("qwen2"))


@pytest.fixture(scope="module")
def tuples(base: Path) -> list[Preference]:
    """Each head has a window whose second site is right and whose first is not, and one about its text."""
    runtime = Runtime(base, threads=1)
    found = []
    for number, head in enumerate(HEADS):
        window, free = asking("a", "b", "c", head=head), asking(None, head=head)
        found += [
            preferring([take(2, 1)], [take(2, 0)], window),
            preferring([(*take(2), END)], [take(2, 0)], window),
            preferring([(Choice(0, 0, "xyz"),)], [(Choice(0, 0, "xw"),)], free),
            preferring([take(1)], [], window, weight=0.5 + number / 10),
        ]
    runtime.close()
    return [replace(one, model=runtime.info.sha256, signal="rejected") for one in found]


WINDOWS = [
    Rehearsed(ids, len(ids), tuple((at, False) for at, token in enumerate(ids) if token == v.ASK))
    for head in ("quiet", "silent", "still")
    for ids, _ in [asking("a", "b", head=head)]
] + [
    Rehearsed((*ids, v.ANSWER, v.LABELS[0], *encode("a"), v.STOP, v.END), len(ids), ((len(ids) - 1, True),))
    for ids, _ in [asking("a", head="replayed")]
]


@dataclass
class After(Stop):
    """Asks to stop once it was looked at so often."""

    looks: int = 0

    @property
    def asked(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def _lines(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / course.STEPS).read_text().splitlines()]


def _margin(runtime: Runtime, one: Preference) -> float:
    """How far yes stands above no at the second site more than at the first."""
    asks = [at for at, token in enumerate(one.prompts[0]) if token == v.ASK]
    rows = runtime.eval(one.prompts[0], asks)
    decided = rows[:, v.YES] - rows[:, v.NO]
    return float(decided[1] - decided[0])


def test_the_engine_decides_as_it_was_taught(base: Path, tuples: list[Preference], tmp_path: Path) -> None:
    said: list[str] = []
    target = align(
        base, tuples, WINDOWS, replace(PLAN, name="night 1"), tmp_path / "run", said.append, Stop()
    )
    lines = _lines(tmp_path / "run")
    assert [line["step"] for line in lines] == list(range(1, 9))
    assert lines[0]["margin"] == 0.0
    assert lines[0]["quiet_drift"] == lines[0]["prefix_drift"] == 0.0
    assert lines[-1]["margin"] > 0.5
    assert lines[-1]["accuracy"] > lines[0]["accuracy"]
    assert lines[-1]["chosen_log_prob"] > lines[0]["chosen_log_prob"]
    assert lines[-1]["quiet_drift"] < lines[-1]["margin"]
    assert 0 < lines[-1]["rate"] < lines[3]["rate"]
    runtime = Runtime(base, threads=1)
    before = [_margin(runtime, one) for one in tuples[::4]]
    runtime.set_adapter(target)
    after = [_margin(runtime, one) for one in tuples[::4]]
    assert all(now > then + 0.5 for now, then in zip(after, before, strict=True))
    assert header.read(target).text("general.name") == "night 1"
    assert runtime.info.adapter == "adapter"
    runtime.close()
    assert any("the adapter in llama.cpp and torch: same top token at 100.0 %" in line for line in said)


@pytest.mark.parametrize("looks", [3, 16], ids=["while the reference is computed", "in a step"])
def test_a_run_that_was_stopped_learns_what_it_would_have_learnt(
    base: Path, tuples: list[Preference], tmp_path: Path, looks: int
) -> None:
    plan = replace(PLAN, steps=5, tokens=64, batch=4)
    whole = align(base, tuples, WINDOWS, plan, tmp_path / "whole", lambda _: None, Stop())
    with pytest.raises(Stopped, match="before the first step"):
        align(base, tuples, WINDOWS, plan, tmp_path / "parts", lambda _: None, After(looks=0))
    with pytest.raises(Stopped, match="of 5 steps") as stopped:
        align(base, tuples, WINDOWS, plan, tmp_path / "parts", lambda _: None, After(looks=looks))
    assert "goes on" in stopped.value.hint
    assert not (tmp_path / "parts" / alignment.ADAPTER).exists()
    with pytest.raises(Stopped):
        align(base, tuples, WINDOWS, plan, tmp_path / "parts", lambda _: None, After(looks=6))
    with (tmp_path / "parts" / course.STEPS).open("a") as file:  # a step that no checkpoint knows, cut off
        file.write('{"step": 9')
    parts = align(base, tuples, WINDOWS, plan, tmp_path / "parts", lambda _: None, Stop())
    assert parts.read_bytes() == whole.read_bytes()
    assert [line["loss"] for line in _lines(tmp_path / "parts")] == [
        line["loss"] for line in _lines(tmp_path / "whole")
    ]


def test_a_checkpoint_of_other_tuples_or_a_damaged_one_is_not_gone_on_from(
    base: Path, tuples: list[Preference], tmp_path: Path
) -> None:
    plan = replace(PLAN, steps=2)
    align(base, tuples, WINDOWS, plan, tmp_path, lambda _: None, Stop())
    said: list[str] = []
    align(base, tuples[:-1], WINDOWS, plan, tmp_path, said.append, Stop())
    assert not any("goes on" in line for line in said)
    align(base, tuples[:-1], WINDOWS, plan, tmp_path, said.append, Stop())
    assert any("goes on behind step 2" in line for line in said)
    (tmp_path / course.CHECKPOINT).write_bytes(b"damaged")
    align(base, tuples[:-1], WINDOWS, plan, tmp_path, said.append, Stop())
    assert any("begins anew" in line for line in said)
    assert len(_lines(tmp_path)) == 2


def test_the_minutes_end_a_run(base: Path, tuples: list[Preference], tmp_path: Path) -> None:
    align(base, tuples, [], replace(PLAN, minutes=1e-5), tmp_path, lambda _: None, Stop())
    assert len(_lines(tmp_path)) == 1
    assert _lines(tmp_path)[0]["quiet_drift"] is None


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_loss_raises_what_was_accepted(
    base: Path, tuples: list[Preference], tmp_path: Path, kind: Kind
) -> None:
    align(base, tuples, WINDOWS, replace(PLAN, kind=kind, steps=12), tmp_path, lambda _: None, Stop())
    lines = _lines(tmp_path)
    if kind is Kind.SFT:
        assert lines[-1]["pairs"] == 0
        assert lines[-1]["anchor"] < lines[0]["anchor"]
    else:
        assert lines[-1]["margin"] > 0.5
    weighed = replace(PLAN, kind=kind).weighed
    assert (weighed.alpha > 0) == (kind is not Kind.SUFFIX_MASKED)
    assert (weighed.protect > 0) == (kind is Kind.ACTION_RL)


def test_what_cannot_be_trained_is_refused_before_it_is_loaded(
    base: Path, tuples: list[Preference], tmp_path: Path
) -> None:
    foreign = write_gguf(tmp_path / "foreign.gguf", random_model("llama"), prompt=None)
    with pytest.raises(ModelProblem, match="not trained for Ripple's prompt"):
        align(foreign, tuples, [], PLAN, tmp_path / "run", lambda _: None, Stop())
    said: list[str] = []
    with pytest.raises(ModelProblem, match="None of the tuples"):
        others = [replace(one, model="1" * 64) for one in tuples]
        align(base, others, [], PLAN, tmp_path / "run", said.append, Stop())
    assert "16 left out: another model" in said[0]
    with pytest.raises(ModelProblem, match=r"takes 1\.\d GB of memory, 0\.1 GB are allowed"):
        align(base, tuples, [], replace(PLAN, memory=10**8), tmp_path / "run", lambda _: None, Stop())
    assert not (tmp_path / "run" / alignment.ADAPTER).exists()


def test_nothing_is_trained_where_llama_cpp_and_torch_disagree(
    base: Path, tuples: list[Preference], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alignment, "parity", lambda *_: Parity(0.97, 3.0, 1.0, 100))
    with pytest.raises(ModelProblem, match=r"same top token at 97\.0 %"):
        align(base, tuples, [], PLAN, tmp_path, lambda _: None, Stop())
    assert not (tmp_path / course.STEPS).exists()


def test_decisions_age_and_histories_do_not(tuples: list[Preference]) -> None:
    day = curriculum.DAY
    one = replace(tuples[0], at=0.0, weight=0.8)
    assert strength(one, PLAN, now=0.0) == 0.8
    assert strength(one, PLAN, now=7 * day) == pytest.approx(0.4)
    assert strength(one, PLAN, now=31 * day) == 0.0
    assert strength(replace(one, signal="history"), PLAN, now=400 * day) == 0.8


def test_a_pass_is_as_large_as_memory_allows(
    base: Path, tuples: list[Preference], monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = Runtime(base, threads=1)
    found = curriculum.material(tuples, WINDOWS, PLAN, runtime.info.sha256, runtime.encode, 2048)
    runtime.close()
    assert alignment.passes(base, found, PLAN) == Passes(PLAN.tokens)
    small, smaller = Passes(found.longest), Passes(found.longest, recomputed=True)
    need = lora.estimate(lora.sizes(base), small, found.written)
    assert alignment.passes(base, found, replace(PLAN, memory=need.total)) == small
    least = lora.estimate(lora.sizes(base), smaller, found.written)
    assert alignment.passes(base, found, replace(PLAN, memory=least.total)) == smaller
    with pytest.raises(ModelProblem, match="takes"):
        alignment.passes(base, found, replace(PLAN, memory=least.total - 1))


@pytest.mark.parametrize("exact", [True, False])
def test_a_block_that_is_computed_again_for_the_gradient_learns_the_same(
    base: Path, tuples: list[Preference], tmp_path: Path, exact: bool
) -> None:
    runtime = Runtime(base, threads=1)
    found = curriculum.material(tuples, WINDOWS, PLAN, runtime.info.sha256, runtime.encode, 2048)
    runtime.close()
    plan = replace(PLAN, steps=2, exact=exact)
    runs = []
    for recomputed in (False, True):
        (tmp_path / str(recomputed)).mkdir()
        run = course.Course(
            base, found, plan, Passes(256, recomputed), tmp_path / str(recomputed), lambda _: None
        )
        run.run(Stop())
        runs.append(run)
    for one, two in zip(*(run.tuned.peft.parameters() for run in runs), strict=True):
        torch.testing.assert_close(one, two, rtol=1e-3, atol=1e-5)
    calls = []
    runs[1].tuned.model.model.layers[0].mlp.register_forward_hook(lambda *_: calls.append(1))
    runs[1].step(Stop())
    assert len(calls) > 0 and len(calls) % 2 == 0, "each pass computes the block twice"


def test_a_length_is_the_smallest_of_steps_and_epochs() -> None:
    assert replace(PLAN, steps=300, epochs=2.0, batch=16).length(200) == 25
    assert replace(PLAN, steps=10, epochs=2.0, batch=16).length(200) == 10
    assert replace(PLAN, epochs=1.0, batch=16).length(3) == 1
    assert Weights() == AlignPlan().weighed


def test_the_command(base: Path, tuples: list[Preference], tmp_path: Path) -> None:
    from trainer.commands import main

    file = tmp_path / "tuples.jsonl.gz"
    write(file, tuples)
    common = ["align", "--tuples", str(file), "--base", str(base), "--run", str(tmp_path / "run")]
    done = CliRunner().invoke(main, [*common, "--steps", "2", "--exact"])
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(tmp_path / "run" / "adapter.gguf")
    refused = CliRunner().invoke(main, [*common, "--memory", "0.1"])
    assert refused.exit_code == 1
    assert "Not enough memory: Training base.gguf takes" in refused.output
    file.write_bytes(b"damaged")
    assert "Damaged tuples" in CliRunner().invoke(main, common).output
