from __future__ import annotations

import pytest

from engine.syntax.linking import mining
from engine.syntax.linking.imports import Statement
from engine.syntax.linking.mining import mined
from engine.types import Distance, NodeKind, Relation, Trigger
from tests.engine.syntax.projects import Memory

PACKAGE = {
    "shop/__init__.py": 'from .money import total, Price as P\n\n__all__ = ["total", "P"]\n',
    "shop/money.py": (
        "def total(prices, start=0):\n"
        '    """Adds up; `total` of nothing is `start`."""\n'
        "    total_so_far = start\n"
        "    for price in prices:\n"
        "        total_so_far += price.amount\n"
        "    return total_so_far\n"
        "\n"
        "class Price:\n"
        "    def __init__(self, amount, currency='EUR'):\n"
        "        self.amount = amount\n"
        "        self.currency = currency\n"
        "    def doubled(self):\n"
        "        return Price(self.amount * 2, currency=self.currency)\n"
        "\n"
        "class Sale(Price):\n"
        "    def doubled(self):\n"
        "        return super().doubled()\n"
    ),
    "main.py": (
        "from shop import total, P\n"
        "import shop\n"
        "import shop.money as money\n"
        "\n"
        "price = P(3, currency='USD')\n"
        "print(total([price], start=1), shop.total([]))\n"
        "print(money.total([money.Sale(1)]), price.doubled().amount)\n"
    ),
    "other.py": "def total():\n    return 0\n\ntotal()\n",
}


def test_a_function_is_followed_through_imports_reexports_and_all() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "def total(", "def summed(")
    assert project.lines(sites, rule=0.6) == {
        "shop/__init__.py: from .money import total, Price as P",
        'shop/__init__.py: __all__ = ["total", "P"]',
        "main.py: from shop import total, P",
        "main.py: print(total([price], start=1), shop.total([]))",
        "main.py: print(money.total([money.Sale(1)]), price.doubled().amount)",
    }
    assert all(site.trigger is Trigger.DECLARATION and site.draft == "summed" for site in sites)
    assert sum(site.rule >= 0.6 for site in sites) == 6  # two on one line of main.py
    assert not any(site.path == "other.py" for site in sites)


def test_the_docstring_is_last_and_least_certain() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "def total(", "def summed(")
    assert sites[-1].node is NodeKind.DOCSTRING
    assert sites[-1].rule == min(site.rule for site in sites)


def test_a_parameter_and_its_keyword_arguments() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "prices, start=0", "prices, first=0")
    shown = project.lines(sites)
    assert "shop/money.py: total_so_far = start" in shown
    assert "main.py: print(total([price], start=1), shop.total([]))" in shown
    keyword = next(site for site in sites if site.path == "main.py")
    assert keyword.node is NodeKind.KEYWORD


def test_a_constructor_parameter_reaches_calls_of_the_class_through_an_alias() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "amount, currency='EUR'", "amount, unit='EUR'")
    assert project.lines(sites) == {
        "shop/money.py: self.currency = currency",
        "shop/money.py: return Price(self.amount * 2, currency=self.currency)",
        "main.py: price = P(3, currency='USD')",
    }


def test_an_attribute_through_self_and_typed_receivers() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "self.amount = amount", "self.value = amount")
    assert project.lines(sites) >= {
        "shop/money.py: return Price(self.amount * 2, currency=self.currency)",
        "main.py: print(money.total([money.Sale(1)]), price.doubled().amount)",
    }
    relations = {site.relation for site in sites}
    assert {Relation.SAME_CLASS, Relation.TYPED} <= relations


def test_a_method_takes_its_overrides_and_super_along() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "def doubled", "def twice")
    assert project.lines(sites) == {
        "shop/money.py: def doubled(self):",
        "shop/money.py: return super().doubled()",
        "main.py: print(money.total([money.Sale(1)]), price.doubled().amount)",
    }


def test_renaming_an_override_is_less_sure_about_the_base() -> None:
    project = Memory(PACKAGE)
    text = project.files["shop/money.py"]
    head, _, tail = text.rpartition("def doubled")
    edit = project.save("shop/money.py", head + "def twice" + tail)
    from engine.intents import rename

    sites = rename.propose(edit, (), project.index)
    base = next(site for site in sites if site.node is NodeKind.DECLARATION)
    assert base.rule < 0.5


def test_an_alias_keeps_its_own_name() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "class Price", "class Cost")
    assert project.lines(sites) == {
        "shop/money.py: return Price(self.amount * 2, currency=self.currency)",
        "shop/money.py: class Sale(Price):",
        "shop/__init__.py: from .money import total, Price as P",
    }


