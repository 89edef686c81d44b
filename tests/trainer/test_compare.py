"""Variants of training: what each reads, what is kept of it, and the table that is made of it."""

from __future__ import annotations

import random
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

import torch

from engine.model import vocabulary as v
from tests.trainer.stories import NAMES, story
from trainer import plain
from trainer.compare import (
    Averaging,
    Material,
    Outcome,
    Terms,
    Variant,
    is_simulated,
    keep,
    kept,
    supply,
    train,
    with_quiet,
    without_facts,
)
from trainer.compare_table import table
from trainer.model import Shape
from trainer.pretrain import Ended, Plan
from trainer.rows import Row, batches, to_row
from trainer.stopping import Stop
from trainer.tokenizer import CodeTokenizer
from trainer.tokenizer import train as learn

pytestmark = pytest.mark.train

TOKENIZER: CodeTokenizer = learn(
    [" ".join(NAMES) + " = def ():\n" + str(range(10))] * 20, len(v.SPECIALS) + 300
)
SHAPE = Shape(len(TOKENIZER.tokens), width=64, layers=1, inner=64, heads=1, kv_heads=1, context=512)


def rows(count: int, seed: int = 0) -> list[Row]:
    """Every third of a history, every second quiet."""
    rng = random.Random(seed)
    made = [to_row(one, TOKENIZER) for one in (story(rng) for _ in range(2 * count)) if one["labels"]][:count]
    return [
        replace(
            row,
            scenario="rename/local" if n % 3 else "history/chance",
            quiet=n % 2 == 0,
            source=f"owner/{n % 2}",
            point=f"commit{n // 4}:{n}",
        )
        for n, row in enumerate(made)
    ]


def test_without_facts_nothing_but_facts_is_gone() -> None:
    row = rows(1)[0]
    bare = without_facts([row])[0]
    facts = {*range(v.IDS["<|intent:rename|>"], v.IDS["<|intent:free|>"] + 1)}
    assert facts & set(row.ids.tolist())
    assert not facts & set(bare.ids.tolist())
    changed = row.ids != bare.ids
    assert set(row.ids[changed].tolist()) <= facts
    assert all(bare.ids[bare.asks] == v.ASK)


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_windows_are_left_out_until_the_share_of_quiet_ones_is_met(share: float) -> None:
    some = with_quiet(rows(60), share, random.Random(1))
    assert len(some) > 30
    assert sum(row.quiet for row in some) / len(some) == pytest.approx(share, abs=0.04)


def test_simulated_windows_come_first_within_the_same_budget() -> None:
    made = rows(120)
    terms = Terms(20_000)
    flags = []
    known = {row.ids.tobytes(): is_simulated(row) for row in made}
    for batch in supply(Variant("x", simulated_first=True), made, terms, 1024):
        flags += [
            next(flag for ids, flag in known.items() if ids in row.astype(np.uint16).tobytes())
            for row in batch.ids
        ]
    assert flags[0] and not flags[-1]
    assert flags == sorted(flags, reverse=True)


def test_plain_code_stands_among_the_windows_or_before_them() -> None:
    code = plain.rows(["def total():\n    return price\n" * 100], TOKENIZER)
    flags = {}
    for variant in (Variant("x", code=0.3), Variant("y", code=0.3, code_first=True), Variant("z")):
        read, seen = 0, []
        for batch in supply(variant, rows(120), Terms(20_000), 1024, code):
            read += batch.ids.size
            seen.append(batch.is_code)
            if read > 20_000:
                break
        flags[variant.name] = seen
    assert 0.2 < sum(flags["x"]) / len(flags["x"]) < 0.4
    assert flags["x"] != sorted(flags["x"], reverse=True)
    assert flags["y"] == sorted(flags["y"], reverse=True) and 0.2 < sum(flags["y"]) / len(flags["y"]) < 0.4
    assert not any(flags["z"])


def test_the_average_follows_the_weights(tmp_path: Path) -> None:
    plan = Plan(minutes=0, budget=100_000, rate=1.0, warmup=1, tokens=512, threads=1, compiled=False)
    run = Averaging(tmp_path, SHAPE, plan, lambda _: None)
    start = run.model.token_embd.weight.detach().clone()
    run.plan = replace(plan, rate=1e-3)
    run.step(batches(rows(8), 512, None)[0])
    moved = run.model.token_embd.weight.detach()
    expected = start + (moved - start) * (1 - 2 / 11)
    assert torch.allclose(run.averaged().token_embd.weight, expected, atol=1e-6)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    terms = Terms(6000, compiled=False)
    folder = tmp_path_factory.mktemp("compare")
    code = plain.rows(["def total():\n    return price\n" * 100], TOKENIZER)
    material = Material(rows(80), rows(24, seed=9), TOKENIZER, code, code[:1])
    return train(Variant("small", width=64, layers=1), terms, material, folder, lambda _: None, Stop())


def test_what_is_kept_is_given_back_for_the_same_terms_only(outcome: Outcome, tmp_path: Path) -> None:
    keep(outcome, tmp_path)
    again = kept(tmp_path, outcome.variant, outcome.terms, 24)
    assert again is not None
    assert again.tokens == outcome.tokens >= 6000
    assert again.curve == outcome.curve
    assert outcome.curve[-1]["tokens"] == outcome.tokens
    for one, two in zip(outcome.averaged, again.averaged, strict=True):
        assert np.array_equal(one, two)
    assert kept(tmp_path, outcome.variant, Terms(7000), 24) is None
    assert kept(tmp_path, replace(outcome.variant, quiet=0.2), outcome.terms, 24) is None
    assert kept(tmp_path, outcome.variant, outcome.terms, 25) is None
    assert kept(tmp_path, Variant("other"), outcome.terms, 24) is None


def test_the_table_holds_every_arm_against_the_first(outcome: Outcome) -> None:
    held = rows(24, seed=9)
    worse = replace(
        outcome, variant=replace(outcome.variant, name="worse"), raw=[-one for one in outcome.raw]
    )
    lines = table([outcome, worse], held, {64: 1.5}).splitlines()
    assert lines[3].startswith("| small | 0.0")
    assert "+0.0000 (+0.0000 to +0.0000)" in lines[3]
    assert outcome.code is not None and outcome.exact == 0
    assert lines[3].endswith(f"| 1.5 ms | {outcome.code:.2f} | 0.000 |")
    assert [line.split(" | ")[0] for line in lines[4:7]] == [
        "| small, averaged",
        "| worse",
        "| worse, averaged",
    ]


def test_a_variant_that_is_stopped_says_so(tmp_path: Path) -> None:
    stop = Stop()
    material = Material(rows(10), rows(4), TOKENIZER)

    def said(_: str) -> None:
        raise AssertionError

    stop.by = signal.SIGINT
    with pytest.raises(Ended, match="SIGINT"):
        train(Variant("x", width=64, layers=1), Terms(5000, compiled=False), material, tmp_path, said, stop)
