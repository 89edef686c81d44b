"""A function was introduced: where its body stands it is called, in six languages; and where it is not."""

from __future__ import annotations

import pytest

from tests.engine.intents.test_extract_variable import follow, offers

EXPRESSIONS = {
    "m.py": (
        "class C:\n    def g(self, x, y):\n        a = self.k * x.width + 1\n"
        "        return [self.k * y.height + 1 for y in z]\n\n    @def h(self):\n        pass\n",
        "def scaled(self, w):\n        return self.k * w + 1\n\n    ",
        {"self.k * x.width + 1": "self.scaled(x.width)", "self.k * y.height + 1": "self.scaled(y.height)"},
    ),
    "m.js": (
        "@const one = (q) => get(q.url, { method: 'GET' });\n"
        "class A { f() { return get('/', { method: 'GET' }); } }\n",
        "const read = (url) => get(url, { method: 'GET' });\n",
        {"get(q.url, { method: 'GET' })": "read(q.url)", "get('/', { method: 'GET' })": "read('/')"},
    ),
    "m.ts": (
        "export class T {\n  @g(x: P) {\n    return this.k * x.w + 1;\n  }\n}\n",
        "private scaled(w: number): number {\n    return this.k * w + 1;\n  }\n\n  ",
        {"this.k * x.w + 1": "this.scaled(x.w)"},
    ),
    "T.java": (
        "class T {\n  int k;\n  @int g(P x) {\n    int a = (this.k * x.w + 1) * 2;\n    return a;\n  }\n}\n",
        "private int scaled(int w) {\n    return this.k * w + 1;\n  }\n\n  ",
        {"(this.k * x.w + 1)": "scaled(x.w)"},
    ),
    "m.go": (
        "package a\n\n@func (t *T) G(x, y P) int {\n\treturn t.k*x.W + 1\n}\n",
        "func (t *T) scaled(w int) int {\n\treturn t.k*w + 1\n}\n\n",
        {"t.k*x.W + 1": "t.scaled(x.W)"},
    ),
    "m.rs": (
        "impl T {\n    @fn g(&self, x: P) -> u8 {\n"
        "        let a = self.k * x.w + 1;\n        twice(x.w, 3)\n    }\n}\n",
        "fn scaled(&self, w: u8) -> u8 {\n        self.k * w + 1\n    }\n\n    ",
        {"self.k * x.w + 1": "self.scaled(x.w)"},
    ),
}


@pytest.mark.parametrize("path", EXPRESSIONS)
def test_an_expression_becomes_a_call(path: str) -> None:
    text, definition, changes = EXPRESSIONS[path]
    expected = text
    for old, new in changes.items():
        expected = expected.replace(old, new)
    assert follow(path, text, definition) == expected


BLOCKS = {
    "m.py": (
        "@def h(data):\n    seen = set()\n    for item in data:\n        if item.ok:  # good\n"
        "            seen.add(item)\n    print(len(seen))\n",
        "def wanted(rows):\n    found = set()\n    for row in rows:\n        if row.ok:\n"
        "            found.add(row)\n    return found\n\n\n",
        "@def h(data):\n    seen = wanted(data)\n    print(len(seen))\n",
    ),
    "m.js": (
        "@async function h(xs) {\n  let sum = 0;\n"
        "  for (const x of xs) {\n    sum += x;\n  }\n  log(sum);\n}\n",
        "function total(items) {\n  let acc = 0;\n"
        "  for (const x of items) {\n    acc += x;\n  }\n  return acc;\n}\n\n",
        "@async function h(xs) {\n  const sum = total(xs);\n  log(sum);\n}\n",
    ),
    "m.ts": (
        "class T {\n  @h(xs: number[]) {\n    this.n += 1;\n    log(this.n, xs);\n    return xs;\n  }\n}\n",
        "private count(ys: number[]): void {\n    this.n += 1;\n    log(this.n, ys);\n  }\n\n  ",
        "class T {\n  @h(xs: number[]) {\n    this.count(xs);\n    return xs;\n  }\n}\n",
    ),
    "T.java": (
        "class T {\n  @int h(int[] xs) {\n    int sum = 0;\n    for (int x : xs) {\n      sum += x;\n    }\n"
        "    return sum;\n  }\n}\n",
        "static int total(int[] items) {\n    int acc = 0;\n"
        "    for (int x : items) {\n      acc += x;\n    }\n"
        "    return acc;\n  }\n\n  ",
        "class T {\n  @int h(int[] xs) {\n    return total(xs);\n  }\n}\n",
    ),
    "m.go": (
        "package a\n\n@func h(xs []int) (int, error) {\n"
        "\tn, err := 0, check(xs)\n\tlog(err)\n\treturn n, err\n}\n",
        "func look(ys []int) (int, error) {\n\tn, err := 0, check(ys)\n\tlog(err)\n\treturn n, err\n}\n\n",
        "package a\n\n@func h(xs []int) (int, error) {\n\treturn look(xs)\n}\n",
    ),
    "m.rs": (
        "impl T {\n    @fn h(&self, xs: &[u8]) -> u8 {\n        let mut sum = 0;\n        for x in xs {\n"
        "            sum += x;\n        }\n        show(sum);\n        sum + 1\n    }\n}\n",
        "fn total(items: &[u8]) -> u8 {\n        let mut acc = 0;\n        for x in items {\n"
        "            acc += x;\n        }\n        acc\n    }\n\n    ",
        "impl T {\n    @fn h(&self, xs: &[u8]) -> u8 {\n"
        "        let sum = Self::total(xs);\n        show(sum);\n"
        "        sum + 1\n    }\n}\n",
    ),
}


