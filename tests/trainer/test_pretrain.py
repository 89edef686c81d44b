"""Rows, batches and the loop: a small model learns the made-up task, and a run goes on where it stopped."""

from __future__ import annotations

import gzip
import json
import math
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

import torch

from engine.model import vocabulary as v
from tests.trainer.stories import NAMES, story
from trainer.measures import auc
from trainer.model import Ripple, Shape
from trainer.pretrain import Plan, Progress, Run, decide, load, losses, rate_at
from trainer.rows import Batch, Row, batches, collate, read, to_row
from trainer.tokenizer import CodeTokenizer, train

pytestmark = pytest.mark.train

TOKENIZER: CodeTokenizer = train(
    [" ".join(NAMES) + " = def ():\n" + str(range(10))] * 20, len(v.SPECIALS) + 300
)
SHAPE = Shape(len(TOKENIZER.tokens), width=64, layers=2, inner=128, heads=4, kv_heads=2, context=512)


def rows(count: int, seed: int = 0) -> list[Row]:
    rng = random.Random(seed)
    made = (story(rng) for _ in range(count * 2))
    return [to_row(one, TOKENIZER) for one in made if one["labels"]][:count]


def test_a_row_asks_where_its_sites_are() -> None:
    row = rows(1)[0]
    assert all(row.ids[row.asks] == v.ASK)
    assert all(row.intents == v.IDS["<|intent:rename|>"])
    assert len(row.asks) == len(row.labels) == len(row.rules)


def test_labels_must_match_the_asks() -> None:
    broken = story(random.Random(3))
    broken["labels"] = [1] * 40
    with pytest.raises(ValueError, match="40 labels"):
        to_row(broken, TOKENIZER)


def test_a_batch_trains_the_chain_after_answer_and_nothing_else() -> None:
    row = next(row for row in rows(20) if row.labels.any())
    batch = collate([row, row], 512)
    flat = batch.ids.reshape(-1)
    assert flat[batch.writes[0]] == v.ANSWER
    assert list(flat[batch.writes + 1]) == list(batch.written)
    assert batch.written[-1] == v.END
    assert all(flat[batch.asks] == v.ASK)
    assert len(batch.asks) == 2 * len(row.asks)


def test_shuffled_batches_hold_rows_of_one_length_and_every_row_is_measured_once() -> None:
    made = rows(30)
    assert sum(len(batch.ids) for batch in batches(made, 1024, None)) == 30
    assert {batch.ids.shape for batch in batches(made, 1024, 5)} <= {(8, 128), (4, 256), (2, 384), (2, 512)}


def test_too_long_examples_are_counted_and_a_file_cut_short_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl.gz"
    rng = random.Random(1)
    lines = [json.dumps(story(rng)) for _ in range(4)]
    with gzip.open(path, "wt") as out:
        out.write("\n".join(lines)[:-20])
    found = read([path], TOKENIZER)
    assert len(found.rows) + found.left_out == 3
    assert [(fault.path, fault.read) for fault in found.faults] == [(path, 3)]
    assert read([path], TOKENIZER, longest=10).left_out == 3


def test_the_rate_rises_and_falls_to_nothing() -> None:
    plan = Plan(minutes=1, rate=1.0, warmup=10)
    assert rate_at(plan, Progress()) == pytest.approx(0.1)
    assert rate_at(plan, Progress(steps=50)) == pytest.approx(1.0)
    assert rate_at(plan, Progress(steps=50, seconds=30)) == pytest.approx(0.5)
    assert rate_at(plan, Progress(steps=50, seconds=60)) == pytest.approx(0.0, abs=1e-12)
    stays = replace(plan, plateau=0.5)
    assert rate_at(stays, Progress(steps=50, seconds=30)) == pytest.approx(1.0)
    assert rate_at(stays, Progress(steps=50, seconds=45)) == pytest.approx(0.5)
    assert rate_at(stays, Progress(steps=50, seconds=60)) == pytest.approx(0.0, abs=1e-12)


def test_with_a_budget_the_rate_falls_by_tokens_whatever_the_clock_says() -> None:
    plan = Plan(minutes=1, budget=1000, rate=1.0, warmup=10)
    assert rate_at(plan, Progress(steps=50, tokens=0, seconds=1e9)) == pytest.approx(1.0)
    assert rate_at(plan, Progress(steps=50, tokens=500)) == pytest.approx(0.5)
    assert rate_at(plan, Progress(steps=50, tokens=1500)) == 0.0


