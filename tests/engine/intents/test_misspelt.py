"""A name that nothing knows, a slip away from one that is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.intents.context import Context
from engine.intents.errors import misspelt
from engine.intents.errors.near import distance, nearest
from tests.engine.syntax.projects import Memory

PYTHON = {
    "shop.py": """class Shop:
    def __init__(self, customer):
        self.customer = customer

    def total(self, amount=1):
        return amount


class Loose:
    def __getattr__(self, name):
        return name


def discount(percent):
    return percent


def anything(**options):
    return options
""",
    "main.py": """from shop import Loose, Shop, anything, discount


def main(shop: Shop, quantity, loose: Loose):
    result = shop.total()
    HERE
    return result
""",
}
JAVA = {
    "p/Shop.java": "package p;\n\nclass Shop {\n    int total(int quantity) { return quantity; }\n}\n",
    "p/Use.java": """package p;

class Use {
    private Shop shop = new Shop();

    int run(int quantity) {
        HERE
        return 1;
    }

    void helper() {}
}
""",
}
GO = {
    "shop/shop.go": """package shop

type Shop struct{ Amount int }

func (s *Shop) Total(quantity int) int { return quantity * s.Amount }

func Discount(percent int) int { return percent }
""",
    "shop/run.go": "package shop\n\nfunc run(shop *Shop, quantity int) int {\n\tHERE\n\treturn 1\n}\n",
}
RUST = {
    "src/lib.rs": "mod shop;\n",
    "src/shop.rs": """pub struct Shop {
    pub amount: i32,
}

impl Shop {
    pub fn total(&self, quantity: i32) -> i32 {
        quantity * self.amount
    }
}

pub fn discount(percent: i32) -> i32 {
    percent
}

fn run(shop: &Shop, quantity: i32) -> i32 {
    HERE
    1
}
""",
}
SCRIPT = {
    "shop.ts": """export class Shop {
  amount = 1;
  total(quantity: number): number {
    return quantity * this.amount;
  }
}
export function discount(percent: number) {
  return percent;
}
""",
    "main.ts": """import { Shop, discount } from "./shop";