@pytest.mark.parametrize("path", BLOCKS)
def test_a_run_of_statements_becomes_a_call(path: str) -> None:
    text, definition, expected = BLOCKS[path]
    assert follow(path, text, definition) == expected


def test_what_the_last_expression_is_part_of_stays() -> None:
    text = (
        "@def run(p, n):\n    text = read(p)\n    rows = text.split()\n"
        "    return [row for row in rows if row][:n]\n"
    )
    definition = (
        "def lines(path):\n    text = read(path)\n"
        "    rows = text.split()\n    return [x for x in rows if x]\n\n"
    )
    assert follow("m.py", text, definition) == "@def run(p, n):\n    return lines(p)[:n]\n"


def test_a_coroutine_is_awaited_where_that_can_be() -> None:
    text = "@async def f(a):\n    return await get(a, 30)\n\n\ndef g(a):\n    return get(a, 30)\n"
    definition = "async def load(x):\n    return await get(x, 30)\n\n\n"
    assert follow("m.py", text, definition) == text.replace("await get(a, 30)", "await load(a)")


def test_two_names_that_are_used_afterwards() -> None:
    text = "@def f(a):\n    low = min(a.rows, 3)\n    high = max(a.rows, low)\n    return low + high\n"
    definition = "def ends(b):\n    x = min(b.rows, 3)\n    y = max(b.rows, x)\n    return x, y\n\n\n"
    assert follow("m.py", text, definition) == "@def f(a):\n    low, high = ends(a)\n    return low + high\n"


@pytest.mark.parametrize(
    "place",
    [
        "def f(a, scale):\n    return scale(a.w) + 3\n",  # a name that means something else there
        "def f(a):\n    return scale(a.w + 1, *a) + 3\n",
        "def f(a):\n    return scale(*a) + 3\n",
        "def f(a):\n    scale = 3\n    return scale(a.w) + 3\n",
        "def f(a):\n    return 'scale(a.w) + 3'\n",
    ],
)
def test_quiet_where_the_body_means_something_else(place: str) -> None:
    text = f"@{place}"
    assert follow("m.py", text, "def sized(w):\n    return scale(w) + 3\n\n\n") == text


@pytest.mark.parametrize("after", ["print(item)", "print(seen, item)", "return lambda: item"])
def test_quiet_where_the_run_leaves_more_behind(after: str) -> None:
    text = f"@def h(data):\n    seen = set()\n    for item in data:\n        seen.add(item)\n    {after}\n"
    definition = (
        "def wanted(d):\n    seen = set()\n    for item in d:\n        seen.add(item)\n    return seen\n\n\n"
    )
    assert follow("m.py", text, definition) == text


@pytest.mark.parametrize(
    "definition",
    [
        "def name(self):\n        return self.x\n\n    ",
        "def one(self):\n        return 1\n\n    ",
        "def both(self, a, *rest):\n        return self.x(a, *rest) + 1\n\n    ",
        "def lost(self, a, b):\n        return self.x(a) + 1\n\n    ",
    ],
)
def test_quiet_for_accessors_and_unknown_arguments(definition: str) -> None:
    text = (
        "class A:\n    @def f(self, a, rest):\n"
        "        return self.x, 1, self.x(a, *rest) + 1, self.x(a) + 1\n"
    )
    assert follow("m.py", text, definition) == text


def test_a_product_of_two_parameters_is_anybodys() -> None:
    text = "@def f(box, n):\n    return box.width * box.height + n * 7\n"
    definition = "def area(width, height):\n    return width * height\n\n\n"
    assert follow("m.py", text, definition) == text.replace(
        "box.width * box.height", "area(box.width, box.height)"
    )


def test_a_method_is_not_called_from_another_class() -> None:
    text = "class A:\n    @pass\n\nclass B:\n    def g(self, b):\n        return self.k * b + 1\n"
    assert follow("m.py", text, "def f(self, a):\n        return self.k * a + 1\n\n    ") == text


def test_a_rename_of_a_function_is_no_extraction() -> None:
    before = "def f(a):\n    return scale(a) + 3\n\n\ndef g(b):\n    return scale(b) + 3\n"
    assert offers("m.py", before, before.replace("def f", "def sized"))[1] == ()


@pytest.mark.parametrize(
    "head", ["\x40route('/')\ndef sized(w)", "\x40pytest.fixture\ndef sized(w)", "def test_it(w)"]
)
def test_quiet_for_functions_that_others_ask_for(head: str) -> None:
    text = "def f(a):\n    return scale(a.w) + 3\n"
    assert offers("m.py", text, f"{head}:\n    return scale(w) + 3\n\n\n{text}")[1] == ()


def test_a_property_is_read() -> None:
    text = "class A:\n    def f(self, a):\n        return a, self.x * self.y + 1\n"
    definition = "    \x40property\n    def size(self):\n        return self.x * self.y + 1\n\n"
    project, sites = offers("m.py", text, text.replace("    def f", f"{definition}    def f"))
    assert project.applied(sites)["m.py"].endswith("return a, self.size\n")


def test_a_twin_is_left_alone() -> None:
    text = "@def f(s):\n    return scale(s) + 3\n"
    assert follow("m.py", text, "def g(s):\n    return scale(s) + 3\n\n\n") == text


def test_stubs_are_no_bodies() -> None:
    text = "class A:\n    @def f(self):\n        ...\n\n    def g(self):\n        pass\n"
    assert follow("m.py", text, "def h(self):\n        ...\n\n    ") == text
