"""A variable was introduced: its value becomes its name, in six languages; and where it does not."""

from __future__ import annotations

import pytest

from engine.intents import extract
from engine.intents.context import Context
from engine.types import IntentKind, Site, Trigger
from tests.engine.syntax.projects import Memory


def offers(path: str, before: str, after: str, rule: float = 0.5) -> tuple[Memory, tuple[Site, ...]]:
    project = Memory({path: before})
    edit = project.save(path, after)
    sites = extract.propose(Context(edit, (), project.index))
    assert all(project.files[path].startswith(site.old, site.start) for site in sites)
    return project, tuple(site for site in sites if site.rule >= rule)


def follow(path: str, text: str, definition: str) -> str:
    """The text after the definition was written where `@` stands and every offer was taken."""
    before, after = text.replace("@", ""), text.replace("@", definition)
    project, sites = offers(path, before, after)
    assert all(site.intent is IntentKind.EXTRACT and site.trigger is Trigger.EXTRACTED for site in sites)
    return project.applied(sites)[path].replace(definition, "@")


CASES = {
    "m.py": (
        "def f(a, b, c):\n    @x = g(a * b + c)\n    y = (a  *  b + c) * 2  # twice\n"
        "    for i in range(3):\n        z = h(\n            a * b\n            + c\n        )\n",
        "total = a * b + c\n    ",
        "def f(a, b, c):\n    @x = g(total)\n    y = total * 2  # twice\n"
        "    for i in range(3):\n        z = h(\n            total\n        )\n",
    ),
    "m.js": (
        "function f(a, xs) {\n  @if (a.size > 3) { return (a.size > 3) ? `${a.size > 3}` : xs; }\n"
        "  return xs.map((q) => a.size > 3);\n}\n",
        "const big = a.size > 3;\n  ",
        "function f(a, xs) {\n  @if (big) { return big ? `${big}` : xs; }\n  return xs.map((q) => big);\n}\n",
    ),
    "m.ts": (
        "function f(a: Box): number {\n  @g(a.items.length + 1);\n  return a.items.length + 1;\n}\n",
        "const next: number = a.items.length + 1;\n  ",
        "function f(a: Box): number {\n  @g(next);\n  return next;\n}\n",
    ),
    "m.tsx": (
        "const C = (p: P) => {\n  @return <A w={p.box.size * 2}>{p.box.size * 2}</A>;\n};\n",
        "const wide = p.box.size * 2;\n  ",
        "const C = (p: P) => {\n  @return <A w={wide}>{wide}</A>;\n};\n",
    ),
    "A.java": (
        "class A {\n  int f(int a, B b) {\n    @foo(b.get(a) + 1);\n    int y = (b.get(a) + 1) * 3;\n"
        "    for (;;) { y += b.get(a) + 1; }\n  }\n}\n",
        "int next = b.get(a) + 1;\n    ",
        "class A {\n  int f(int a, B b) {\n    @foo(next);\n    int y = next * 3;\n"
        "    for (;;) { y += next; }\n  }\n}\n",
    ),
    "m.go": (
        "package a\n\nfunc f(a int, b B) (int, error) {\n\t@foo(b.Get(a) + 1)\n\ty := (b.Get(a) + 1) * 3\n"
        "\treturn b.Get(a) + 1, nil\n}\n",
        "next := b.Get(a) + 1\n\t",
        "package a\n\nfunc f(a int, b B) (int, error) {\n\t@foo(next)\n\ty := next * 3\n"
        "\treturn next, nil\n}\n",
    ),
    "m.rs": (
        "fn f(a: u8, b: B) -> u8 {\n    @foo(b.get(a) + 1);\n    let y = (b.get(a) + 1) as u16;\n"
        "    b.get(a) + 1\n}\n",
        "let next = b.get(a) + 1;\n    ",
        "fn f(a: u8, b: B) -> u8 {\n    @foo(next);\n    let y = next as u16;\n    next\n}\n",
    ),
}


@pytest.mark.parametrize("path", CASES)
def test_the_original_place_and_every_later_one(path: str) -> None:
    text, definition, expected = CASES[path]
    assert follow(path, text, definition) == expected


