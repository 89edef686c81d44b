"""A definition was deleted whose uses still stand: they become what was defined, in six languages."""

from __future__ import annotations

import pytest

from engine.intents import propose
from engine.types import IntentKind, Trigger
from tests.engine.intents.test_extract_variable import offers
from tests.engine.syntax.projects import Memory


def deleted(path: str, text: str, definition: str) -> str:
    """The text after the definition was deleted and every offer was taken."""
    assert definition in text
    project, sites = offers(path, text, text.replace(definition, "", 1))
    assert all(site.intent is IntentKind.EXTRACT and site.trigger is Trigger.INLINED for site in sites)
    return project.applied(sites)[path]


VARIABLES = {
    "m.py": (
        "def f(a, b):\n@    x = total * 2\n    y = g(total, total=total)\n"
        "    return f'{total}' if not total else total.real\n",
        "    total = a + b\n",
        "def f(a, b):\n@    x = (a + b) * 2\n    y = g(a + b, total=a + b)\n"
        "    return f'{a + b}' if not a + b else (a + b).real\n",
    ),
    "m.js": (
        "function f(a, b) {\n@  g({ total, x: total });\n  return total ** 2 - total;\n}\n",
        "  const total = a - b;\n",
        "function f(a, b) {\n@  g({ total: a - b, x: a - b });\n  return (a - b) ** 2 - (a - b);\n}\n",
    ),
    "m.ts": (
        "const f = (a: Box, b: Box) => {\n@  return [size.x, -size, `${size}`];\n};\n",
        "  const size: number = a.width ?? b.width;\n",
        "const f = (a: Box, b: Box) => {\n@  return [(a.width ?? b.width).x, -(a.width ?? b.width), "
        "`${a.width ?? b.width}`];\n};\n",
    ),
    "m.tsx": (
        "const C = (p: P) => {\n@  return <A w={wide}>{wide}</A>;\n};\n",
        "  const wide = p.size * 2;\n",
        "const C = (p: P) => {\n@  return <A w={p.size * 2}>{p.size * 2}</A>;\n};\n",
    ),
    "A.java": (
        "class A {\n  int f(int a) {\n@    if (big) { return g(big) ? 1 : 2; }\n"
        "    return !big ? 3 : 4;\n  }\n}\n",
        "    boolean big = a > 3;\n",
        "class A {\n  int f(int a) {\n@    if (a > 3) { return g(a > 3) ? 1 : 2; }\n"
        "    return !(a > 3) ? 3 : 4;\n  }\n}\n",
    ),
    "m.go": (
        "package a\n\nfunc f(a int) int {\n@\tfor next > 3 {\n"
        "\t\treturn next * 2\n\t}\n\treturn g(next)\n}\n",
        "\tnext := a + 1\n",
        "package a\n\nfunc f(a int) int {\n@\tfor a + 1 > 3 {\n"
        "\t\treturn (a + 1) * 2\n\t}\n\treturn g(a + 1)\n}\n",
    ),
    "m.rs": (
        'fn f(a: u8) -> T {\n@    println!("{}", next);\n    g(T { next, b: next as u16 })\n}\n',
        "    let next = a + 1;\n",
        'fn f(a: u8) -> T {\n@    println!("{}", a + 1);\n    g(T { next: a + 1, b: (a + 1) as u16 })\n}\n',
    ),
}


@pytest.mark.parametrize("path", VARIABLES)
def test_a_variable(path: str) -> None:
    text, definition, expected = VARIABLES[path]
    assert deleted(path, text.replace("@", definition), definition) == expected.replace("@", "")


FUNCTIONS = {
    "m.py": (
        "def area(w, h=2):\n    return w * h + 1\n\n\n",
        "def f(a):\n    return area(a + 1, h=a.b) * 2, [area(3)]\n",
        "def f(a):\n    return ((a + 1) * a.b + 1) * 2, [3 * 2 + 1]\n",
    ),
    "m.js": (
        "const area = (w) => w * 2;\n",
        "const f = (a) => { return area(a + 1) + area(3) ** 2; };\n",
        "const f = (a) => { return (a + 1) * 2 + (3 * 2) ** 2; };\n",
    ),
    "m.ts": (
        "function name(p: P): string {\n  return p.first + p.last;\n}\n",
        "const f = (a: P) => name(a).trim() + name(a.b);\n",
        "const f = (a: P) => (a.first + a.last).trim() + (a.b.first + a.b.last);\n",
    ),
    "A.java": (
        "  int k(int b) {\n    return this.n + b;\n  }\n",
        "class A {\n@  int f(int a) {\n    return k(a) * 3 + this.k(a - 1);\n  }\n}\n",
        "class A {\n@  int f(int a) {\n    return (this.n + a) * 3 + (this.n + (a - 1));\n  }\n}\n",
    ),
    "m.go": (
        "func twice(a int) int {\n\treturn a * 2\n}\n\n",
        "package a\n\n@func f(b int) int {\n\treturn twice(b + 1)\n}\n",
        "package a\n\n@func f(b int) int {\n\treturn (b + 1) * 2\n}\n",
    ),
    "m.rs": (
        "    fn twice(&self, a: u8) -> u8 {\n        self.k * a\n    }\n",
        "impl T {\n@    fn f(&self, b: u8) -> u8 {\n        self.twice(b) - 1\n    }\n}\n",
        "impl T {\n@    fn f(&self, b: u8) -> u8 {\n        self.k * b - 1\n    }\n}\n",
    ),
}


