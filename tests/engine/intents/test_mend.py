"""One sign heals what the edit broke, in every language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.intents.context import Context
from engine.intents.errors import mend
from tests.engine.syntax.projects import Memory

PYTHON = "def a():\n    return 1\n\n\n«»\n\n\ndef z():\n    return 2\n"
JAVA = "class A {\n    void a() {\n        x();\n    }\n«»}\n"
GO = "package a\n\n«»\n"
PLAIN = "«»\n"
# What is written, with the sign that is missing between the marks.
CASES = [
    ("a.py", PYTHON, "def f(a)«:»\n    return a\n"),
    ("a.py", PYTHON, "def f(a«)» -> int:\n    return a\n"),
    ("a.py", PYTHON, "def f(a«)»:\n    return a\n"),
    ("a.py", PYTHON, "x = foo(1, 2«)»\ny = 3\n"),
    ("a.py", PYTHON, "x = foo(1, [2, 3«]»)\n"),
    ("a.py", PYTHON, "x = {1: 2«}»\ny = 3\n"),
    ("a.py", PYTHON, "for i in range(10«)»:  # ten\n    x\n"),
    ("a.py", PYTHON, "x = foo(\n    1,\n    2,«\n)»\ny = 3\n"),
    ("a.py", PYTHON, "if x:\n    pass\nelse«:»\n    y\n"),
    ("a.py", PYTHON, "class A«:»\n    y = 1\n"),
    ("A.java", JAVA, "    int f() {\n        int x = 1«;»\n        return x;\n    }\n"),
    ("A.java", JAVA, "    int f() {\n        foo(1, 2«)»;\n        return x;\n    }\n"),
    ("A.java", JAVA, "    int f() {\n        if (x«)» {\n            y();\n        }\n    }\n"),
    (
        "A.java",
        JAVA,
        "    int f() {\n        if (x) {\n            y();«\n        }»\n        return 1;\n    }\n",
    ),
    ("a.ts", PLAIN, "function f(a: number«)» {\n  return a;\n}\n"),
    ("a.ts", PLAIN, "const x = { a: 1«}»;\n"),
    ("a.ts", PLAIN, "const a = {\n  b: 1«,»\n  c: 2,\n};\n"),
    ("a.js", PLAIN, "switch (x) {\n  case 1«:»\n    y();\n}\n"),
    ("a.tsx", PLAIN, "function f() {\n  if (x) {\n    y();«\n  }»\n}\n\nfunction g() {}\n"),
    ("a.go", GO, "func f() {\n\tx := foo(1, 2«)»\n\ty := 3\n}\n"),
    ("a.go", GO, "func f(a int«)» {\n\ty := 3\n}\n"),
    ("a.go", GO, "func f() {\n\tif x {\n\t\ty := 3«\n\t}»\n}\n\nfunc g() {}\n"),
    ("a.rs", PLAIN, "fn f() {\n    let x = 1«;»\n    let y = 1;\n}\n"),
    ("a.rs", PLAIN, "fn f(a: i32«)» -> i32 {\n    1\n}\n"),
    ("a.rs", PLAIN, "fn f() {\n    let x = vec![1, 2«]»;\n}\n"),
    ("a.rs", PLAIN, "fn f() {\n    match x {\n        A => 1«,»\n        B => 2,\n    }\n}\n"),
    ("a.rs", PLAIN, "fn f() {\n    same(\n        x.kind(«)»,\n        A::B,\n    );\n}\n"),
    ("a.rs", PLAIN, "fn f() {\n    show(\n        x\n            .set(A::B«)»,\n    );\n}\n"),
    ("a.js", PLAIN, "call(\n  one(1«)»,\n  two(2),\n);\n"),
    ("a.ts", PLAIN, "call(\n  one(1«)»,\n  (exit) =>\n    two(exit),\n);\n"),
]


TEXTS = st.text(st.sampled_from("()[]{}:;,ab=\n \"'"), max_size=40)


def healed(path: str, before: str, after: str) -> str:
    """The text with what is proposed between marks."""
    memory = Memory({path: before})
    sites = list(mend.propose(Context(memory.save(path, after), (), memory.index)))
    assert len(sites) <= 1
    for site in sites:
        after = f"{after[: site.start]}«{site.draft}»{after[site.start :]}"
    return after


@pytest.mark.parametrize(("path", "around", "written"), CASES)
def test_the_missing_sign(path: str, around: str, written: str) -> None:
    before, whole = around.replace("«»", ""), around.replace("«»", written)
    start, end = whole.index("«"), whole.index("»")
    assert healed(path, before, whole[:start] + whole[end + 1 :]) == whole


@pytest.mark.parametrize(
    "written",
    [
        "x = foo(\n",
        "x = foo(1,\n",
        "x = 1 +\n",
        "x = 'abc\n",
        "x = foo(1))\n",
        ")]}\n",
        "x = foo(1)\n",
    ],
)
def test_what_no_one_sign_heals_or_is_not_finished(written: str) -> None:
    before, whole = PYTHON.replace("«»", ""), PYTHON.replace("«»", written)
    assert healed("a.py", before, whole) == whole


def test_a_file_that_was_broken_before_is_healed_of_the_new_error_only() -> None:
    before = "x = (\n\n\ndef a():\n    pass\n"
    assert healed("a.py", before, before.replace("def a():", "def a():")) == before


@given(
    st.text(st.sampled_from("()[]{}:;,ab=\n \"'"), max_size=40),
    st.sampled_from(["a.py", "a.ts", "A.java", "a.rs"]),
)
def test_whatever_is_proposed_heals(text: str, path: str) -> None:
    memory = Memory({path: "\n"})
    edit = memory.save(path, text)
    for site in mend.propose(Context(edit, (), memory.index)):
        after = text[: site.start] + (site.draft or "") + text[site.start :]
        assert (memory.index.errors(path, after) or 0) < (memory.index.errors(path, text) or 0)


def test_a_block_that_its_next_line_closes_is_not_the_open_one() -> None:
    after = "function a() {\n  return () => {\n    if (x) {\n      y();\n    }\n}\n\nfunction b() {}\n"
    whole = after.replace("    }\n}", "    }«\n  }»\n}")
    before = after.replace("  return () => {\n", "").replace("    if (x) {\n      y();\n    }\n", "")
    assert healed("a.js", before, after) == whole


def test_where_much_is_broken_only_the_most_telling_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(mend, "MANY_NEW", 0)
    monkeypatch.setattr(mend, "errors_with", lambda document, at, sign: tried.append(sign) or 99)
    before, whole = PYTHON.replace("«»", ""), PYTHON.replace("«»", "x = foo(1\ny = [2\nz = {3\nw = (4\n")
    assert healed("a.py", before, whole) == whole
    assert len(tried) == mend.FEW_TRIES