def test_a_decision_is_the_two_way_softmax_of_yes_against_no() -> None:
    torch.manual_seed(0)
    model = Ripple(SHAPE)
    batch = collate(rows(2), 256)
    hidden = model(torch.from_numpy(batch.ids))
    decision, chain, decided = losses(model, hidden, batch)
    full = model.logits(hidden.reshape(-1, SHAPE.width))
    asked = full[torch.from_numpy(batch.asks)]
    expected = -torch.log_softmax(asked[:, [v.NO, v.YES]], dim=-1)[range(len(batch.labels)), batch.labels]
    assert decision.item() == pytest.approx(expected.mean().item(), rel=1e-4)
    assert torch.allclose(decided, asked[:, v.YES] - asked[:, v.NO], atol=1e-4)
    assert math.isfinite(chain.item())


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of 60 steps; its minutes are not used up, so the test does not hang on the clock."""
    plan = Plan(minutes=60, rate=4e-3, warmup=10, tokens=1024, threads=1, compiled=False)
    run = Run(tmp_path_factory.mktemp("run"), SHAPE, plan, lambda _: None)
    for batch in batches(rows(700), 1024, 1)[:60]:
        run.step(batch)
    return run


def held_out_auc(run: Run) -> float:
    held = rows(60, seed=99)
    logits, _ = decide(run.model, held, torch.device("cpu"))
    return auc(np.concatenate(logits), np.concatenate([row.labels for row in held]))


def test_facts_are_learnt_at_once(trained: Run) -> None:
    assert held_out_auc(trained) > 0.75  # comments are never right: a fact, and half of the truth


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_texts_are_compared_after_a_while(tmp_path: Path) -> None:
    """Comparing site and edit appears abruptly, after about 1,100 steps; facts alone stop at 0.84."""
    plan = Plan(minutes=60, rate=5e-3, warmup=20, tokens=2048, answer_weight=0.3, threads=1, compiled=False)
    run = Run(tmp_path, SHAPE, plan, lambda _: None)
    for epoch in range(20):
        for batch in batches(rows(2000, epoch), 2048, epoch):
            run.step(batch)
        if run.progress.steps > 600 and held_out_auc(run) > 0.9:
            return
    pytest.fail(f"after {run.progress.steps} steps the AUC is {held_out_auc(run):.3f}")


def test_a_run_goes_on_where_it_stopped(trained: Run) -> None:
    trained.save()
    again = Run(trained.folder, SHAPE, trained.plan, lambda _: None)
    assert again.resume()
    assert again.progress.steps == trained.progress.steps
    batch = batches(rows(40), 2048, 3)[0]
    first = trained.step(batch)
    second = again.step(batch)
    assert first[:2] == pytest.approx(second[:2], rel=1e-4)
    for one, two in zip(trained.model.parameters(), again.model.parameters(), strict=True):
        assert torch.allclose(one, two, atol=1e-6)


def test_a_run_that_goes_on_reads_the_rest_of_its_epoch(tmp_path: Path) -> None:
    """Not its beginning again: stopped in the middle, it reads in all what it reads in one go."""
    plan = Plan(minutes=0, tokens=1024, threads=1, compiled=False)
    supply = rows(60)

    def seen_by(folder: Path, *ends: int) -> list[int]:
        seen: list[int] = []
        for end in ends:
            run = Run(folder, SHAPE, replace(plan, budget=end), lambda _: None)
            run.resume()

            def noted(batch: Batch, run: Run = run) -> tuple[float, float, torch.Tensor]:
                seen.append(hash(batch.ids.tobytes()))
                run.progress.steps += 1
                run.progress.tokens += batch.ids.size
                return 0.0, 0.0, torch.zeros(len(batch.asks))

            run.step = noted  # type: ignore[method-assign]
            run.train(lambda: supply, lambda: supply[:2])
        return seen

    once = batches(supply, plan.tokens, plan.seed)
    end = sum(batch.ids.size for batch in once) + once[0].ids.size
    whole = seen_by(tmp_path / "whole", end)
    assert len(once) > 4 and len(set(whole[: len(once)])) == len(once)
    assert seen_by(tmp_path / "parts", end // 3, end // 2, end) == whole


def test_a_checkpoint_loads_as_a_model(trained: Run) -> None:
    trained.save()
    model, progress = load(trained.checkpoint)
    assert model.shape == SHAPE
    assert isinstance(progress, Progress)


def test_training_ends_with_its_minutes_and_asks_for_rows_anew(tmp_path: Path) -> None:
    said: list[str] = []
    asked = 0

    def supply() -> list[Row]:
        nonlocal asked
        asked += 1
        return rows(16)

    plan = Plan(minutes=0.02, tokens=1024, threads=1, compiled=False)
    run = Run(tmp_path, SHAPE, plan, said.append)
    run.train(supply, lambda: rows(5, seed=9))
    assert asked >= 2
    assert "auc" in said[-1]
    assert json.loads((tmp_path / "curve.json").read_text())[-1]["tokens"] == run.progress.tokens


def test_training_ends_with_its_tokens(tmp_path: Path) -> None:
    plan = Plan(minutes=60, budget=3000, tokens=1024, threads=1, compiled=False)
    run = Run(tmp_path, SHAPE, plan, lambda _: None)
    run.train(lambda: rows(40), lambda: rows(5, seed=9))
    assert 3000 <= run.progress.tokens < 3000 + 1024
