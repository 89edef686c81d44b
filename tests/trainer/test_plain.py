"""Plain code as rows and among the windows of a run, and how well a model writes it."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

import torch

from engine.model import vocabulary as v
from tests.trainer.stories import NAMES
from tests.trainer.test_pretrain import SHAPE, TOKENIZER
from tests.trainer.test_pretrain import rows as windows
from trainer import plain
from trainer.model import Ripple
from trainer.pretrain import Plan, Run, losses
from trainer.rows import Batch, batches, collate
from trainer.writing import bits_per_byte, exact_texts

pytestmark = pytest.mark.train

TEXT = "".join(f"def {name}():\n    return {name}\n" for name in NAMES) * 12


def size(made: list[Batch], code: bool) -> int:
    return sum(batch.ids.size for batch in made if batch.is_code == code)


def test_texts_are_cut_into_rows_that_hold_all_of_them() -> None:
    made = plain.rows([TEXT, "x = 1\n", TEXT], TOKENIZER)
    ids = TOKENIZER.encode(TEXT)
    pieces = math.ceil(len(ids) / (plain.LENGTH - 1))
    assert len(made) == 2 * pieces
    assert all(row.ids[0] == v.TEXT and len(row.ids) <= plain.LENGTH for row in made)
    assert [token for row in made[:pieces] for token in row.ids[1:].tolist()] == ids
    assert len(plain.rows(itertools.repeat(TEXT, 100), TOKENIZER, 3 * plain.LENGTH)) <= 4


def test_every_token_of_plain_code_is_predicted_and_nothing_is_asked() -> None:
    row = plain.rows([TEXT], TOKENIZER)[0]
    batch = collate([row, row], 512)
    flat = batch.ids.reshape(-1)
    assert batch.is_code and not collate(windows(2), 256).is_code
    assert list(flat[batch.writes + 1]) == list(batch.written)
    assert batch.written.tolist() == 2 * row.ids[1:].tolist()
    torch.manual_seed(0)
    model = Ripple(SHAPE)
    decision, chain, decided = losses(model, model(torch.from_numpy(batch.ids)), batch)
    assert decision.item() == 0 and not len(decided)
    assert chain.item() == pytest.approx(math.log(SHAPE.vocabulary), rel=0.1)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.6])
def test_the_share_is_met_all_along(share: float) -> None:
    code = plain.endless(plain.rows([TEXT] * 8, TOKENIZER), 1024, 1)
    made = list(plain.mixed(batches(windows(200), 1024, 1), code, share))
    for some in (made, made[: len(made) // 2]):
        total = sum(batch.ids.size for batch in some)
        assert abs(size(some, True) - share * total) <= 1024
    assert size(made, False) == size(batches(windows(200), 1024, 1), False)


def test_plain_code_can_come_first() -> None:
    code = plain.endless(plain.rows([TEXT] * 8, TOKENIZER), 1024, 1)
    made = list(plain.first(batches(windows(20), 1024, 1), code, 3000))
    flags = [batch.is_code for batch in made]
    assert flags == sorted(flags, reverse=True)
    assert 3000 <= size(made, True) < 3000 + 1024


def test_only_trees_of_the_split_are_read(tmp_path: Path) -> None:
    for name in ("pallets+flask", "encode+starlette", "psf+requests", "trpc+trpc", "debian_rust-anyhow"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.txt").write_text("no tree")
    assert [path.name for path in plain.trees(tmp_path, "train")] == ["debian_rust-anyhow", "pallets+flask"]
    assert [path.name for path in plain.trees(tmp_path, "valid")] == ["encode+starlette"]


def test_a_run_learns_plain_code_beside_its_windows(tmp_path: Path) -> None:
    said: list[str] = []
    code = plain.rows([TEXT], TOKENIZER)
    plan = Plan(
        minutes=60, budget=45_000, rate=4e-3, warmup=5, tokens=1024, code=0.5, threads=1, compiled=False
    )
    run = Run(tmp_path, SHAPE, plan, said.append)
    before = bits_per_byte(run.model, code, TOKENIZER.tokens)
    run.train(lambda: windows(60), lambda: windows(5, seed=9), code=code)
    assert bits_per_byte(run.model, code, TOKENIZER.tokens) < 0.6 * before
    assert run.progress.tokens >= 45_000


def test_bits_are_those_of_the_bytes_that_are_predicted() -> None:
    model = Ripple(SHAPE)
    torch.nn.init.zeros_(model.token_embd.weight)  # every token is as likely as any other
    row = plain.rows(["é = 1\n" * 200], TOKENIZER)[0]
    text = TOKENIZER.decode(row.ids[1:].tolist())
    expected = (len(row.ids) - 1) * math.log2(SHAPE.vocabulary) / len(text.encode())
    assert bits_per_byte(model, [row], TOKENIZER.tokens) == pytest.approx(expected, rel=0.01)
    assert math.isnan(bits_per_byte(model, [], TOKENIZER.tokens))


def test_texts_are_exact_only_where_all_their_tokens_are(monkeypatch: pytest.MonkeyPatch) -> None:
    row = next(row for row in windows(40) if row.labels.sum() >= 2)
    answer = row.ids[row.prompt :].tolist()
    truth = np.eye(SHAPE.vocabulary, dtype=np.float32)[[*answer[1:], 0]]
    model = Ripple(SHAPE)
    asked = model.logits
    broken: list[int] = []

    def logits(hidden: torch.Tensor, tokens: torch.Tensor | None = None) -> torch.Tensor:
        assert asked(hidden, tokens).shape == (len(answer) - 1, SHAPE.vocabulary)
        given = truth[:-1].copy()
        given[broken] = 0
        return torch.from_numpy(given)

    monkeypatch.setattr(model, "logits", logits)
    count = int(row.labels.sum())
    assert exact_texts(model, [row]) == (count, count)
    broken[:] = [0]  # which site is none of the text
    assert exact_texts(model, [row]) == (count, count)
    broken[:] = [answer.index(v.STOP) - 1]
    assert exact_texts(model, [row]) == (count - 1, count)
