"""What goes wrong in a run: damaged files, a full disk, a signal, no GPU any more. A checkpoint is kept."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

import torch

from engine.errors import FileProblem
from engine.model import vocabulary as v
from tests.trainer.stories import NAMES, story
from trainer import checkpoints, pretrain
from trainer.model import Shape
from trainer.pretrain import Ended, Plan, Run
from trainer.rows import Batch, Row, read, to_row
from trainer.stopping import Stop, stopping
from trainer.tokenizer import CodeTokenizer, train

pytestmark = pytest.mark.train

TOKENIZER: CodeTokenizer = train([" ".join(NAMES) + " = def ():\n"] * 20, len(v.SPECIALS) + 300)
SHAPE = Shape(len(TOKENIZER.tokens), width=64, layers=1, inner=64, heads=1, kv_heads=1, context=512)
PLAN = Plan(minutes=60, tokens=1024, threads=1, compiled=False)


def rows() -> list[Row]:
    rng = random.Random(1)
    return [to_row(one, TOKENIZER) for one in (story(rng) for _ in range(40)) if one["labels"]]


def run(folder: Path) -> Run:
    return Run(folder, SHAPE, PLAN, lambda _: None)


def after(steps: int, monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Something happens in the middle of the given step."""
    real = Run.step

    def step(self: Run, batch: Batch) -> tuple[float, float, torch.Tensor]:
        made = real(self, batch)
        if self.progress.steps == steps:
            what()
        return made

    monkeypatch.setattr(Run, "step", step)


def fails(error: Exception) -> Callable[..., object]:
    def fail(*_: object) -> object:
        raise error

    return fail


def test_a_signal_ends_the_run_with_a_checkpoint_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after(3, monkeypatch, lambda: os.kill(os.getpid(), signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Ended, match="SIGTERM") as caught, stopping() as stop:
        run(tmp_path).train(rows, rows, stop)
    assert "is kept" in caught.value.hint
    assert signal.getsignal(signal.SIGTERM) == before
    again = run(tmp_path)
    assert again.resume()
    assert again.progress.steps == 3


def test_a_second_signal_does_what_it_always_does() -> None:
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # what a shell starts behind has it ignored
    try:
        with pytest.raises(KeyboardInterrupt), stopping() as stop:
            os.kill(os.getpid(), signal.SIGINT)
            assert stop.by is signal.SIGINT
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_full_disk_keeps_the_checkpoint_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(tmp_path)
    first.save()
    whole = first.checkpoint.read_bytes()
    full = OSError(errno.ENOSPC, "No space left on device")
    after(2, monkeypatch, lambda: monkeypatch.setattr(os, "fsync", fails(full)))
    with pytest.raises(Ended, match="No space left on device") as caught:
        first.train(rows, rows, _stopped_at(first, 2))
    assert "minute 0.0 is kept" in caught.value.hint
    assert first.checkpoint.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir() if ".tmp" in path.name] == []


class _StoppedAt(Stop):
    """A wish that comes true at a step."""

    def __init__(self, run: Run, steps: int) -> None:
        super().__init__()
        self.run, self.steps = run, steps

    @property
    def asked(self) -> bool:
        return self.run.progress.steps >= self.steps


def _stopped_at(run: Run, steps: int) -> Stop:
    return _StoppedAt(run, steps)


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: unspecified launch failure\nCUDA kernel errors might be"),
        RuntimeError("CUDA error: device-side assert triggered"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    ],
)
def test_a_gpu_that_vanishes_leaves_a_checkpoint_that_goes_on_elsewhere(
    error: RuntimeError, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(tmp_path)
    first.save()
    after(2, monkeypatch, fails(error))
    with pytest.raises(Ended, match="The GPU is gone") as caught:
        first.train(rows, rows)
    assert "--device cpu" in caught.value.hint
    assert "\n" not in caught.value.message
    again = run(tmp_path)
    assert again.resume()
    assert again.progress.steps == 0


def test_other_errors_are_not_put_down_to_the_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    after(1, monkeypatch, fails(RuntimeError("shapes do not fit")))
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        run(tmp_path).train(rows, rows)


def test_a_checkpoint_that_is_damaged_or_of_another_size_is_said_to_be(tmp_path: Path) -> None:
    first = run(tmp_path)
    first.save()
    whole = first.checkpoint.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"not a checkpoint"):
        first.checkpoint.write_bytes(damaged)
        with pytest.raises(FileProblem, match="cannot be read as a checkpoint"):
            run(tmp_path).resume()
    torch.save({"weights": {}}, first.checkpoint)
    with pytest.raises(FileProblem, match="no checkpoint of this version"):
        pretrain.load(first.checkpoint)
    first.checkpoint.write_bytes(whole)
    with pytest.raises(FileProblem, match="another size"):
        Run(tmp_path, Shape(len(TOKENIZER.tokens), 128, 1, 64, 2, 1), PLAN, lambda _: None).resume()
    assert checkpoints.read(first.checkpoint, "cpu")["progress"]["steps"] == 0


GOOD = story(random.Random(5))


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[1, 2]",
        b"\xff\xfe{}",
        json.dumps({**GOOD, "labels": [1] * 99}).encode(),
        json.dumps({**GOOD, "pieces": [None]}).encode(),
        json.dumps({**GOOD, "pieces": [100_000]}).encode(),
        json.dumps({**GOOD, "answer": [[99, "x"]]}).encode(),
        json.dumps({**GOOD, "rules": [0.5] * 99}).encode(),
    ],
)
def test_a_line_that_is_no_example_ends_its_file_and_is_said(bad: bytes, tmp_path: Path) -> None:
    good = json.dumps(GOOD).encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"\n".join((good, good, bad, good))))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(good))
    found = read(sorted(tmp_path.iterdir()), TOKENIZER)
    assert len(found.rows) == 3
    assert [(fault.path.name, fault.read) for fault in found.faults] == [("a.jsonl.gz", 2)]


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-9], lambda whole: whole[:40], lambda whole: b"no gzip"]
)
def test_a_compressed_file_that_is_cut_or_none_is_said(
    damage: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    lines = b"\n".join(json.dumps(story(random.Random(n))).encode() for n in range(50))
    (tmp_path / "a.jsonl.gz").write_bytes(damage(gzip.compress(lines)))
    found = read([tmp_path / "a.jsonl.gz"], TOKENIZER)
    assert [fault.path.name for fault in found.faults] == ["a.jsonl.gz"]
    assert found.faults[0].what
