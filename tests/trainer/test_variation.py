"""Names are swapped alike everywhere, and nothing else changes."""

from __future__ import annotations

import random

from trainer.variation import KEPT, parts, pool_of, vary

EXAMPLE: dict[str, object] = {
    "pieces": [2, "shop/user_price.py", 4, "def ", 10, "user_price", 11, "UserCost", 12, "(self):", 16],
    "labels": [1],
    "answer": [[0, "UserCost"]],
}
POOL = ["alpha", "beta", "gamma", "delta", "user", "kappa", "sigma", "omega", "theta"]


def test_parts_are_those_of_names_and_not_of_the_language() -> None:
    assert parts(EXAMPLE) == {"shop", "user", "price", "cost"}
    assert {"self", "def", "return", "isinstance"} <= KEPT


def test_a_part_is_swapped_everywhere_in_its_letter_case() -> None:
    varied = vary(EXAMPLE, POOL, random.Random(1), share=1.0)
    pieces = varied["pieces"]
    assert isinstance(pieces, list)
    user = pieces[1].split("/")[1].split("_")[0]
    assert user in POOL and user != "user"
    assert pieces[5].startswith(user + "_")
    assert pieces[7].startswith(user.capitalize())
    assert varied["answer"] == [[0, pieces[7]]]


def test_control_tokens_keywords_and_labels_stay() -> None:
    varied = vary(EXAMPLE, POOL, random.Random(1), share=1.0)
    before, after = EXAMPLE["pieces"], varied["pieces"]
    assert isinstance(before, list) and isinstance(after, list)
    assert [p for p in before if isinstance(p, int)] == [p for p in after if isinstance(p, int)]
    assert (after[3], after[9]) == ("def ", "(self):")
    assert varied["labels"] == [1]


def test_different_names_stay_different() -> None:
    for seed in range(30):
        varied = vary(EXAMPLE, POOL, random.Random(seed), share=0.7)
        assert len(parts(varied)) == len(parts(EXAMPLE))


def test_the_example_itself_is_not_changed_and_seeds_repeat() -> None:
    copy = {**EXAMPLE, "pieces": list(EXAMPLE["pieces"])}  # type: ignore[call-overload]
    assert vary(EXAMPLE, POOL, random.Random(3)) == vary(EXAMPLE, POOL, random.Random(3))
    assert copy == EXAMPLE


def test_the_pool_has_parts_as_often_as_examples_do() -> None:
    assert pool_of([EXAMPLE, EXAMPLE]).count("price") == 2