def test_the_chain_leaves_a_consistent_program() -> None:
    project = Memory(PACKAGE)
    sites = project.change("shop/money.py", "class Price", "class Cost")
    texts = project.applied(sites)
    assert not any("Price(" in text or "(Price)" in text for text in texts.values())
    assert "Cost as P" in texts["shop/__init__.py"]


def test_order_is_outward_from_the_edit_then_importers_then_the_rest() -> None:
    project = Memory(
        {
            "b.py": "from m import go\n\ngo()\n",
            "m.py": "x = 1\n\n\ndef user():\n    go()\n\n\ndef go():\n    pass\n\n\ngo()\n",
        }
    )
    sites = project.change("m.py", "def go", "def run")
    assert [site.path for site in sites] == ["m.py", "m.py", "b.py", "b.py"]
    assert sites[0].start > sites[1].start
    assert {site.distance for site in sites} == {Distance.NEAR, Distance.SAME_FOLDER}


def test_places_renamed_in_the_same_save_are_no_sites() -> None:
    project = Memory({"m.py": "def go():\n    pass\n\n\ngo()\ngo()\ngo()\n"})
    sites = project.change("m.py", "go", "run", count=3)
    assert [project.line(site) for site in sites] == ["go()"]
    assert sites[0].start == project.files["m.py"].rindex("go()")


def test_a_rename_goes_on_over_several_saves() -> None:
    project = Memory({"m.py": "def go():\n    pass\n", "a.py": "from m import go\n\ngo()\n\ngo()\n"})
    assert len(project.change("m.py", "def go", "def run")) == 3
    sites = project.change("a.py", "import go", "import run")
    assert [project.line(site) for site in sites] == ["go()", "go()"]
    assert sites[0].trigger is Trigger.USE and sites[0].rule > 0.9
    sites = project.change("a.py", "go()", "run()")
    assert [(site.path, project.line(site)) for site in sites] == [("a.py", "go()")]


def test_an_accepted_chain_can_be_renamed_back() -> None:
    project = Memory({"m.py": "def go():\n    pass\n\n\ngo()\n", "a.py": "import m\n\nm.go()\n"})
    project.change("m.py", "def go", "def run")
    project.change("m.py", "\ngo()", "\nrun()")
    project.change("a.py", "m.go", "m.run")
    sites = project.change("m.py", "def run", "def go")
    assert project.lines(sites) == {"m.py: run()", "a.py: m.run()"}


def test_a_use_renamed_to_an_unknown_name_renames_the_declaration() -> None:
    project = Memory(PACKAGE)
    sites = project.change("main.py", "shop.total([])", "shop.summed([])")
    assert {site.trigger for site in sites} == {Trigger.USE_UNKNOWN}
    assert "shop/money.py: def total(prices, start=0):" in project.lines(sites)


def test_a_use_changed_to_a_known_name_is_quiet() -> None:
    project = Memory({"m.py": "def one():\n    pass\n\n\ndef two():\n    pass\n\n\none()\none()\n"})
    sites = project.change("m.py", "\none()", "\ntwo()")
    assert {site.trigger for site in sites} <= {Trigger.USE_KNOWN}
    assert project.lines(sites) == set()


def test_whether_others_import_a_name_is_read_off_the_statements_that_hold_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = {f"b{n}.py": "import os, sys\nfrom far import away\n\nprint(away.result)\n" for n in range(20)}
    reads: list[object] = []

    def counted(*arguments: object) -> tuple[Statement, ...]:
        reads.append(arguments)
        return mined(*arguments)  # type: ignore[arg-type]

    for imported, trigger in (("away", Trigger.USE_UNKNOWN), ("result", Trigger.USE_KNOWN)):
        files = {"m.py": "one = 1\nprint(one)\n", **others, "z.py": f"from far import {imported}\n"}
        project = Memory(files)
        monkeypatch.setattr(mining, "mined", counted)
        sites = project.change("m.py", "print(one", "print(result")
        monkeypatch.undo()
        assert {site.trigger for site in sites} <= {trigger}
    assert len(reads) <= 1


def test_a_name_that_is_taken_lowers_the_rule() -> None:
    project = Memory({"m.py": "one = 1\nprint(one)\nprint(one, two)\n\ntwo = 2\n"})
    sites = project.change("m.py", "one = 1", "two = 1")
    assert sites and all(site.rule < 0.5 for site in sites)


