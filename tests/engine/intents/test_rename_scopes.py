"""Renames in Python: scopes, receivers and imports."""

from __future__ import annotations

import pytest

from engine.types import Relation
from tests.engine.syntax.projects import Memory


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


def test_a_use_that_is_rewritten_with_its_line_is_no_rename() -> None:
    text = "def load(path):\n    return path\n\n\nx = load('a')\ny = load('b')\nz = load('c')\n"
    alone = Memory({"m.py": text}).change("m.py", "x = load('a')", "x = fetch('a')")
    reworked = Memory({"m.py": text}).change("m.py", "x = load('a')", "x = fetch('a', cache, 3)")
    assert {site.rule > 0.5 for site in alone} == {True}
    assert {site.rule < 0.5 for site in reworked} == {True}


def test_a_name_of_the_language_that_gives_way_to_a_class_is_no_rename() -> None:
    go = {"a.go": "package a\n\ntype Info struct{}\n\nfunc one(x string) string { return x }\n"}
    go["b.go"] = "package a\n\nfunc two(x string) string { return x }\n"
    assert not Memory(go).change("a.go", "x string", "x Info")


def test_an_old_name_that_the_edit_defines_anew_stays() -> None:
    text = "def run(a):\n    return a\n\n\nrun(1)\nrun(2)\n"
    new = "def run_with(a, b):\n    return a\n\n\ndef run(a):\n    return run_with(a, 1)\n"
    project = Memory({"m.py": text})
    assert not [s for s in project.change("m.py", "def run(a):\n    return a\n", new) if s.rule >= 0.5]
