from __future__ import annotations

import pytest

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


def test_a_name_that_is_taken_lowers_the_rule() -> None:
    project = Memory({"m.py": "one = 1\nprint(one)\nprint(one, two)\n\ntwo = 2\n"})
    sites = project.change("m.py", "one = 1", "two = 1")
    assert sites and all(site.rule < 0.5 for site in sites)


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        # a local in another function is another name
        (
            "def f():\n    n = 1\n    return n\n\ndef g():\n    n = 2\n    return n\n",
            "n = 1",
            "m = 1",
            {"return n"},
        ),
        # a nested function sees it, unless it binds the name itself
        (
            "def f():\n    n = 1\n    def g():\n        return n + 1\n"
            "    def h(n):\n        return n + 2\n    return n\n",
            "n = 1",
            "m = 1",
            {"return n + 1", "return n"},
        ),
        # a comprehension has a scope of its own, but its first iterable does not
        ("x = [1]\ny = [x for x in x]\nprint(x)\n", "x = [1]", "z = [1]", {"y = [x for x in x]", "print(x)"}),
        # a class body is not seen by its methods
        (
            "n = 1\nclass A:\n    n = 2\n    m = n\n    def f(self):\n        return n\n",
            "n = 1",
            "k = 1",
            {"return n"},
        ),
        # global and nonlocal
        ("n = 1\ndef f():\n    global n\n    n = 2\n", "n = 1", "k = 1", {"global n", "n = 2"}),
        (
            "def f():\n    n = 1\n    def g():\n        nonlocal n\n        n = 2\n    return g\n",
            "n = 1",
            "k = 1",
            {"nonlocal n", "n = 2"},
        ),
        # defaults and annotations are evaluated outside of the function
        ("n = 1\ndef f(n=n) -> 'n':\n    return n\n", "n = 1", "k = 1", {"def f(n=n) -> 'n':"}),
        # f-strings are code, strings are not
        ('n = 1\nprint(f"{n} n", "n")\n', "n = 1", "k = 1", {'print(f"{n} n", "n")'}),
        # with, except, walrus, match
        (
            "with open(a) as n:\n    print(n)\n",
            "as n",
            "as k",
            {"print(n)"},
        ),
        (
            "def f():\n    if (n := 1):\n        return [n for _ in n]\n",
            "n :=",
            "k :=",
            {"return [n for _ in n]"},
        ),
        ("match p:\n    case [n, *r]:\n        print(n)\n", "[n,", "[k,", {"print(n)"}),
        # del is a use of the same binding
        ("n = 1\ndel n\n", "n = 1", "k = 1", {"del n"}),
        # forward annotations
        ("class A:\n    pass\n\ndef f(a: 'list[A]') -> 'A': ...\n", "class A", "class B", None),
        # a keyword of another function is not it
        ("def f(n): ...\ndef g(n): ...\ng(n=1)\nf(n=2)\n", "f(n)", "f(k)", {"f(n=2)"}),
        # decorators see the module
        ("def d(f): return f\n\n@d\ndef g(d): return d\n", "def d", "def e", {"@d"}),
    ],
)
def test_scopes(text: str, old: str, new: str, expected: set[str] | None) -> None:
    project = Memory({"m.py": text})
    sites = project.change("m.py", old, new)
    if expected is None:
        expected = {"def f(a: 'list[A]') -> 'A': ..."}
        assert len(sites) == 2
    assert {line.removeprefix("m.py: ") for line in project.lines(sites)} == expected


def test_a_first_iterable_is_the_only_site_in_its_comprehension() -> None:
    project = Memory({"m.py": "x = [1]\ny = [x for x in x]\n"})
    sites = project.change("m.py", "x = [1]", "z = [1]")
    assert [site.start for site in sites] == [project.files["m.py"].rindex("x")]


def test_an_unknown_receiver_is_offered_only_where_the_member_is_unique() -> None:
    files = {"m.py": "class A:\n    def frobnicate(self): ...\n\ndef use(x):\n    x.frobnicate()\n"}
    project = Memory(files)
    (site,) = project.change("m.py", "def frobnicate", "def work")
    assert site.relation is Relation.UNIQUE and site.rule >= 0.5
    project = Memory({**files, "n.py": "class B:\n    def frobnicate(self): ...\n"})
    (site,) = project.change("m.py", "def frobnicate", "def work")
    assert site.relation is Relation.AMBIGUOUS and site.rule < 0.5


