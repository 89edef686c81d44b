"""Simulated renames: only what is certain is renamed, in six languages; chains are sound and repeatable."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice

import pytest

from tests.trainer.trees import TREES
from trainer.simulate.named import Named
from trainer.simulate.renaming import trajectories
from trainer.simulate.roles import place
from trainer.simulate.scenarios import maker
from trainer.simulate.scoped import Scoped
from trainer.simulate.store.soundness import objection
from trainer.simulate.tree import LANGUAGES, Tree

SHOP: dict[str, dict[str, str]] = {
    "python": {
        "app/base.py": (
            "class BaseCart:\n    def add_item(self, item):\n        self.item_list = [item]\n\n"
            "    def show_all(self):\n        return self.item_list\n"
        ),
        "app/cart.py": (
            "from app.base import BaseCart as Base\n\n\nclass FastCart(Base, BaseCart):\n"
            '    def add_item(self, item):\n        """See `add_item`."""\n'
            "        super().add_item(item)\n\n\n"
            "def make_cart(size):\n    other = size\n"
            "    return FastCart(), Base, other.make_cart\n\n\nmake_cart(2)\n"
        ),
    },
    "typescript": {
        "src/cart.ts": (
            "export interface CartLike { itemCount: number; addItem(item: string): void }\n"
            "export class Cart implements CartLike {\n  itemCount = 0;\n"
            "  addItem(item: string) { this.itemCount++; }\n}\n"
            "export function makeCart(size: number) { const made = { size }; return made; }\n"
        ),
        "src/use.ts": (
            'import { makeCart, type CartLike } from "./cart";\nlet c: CartLike;\n'
            "makeCart(c.itemCount);\n"
        ),
    },
    "java": {
        "src/Cart.java": (
            "interface CartLike { void addItem(String item); }\n"
            "class Cart implements CartLike {\n  private int itemCount;\n"
            "  public void addItem(String item) { itemCount += item.length(); }\n"
            "  void addAll(int n) { addAll(n, n); }\n  void addAll(int n, int m) { addAll(m); }\n}\n"
        ),
    },
    "go": {
        "cart.go": (
            "package cart\n\ntype Cart struct {\n\tItemCount int\n}\n\n"
            "func (c *Cart) AddItem(item string) int {\n\tc.ItemCount++\n\treturn len(item)\n}\n\n"
            "func makeCart() Cart {\n\tmade := Cart{ItemCount: 1}\n\tmade.AddItem(\"a\")\n"
            "\treturn made\n}\n\n"
            "var first = makeCart()\n"
        ),
    },
    "rust": {
        "src/lib.rs": (
            "mod cart;\nuse cart::{make_cart, CartLike};\n"
            "pub fn run() { println!(\"{}\", make_cart().add_item()); }\n"
        ),
        "src/cart.rs": (
            "pub trait CartLike { fn add_item(&self) -> u32; }\npub struct Cart { item_count: u32 }\n"
            "impl CartLike for Cart { fn add_item(&self) -> u32 { self.item_count } }\n"
            "pub fn make_cart() -> Cart { let item_count = 1; Cart { item_count } }\n"
        ),
    },
}  # fmt: skip


def symbols(language: str) -> Scoped:
    return Scoped(Tree("o/n", language, SHOP[language]))


def found(language: str, name: str) -> Named | None:
    return symbols(language).unique(name)


@pytest.mark.parametrize(
    ("language", "name", "kind", "places"),
    [
        ("python", "add_item", "family", 3),
        ("python", "FastCart", "class", 2),
        ("typescript", "makeCart", "function", 3),
        ("typescript", "CartLike", "class", 4),
        ("typescript", "addItem", "family", 2),
        ("java", "addItem", "family", 2),
        ("java", "itemCount", "field", 2),
        ("go", "ItemCount", "field", 3),
        ("go", "AddItem", "method", 2),
        ("go", "makeCart", "function", 2),
        ("rust", "make_cart", "function", 3),
        ("rust", "add_item", "family", 3),
        ("rust", "CartLike", "class", 3),
    ],
)
def test_what_a_name_that_is_declared_once_stands_for(
    language: str, name: str, kind: str, places: int
) -> None:
    symbol = found(language, name)
    assert symbol is not None
    assert (symbol.kind, len(symbol.places)) == (kind, places)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "make_cart"),  # a member of something unknown bears the name, too
        ("python", "item"),
        ("java", "addAll"),  # overloads
        ("rust", "item_count"),  # a field and a local, at once in a shorthand
        ("typescript", "size"),
        ("go", "cart"),
    ],
)
def test_what_is_not_certain_is_left_out(language: str, name: str) -> None:
    assert found(language, name) is None


def test_a_member_of_a_librarys_module_is_another_one() -> None:
    own = {
        "app/fields.py": (
            "import address\nfrom app import shapes\n\n\nclass Interface:\n    pass\n\n\nprint(Interface)\n"
        )
    }
    foreign = {"app/fields.py": own["app/fields.py"] + "print(address.Interface)\n"}
    beside = {**foreign, "app/address.py": "from app.fields import Interface\n\nprint(Interface, 1, 2, 3)\n"}
    assert Scoped(Tree("o/n", "python", own)).unique("Interface") is not None
    assert Scoped(Tree("o/n", "python", foreign)).unique("Interface") is None
    assert Scoped(Tree("o/n", "python", beside)).unique("Interface") is not None


def test_a_local_is_certain_inside_its_block() -> None:
    text = SHOP["typescript"]["src/cart.ts"]
    made = symbols("typescript")
    start = text.index("size")
    local = made.local_at(
        "size", place(made.tree.document("src/cart.ts"), "src/cart.ts", start, "typescript")
    )
    assert local is not None and [one.role for one in local.places] == ["parameter", "short"]
    assert [local.text(one, "count") for one in local.places] == ["count", "size: count"]


def test_prose_follows_where_it_must_mean_the_symbol() -> None:
    made = symbols("python")
    symbol = made.unique("add_item")
    assert symbol is not None
    (one,) = made.spoken(symbol)
    assert SHOP["python"]["app/cart.py"].startswith("add_item`", one.start)


def test_words_of_files_that_were_left_out_are_not_certain() -> None:
    tree = Tree("o/n", "go", SHOP["go"], unread=frozenset({"AddItem"}))
    assert Scoped(tree).unique("AddItem") is None
    assert not tree.is_free("AddItem")


@pytest.mark.parametrize("language", LANGUAGES)
def test_chains_of_every_language(language: str) -> None:
    texts = {**TREES[language], **SHOP.get(language, {})}
    made = list(islice(trajectories(Tree("o/n", language, texts), random.Random(1)), 150))
    sound = [chain for chain in made if not objection(chain, Tree("o/n", language, texts))]
    assert len(sound) == 150
    kinds = Counter(chain.kind.split("/")[0] for chain in made)
    assert {"function" if language != "java" else "class", "quiet"} <= set(kinds) and (
        kinds["local"] or kinds["parameter"]
    )
    assert 0.1 < sum(chain.quiet for chain in made) / len(made) < 0.5
    again = list(islice(trajectories(Tree("o/n", language, texts), random.Random(1)), 150))
    assert made == again


def test_the_same_name_elsewhere_is_no_step() -> None:
    tree = Tree("o/n", "go", {**TREES["go"], **SHOP["go"]})
    twins = [c for c in islice(trajectories(tree, random.Random(2)), 300) if "/twin_" in c.kind]
    assert twins
    for chain in twins:
        old = chain.trigger[1][0].old
        whole = sum(text.count(old) for text in {**tree.texts, **chain.before}.values())
        assert whole > len(chain.trigger[1]) + len(chain.steps)


def test_the_registry_names_it() -> None:
    assert maker("rename") is trajectories
