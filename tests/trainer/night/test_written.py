"""Contests between answers: who wins where the model would write one of them, by each kind of contest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.model.runtime import Stopped, never
from tests.engine.model.dictated import Dictated
from tests.trainer.rewriting import PROMPT, TEXT, rewriting, swaps, window
from trainer.night.written import WindowJudge
from trainer.tuples import END, Chain, Choice, Preference

SITES, (A, B, C) = swaps(("1", "11"), ("beta", "delta"), ("3", "4"))
OWN = Choice(0, 1, "dollar")
PLAIN = TEXT.rstrip("\n")


def won(one: Preference, writes: str) -> tuple[int, int]:
    """What is won with a model that would write this text."""
    runtime = Dictated(writes + "\n```")
    runtime.prompt = list(PROMPT)
    return WindowJudge(runtime, never).won(one)  # type: ignore[arg-type]


def told(accepted: Chain, *rejected: Chain) -> Preference:
    return rewriting(SITES, [accepted], rejected)


@pytest.mark.parametrize(
    ("one", "good", "bad"),
    [
        (told((OWN,), (B,)), PLAIN.replace("beta", "dollar"), PLAIN.replace("beta", "delta")),
        (told((END,), (B,)), PLAIN, PLAIN.replace("beta", "delta")),
        (told((B,), (END,)), PLAIN.replace("beta", "delta"), PLAIN),
        (told((A,)), PLAIN.replace("1", "11"), PLAIN),
        (told((C,), (B,)), PLAIN.replace("3", "4"), PLAIN.replace("beta", "delta")),
    ],
    ids=["a text of one's own", "the end", "against the end", "taken as it was", "another place"],
)
def test_the_answer_that_the_model_would_write_wins(one: Preference, good: str, bad: str) -> None:
    assert won(one, good) == (1, 1)
    assert won(one, bad) == (0, 1)


def test_what_was_taken_along_is_to_stay() -> None:
    one = told((A, OWN), (A, B))
    both = PLAIN.replace("1", "11").replace("beta", "dollar")
    assert won(one, both) == (2, 2)
    assert won(one, PLAIN.replace("1", "11").replace("beta", "delta")) == (1, 2)


def test_a_broken_tuple_or_one_that_is_too_long_is_no_contest() -> None:
    one = told((OWN,), (B,))
    assert won(replace(one, windows=(replace(window(), start=1),)), PLAIN) == (0, 0)
    runtime = Dictated(PLAIN, n_ctx=20)
    runtime.prompt = list(PROMPT)
    assert WindowJudge(runtime, never).won(one) == (0, 0)  # type: ignore[arg-type]


def test_scoring_ends_when_asked() -> None:
    runtime = Dictated(PLAIN)
    runtime.prompt = list(PROMPT)
    with pytest.raises(Stopped):
        WindowJudge(runtime, lambda: True).won(told((OWN,), (B,)))  # type: ignore[arg-type]