def test_a_receiver_known_to_be_something_else_is_no_site() -> None:
    project = Memory(
        {
            "m.py": (
                "import json\n\nclass A:\n    def lookup(self): ...\n\nclass B:\n"
                "    def lookup(self): ...\n\n"
                "def use(b: B, items: dict):\n    b.lookup()\n    json.lookup()\n    'x'.lookup()\n"
                "    items.lookup()\n"
            )
        }
    )
    assert project.change("m.py", "def lookup", "def find") == ()


def test_a_familiar_method_name_is_not_trusted_to_be_unique() -> None:
    project = Memory({"m.py": "class A:\n    def get(self): ...\n\ndef use(x):\n    x.get()\n"})
    (site,) = project.change("m.py", "def get", "def fetch")
    assert site.rule < 0.3


@pytest.mark.parametrize(
    "use",
    [
        "def use(a: A):\n    a.work()\n",
        "def use(a: 'A | None' = None):\n    a.work()\n",
        "def use(many: list[A]):\n    for a in many:\n        a.work()\n",
        "def use():\n    a = A()\n    a.work()\n",
        "def make() -> A: ...\n\ndef use():\n    make().work()\n",
        "def make():\n    return A()\n\nmake().work()\n",
        "class H:\n    def __init__(self, a: A):\n        self.a = a\n"
        "    def use(self):\n        self.a.work()\n",
        "class C(A):\n    pass\n\nC().work()\n",
        "with A() as a:\n    a.work()\n",
        "a: A\na.work()\n",
        "[a.work() for a in [A()]]\n",
        "class C(A):\n    def use(self):\n        self.work()\n",
        "A.work(None)\n",
    ],
)
def test_receivers(use: str) -> None:
    files = {
        "m.py": "class A:\n    def work(self): ...\n",
        "other.py": "class Z:\n    def work(self): ...\n",
        "use.py": "from m import A\n\n" + use,
    }
    project = Memory(files)
    sites = project.change("m.py", "def work", "def labour")
    (site,) = (site for site in sites if site.path == "use.py")
    assert site.rule >= 0.75 and site.relation in {Relation.TYPED, Relation.SAME_CLASS}


@pytest.mark.parametrize(
    "statement",
    [
        "from pkg.m import go\ngo()\n",
        "from pkg import m\nm.go()\n",
        "import pkg.m\npkg.m.go()\n",
        "import pkg.m as x\nx.go()\n",
        "from pkg import go\ngo()\n",
        "from pkg import *\ngo()\n",
        "from pkg.m import go as gone\ngone()\n",
        "def f():\n    from pkg.m import go\n    return go\n",
        "try:\n    from pkg.m import go\nexcept ImportError:\n    go = None\n",
    ],
)
@pytest.mark.parametrize("root", ["", "src/"])
def test_imports(statement: str, root: str) -> None:
    project = Memory(
        {
            f"{root}pkg/__init__.py": "from .m import go\n",
            f"{root}pkg/m.py": "def go(): ...\n",
            "use.py": statement,
        }
    )
    sites = project.change(f"{root}pkg/m.py", "def go", "def run")
    texts = project.applied(sites)
    assert texts[f"{root}pkg/__init__.py"] == "from .m import run\n"
    expected = statement.replace("go", "run")
    if "gone" in statement:
        expected = statement.replace("import go ", "import run ")
    assert texts["use.py"] == expected


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


GO = {
    "go.mod": "module example.com/x\n\ngo 1.22\n",
    "a.go": (
        'package a\n\nimport "example.com/x/sub"\n\ntype T struct {\n\tName string\n\tsub.Base\n}\n\n'
        "func (t *T) Run(n int) int {\n\tif n := n + 1; n > 2 {\n\t\treturn n\n\t}\n"
        '\tt.Name = "x"\n\treturn n + helper(t)\n}\n\nfunc main() {\n\tv := T{Name: "k"}\n\tv.Run(1)\n'
        "\tsub.Do(v.Name)\n\tv.Base.Stop()\n\tv.Stop()\n}\n"
    ),
    "b.go": "package a\n\nfunc helper(t *T) int { return len(t.Name) }\n",
    "sub/s.go": "package sub\n\ntype Base struct{}\n\nfunc (b Base) Stop() {}\n\nfunc Do(s string) {}\n",
}


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("b.go", "helper(t", "assist(t", {"a.go: return n + helper(t)"}),
        (
            "a.go",
            "Name string",
            "Title string",
            {
                'a.go: t.Name = "x"',
                'a.go: v := T{Name: "k"}',
                "a.go: sub.Do(v.Name)",
                "b.go: func helper(t *T) int { return len(t.Name) }",
            },
        ),
        ("a.go", "Run(n", "Exec(n", {"a.go: v.Run(1)"}),
        ("a.go", "(n int", "(m int", {"a.go: if n := n + 1; n > 2 {", "a.go: return n + helper(t)"}),
        ("sub/s.go", "Do(", "Act(", {"a.go: sub.Do(v.Name)"}),
        ("sub/s.go", "Stop()", "Halt()", {"a.go: v.Base.Stop()", "a.go: v.Stop()"}),
        (
            "sub/s.go",
            "type Base",
            "type Root",
            {"sub/s.go: func (b Base) Stop() {}", "a.go: sub.Base", "a.go: v.Base.Stop()"},
        ),
    ],
)
def test_go(path: str, old: str, new: str, expected: set[str]) -> None:
    project = Memory(GO)
    assert project.lines(project.change(path, old, new)) == expected


