"""Simulated errors: what was typed wrong is put right by the steps, and nothing is wrong in quiet cases."""

from __future__ import annotations

import random
import re
from itertools import islice

import pytest

from engine.intents.errors.near import distance
from trainer.simulate import fix
from trainer.simulate.erring import lines, signs, slips, variants
from trainer.simulate.source import Change, apply
from trainer.simulate.store.soundness import objection
from trainer.simulate.trajectory import Trajectory, whole
from trainer.simulate.tree import Tree

PYTHON = {
    "shop/cart.py": '''"""A cart."""
import enum


class Colour(enum.Enum):
    PLAIN_RED = 1
    DARK_GREEN = 2
    LIGHT_BLUE = 3


class Cart:
    def __init__(self, customer):
        self.customer = customer
        self.items = []

    def append(self, article, amount):
        for number in range(amount):
            self.items.append((article, number))
            self.changed(article)
        return len(self.items)

    def changed(self, article):
        if article in self.items:
            print(article, self.customer)
        return article
''',
    "shop/till.py": '''"""A till."""
from shop.cart import Cart


def close(customer, articles):
    cart = Cart(customer)
    for article in articles:
        amount = articles.count(article)
        cart.append(article, amount)
    total = sum(len(article) for article in articles)
    return cart, total
''',
}
JAVA = {
    "a/Colour.java": "package a;\n\npublic enum Colour {\n    RED,\n    DARK_GREEN,\n    BLUE;\n}\n",
    "a/Shop.java": """package a;

class Shop {
    private int amount;

    int total(int quantity, int discount) {
        int price = quantity * amount;
        price = price - discount;
        return reduced(price, discount);
    }

    int reduced(int price, int discount) {
        if (price > discount) {
            price = price - discount;
        }
        return price;
    }
}
""",
}
SCRIPT = {
    "a.js": "function total(items, start) {\n  const sum = items.length + start;\n  return show(sum);\n}\n"
}
TREES = {
    "python": Tree("a/b", "python", PYTHON),
    "java": Tree("a/b", "java", JAVA),
    "javascript": Tree("a/b", "javascript", SCRIPT),
}


def made(language: str, count: int, seed: int = 1) -> list[Trajectory]:
    return list(islice(fix.trajectories(TREES[language], random.Random(seed)), count))


@pytest.mark.parametrize("language", TREES)
def test_every_chain_is_sound_and_the_same_for_a_seed(language: str) -> None:
    chains = made(language, 60)
    assert len(chains) == 60
    sound = [chain for chain in chains if not objection(chain, TREES[language])]
    assert len(sound) >= 54
    assert chains == made(language, 60)
    assert chains != made(language, 60, seed=2)
    assert sum(chain.quiet for chain in chains) >= len(chains) / 10


def test_a_slip_is_put_right_to_what_stood_in_the_tree() -> None:
    chains = [chain for chain in made("python", 150) if chain.kind.startswith("misspelt/")]
    assert len(chains) > 10
    for chain in chains:
        ((path, change),) = chain.steps
        assert chain.end()[path] == PYTHON[path]
        assert len(re.findall(rf"\b{change.old}\b", chain.saved)) == 1
        assert 1 <= distance(change.old, change.new, 2) <= 2
        assert not any(re.search(rf"\b{change.old}\b", text) for text in PYTHON.values())


def test_a_sign_is_put_back_where_it_was() -> None:
    tree = TREES["java"]
    chains = [chain for chain in made("java", 150) if chain.kind.startswith("missing/")]
    assert {chain.kind for chain in chains} >= {"missing/bracket", "missing/semicolon"}
    for chain in chains:
        ((path, change),) = chain.steps
        assert change.old == "" and len(change.new) == 1
        assert chain.end()[path] == tree.texts[path]


@pytest.mark.parametrize("language", ["python", "java"])
def test_a_variant_gets_its_arm_in_every_list(language: str) -> None:
    chains = [chain for chain in made(language, 200) if chain.kind.startswith("variant/")]
    assert len(chains) > 20
    for chain in chains:
        path, (trigger,) = chain.trigger
        assert trigger.old == "" and chain.steps
        assert not chain.inside
        for where, change in chain.steps:
            variant = trigger.new.split()[0].strip("=,;")
            assert variant in change.new
            assert variant not in chain.before[where].replace(chain.before[path], "")


def test_a_list_with_an_arm_for_the_rest_is_quiet() -> None:
    chains = [chain for chain in made("python", 300) if chain.kind == "quiet/rest"]
    assert chains
    for chain in chains:
        end = chain.end()[chain.trigger[0]]
        assert "case _" in end or "else:" in end


def test_a_language_without_enumerations_has_no_variants() -> None:
    assert next(variants.chains(TREES["javascript"], random.Random(1)), None) is None
    assert not any("variant" in chain.kind for chain in made("javascript", 40))


def test_slips_look_like_those_of_fingers() -> None:
    rng = random.Random(3)
    for _ in range(300):
        wrong = slips.slip("quantity", rng)
        assert wrong[0] == "q"
        assert distance("quantity", wrong, 2) <= 1
        assert wrong.isidentifier()


def test_an_empty_tree_gives_nothing() -> None:
    assert list(fix.trajectories(Tree("a/b", "python", {}), random.Random(1))) == []
    bare = Tree("a/b", "python", {"a.py": "x = 1\n"})
    assert not [one for one in islice(fix.trajectories(bare, random.Random(1)), 20) if "missing" in one.kind]


def test_lines_are_picked_that_the_file_can_do_without() -> None:
    rng = random.Random(1)
    tree = TREES["python"]
    found = [one for one in (lines.pick(tree, rng) for _ in range(200)) if one is not None]
    assert found
    for one in found:
        assert one.before[: one.start] + one.text + one.before[one.start :] == tree.texts[one.path]


def test_a_change_that_stands_in_what_the_trigger_wrote() -> None:
    trigger = ("a.py", (Change(2, "", "pritn(x)\n"),))
    steps = (("a.py", Change(2, "pritn", "print")),)
    chain = Trajectory("fix", "k", "python", "a/b", "MIT", {"a.py": "x\n"}, trigger, steps, inside=True)
    assert chain.problem() == ""
    assert chain.saved == "x\npritn(x)\n"
    assert chain.present() == steps
    assert chain.end() == {"a.py": "x\nprint(x)\n"}
    assert apply("x\n", chain.changes()["a.py"]) == "x\nprint(x)\n"
    wrong = Trajectory("fix", "k", "python", "a/b", "MIT", {"a.py": "x\n"}, trigger, steps)
    assert wrong.problem() == "an old text does not stand there"
    assert whole("a b c", "a d c") == Change(2, "b", "d")


def test_signs_of_unfinished_statements_are_left_alone() -> None:
    rng = random.Random(1)
    for _ in range(300):
        chain = signs.missing(TREES["python"], rng)
        if chain is not None:
            (_, change) = chain.steps[0]
            assert chain.saved[: change.start].rstrip()[-1] not in "([{" or chain.saved[change.start].strip()