export function run(shop: Shop, quantity: number): number {
  HERE
  return discount(1);
}
""",
}
JAVASCRIPT = {
    "shop.js": "export function discount(percent) {\n  return percent;\n}\n",
    "main.js": 'import { discount } from "./shop";\n\nexport function run(quantity) {\n  HERE\n}\n',
}
PROJECTS = {
    "main.py": PYTHON,
    "p/Use.java": JAVA,
    "shop/run.go": GO,
    "src/shop.rs": RUST,
    "main.ts": SCRIPT,
    "main.js": JAVASCRIPT,
}


def found(path: str, written: str) -> list[tuple[str, str]]:
    """What is written for what, after a line was written."""
    files = PROJECTS[path]
    memory = Memory(files)
    edit = memory.save(path, files[path].replace("HERE", written))
    sites = list(misspelt.propose(Context(edit, (), memory.index)))
    return [(site.old, site.draft or "") for site in sites if site.rule >= 0.5]


@pytest.mark.parametrize(
    ("path", "written", "expected"),
    [
        ("main.py", "print(quantty)", ("quantty", "quantity")),
        ("main.py", "shop.totl()", ("totl", "total")),
        ("main.py", "x = shop.custmer", ("custmer", "customer")),
        ("main.py", "discuont(2)", ("discuont", "discount")),
        ("main.py", "discount(precent=2)", ("precent", "percent")),
        ("main.py", "shop.total(ammount=1)", ("ammount", "amount")),
        ("main.py", "pritn(2)", ("pritn", "print")),
        ("main.py", "x: Shpo = 1", ("Shpo", "Shop")),
        ("main.py", "'x'.splti()", ("splti", "split")),
        ("main.py", "from shop import discunt", ("discunt", "discount")),
        ("p/Use.java", "int y = quantiy;", ("quantiy", "quantity")),
        ("p/Use.java", "shop.totla(1);", ("totla", "total")),
        ("p/Use.java", "helpr();", ("helpr", "helper")),
        ("p/Use.java", "Shpo s = null;", ("Shpo", "Shop")),
        ("p/Use.java", 'Strng s = "";', ("Strng", "String")),
        ("shop/run.go", "y := quantiy", ("quantiy", "quantity")),
        ("shop/run.go", "shop.Totla(1)", ("Totla", "Total")),
        ("shop/run.go", "Discuont(2)", ("Discuont", "Discount")),
        ("shop/run.go", "shop.Amont = 2", ("Amont", "Amount")),
        ("src/shop.rs", "let y = quantiy;", ("quantiy", "quantity")),
        ("src/shop.rs", "shop.totla(1);", ("totla", "total")),
        ("src/shop.rs", "discuont(2);", ("discuont", "discount")),
        ("src/shop.rs", "shop.amont;", ("amont", "amount")),
        ("main.ts", "const y = quantiy;", ("quantiy", "quantity")),
        ("main.ts", "shop.totla(1);", ("totla", "total")),
        ("main.ts", "discuont(2);", ("discuont", "discount")),
        ("main.ts", "consle.log(1);", ("consle", "console")),
        ("main.js", "return discuont(quantity);", ("discuont", "discount")),
        ("main.js", "return discount(quanttiy);", ("quanttiy", "quantity")),
    ],
)
def test_the_right_name(path: str, written: str, expected: tuple[str, str]) -> None:
    assert found(path, written) == [expected]


def test_every_place_that_the_edit_wrote() -> None:
    assert found("main.py", "quantty = quantity and quantty") == []
    assert found("main.py", "print(quantty, quantty)") == [("quantty", "quantity")] * 2


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("main.py", "value = something_else"),  # nothing is near
        ("main.py", "quantiti = 1; print(quantiti)"),  # near, but it is defined
        ("main.py", "print(quantiti)\n    quantiti = 3"),  # defined two lines later
        ("main.py", "loose.resul"),  # a class of which nobody knows all members
        ("main.py", "anything(reslt=1)"),  # takes any keyword
        ("main.py", "for quantit in []: print(quantit)"),
        ("main.py", "from elsewhere import *; print(quantit)"),  # may come from there
        ("main.py", "x.yz = 1"),
        ("p/Use.java", "int quantit = 1; use(quantit);"),
        ("main.ts", "const { quantit } = shop;"),
        ("shop/run.go", "for quantit := range shop { use(quantit) }"),
        ("src/shop.rs", "if let Some(quantit) = shop { drop(quantit) }"),
    ],
)
def test_what_is_no_slip(path: str, written: str) -> None:
    assert found(path, written) == []


def test_a_name_that_stands_elsewhere_is_not_misspelt() -> None:
    memory = Memory({**PYTHON, "other.py": "def quantit():\n    pass\n"})
    edit = memory.save("main.py", PYTHON["main.py"].replace("HERE", "print(quantit)"))
    assert list(misspelt.propose(Context(edit, (), memory.index))) == []


def test_two_names_as_near_as_each_other() -> None:
    memory = Memory({"a.py": "first, firsts = 1, 2\n"})
    edit = memory.save("a.py", "first, firsts = 1, 2\nprint(firs, firsta)\n")
    sites = misspelt.propose(Context(edit, (), memory.index))
    assert [(site.old, site.draft) for site in sites] == [("firs", "first")]


NAMES = st.text(st.sampled_from("abc"), max_size=6)


def slow(one: str, other: str) -> int:
    """Optimal string alignment, straight from its definition."""
    if not one or not other:
        return len(one) + len(other)
    best = min(
        slow(one[:-1], other) + 1,
        slow(one, other[:-1]) + 1,
        slow(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[-1] + other[-2] and one[-1] != other[-1]:
        best = min(best, slow(one[:-2], other[:-2]) + 1)
    return best


@given(NAMES, NAMES, st.integers(1, 3))
def test_the_distance_is_that_of_the_definition(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(slow(one, other), limit + 1)


def test_the_nearest_names() -> None:
    assert nearest("total", ["totals", "tota", "other", "total"]) == (1, ("tota", "totals"))
    assert nearest("quantity", ["quatnity", "quantities"]) == (1, ("quatnity",))


def test_a_word_before_or_behind_is_no_slip() -> None:
    text = "class TemporalAmount:\n    pass\n\n\ndef f():\n    return HERE\n"
    for written, right in (("TemporlAmount()", ["TemporalAmount"]), ("MyTemporalAmount()", [])):
        memory = Memory({"a.py": text})
        edit = memory.save("a.py", text.replace("HERE", written))
        sites = misspelt.propose(Context(edit, (), memory.index))
        assert [site.draft for site in sites if site.rule >= 0.5] == right
