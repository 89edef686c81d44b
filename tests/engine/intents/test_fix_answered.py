"""What servers complain of and offer nothing against: drafts from structure, in every language."""

from __future__ import annotations

import pytest

from engine.diagnostics import Diagnostic, Family
from engine.intents import fix
from engine.intents.context import Context
from engine.types import Site
from tests.engine.syntax.projects import Memory


def proposed(path: str, before: str, after: str, family: Family, word: str, **others: str) -> list[Site]:
    """The sites of a complaint about the last place of a word in the new text."""
    memory = Memory({path: before, **{name.replace("__", "."): text for name, text in others.items()}})
    edit = memory.save(path, after)
    at = after.rindex(word)
    said = Diagnostic(path, at, at + len(word), "error", family, "X1", "server", f"`{word}` is odd")
    return [site for site in fix.propose(Context(edit, (), memory.index, (said,))) if site.rule >= 0.5]


def written(site: Site, after: str) -> str:
    return after[: site.start] + (site.draft or "") + after[site.end :]


CALLS = {
    "a.py": (
        "def total(items, start):\n    return 1\n\n\ndef f(items, start):\n    return total({})\n",
        "total({})",
    ),
    "a.ts": (
        "function total(items: number[], start: number) {\n  return 1;\n}\n\n"
        "function f(items: number[], start: number) {\n  return total({});\n}\n",
        "total",
    ),
    "A.java": (
        "class A {\n  int total(int[] items, int start) { return 1; }\n"
        "  int f(int[] items, int start) { return total({}); }\n}\n",
        "total",
    ),
    "a.go": (
        "package a\n\nfunc total(items []int, start int) int { return 1 }\n\n"
        "func f(items []int, start int) int { return total({}) }\n",
        "total({})",
    ),
    "a.rs": (
        "fn total(items: &[i32], start: i32) -> i32 { 1 }\n\n"
        "fn f(items: &[i32], start: i32) -> i32 { total({}) }\n",
        "total({})",
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("given", ["items", "start"])
def test_an_argument_that_is_missing(path: str, given: str) -> None:
    text, word = (one.replace("{}", given) for one in CALLS[path])
    before = text.replace(f"total({given})", "total(items, start)")
    (site,) = proposed(path, before, text, Family.ARGUMENTS, word)
    assert site.draft == (", start" if given == "items" else "items, ")
    assert written(site, text) == before


def test_an_argument_that_nothing_fits_is_not_guessed() -> None:
    text = "def total(items, start):\n    return 1\n\n\ndef f(items):\n    return total(items)\n"
    before = text.replace("total(items)", "total(items, 1)")
    assert proposed("a.py", before, text, Family.ARGUMENTS, "total(items)") == []
    many = text.replace("def total(items, start)", "def total(items, start, end, step)")
    assert proposed("a.py", before, many, Family.ARGUMENTS, "total(items)") == []
    assert (
        proposed("a.py", before, text.replace("total(items)", "total(*items)"), Family.ARGUMENTS, "total")
        == []
    )


def test_a_constructor_lacks_an_argument() -> None:
    text = (
        "class Shop:\n    def __init__(self, name, size):\n        self.name = name\n\n\n"
        "def f(name, size):\n    return Shop(name)\n"
    )
    (site,) = proposed(
        "a.py", text.replace("Shop(name)", "Shop(name, size)"), text, Family.ARGUMENTS, "Shop(name)"
    )
    assert (site.draft, site.why) == (", size", "server: the call of `Shop` lacks `size`")


def test_a_member_of_a_class_elsewhere_that_was_there_before_the_edit() -> None:
    shop = "class Shop:\n    def __init__(self):\n        self.amount = 1\n        self.place = 2\n"
    before = "from b import Shop\n\n\ndef f(shop: Shop):\n    x = 1\n    return shop.amuont\n"
    after = before.replace("x = 1", "x = 2")
    (site,) = proposed("a.py", before, after, Family.MEMBER, "amuont", b__py=shop)
    assert (site.old, site.draft) == ("amuont", "amount")
    assert (
        proposed("a.py", before, after.replace("amuont", "weight"), Family.MEMBER, "weight", b__py=shop) == []
    )


def test_a_name_that_stands_elsewhere_is_rather_not_imported() -> None:
    text = "def f(quantity):\n    return quantitiy\n"
    before = text.replace("return quantitiy", "return 1")
    (site,) = proposed("a.py", before, text, Family.NAME, "quantitiy")
    assert site.draft == "quantity"
    assert proposed("a.py", before, text, Family.NAME, "quantitiy", b__py="def quantitiy(): ...\n") == []


RETURNS = {
    "a.py": ("def f(a: int) -> int:\n    b = a + 1\n{}", "    return b\n", "int"),
    "a.ts": ("function f(a: number): number {\n  const b = a + 1;\n{}}\n", "  return b;\n", "number"),
    "A.java": ("class A {\n  int f(int a) {\n    int b = a + 1;\n{}  }\n}\n", "    return b;\n", "f"),
    "a.go": ("package a\n\nfunc f(a int) int {\n\tb := a + 1\n{}}\n", "\treturn b\n", "}"),
    "a.rs": ("fn f(a: i32) -> i32 {\n    let b = a + 1;\n{}}\n", "    b\n", "i32"),
}  # fmt: skip


@pytest.mark.parametrize("path", RETURNS)
def test_a_function_that_forgets_its_last_variable(path: str) -> None:
    form, line, word = RETURNS[path]
    before, after = form.replace("{}", line), form.replace("{}", "")
    (site,) = proposed(path, before, after, Family.RETURN, word)
    assert written(site, after) == before


VALUES = {
    "a.py": "def g() -> int:\n    return 2\n\n\ndef f(a: int) -> int:\n    {}return {}\n",
    "a.ts": "function g(): int {\n  return 2;\n}\n\nfunction f(a: int): int {\n  {}return {};\n}\n",
}


@pytest.mark.parametrize("path", VALUES)
@pytest.mark.parametrize("value", ["a + 1", "g()"])
def test_a_function_that_drops_its_last_value(path: str, value: str) -> None:
    head, _, end = VALUES[path].rpartition("{}return {}")
    before, after = f"{head}return {value}{end}", f"{head}{value}{end}"
    (site,) = proposed(path, before, after, Family.RETURN, "int")
    assert written(site, after) == before


@pytest.mark.parametrize(
    "last", ["print(a)", "a.b = 1", "del a", "for b in a:\n        pass", "import b", "pass"]
)
def test_what_no_function_means_to_give_back(last: str) -> None:
    before = "def f(a) -> int:\n    return 1\n"
    after = f"def f(a) -> int:\n    {last}\n"
    assert proposed("a.py", before, after, Family.RETURN, "int") == []
