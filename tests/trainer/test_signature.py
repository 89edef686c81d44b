"""The scenario `signature`: chains that are sound, in every language, and true by what the texts say."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from itertools import islice

import pytest

from tests.trainer.trees import TREES
from trainer.simulate.scenarios import maker
from trainer.simulate.signature import trajectories
from trainer.simulate.signing.listing import inserted, removed, said, swapped
from trainer.simulate.source import apply
from trainer.simulate.store.soundness import objection
from trainer.simulate.tree import LANGUAGES, Tree, parsed

SHOP = '''"""A shop."""


class Shelf:
    def __init__(self, owner_name):
        self.owner_name = owner_name

    def price_of(self, item_name, currency_code):
        """Say the price.

        :param item_name: what it is called
        :param currency_code: how it is paid
        """
        return self.owner_name, item_name, currency_code

    def report_all(self, currency_code):
        return self.price_of("tea", currency_code), self.price_of("milk", currency_code)


def open_shelf(owner_name, limit=3):
    return Shelf(owner_name)


async def visit_shop(currency_code, owner_name):
    shelf = open_shelf(owner_name)
    return shelf.report_all(currency_code)
'''


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(language: str) -> None:
    texts = {path: text.replace(" price(", " priceOf(") for path, text in TREES[language].items()}
    tree = Tree("o/n", language, texts)
    made = list(islice(trajectories(tree, random.Random(1)), 60))
    assert {chain.language for chain in made} == {language}
    assert all(not chain.problem() for chain in made)
    kinds = Counter(chain.kind for chain in made if not objection(chain, tree))
    assert any(kind.startswith("parameter_") for kind in kinds), kinds
    assert any(kind.startswith("quiet/") for kind in kinds), kinds
    again = list(islice(trajectories(Tree("o/n", language, texts), random.Random(1)), 60))
    assert made == again


def test_what_was_restored_is_the_real_code() -> None:
    tree = Tree("o/n", "python", {"shop.py": SHOP})
    made = [one for one in islice(trajectories(tree, random.Random(2)), 200) if "restored" in one.kind]
    assert made
    assert all(chain.end() == {path: tree.texts[path] for path in chain.end()} for chain in made)
    whole = [chain for chain in made if "price_of(self, item_name)" in chain.before["shop.py"]]
    assert {len(chain.steps) for chain in whole if "begun" not in chain.kind} == {2}


def test_the_kinds_and_their_ends() -> None:
    tree = Tree("o/n", "python", {"shop.py": SHOP})
    made: dict[str, str] = defaultdict(str)
    for chain in islice(trajectories(tree, random.Random(3)), 300):
        made[chain.kind] += chain.end()["shop.py"]
    assert "owner_name, item_name, currency_code" in made["quiet/layout"]
    assert "shelf = await open_shelf(owner_name)" in made["return_changed/async"]
    assert "def open_shelf(owner_name, *, limit=3)" in made["quiet/named_only"]
    assert "open_shelf(owner_name, 3)" in made["parameter_changed/default_lost"]
    assert any(kind.startswith("parameter_removed") for kind in made)
    assert any(kind.startswith("parameter_changed/reordered") for kind in made)


def test_names_that_mean_more_than_one_thing_are_left_out() -> None:
    text = SHOP + "\n\nclass Other:\n    def price_of(self, item_name, currency_code):\n        pass\n"
    made = islice(trajectories(Tree("o/n", "python", {"shop.py": text}), random.Random(1)), 200)
    assert not any("price_of(self" in chain.trigger[1][0].new for chain in made)
    tree = Tree("o/n", "python", {"a.py": "def f(a):\n    pass\n\n\nf(*x)\nf(1)\n"})
    assert not any(chain.steps for chain in trajectories(tree, random.Random(1)))


def test_a_tree_with_nothing_in_it_ends() -> None:
    assert list(trajectories(Tree("o/n", "python", {}), random.Random(1))) == []
    assert list(trajectories(Tree("o/n", "go", {"a.go": "package a\n"}), random.Random(1))) == []
    assert maker("signature") is trajectories


def test_lists() -> None:
    text = "f(a, b, c)"
    spans = [(2, 3), (5, 6), (8, 9)]
    assert apply(text, [inserted(text, 2, spans, 0, "x")]) == "f(x, a, b, c)"
    assert apply(text, [inserted(text, 2, spans, 3, "x")]) == "f(a, b, c, x)"
    assert apply("f()", [inserted("f()", 2, [], 0, "x")]) == "f(x)"
    assert apply(text, [removed(text, spans, 1)]) == "f(a, c)"
    assert apply(text, [removed(text, spans, 2)]) == "f(a, b)"
    assert apply(text, [swapped(text, spans, 0, 2)]) == "f(c, b, a)"
    assert apply("f(\n    a,\n)", [removed("f(\n    a,\n)", [(7, 8)], 0)]) == "f(\n    \n)"


def test_what_documentation_says() -> None:
    function = next(one for one in parsed("a.py", SHOP).shapes.functions() if one.name == "price_of")
    told = said(SHOP, function, "item_name")
    assert told.how == "entry"
    assert [change.old for change in told.entries] == ["        :param item_name: what it is called\n"]
    assert said(SHOP, function, "price").how == "prose"
    assert said(SHOP, function, "nothing").how == "nothing"