TYPESCRIPT = {
    "m.ts": (
        "export interface Opts { name: string; depth?: number }\n"
        "export class K<T> {\n"
        "  constructor(private opts: Opts, public size = 1) {}\n"
        "  run(x: number): K<T> { return this.opts.name ? this : new K(this.opts) }\n"
        "}\n"
        "export function make(o: Opts) { const { name, depth } = o; return new K(o); }\n"
        'export const cfg: Opts = { name: "a" };\n'
        "const dflt = 1;\n"
        "export default dflt;\n"
    ),
    "n.ts": (
        'import dd, { K, make as mk, type Opts } from "./m";\n'
        'import * as ns from "./m.js";\n'
        'export { make } from "./m";\n'
        'const k = mk({ name: "z" });\n'
        "k.run(1).size;\n"
        "const q: K<string> = ns.make(ns.cfg);\n"
        "q.run(dd);\n"
        "function f({ name }: Opts) { return name; }\n"
    ),
}


@pytest.mark.parametrize("suffix", ["ts", "tsx"])
def test_typescript_exports_and_members(suffix: str) -> None:
    files = {path.replace(".ts", f".{suffix}"): text for path, text in TYPESCRIPT.items()}
    m, n = f"m.{suffix}", f"n.{suffix}"
    project = Memory(files)
    assert project.lines(project.change(m, "make(", "build(")) == {
        f'{n}: import dd, {{ K, make as mk, type Opts }} from "./m";',
        f'{n}: export {{ make }} from "./m";',
        f"{n}: const q: K<string> = ns.make(ns.cfg);",
    }
    project = Memory(files)
    assert project.lines(project.change(m, "run(x", "exec(x")) == {f"{n}: k.run(1).size;", f"{n}: q.run(dd);"}
    project = Memory(files)
    assert project.lines(project.change(m, "size = 1", "count = 1")) == {f"{n}: k.run(1).size;"}
    project = Memory(files)
    assert len(project.change(m, "opts: Opts, p", "options: Opts, p")) == 2


def test_a_shorthand_property_is_written_out() -> None:
    project = Memory(TYPESCRIPT)
    sites = project.change("m.ts", "{ name: string", "{ title: string")
    texts = project.applied(sites)
    assert "const { title: name, depth } = o" in texts["m.ts"]
    assert 'cfg: Opts = { title: "a" }' in texts["m.ts"]
    assert 'mk({ title: "z" })' in texts["n.ts"]
    assert "function f({ title: name }: Opts) { return name; }" in texts["n.ts"]
    project = Memory({"m.ts": "const name = 1;\nexport const o = { name, x: name };\n"})
    sites = project.change("m.ts", "const name", "const title")
    assert project.applied(sites)["m.ts"] == "const title = 1;\nexport const o = { name: title, x: title };\n"


def test_javascript_blocks_hoisting_and_classes() -> None:
    project = Memory(
        {
            "m.js": (
                "const { helper } = require('./h');\n"
                "function f(a) {\n  var x = a;\n  if (a) { let x = 2; x++; }\n"
                "  { var y = x; }\n  return x + y;\n}\n"
                "class C { constructor() { this.n = 1; } get() { return this.n; } }\n"
                "helper(new C().n, f);\n"
            ),
            "h.js": "function helper() {}\nmodule.exports = { helper };\n",
        }
    )
    assert project.lines(project.change("m.js", "var x", "var z")) == {
        "m.js: { var y = x; }",
        "m.js: return x + y;",
    }
    assert project.lines(project.change("m.js", "this.n = 1", "this.k = 1")) == {
        "m.js: class C { constructor() { this.k = 1; } get() { return this.n; } }",
        "m.js: helper(new C().n, f);",
    }
    assert "m.js: helper(new C().n, f);" in project.lines(
        project.change("h.js", "function helper", "function aid")
    )
