"""`ripple train split` and `calibrate`: two sides by time, and an adapter read on its model's scale."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.model import vocabulary as v
from engine.model.calibrate import Calibration, Sigmoid, dump, parse
from engine.types import IntentKind
from tests.trainer.test_split import told
from trainer import calibration_table, calibrator
from trainer.commands import main
from trainer.tuples import Outcome, read, read_outcomes, write, write_outcomes

OWN = Calibration({IntentKind.RENAME: Sigmoid(1.0, 0.0, 0.0)})


class Fake:
    """A runtime whose logit is named in the prompt; with the adapter it is 3 higher."""

    def __init__(self, base: Path, threads: int) -> None:
        self._more = 0.0

    def metadata(self, key: str) -> str:
        return dump(OWN)

    def set_adapter(self, path: Path) -> None:
        self._more = 3.0

    def eval(self, ids: tuple[int, ...], logits_at: list[int]) -> np.ndarray:
        rows = np.zeros((len(logits_at), v.NO + 1), np.float32)
        rows[:, v.YES] = self._more + ids[-2] - 500
        return rows

    def close(self) -> None:
        pass


def outcomes(count: int) -> list[Outcome]:
    rng = random.Random(2)
    made = []
    for number in range(count):
        logit = rng.randint(-4, 3)
        right = rng.random() < Sigmoid().apply(logit)
        made.append(
            Outcome(
                (number + 1000, 500 + logit, v.ASK), 0, 0.5, "rename", right, 0.5, 1.0, float(number), "o/p",
                "a.py", "a.py:1:x", "y", "history", "m",
            )
        )  # fmt: skip
    return made


def test_files_are_parted_by_time_with_the_outcomes_beside_them(tmp_path: Path) -> None:
    write(tmp_path / "p.jsonl.gz", [told(float(at), f"n{at}") for at in range(10)])
    write_outcomes(tmp_path / "p.outcomes.gz", outcomes(12))
    result = CliRunner().invoke(main, ["split", str(tmp_path / "p.jsonl.gz"), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert result.output.split("\n")[:2] == ["learnt: 8 tuples, 8 outcomes", "held: 2 tuples, 4 outcomes"]
    assert [one.at for one in read(tmp_path / "out" / "held.jsonl.gz")] == [8, 9]
    assert max(one.at for one in read_outcomes(tmp_path / "out" / "learnt.outcomes.gz")) == 7


def test_an_adapter_is_calibrated_and_held_against_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (calibrator, calibration_table):
        monkeypatch.setattr(module, "Runtime", Fake)
    for name in ("told", "held"):
        write_outcomes(tmp_path / name, outcomes(300))
    (tmp_path / "adapter.gguf").write_bytes(b"")
    arguments = ["calibrate", tmp_path / "adapter.gguf", "--outcomes", tmp_path / "told"]
    arguments += ["--held", tmp_path / "held"]
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    said, _, *rows = result.output.splitlines()
    assert parse(said).by_intent[IntentKind.RENAME] == Sigmoid(1.0, -3.0, 0.0)
    model, alike, calibrated = (row.split()[-7:] for row in rows[:3])
    assert calibrated == model and float(alike[1]) > float(model[1]) + 0.2


def test_outcomes_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    for name in ("a.gguf", "torn"):
        (tmp_path / name).write_bytes(b"x")
    arguments = ["calibrate", str(tmp_path / "a.gguf"), "--outcomes", str(tmp_path / "torn")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1 and "Damaged tuples" in result.output