@pytest.mark.parametrize("path", FUNCTIONS)
def test_a_function_of_one_expression(path: str) -> None:
    definition, rest, expected = FUNCTIONS[path]
    text = rest.replace("@", definition) if "@" in rest else definition + rest
    assert deleted(path, text, definition) == expected.replace("@", "")


def test_a_constant_of_the_file_may_have_moved_elsewhere() -> None:
    text = "LIMIT = 30\n\n\ndef f(LIMIT):\n    return LIMIT\n\n\ndef g():\n    return LIMIT + 1, x.LIMIT\n"
    project, sites = offers("m.py", text, text.replace("LIMIT = 30\n", ""), 0.0)
    assert [(project.line(site), site.draft, site.rule < 0.5) for site in sites] == [
        ("return LIMIT + 1, x.LIMIT", "30", True)
    ]


def test_an_edit_that_does_more_leaves_it_open() -> None:
    before = "def f(a, b):\n    total = a + b\n    g(a)\n    return total\n"
    _, sites = offers("m.py", before, "def f(a, b):\n    g(b)\n    return total\n", 0.0)
    assert [(site.draft, site.rule < 0.5) for site in sites] == [("a + b", True)]


QUIET = [
    "def f(a, b):\n    total = a + b\n    total = 3\n    return total\n",  # bound twice
    "def f(a, b):\n    total = a + b\n    return 3\n",  # never read
    "def f(a, b):\n    total = a + b\n    a = 3\n    return total\n",  # another value by then
    "def f(a, b):\n    total = a + b\n    return lambda total: total\n",  # hidden
    "def f(a, b):\n    total = a + b\n    return b.total, 'total'  # total\n",
]


@pytest.mark.parametrize("text", QUIET)
def test_quiet(text: str) -> None:
    definition = "    total = a + b\n"
    assert deleted("m.py", text, definition) == text.replace(definition, "")


@pytest.mark.parametrize(
    "after",
    [
        "def f(a, b):\n    with a as total:\n        return total\n",
        "def f(a, b):\n    total, _ = a + b\n    return total\n",
        "def f(a, b):\n    sums = a + b\n    return total\n",
        "from m import total\n\n\ndef f(a, b):\n    global total\n    return total\n",
        "def f(a, b):\n    return a + b\n",
    ],
)
def test_quiet_where_the_name_is_defined_in_another_way_or_renamed(after: str) -> None:
    before = "def f(a, b):\n    total = a + b\n    return total\n"
    assert offers("m.py", before, after)[1] == ()


def test_a_function_that_moved_is_not_put_in() -> None:
    before = "def area(w):\n    return w * 2\n\n\ndef f(a):\n    return area(a)\n"
    after = "def f(a):\n    return area(a)\n\n\ndef area(w):\n    return w * 2\n"
    assert offers("m.py", before, after)[1] == ()


def test_an_argument_that_does_something_is_not_doubled_surely() -> None:
    text = "def twice(a):\n    return a + a\n\n\ndef f(q):\n    return twice(q), twice(q.pop())\n"
    _, sites = offers("m.py", text, text.replace("def twice(a):\n    return a + a\n\n\n", ""))
    assert [site.draft for site in sites] == ["q + q", "q.pop() + q.pop()"]
    assert sites[0].rule > sites[1].rule


def test_where_the_value_was_put_in_by_hand_the_rest_is_offered() -> None:
    before = "def f(a, b):\n    total = a + b\n    g(total)\n    return total\n"
    project, sites = offers("m.py", before, "def f(a, b):\n    g(a + b)\n    return total\n")
    assert [project.line(site) for site in sites] == ["return total"]


def test_an_import_that_the_drafts_use_is_not_taken_away() -> None:
    before = "from m import load\n\n\ndef f(a):\n    data = load(a)\n    return data\n"
    project = Memory({"m.py": "def load(a):\n    return a\n", "n.py": before})
    edit = project.save("n.py", before.replace("    data = load(a)\n", ""))
    sites = propose(edit, (), project.index)
    assert [site.draft for site in sites if site.rule >= 0.5] == ["load(a)"]