def test_dataclass_fields_are_keywords_of_the_constructor() -> None:
    project = Memory(
        {
            "m.py": (
                "from dataclasses import dataclass\n\n@dataclass\nclass P:\n    x: int\n    y: int = 0\n\n"
                "p = P(x=1, y=2)\nprint(p.x)\nmatch p:\n    case P(x=0): pass\n"
            )
        }
    )
    sites = project.change("m.py", "    x: int", "    left: int")
    assert {line.removeprefix("m.py: ") for line in project.lines(sites)} == {
        "p = P(x=1, y=2)",
        "print(p.x)",
        "case P(x=0): pass",
    }


def test_strings_are_left_alone_and_comments_are_uncertain() -> None:
    project = Memory({"m.py": "big_name = 1  # big_name is big\nprint('big_name', big_name)\n"})
    sites = project.change("m.py", "big_name = 1", "size = 1")
    assert [(site.node, site.rule >= 0.5) for site in sites] == [
        (NodeKind.REFERENCE, True),
        (NodeKind.COMMENT, True),
    ]
    project = Memory({"m.py": "total = 1  # the total\n"})
    (site,) = project.change("m.py", "total = 1", "size = 1")
    assert site.node is NodeKind.COMMENT and site.rule < 0.3


def test_an_edit_of_a_comment_or_string_renames_nothing() -> None:
    project = Memory({"m.py": "go = 1  # go\nprint('go', go)\n"})
    assert project.change("m.py", "# go", "# run") == ()
    assert project.change("m.py", "'go'", "'run'") == ()


def test_positions_are_characters() -> None:
    project = Memory({"m.py": "größe = 1\r\nprint('日本 🎉', größe)\r\nx = größe\r\n"})
    sites = project.change("m.py", "größe = 1", "maß = 1")
    assert len(sites) == 2
    assert project.applied(sites)["m.py"] == "maß = 1\r\nprint('日本 🎉', maß)\r\nx = maß\r\n"


def test_broken_text_still_yields_what_it_can() -> None:
    project = Memory(
        {"m.py": "def go(:\n    pass\n\nif (\n\ngo()\n", "n.py": "def ok():\n    pass\n\nok()\nx = = 1\n"}
    )
    sites = project.change("n.py", "def ok", "def fine")
    assert project.lines(sites) == {"n.py: ok()"}
    project.change("m.py", "def go", "def run")  # no exception


def test_names_that_repeat_in_one_edit_are_one_rename() -> None:
    from engine.diff import hunks
    from engine.intents.rename import renames

    before = "a = 1\nb = a + a\nprint(b, a)\n"
    after = "x = 1\nb = x + x\nprint(b, x)\n"
    (found,) = renames(hunks(before, after))
    assert (found.old, found.new, len(found.starts)) == ("a", "x", 4)
    assert renames(hunks("f(a, 1)\n", "f(a, 2)\n")) == ()
    assert renames(hunks("f(a)\n", "f(a, b)\n")) == ()


def test_weak_sites_are_capped() -> None:
    uses = "".join(f"def u{n}(x):\n    x.get()\n" for n in range(60))
    project = Memory({"m.py": "class A:\n    def get(self): ...\n\n" + uses})
    assert len(project.change("m.py", "def get", "def fetch")) == 24


def test_an_import_that_brings_in_something_else_changes_its_own_file_only() -> None:
    project = Memory(
        {
            "m.py": "def one(): ...\ndef two(): ...\n",
            "a.py": "from m import one\n\none()\n",
            "b.py": "from m import one\n\none()\n",
        }
    )
    sites = project.change("a.py", "import one", "import two")
    assert project.lines(sites) == {"a.py: one()"}


def test_a_foreign_import_is_followed_in_its_file() -> None:
    project = Memory({"a.py": "import json\n\njson.dumps(1)\n", "b.py": "import json\n\njson.loads('')\n"})
    assert project.lines(project.change("a.py", "import json", "import ujson")) == {"a.py: json.dumps(1)"}


def test_a_rename_that_began_before_the_start_goes_on() -> None:
    project = Memory(
        {
            "m.py": "class A:\n    def run(self): ...\n\ndef work(): ...\n",
            "a.py": "from m import labour, A\n\nlabour()\nlabour()\nA().go()\nA().go()\n",
        }
    )
    sites = project.change("a.py", "import labour", "import work")
    assert [project.line(site) for site in sites] == ["labour()", "labour()"]
    sites = project.change("a.py", "A().go()", "A().run()")
    assert [project.line(site) for site in sites if site.rule >= 0.5] == ["A().go()"]


@pytest.mark.parametrize("new", ["int", "None", "print", "lambda"])
def test_a_use_changed_to_a_word_of_the_language_is_quiet(new: str) -> None:
    project = Memory({"m.py": "class A: ...\n\ndef f(a: A) -> A:\n    return A()\n"})
    assert project.lines(project.change("m.py", "-> A", f"-> {new}")) == set()
