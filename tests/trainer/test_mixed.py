"""The scenario `mixed`: one save that means two things, sound in every language and true by its parts."""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import islice

import pytest

from tests.trainer.trees import TREES
from trainer.simulate import order
from trainer.simulate.mixed import trajectories
from trainer.simulate.mixing.apart import joined
from trainer.simulate.scenarios import available, maker
from trainer.simulate.source import Change, apply
from trainer.simulate.store.soundness import objection
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import LANGUAGES, Tree

SHELVES = {
    "shop/shelf.py": '''"""Shelves."""

from fractions import Fraction


def price_of(item_name, currency_code):
    """Say the price; `price_of` is quick."""
    return item_name, currency_code


def report_all(currency_code):
    return price_of("tea", currency_code), price_of("milk", currency_code)


def rounded(amount: Fraction, places):
    amount = amount + 1
    return amount


def tell(amount):
    whole = Fraction(amount)
    return rounded(whole, 2)
''',
    "shop/desk.py": '''"""The desk."""

from shop.shelf import price_of


def serve(currency_code):
    return price_of("bread", currency_code)
''',
    "shop/audit.py": '''"""Audits."""

from fractions import Fraction


def check(amount, strict: bool):
    print(amount)
    first = Fraction(2)
    return strict


def checks(strict):
    return check(1, strict)
''',
}


def shelves() -> Tree:
    return Tree("o/n", "python", SHELVES)


def test_it_is_a_scenario() -> None:
    assert "mixed" in available()
    assert maker("mixed") is trajectories


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(language: str) -> None:
    texts = {path: text.replace(" price(", " priceOf(") for path, text in TREES[language].items()}
    made = list(islice(trajectories(Tree("o/n", language, texts), random.Random(1)), 40))
    tree = Tree("o/n", language, texts)
    assert {(chain.scenario, chain.language) for chain in made} == {("mixed", language)}
    assert all(not objection(chain, tree) for chain in made)
    kinds = Counter(chain.kind for chain in made)
    assert any(kind.startswith("rename+parameter_") for kind in kinds), kinds
    assert sum(count for kind, count in kinds.items() if "quiet" in kind) >= len(made) / 5, kinds
    again = list(islice(trajectories(Tree("o/n", language, texts), random.Random(1)), 40))
    assert made == again


def test_a_function_gets_another_name_and_another_head() -> None:
    made = [one for one in islice(trajectories(shelves(), random.Random(2)), 200)]
    removed = [
        one
        for one in made
        if one.kind == "rename+parameter_removed"
        and "price_of" in one.before.get("shop/shelf.py", "")
        and "price_of" not in one.end()["shop/shelf.py"]
        and len(one.steps) == 8
    ]
    assert removed
    for chain in removed:
        assert len(chain.trigger[1]) == 3, "the name, the parameter, the local in its place"
        end = chain.end()
        (name,) = {change.new for change in chain.trigger[1] if change.old == "price_of"}
        assert [len(re.findall(rf"\b{name}\b", end[path])) for path in sorted(end)] == [2, 4]
        assert "price_of" not in end["shop/desk.py"] + end["shop/shelf.py"]
        spoken = chain.steps[-1]
        assert spoken[0] == "shop/shelf.py", "what is only said comes last"
        files = [path for path, _ in chain.steps[:-1]]
        assert files == sorted(files, reverse=True), "its own file first"


def test_what_a_parameter_needs_is_imported_first() -> None:
    made = [
        one
        for one in islice(trajectories(shelves(), random.Random(3)), 300)
        if "parameter+import" in one.kind
    ]
    assert made
    for chain in made:
        first = chain.steps[0][1]
        assert "Fraction" in first.new
        assert first.new.startswith("from fractions")
        assert "Fraction" not in chain.before[chain.trigger[0]]
        assert chain.end()[chain.trigger[0]].count("Fraction") == 2
        assert [path for path, _ in chain.steps] == ["shop/audit.py"] * len(chain.steps)


def test_only_one_of_two_ripples() -> None:
    made = list(islice(trajectories(shelves(), random.Random(4)), 300))
    halves = [one for one in made if one.kind == "rename+quiet" and one.steps]
    assert halves
    for chain in halves:
        assert len(chain.trigger[1]) >= 2
        olds = {change.old for _, change in chain.steps}
        assert len(olds) == 1


def chain(path: str, before: str, changes: list[Change], *steps: tuple[str, Change]) -> Trajectory:
    return Trajectory("s", "k", "python", "o/n", "", {path: before}, (path, tuple(changes)), steps)


def test_chains_are_laid_over_each_other() -> None:
    text = "one = 1\ntwo = 2\nuse(one)\nuse(two)\n"
    real = {"a.py": text}
    before = text.replace("two = 2\n", "")
    first = chain("a.py", text, [Change(0, "one", "uno")], ("a.py", Change(20, "one", "uno")))
    second = chain("a.py", before, [Change(8, "", "two = 2\n")])
    both = joined(real, first, second)
    assert both is not None
    assert both.texts == {"a.py": before}
    steps = [change for _, change in both.steps]
    assert apply(before, [*both.trigger[1], *steps]) == text.replace("one", "uno")
    assert joined(real, first, first) is None or first.problem() == ""


def test_chains_that_speak_of_each_other_are_not_joined() -> None:
    text = "former = 1\nuse(former)\n"
    rename = chain("a.py", text, [Change(0, "former", "latter")])
    other = chain("a.py", text, [Change(len(text), "", "use(former)\n")])
    assert joined({"a.py": text}, rename, other) is None
    assert joined({"a.py": text}, other, rename) is None
    elsewhere = chain("b.py", "x = 1\n", [Change(0, "x", "y")])
    assert joined({"a.py": text, "b.py": "x = 1\n"}, rename, elsewhere) is None


def test_the_order_of_a_careful_person() -> None:
    texts = {
        "p/core.py": "import os\n" + "# core\n" * 20,
        "p/near.py": "import os\nx = 1\n" * 3,
        "q/user.py": "from p.core import thing\n" * 3,
    }
    tree = Tree("o/n", "python", texts)
    places: dict[str, tuple[str, int]] = {
        "import": ("p/core.py", 0),
        "above": ("p/core.py", 40),
        "far above": ("p/core.py", 20),
        "below": ("p/core.py", 80),
        "said": ("p/core.py", 60),
        "user": ("q/user.py", 25),
        "near": ("p/near.py", 10),
    }
    steps = {name: (path, Change(at, "a", "b")) for name, (path, at) in places.items()}
    names = {step: name for name, step in steps.items()}
    mixed = list(steps.values())
    random.Random(5).shuffle(mixed)
    turns = {steps["import"]: order.EARLY, steps["said"]: order.LATE}
    got = order.careful(mixed, ("p/core.py", 50), tree.imported_words, turns)
    assert [names[step] for step in got] == ["import", "below", "above", "far above", "user", "near", "said"]


def test_files_that_import_another_one() -> None:
    texts = {
        "pkg/mod/__init__.py": "x = 1\n" * 9,
        "a.py": "from pkg import mod\n" * 3,
        "b.py": "import pkgmod\n" * 3,
    }
    tree = Tree("o/n", "python", texts)
    steps = [(path, Change(0, "a", "b")) for path in ("b.py", "a.py", "gone.py")]
    got = order.careful(steps, ("pkg/mod/__init__.py", 0), tree.imported_words)
    assert [path for path, _ in got] == ["a.py", "b.py", "gone.py"]
    assert next(path for path, _ in order.careful(steps, ("b.py", 0), tree.imported_words)) == "b.py"
