"""The scenario `signature`: chains that are sound, in every language, and true by what the texts say."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from itertools import islice

import pytest

from tests.trainer.trees import TREES
from trainer.simulate.named import Symbols
from trainer.simulate.scenarios import maker
from trainer.simulate.signature import trajectories
from trainer.simulate.signing.listing import inserted, removed, said, swapped, whole
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


def test_a_parameter_without_a_name_is_never_the_one_restored() -> None:
    text = "def take(_, item):\n    return item\n\n\n" + "take(_, item)\n" * 3
    made = list(islice(trajectories(Tree("o/n", "python", {"a.py": text}), random.Random(3)), 40))
    assert made
    assert not any("take(item)" in chain.before["a.py"] for chain in made if "restored" in chain.kind)


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
    assert apply("f(\n    a,\n)", [removed("f(\n    a,\n)", [(7, 8)], 0)]) == "f()"


def test_what_documentation_says() -> None:
    function = next(one for one in parsed("a.py", SHOP).shapes.functions() if one.name == "price_of")
    told = said(SHOP, function, "item_name")
    assert told.how == "entry"
    assert [change.old for change in told.entries] == ["        :param item_name: what it is called\n"]
    assert said(SHOP, function, "price").how == "prose"
    assert said(SHOP, function, "nothing").how == "nothing"


def test_comments_that_belong_to_an_entry() -> None:
    text = "f(/** @type {A} */ (a), b, /* c: */ 3)"
    spans = [(19, 22), (24, 25), (36, 37)]
    wide = whole(text, spans)
    assert [text[start:end] for start, end in wide] == ["/** @type {A} */ (a)", "b", "/* c: */ 3"]
    assert apply(text, [removed(text, wide, 1)]) == "f(/** @type {A} */ (a), /* c: */ 3)"
    assert apply(text, [swapped(text, wide, 0, 1)]) == "f(b, /** @type {A} */ (a), /* c: */ 3)"


LEFT = {
    "python": (
        "a.py",
        'def shown_of(item):\n    """Doc."""\n    return item\n\n\nshown_of(1)\n',
        "    item = ...\n",
    ),
    "javascript": ("a.js", "function shownOf(item) {\n  return item;\n}\nshownOf(1);\n", "  let item;\n"),
    "typescript": (
        "a.ts",
        "function shownOf(item: number) {\n  return item;\n}\nshownOf(1);\n",
        "  let item: number = undefined;\n",
    ),
    "java": (
        "A.java",
        "class A {\n  int shownOf(int item) {\n    return item;\n  }\n  int b = shownOf(1);\n}\n",
        "    int item = 0;\n",
    ),
    "go": (
        "a.go",
        "package a\n\nfunc shownOf(item int) int {\n\treturn item\n}\n\nvar b = shownOf(1)\n",
        "\tvar item int\n",
    ),
    "rust": (
        "a.rs",
        "fn shown_of(mut item: u32) -> u32 {\n    item\n}\n\nfn all() -> u32 {\n    shown_of(1)\n}\n",
        "    let mut item: u32 = 0;\n",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parameter_that_the_body_uses_becomes_a_local(language: str) -> None:
    path, text, local = LEFT[language]
    tree = Tree("o/n", language, {path: text})
    made = [one for one in islice(trajectories(tree, random.Random(1)), 60) if "removed" in one.kind]
    assert made
    for chain in made:
        end = chain.end()[path]
        assert not objection(chain, tree)
        assert local in chain.saved
        assert "1)" not in end


def test_a_parameter_that_an_override_uses_stays() -> None:
    text = (
        "class Base:\n    def shown_of(self, item):\n        pass\n\n\n"
        "class Own(Base):\n    def shown_of(self, item):\n        return item\n\n\nOwn().shown_of(1)\n"
    )
    tree = Tree("o/n", "python", {"a.py": text})
    assert not any("removed" in one.kind for one in trajectories(tree, random.Random(1)))
    unused = Tree("o/n", "python", {"a.py": text.replace("return item", "pass")})
    assert any("removed/family" in one.kind for one in trajectories(unused, random.Random(1)))


def test_a_script_that_exports_nothing_keeps_its_names() -> None:
    texts = {
        "a.mjs": "import x from './x.js';\nfunction shownOf(item) {}\nshownOf(x);\n",
        "b.mjs": "import { shownOf } from './built/shown.js';\nshownOf(2);\n",
    }
    assert Symbols(Tree("o/n", "javascript", texts)).unique("shownOf") is None
    given = {**texts, "a.mjs": texts["a.mjs"] + "export {\n  shownOf,\n};\n"}
    assert Symbols(Tree("o/n", "javascript", given)).unique("shownOf") is not None


def test_calls_in_disguise_are_left_out() -> None:
    text = "function shownOf(item) {}\nshownOf.call(this, 1);\nshownOf(2);\n"
    assert not list(trajectories(Tree("o/n", "javascript", {"a.js": text}), random.Random(1)))


RUST = """
struct Pool;
struct Conn;

impl Pool {
    fn set_size(&mut self, size: u32) {
        self.conn.set_size(size);
    }
}

impl Conn {
    fn set_size(&mut self, size: u32) {}
}
"""


def test_types_of_rust_belong_together_by_their_traits_alone() -> None:
    tree = Tree("o/n", "rust", {"a.rs": RUST})
    assert Symbols(tree).unique("set_size") is None
    one = RUST.replace("impl Pool", "impl Sized2 for Pool").replace("impl Conn", "impl Sized2 for Conn")
    both = Tree(
        "o/n", "rust", {"a.rs": one + "\ntrait Sized2 {\n    fn set_size(&mut self, size: u32);\n}\n"}
    )
    found = Symbols(both).unique("set_size")
    assert found is not None
    assert found.kind == "family"
    assert [both.texts["a.rs"].count("\n", 0, at.start) for at in Symbols(both).roots(found.declared)] == [15]
    assert Symbols(Tree("o/n", "rust", {"a.rs": one})).unique("set_size") is None


def test_a_method_that_hands_down_to_one_of_its_name_is_in_doubt() -> None:
    alone = RUST[: RUST.index("impl Conn")]
    assert Symbols(Tree("o/n", "rust", {"a.rs": alone})).unique("set_size") is None
    own = alone.replace("self.conn.set_size", "self.set_size")
    assert Symbols(Tree("o/n", "rust", {"a.rs": own})).unique("set_size") is not None
