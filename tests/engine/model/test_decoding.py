"""Greedy writing: where it ends, what speculation may never change, and what is known of each token."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from engine.model import decoding
from engine.model.decoding import write
from engine.model.runtime import Runtime, Stopped, never
from tests.engine.model.dictated import Dictated


def dictate(answer: str, stops: tuple[str, ...] = (), limit: int = 500, prompt: str = "a") -> decoding.Answer:
    runtime = Dictated(answer)
    ids = runtime.encode(prompt)
    runtime.eval(ids, [len(ids) - 1], never)
    return write(runtime, ids, stops, limit, never)  # type: ignore[arg-type]


def test_the_models_own_end_finishes() -> None:
    answer = dictate("total = 1\n")
    assert (answer.text, answer.finished, len(answer.scores)) == ("total = 1\n", True, 10)


@pytest.mark.parametrize("stops", [("<|end",), ("|end", "<|end"), ("\n<|end", "xyz")])
def test_a_stop_string_that_many_tokens_make_finishes(stops: tuple[str, ...]) -> None:
    answer = dictate("a = 1\n<|end and more", stops)
    assert answer.finished
    assert (
        answer.text
        == "a = 1\n<|end and more"[: min("a = 1\n<|end".find(s) for s in stops if s in "a = 1\n<|end")]
    )


def test_the_limit_does_not_finish() -> None:
    answer = dictate("abcdefgh", limit=5)
    assert (answer.text, answer.finished) == ("abcde", False)


def test_the_context_is_a_limit_too() -> None:
    runtime = Dictated("abcdefgh", n_ctx=12)
    ids = runtime.encode("prompt")
    runtime.eval(ids, [5], never)
    answer = write(runtime, ids, (), 100, never)  # type: ignore[arg-type]
    assert (answer.text, answer.finished) == ("abcdef", False)


def test_characters_of_many_tokens_stay_whole() -> None:
    answer = dictate("é🎉 = '漢'")
    assert answer.text == "é🎉 = '漢'"
    assert answer.ends[-1] == len(answer.text)
    assert all(a <= b for a, b in pairwise(answer.ends))


def test_what_is_copied_takes_few_passes() -> None:
    text = "def total(items):\n    return sum(item.price for item in items)\n" * 2
    runtime = Dictated(text)
    ids = runtime.encode(text)
    runtime.eval(ids, [len(ids) - 1], never)
    answer = write(runtime, ids, (), 500, never)  # type: ignore[arg-type]
    assert answer.text == text and answer.finished
    assert runtime.evals < len(text) / 5


def test_stopping_is_looked_at_before_every_pass() -> None:
    runtime = Dictated("abcdefgh")
    ids = runtime.encode("x")
    runtime.eval(ids, [0], never)
    answers = iter([False, False, True])
    with pytest.raises(Stopped):
        write(runtime, ids, (), 100, lambda: next(answers))  # type: ignore[arg-type]


def test_the_chance_of_a_stretch_is_the_geometric_mean_of_its_tokens() -> None:
    answer = decoding.Answer("abcdef", (2, 4, 6), (math.log(0.9), math.log(0.4), math.log(0.1)))
    assert answer.chance([(2, 4)]) == pytest.approx(0.4)
    assert answer.chance([(3, 5)]) == pytest.approx(0.2)
    assert answer.chance([(0, 1), (5, 6)]) == pytest.approx(0.3)
    assert answer.chance([]) == pytest.approx((0.9 * 0.4 * 0.1) ** (1 / 3))
    assert decoding.Answer("").chance([]) == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_speculation_changes_nothing_in_a_real_model(
    runtime: Runtime, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [int(one) for one in np.random.default_rng(seed).integers(130, 160, 200)]
    fast = write(runtime, ids, ("\x00",), 60, never)
    monkeypatch.setattr(decoding, "AHEAD", 0)
    runtime.reset()
    slow = write(runtime, ids, ("\x00",), 60, never)
    assert (fast.text, fast.ends, fast.finished) == (slow.text, slow.ends, slow.finished)
    assert np.allclose(fast.scores, slow.scores, atol=0.05)