CONSTANTS = {
    "m.py": (
        '@\ndef f(path="/api/v2"):\n    """/api/v2"""\n    return get("/api/v2") + "/api/v2/x"\n',
        'BASE = "/api/v2"\n',
        '@\ndef f(path=BASE):\n    """/api/v2"""\n    return get(BASE) + "/api/v2/x"\n',
    ),
    "m.js": (
        "import x from '/api/v2';\n@\nconst f = () => get('/api/v2', { '/api/v2': 1 });\n",
        "const BASE = '/api/v2';\n",
        "import x from '/api/v2';\n@\nconst f = () => get(BASE, { '/api/v2': 1 });\n",
    ),
    "m.ts": (
        'type P = "/api/v2";\n@\nexport const f = (p: P) => get("/api/v2");\n',
        'const BASE = "/api/v2";\n',
        'type P = "/api/v2";\n@\nexport const f = (p: P) => get(BASE);\n',
    ),
    "A.java": (
        'class A {\n  @String f() { return get("/api/v2"); }\n}\nclass B { String s = "/api/v2"; }\n',
        'static final String BASE = "/api/v2";\n  ',
        'class A {\n  @String f() { return get(BASE); }\n}\nclass B { String s = "/api/v2"; }\n',
    ),
    "m.go": (
        'package a\n\nimport "net"\n\n@\n\nfunc f() { get("/api/v2"); net.Get("/api/v2") }\n',
        'const base = "/api/v2"\n',
        'package a\n\nimport "net"\n\n@\n\nfunc f() { get(base); net.Get(base) }\n',
    ),
    "m.rs": (
        '@\nfn f() -> u8 { println!("/api/v2"); get("/api/v2") }\n',
        'const BASE: &str = "/api/v2";\n',
        '@\nfn f() -> u8 { println!("/api/v2"); get(BASE) }\n',
    ),
}


@pytest.mark.parametrize("path", CONSTANTS)
def test_a_constant_for_a_literal(path: str) -> None:
    text, definition, expected = CONSTANTS[path]
    assert follow(path, text, definition) == expected


def test_a_field_of_a_class_is_read_through_its_methods_object() -> None:
    text = "class A:\n    @def f(this):\n        return wait(30.25)\n\n"
    text += "    %staticmethod\n    def g():\n        return 30.25\n"
    written = text
    assert follow("m.py", written, "LIMIT = 30.25\n\n    ") == written.replace(
        "wait(30.25)", "wait(this.LIMIT)"
    )


QUIET = [
    "total = a\n    ",
    "total = 0\n    ",
    'total = ""\n    ',
    "total = []\n    ",
    "total = a * b * 7\n    ",
]


@pytest.mark.parametrize("definition", QUIET)
def test_quiet_for_a_value_that_is_trivial_or_new(definition: str) -> None:
    text = 'def f(a, b):\n    @x = [a, 0, "", []]\n    return a * b\n'
    assert follow("m.py", text, definition) == text


@pytest.mark.parametrize(
    "between",
    ["a = 3", "for a in b: pass", "a, k = b", "del a", "with b as a: pass", "a += 1", "import a"],
)
def test_nothing_after_a_name_was_bound_anew(between: str) -> None:
    text = f"def f(a, b):\n    @{between}\n    return a * b\n"
    assert follow("m.py", text, "total = a * b\n    ") == text


@pytest.mark.parametrize(
    "place", ["lambda a: a * b", "[a * b for a in b]", "'a * b'", "x * a * b", "a * b.c", "f'{a * c}'"]
)
def test_equal_text_that_means_something_else(place: str) -> None:
    text = f"def f(a, b, x, c):\n    @return {place}\n"
    assert follow("m.py", text, "total = a * b\n    ") == text


def test_a_loop_that_changes_the_value_later_counts() -> None:
    text = "def f(a, b):\n    @for i in b:\n        g(a * b)\n        a += 1\n"
    assert follow("m.py", text, "total = a * b\n    ") == text


def test_a_list_that_grows_on_the_way_is_not_sure() -> None:
    text = "def f(items):\n    @items.append(1)\n    return len(items) + 1\n"
    before, after = text.replace("@", ""), text.replace("@", "size = len(items) + 1\n    ")
    _, sites = offers("m.py", before, after, 0.0)
    assert [site.rule < 0.5 for site in sites] == [True]


def test_what_the_person_replaced_already_is_not_offered() -> None:
    before = "def f(a, b):\n    g(a * b)\n    return h(a * b)\n"
    after = "def f(a, b):\n    total = a * b\n    g(total)\n    return h(a * b)\n"
    project, sites = offers("m.py", before, after)
    assert [project.line(site) for site in sites] == ["return h(a * b)"]


def test_a_rename_of_a_variable_is_no_extraction() -> None:
    before = "def f(a, b):\n    tot = a * b\n    return tot, a * b\n"
    assert offers("m.py", before, before.replace("tot =", "total ="))[1] == ()
